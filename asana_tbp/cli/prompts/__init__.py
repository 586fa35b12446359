"""The questions that the command line asks in a terminal."""
