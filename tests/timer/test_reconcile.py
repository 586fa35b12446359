"""What a reading of Asana means for a session, in pure values."""

from __future__ import annotations

from asana_tbp.timer.events import (
    Added,
    Removed,
    Renamed,
    SessionStarted,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
)
from asana_tbp.timer.reconcile import RemoteTasks, reconcile
from asana_tbp.timer.transitions import replay

A = Timebox("1", "Write chords (20m)", "Write chords", 20, "Composition")
B = Timebox("2", "Design pad (5m)", "Design pad", 5, "Sound Design")
C = Timebox("3", "Levels (5m)", "Levels", 5, "Mixing")
NOTHING: frozenset[str] = frozenset()
DONE_A = (SessionStarted(0.0, (A, B)), TimeboxStarted(0.0, "1"), TimeboxEnded(1200.0, "1", 1200.0))
RUNNING_A = (SessionStarted(0.0, (A, B)), TimeboxStarted(0.0, "1"))


def test_a_task_that_is_over_does_not_join_again() -> None:
    assert reconcile(replay(DONE_A), RemoteTasks((A, B)), 1300.0, NOTHING) == ()


def test_a_task_that_was_left_does_not_join_again() -> None:
    left = (*RUNNING_A, TimeboxLeft(60.0, "1", 60.0))
    assert reconcile(replay(left), RemoteTasks((A, B)), 100.0, NOTHING) == ()


def test_what_asana_was_not_told_yet_is_not_believed() -> None:
    state = replay((SessionStarted(0.0, (A,)),))
    assert reconcile(state, RemoteTasks((A, C)), 0.0, frozenset({"3"})) == ()
    assert reconcile(state, RemoteTasks((A, C)), 0.0, NOTHING) == (Added(0.0, C),)


def test_a_missing_task_is_gone_only_when_its_own_fate_says_so() -> None:
    state = replay((SessionStarted(0.0, (A, B)),))
    assert reconcile(state, RemoteTasks((A,)), 0.0, NOTHING) == ()
    fates = RemoteTasks((A,), {"2": "gone"})
    assert reconcile(state, fates, 0.0, NOTHING) == (Removed(0.0, "2", "gone"),)
    assert reconcile(state, fates, 0.0, frozenset({"2"})) == ()


def test_a_new_name_or_budget_is_taken_over() -> None:
    longer = Timebox("2", "Design pad (10m)", "Design pad", 10, "Sound Design")
    state = replay((SessionStarted(0.0, (A, B)),))
    assert reconcile(state, RemoteTasks((A, longer)), 5.0, NOTHING) == (Renamed(5.0, longer),)
