"""The terminal face of a session. Knows snapshots and commands. Must not know Asana, storage, or how a session runs."""
