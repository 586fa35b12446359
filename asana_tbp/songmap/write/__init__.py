"""Writes song maps: as YAML, as notes, as rich notes, and as small edits of a file."""
