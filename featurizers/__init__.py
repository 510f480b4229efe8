"""Formulations in, a table of named numbers out."""
