"""The terminal face of a session."""
