"""Compares the map, Asana and the base: matches sections and tasks, and decides about each field. Pure."""
