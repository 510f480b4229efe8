"""Propose electrolytes for anode-free sodium metal batteries."""

__version__ = "0.1.0"
