"""What is known: formulations, components and measurements, with their sources."""
