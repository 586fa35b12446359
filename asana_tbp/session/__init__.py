"""Running sessions: their tasks, logs, commands from other windows, and sending changes to Asana."""
