"""The shared cell model of an anode-free sodium cell."""
