"""The pure state machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.timer.commands import Stop
from asana_tbp.timer.events import (
    Event,
    SessionEnded,
    SessionOptions,
    SessionStarted,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
)
from asana_tbp.timer.state import State
from asana_tbp.timer.transitions import ImpossibleEvent, apply, due, lost, replay

A = Timebox("1", "Write chords (20m)", "Write chords", 20, "Composition")
B = Timebox("2", "Design pad (5m)", "Design pad", 5, "Sound Design")


def stop(state: State, tick: float) -> tuple[Event, ...]:
    facts = Stop().decide(state, tick)
    return () if isinstance(facts, str) else facts


def test_a_session_runs_each_timebox_for_its_budget_and_then_ends() -> None:
    state = apply(State(), SessionStarted(0.0, (A, B), SessionOptions(warn=0.0)))
    assert due(state, 100.0) == TimeboxStarted(0.0, "1"), "it begins when it could, not when it is looked at"
    state = apply(state, TimeboxStarted(100.0, "1"))
    assert due(state, 100.0 + 20 * 60 - 0.001) is None
    assert due(state, 100.0 + 20 * 60) == TimeboxEnded(1300.0, "1", 1200.0)
    state = apply(state, TimeboxEnded(1300.0, "1", 1200.0))
    state = apply(state, TimeboxStarted(1300.0, "2"))
    state = apply(state, TimeboxEnded(1600.0, "2", 300.0))
    assert due(state, 1600.0) == SessionEnded(1600.0, "finished")
    state = apply(state, SessionEnded(0.0, "finished"))
    assert [done.timebox for done in state.done] == [A, B]
    assert due(state, 9999.0) is None


def test_stopping_leaves_the_running_timebox_undone() -> None:
    state = replay((SessionStarted(0.0, (A, B)), TimeboxStarted(0.0, "1")))
    assert stop(state, 90.0) == (TimeboxLeft(90.0, "1", 90.0), SessionEnded(90.0, "stopped"))
    ended = replay((SessionStarted(0.0, (A, B)), TimeboxStarted(0.0, "1"), *stop(state, 90.0)))
    assert ended.done == ()
    assert [left.timebox for left in ended.finished] == [A]
    assert stop(ended, 100.0) == ()


def test_a_lost_session_counts_nothing_as_worked() -> None:
    state = replay((SessionStarted(0.0, (A,)), TimeboxStarted(0.0, "1")))
    assert lost(state) == (TimeboxLeft(0.0, "1", 0.0, "lost"), SessionEnded(0.0, "lost"))
    assert lost(replay((SessionStarted(0.0, (A,)),))) == (SessionEnded(0.0, "lost"),)
    assert lost(replay((SessionStarted(0.0, (A,)), SessionEnded(0.0, "stopped")))) == ()


@pytest.mark.parametrize(
    ("events", "impossible"),
    [
        ((), TimeboxStarted(0.0, "1")),
        ((SessionStarted(0.0, (A,)),), SessionStarted(0.0, (A,))),
        ((SessionStarted(0.0, (A, B)),), TimeboxStarted(0.0, "2")),
        ((SessionStarted(0.0, (A,)),), TimeboxEnded(0.0, "1", 0.0)),
        ((SessionStarted(0.0, (A,)), TimeboxStarted(0.0, "1")), TimeboxStarted(0.0, "1")),
        ((SessionStarted(0.0, (A,)), TimeboxStarted(0.0, "1")), TimeboxLeft(0.0, "2", 0.0)),
        ((SessionStarted(0.0, (A,)), TimeboxStarted(0.0, "1")), SessionEnded(0.0, "finished")),
        ((SessionStarted(0.0, (A,)), SessionEnded(0.0, "stopped")), TimeboxStarted(0.0, "1")),
    ],
)
def test_what_cannot_follow_is_refused(events: tuple[Event, ...], impossible: Event) -> None:
    with pytest.raises(ImpossibleEvent):
        apply(replay(events), impossible)


@given(
    st.lists(st.integers(1, 90), max_size=6),
    st.lists(st.floats(0.0, 4000.0), max_size=40),
    st.integers(0, 40),
)
def test_time_only_comes_from_ticks(budgets: list[int], steps: list[float], stop_at: int) -> None:
    """However time passes: one box at a time, each done box spent its budget, replay equals live."""
    timeboxes = tuple(
        Timebox(str(at), f"T{at} ({minutes}m)", f"T{at}", minutes) for at, minutes in enumerate(budgets)
    )
    events: list[Event] = [SessionStarted(0.0, timeboxes)]
    state = replay(tuple(events))
    tick = 0.0
    for at, step in enumerate(steps):
        tick += step
        came_true = due(state, tick)
        facts = stop(state, tick) if at == stop_at else (came_true,) if came_true else ()
        for fact in facts:
            events.append(fact)
            state = apply(state, fact)
        assert replay(tuple(events)) == state
        assert all(done.spent == done.timebox.seconds for done in state.done)
        assert sum(finished.spent for finished in state.finished) <= tick + 1e-6
