"""What must hold: of a user's file, of every set, of the reader against the tables."""
