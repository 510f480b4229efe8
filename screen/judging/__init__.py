"""What is expected of a recipe: predictions, novelty, cell figures, and why."""
