"""What can and what cannot follow in a session: a broken log is refused, never replayed."""

from __future__ import annotations

import pytest

from asana_tbp.timer.events import (
    Added,
    BreakEnded,
    BreakStarted,
    Event,
    Extended,
    Held,
    MarkedToComeBack,
    Paused,
    Released,
    Renamed,
    Resumed,
    SessionEnded,
    SessionStarted,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    TimeUp,
    Undone,
    Warned,
)
from asana_tbp.timer.transitions import ImpossibleEvent, apply, replay

A = Timebox("1", "Write chords (20m)", "Write chords", 20, "Composition")
B = Timebox("2", "Design pad (5m)", "Design pad", 5, "Sound Design")

STARTED = (SessionStarted(0.0, (A, B)),)
RUNNING = (*STARTED, TimeboxStarted(0.0, "1"))
PAUSED = (*RUNNING, Paused(60.0))
DONE = (*RUNNING, TimeboxEnded(1200.0, "1", 1200.0))
ON_BREAK = (*DONE, BreakStarted(1200.0, 300.0))
LEFT = (*RUNNING, TimeboxLeft(90.0, "1", 90.0))
ENDED = (*DONE, SessionEnded(1200.0, "stopped"))

IMPOSSIBLE: dict[str, tuple[tuple[Event, ...], Event]] = {
    "a second run beside one": (RUNNING, TimeboxStarted(60.0, "2")),
    "a run during a break": (ON_BREAK, TimeboxStarted(1210.0, "2")),
    "a run that is not next": (STARTED, TimeboxStarted(0.0, "2")),
    "an end of what does not run": (RUNNING, TimeboxEnded(60.0, "2", 60.0)),
    "a break during a run": (RUNNING, BreakStarted(60.0, 300.0)),
    "a break during a break": (ON_BREAK, BreakStarted(1210.0, 300.0)),
    "a task that waits already": (STARTED, Added(0.0, B)),
    "an end during a run": (RUNNING, SessionEnded(60.0, "stopped")),
    "a pause of nothing": (STARTED, Paused(0.0)),
    "a warning of nothing": (DONE, Warned(1200.0)),
    "a hold of nothing": (STARTED, Held(0.0)),
    "a release of nothing": (STARTED, Released(0.0)),
    "a time up of nothing": (STARTED, TimeUp(0.0)),
    "an extension of nothing": (STARTED, Extended(0.0, 60.0)),
    "a resume of what runs": (RUNNING, Resumed(60.0)),
    "an undo of what was not done": (LEFT, Undone(100.0, "1")),
    "an undo of what never ran": (DONE, Undone(1200.0, "2")),
    "an undo of what runs": (RUNNING, Undone(60.0, "1")),
    "a mark on what never ran": (DONE, MarkedToComeBack(1200.0, "2")),
    "a mark on what was left": (LEFT, MarkedToComeBack(100.0, "1")),
    "a break after the end": (ENDED, BreakStarted(1300.0, 60.0)),
    "a break's end after the end": (ENDED, BreakEnded(1300.0)),
    "a new task after the end": (ENDED, Added(1300.0, Timebox("3", "Levels (5m)", "Levels", 5))),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_follow_is_refused(name: str) -> None:
    before, impossible = IMPOSSIBLE[name]
    state = replay(before)
    with pytest.raises(ImpossibleEvent):
        apply(state, impossible)


def test_undo_and_mark_may_come_after_the_end() -> None:
    undone = apply(replay(ENDED), Undone(1300.0, "1"))
    assert undone.done == ()
    assert undone.ended == "stopped"
    assert B in undone.queue
    assert A not in undone.queue, "an ended session runs nothing again"
    assert [over.timebox for over in undone.standing] == [A], "it counts among what the session had"
    marked = apply(replay(ENDED), MarkedToComeBack(1300.0, "1"))
    assert [finished.come_back for finished in marked.done] == [True]


def test_undo_takes_back_the_last_run_of_several() -> None:
    twice = (
        *DONE,
        Added(1210.0, A),
        TimeboxStarted(1220.0, "2"),
        TimeboxEnded(1520.0, "2", 300.0),
        TimeboxStarted(1520.0, "1"),
        TimeboxEnded(1600.0, "1", 80.0, "early"),
    )
    state = apply(replay(twice), Undone(1610.0, "1"))
    assert [(finished.spent, finished.done) for finished in state.finished] == [
        (1200.0, True),
        (300.0, True),
        (80.0, False),
    ]
    assert state.queue == (A,)


def test_only_more_time_counts_as_an_extension() -> None:
    state = replay((*RUNNING, Extended(60.0, -300.0), Extended(70.0, 60.0)))
    assert state.running is not None
    assert (state.running.extensions, state.running.added) == (1, -240.0)


@pytest.mark.parametrize("renamed", ["1", "2"])
def test_a_new_name_reaches_the_task_that_runs_and_the_one_that_waits(renamed: str) -> None:
    new = Timebox(renamed, "Something else (40m)", "Something else", 40, "Mixing")
    state = apply(replay(RUNNING), Renamed(60.0, new))
    assert state.running is not None
    assert (state.running.timebox, state.queue) == ((new, (B,)) if renamed == "1" else (A, (new,)))


def test_a_run_that_paused_goes_on_where_it_stood() -> None:
    state = replay((*PAUSED, Resumed(500.0)))
    assert state.running is not None
    assert state.running.spent(560.0) == 120.0
