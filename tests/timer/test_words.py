"""What a session says: every row of the tables is used, and time over the budget has a plus."""

from __future__ import annotations

from string import Formatter
from typing import get_args, get_type_hints

import pytest

from asana_tbp.cli.output.snapshot_text import moment_line
from asana_tbp.text import clock_text, spent_text
from asana_tbp.timer.commands import COMMANDS
from asana_tbp.timer.events import KINDS
from asana_tbp.timer.moments import MOMENTS
from asana_tbp.timer.words import COMMAND_WORDS

OWN_VALUES = {
    "timebox-started": {"task"},
    "timebox-ended": {"ended"},
    "timebox-left": {"spent"},
    "extended": {"seconds"},
    "break-started": {"seconds", "title"},
    "renamed": {"renamed"},
}
"""What the sentence of an event may name beside what every event has."""


def test_every_row_belongs_to_an_event_or_a_command() -> None:
    assert {name.partition(" ")[0] for name in MOMENTS} <= set(KINDS)
    assert set(COMMAND_WORDS) <= set(COMMANDS)


@pytest.mark.parametrize("name", MOMENTS)
def test_a_row_tells_apart_and_says_what_its_event_has(name: str) -> None:
    kind, _, about = name.partition(" ")
    whys = {"time-up": ("overtime", "gate")}.get(kind) or get_args(get_type_hints(KINDS[kind]).get("why"))
    assert not about or about in whys
    named = {field for _, field, _, _ in Formatter().parse(MOMENTS[name].sentence) if field}
    assert named <= {"left", "held", "score", "open", "next", "waiting", "song", "name"} | OWN_VALUES.get(
        kind, set()
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(95.0, "1:35"), (0.2, "0:01"), (0.0, "0:00"), (-1e-12, "0:00"), (-95.0, "+1:35"), (-3725.4, "+1:02:05")],
)
def test_time_over_the_budget_begins_with_a_plus(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text


def test_status_shows_overtime_as_the_screen_does() -> None:
    session = {"phase": "overtime", "left": -95.0, "running": {"title": "Lead"}, "done": 0, "total": 1}
    assert moment_line(session) == "+1:35 Lead [overtime] (0 of 1 done)"


def test_status_says_that_a_paused_task_is_held_and_of_which_song_it_is() -> None:
    session = {
        "phase": "paused",
        "held": True,
        "left": 95.0,
        "running": {"title": "Lead"},
        "done": 0,
        "total": 1,
    }
    assert moment_line(session) == "1:35 Lead [paused, held] (0 of 1 done)"
    session |= {"held": False, "song": "Rain", "several_songs": True}
    assert moment_line(session) == "1:35 Rain / Lead [paused] (0 of 1 done)"


@pytest.mark.parametrize(("spent", "text"), [(4.7, "0:04"), (0.1 + 0.2 + 4.7, "0:05"), (4.9999999, "0:05")])
def test_time_spent_and_time_left_make_up_the_budget(spent: float, text: str) -> None:
    assert spent_text(spent) == text
