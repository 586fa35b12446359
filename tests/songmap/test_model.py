"""A song map in memory cannot change, and cannot be made wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from asana_tbp.songmap.model import Question, Section, SongMap, Task, Themes

SONG = SongMap(
    song=" Midnight Galaxy ",
    sections=(
        Section(
            name="Composition",
            tasks=(Task(title="Write chords", minutes=20), Task(title="Write lead", minutes=90)),
        ),
        Section(name="Mixing"),
    ),
)


def test_a_map_counts_its_tasks_and_minutes() -> None:
    assert (SONG.song, SONG.task_count, SONG.total_minutes) == ("Midnight Galaxy", 2, 110)
    assert [section.minutes for section in SONG.sections] == [110, 0]
    assert [task.name for task in SONG.sections[0].tasks] == ["Write chords (20m)", "Write lead (1h30m)"]


def test_equal_maps_are_equal_values() -> None:
    again = replace(SONG)
    assert again == SONG
    assert hash(again) == hash(SONG)


def test_a_map_cannot_change() -> None:
    with pytest.raises(FrozenInstanceError):
        SONG.song = "Other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Task, {"title": "a", "minutes": 0}),
        (Task, {"title": "a", "minutes": 1441}),
        (Task, {"title": "a", "minutes": "25"}),
        (Task, {"title": "a", "minutes": True}),
        (Task, {"title": " ", "minutes": 5}),
        (Task, {"title": "a", "minutes": 5, "after": ("",)}),
        (Task, {"title": "a", "minutes": 5, "time": 5}),
        (Section, {"name": ""}),
        (Themes, {"musical": ("",)}),
        (Question, {"question": ""}),
        (SongMap, {"song": ""}),
    ],
)
def test_a_wrong_value_cannot_be_made(kind: type[Any], fields: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        kind(**fields)
