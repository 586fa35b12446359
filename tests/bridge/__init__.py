"""Tests of `asana_tbp.bridge`."""
