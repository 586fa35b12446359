"""What the command line prints, and what it asks."""
