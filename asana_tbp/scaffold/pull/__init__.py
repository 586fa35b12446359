"""The way back: a project in Asana as a song map, and its changes in the map's own file."""
