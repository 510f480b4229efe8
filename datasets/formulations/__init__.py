"""Electrolytes of known composition: one, many as an array, and their unit algebra."""
