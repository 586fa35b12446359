"""What to go on with, and why: a table of boards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from asana_tbp.board.advice import advise, long_away, next_task
from asana_tbp.board.view import BoardSong, BoardStage, BoardView, Progress
from asana_tbp.bridge.values import Task

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def song(
    name: str,
    stage: str = "",
    *,
    done: int = 0,
    tasks: int = 4,
    due: int | None = None,
    worked: float | None = None,
    project: bool = True,
    hidden: bool = False,
) -> BoardSong:
    """A song whose tasks have 30 minutes each; `due` and `worked` are days from now and days ago."""
    return BoardSong(
        name,
        name,
        "",
        stage,
        f"p {name}" if project else None,
        Progress(
            tasks,
            done,
            tasks * 30,
            done * 30,
            None if worked is None else NOW - timedelta(days=worked),
            hidden=hidden,
        ),
        deadline=None if due is None else date(2026, 11, 26) + timedelta(days=due),
    )


def board(*songs: BoardSong) -> BoardView:
    stages = ("", "Ideas", "Composition", "Mixing")
    return BoardView(
        "Songs", "", NOW, tuple(BoardStage(n, n, tuple(s for s in songs if s.stage == n)) for n in stages)
    )


@pytest.mark.parametrize(
    ("songs", "name", "why"),
    [
        (
            (song("A", "Mixing"), song("B", "Ideas", due=14)),
            "B",
            "its deadline is in 14 days and 2h of work are left",
        ),
        (
            (song("A", "Mixing"), song("B", "Ideas", due=15)),
            "A",
            "it is the furthest along, in Mixing, with 2h to go",
        ),
        ((song("A", due=3), song("B", due=1)), "B", "its deadline is in 1 day and 2h of work are left"),
        (
            (song("A", due=1, done=1), song("B", due=1, done=2)),
            "B",
            "its deadline is in 1 day and 1h of work are left",
        ),
        ((song("A", due=0),), "A", "its deadline is today and 2h of work are left"),
        ((song("A", due=-2),), "A", "its deadline was 2 days ago and 2h of work are left"),
        (
            (song("A", "Mixing", worked=1), song("B", "Mixing", worked=3)),
            "A",
            "it is in Mixing, the furthest stage with work left, last worked on yesterday, "
            "and no other song there was worked on more lately",
        ),
        (
            (song("A", "Mixing", worked=21),),
            "A",
            "it is the furthest along, in Mixing, last worked on 21 days ago",
        ),
        ((song("A", "Mixing", worked=22),), "A", "it is the furthest along, in Mixing, with 2h to go"),
        ((song("A", "Mixing", worked=-1),), "A", "it is the furthest along, in Mixing, last worked on today"),
        (
            (song("A", "Composition", done=1, worked=40), song("B", "Composition", done=3, worked=50)),
            "B",
            "it is in Composition, the furthest stage with work left, with 30m to go",
        ),
        ((song("A"), song("B", done=1)), "B", "it is the furthest along, with 1h30m to go"),
        ((song("A"),), "A", "it is your only song, with 2h to go"),
        ((song("A", worked=2), song("B", done=3)), "A", "you worked on it last, 2 days ago, with 2h to go"),
    ],
)
def test_the_song_and_the_reason(songs: tuple[BoardSong, ...], name: str, why: str) -> None:
    advice = advise(board(*songs), NOW)
    assert advice is not None
    assert (advice.song.name, advice.why) == (name, why)


def test_there_is_nothing_to_go_on_with() -> None:
    done, idea, hidden = song("A", done=4), song("B", project=False), song("C", hidden=True)
    assert advise(board(done, idea, hidden), NOW) is None


@pytest.mark.parametrize(("days", "shown"), [(13, []), (14, ["A", "B"])])
def test_after_two_weeks_off_all_songs_with_work_left_are_told_of(days: int, shown: list[str]) -> None:
    view = board(song("A", worked=days), song("B"), song("C", done=4, worked=60))
    assert [each.name for each in long_away(view, NOW)] == shown
    assert long_away(board(song("A")), NOW) == (), "nobody has begun yet"


def test_the_first_task_is_the_ideal_orders_and_strangers_come_after() -> None:
    tasks = [Task("x", "New by hand"), Task("b", "Bass"), Task("a", "Chords")]
    assert next_task(tasks, {"a": 0, "b": 1}) == "Chords"
    assert next_task(tasks, {}) == "New by hand"
    assert next_task([Task("x", "New by hand")], {"a": 0}) == "New by hand"
    assert next_task([], {}) is None
