"""The timer: timeboxes, their events, and what Asana must be told."""
