"""What may be mixed: the grid of recipes, its rules, its sampling."""
