"""The producer's machine: clock, alerts, settings, token, paths."""
