"""A song map to YAML, to notes, to rich notes."""
