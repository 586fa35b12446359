"""Desired against remote: what a song map asks for, made true in Asana."""
