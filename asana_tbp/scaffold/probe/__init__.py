"""Finds out, on a throw-away project, how this Asana behaves where its documentation says nothing."""
