"""Rounds of asking and telling, kept so that nothing told is lost."""
