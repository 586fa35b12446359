"""What the command line asks in a terminal."""
