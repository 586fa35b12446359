"""Runs the state machine of `machine.py`. SESSION_EXAMPLES asks for more than the everyday number."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.session.machine import Sessions

TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=int(os.environ.get("SESSION_EXAMPLES", "500")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
