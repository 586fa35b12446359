"""Tests mirror the package; see tests/conftest.py for the real parts they share."""
