"""Tests of asana_tbp.scaffold."""
