"""The map, Asana and the base, compared: what is which, and what becomes of each field. Pure."""
