"""What a stranger can send us, and what must not come of it."""
