"""Files from outside read whole, or refused with one message: TOML, JSON."""
