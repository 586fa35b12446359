"""The only door to Asana. Nothing outside this room and the sandbox knows HTTP."""
