"""What a message at the door may ask for."""

from __future__ import annotations

import math

import pytest

from asana_tbp.timer.commands import Extend, command_of


@pytest.mark.parametrize(
    "seconds", [10**400, -(10**400), math.inf, -math.inf, math.nan, True, "60", None, [60], 86_401]
)
def test_seconds_that_make_no_sense_are_no_command(seconds: object) -> None:
    assert command_of({"do": "extend", "seconds": seconds}) is None


@pytest.mark.parametrize("seconds", [60, -60.5, 86_400])
def test_seconds_that_do_are_one(seconds: float) -> None:
    assert command_of({"do": "extend", "seconds": seconds}) == Extend(float(seconds))
