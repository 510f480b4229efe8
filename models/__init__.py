"""A table in, predictions with uncertainty out."""
