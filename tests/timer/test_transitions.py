"""The pure state machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.timer.commands import Refusal, Stop, decide
from asana_tbp.timer.due import due
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
from asana_tbp.timer.transitions import ImpossibleEvent, apply, lost, replay

A = Timebox("1", "Write chords (20m)", "Write chords", 20, "Composition")
B = Timebox("2", "Design pad (5m)", "Design pad", 5, "Sound Design")


def stop(state: State, tick: float) -> tuple[Event, ...]:
    facts = decide(state, Stop(), tick)
    return () if isinstance(facts, Refusal) else facts


def test_a_session_runs_each_timebox_for_its_budget_and_then_ends() -> None:
    state = apply(State(), SessionStarted((A, B), SessionOptions(warn=0.0)))
    assert due(state, 100.0) == TimeboxStarted("1", 0.0), "it begins when it could, not when it is looked at"
    state = apply(state, TimeboxStarted("1", 100.0))
    assert due(state, 100.0 + 20 * 60 - 0.001) is None
    assert due(state, 100.0 + 20 * 60) == TimeboxEnded("1", 1300.0, spent=1200.0)
    state = apply(state, TimeboxEnded("1", 1300.0, spent=1200.0))
    state = apply(state, TimeboxStarted("2", 1300.0))
    state = apply(state, TimeboxEnded("2", 1600.0, spent=300.0))
    assert due(state, 1600.0) == SessionEnded("finished", 1600.0)
    state = apply(state, SessionEnded("finished"))
    assert [done.timebox for done in state.done] == [A, B]
    assert due(state, 9999.0) is None


def test_stopping_leaves_the_running_timebox_undone() -> None:
    state = replay((SessionStarted((A, B)), TimeboxStarted("1", 0.0)))
    assert stop(state, 90.0) == (TimeboxLeft("1", spent=90.0, tick=90.0), SessionEnded("stopped", 90.0))
    ended = replay((SessionStarted((A, B)), TimeboxStarted("1", 0.0), *stop(state, 90.0)))
    assert ended.done == ()
    assert [left.timebox for left in ended.finished] == [A]
    assert stop(ended, 100.0) == ()


def test_a_lost_session_counts_nothing_as_worked() -> None:
    state = replay((SessionStarted((A,)), TimeboxStarted("1", 0.0)))
    assert lost(state) == (TimeboxLeft("1", spent=0.0, lost=True, why="lost"), SessionEnded("lost"))
    assert lost(replay((SessionStarted((A,)),))) == (SessionEnded("lost"),)
    assert lost(replay((SessionStarted((A,)), SessionEnded("stopped")))) == ()


@pytest.mark.parametrize(
    ("events", "impossible"),
    [
        ((), TimeboxStarted("1", 0.0)),
        ((SessionStarted((A,)),), SessionStarted((A,))),
        ((SessionStarted((A, B)),), TimeboxStarted("2", 0.0)),
        ((SessionStarted((A,)),), TimeboxEnded("1", 0.0, 0.0)),
        ((SessionStarted((A,)), TimeboxStarted("1", 0.0)), TimeboxStarted("1", 0.0)),
        ((SessionStarted((A,)), TimeboxStarted("1", 0.0)), TimeboxLeft("2", 0.0)),
        ((SessionStarted((A,)), TimeboxStarted("1", 0.0)), SessionEnded("finished")),
        ((SessionStarted((A,)), SessionEnded("stopped")), TimeboxStarted("1", 0.0)),
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
    events: list[Event] = [SessionStarted(timeboxes)]
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
