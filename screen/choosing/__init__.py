"""Which recipes to measure next: acquisition, Pareto set, batch."""
