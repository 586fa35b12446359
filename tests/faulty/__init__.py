"""The sandbox with scripted failures: what goes wrong with which request, and what was asked."""
