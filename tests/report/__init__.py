"""Planned against spent, from recorded histories."""
