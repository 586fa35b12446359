"""The song as a file."""
