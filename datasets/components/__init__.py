"""The ingredients: names, structures, values with sources, and those of the user."""
