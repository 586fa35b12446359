"""Tests of `asana_tbp.system`."""
