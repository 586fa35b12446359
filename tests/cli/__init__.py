"""Tests of asana_tbp.cli: what a producer types, sees and gets as an exit code."""
