"""Tests of asana_tbp.session."""
