"""Runs the state machine of `machine.py`: some examples on each landing, many in the deep check."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.needs import examples
from tests.session.machine import Sessions

TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=examples(40, 1000),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
