"""YAML text to a song map, with every problem at its place."""
