"""Song maps: the song as a file."""
