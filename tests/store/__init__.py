"""Tests of `asana_tbp.store`."""
