"""Which event of a session happens by itself, and when. Pure."""

from __future__ import annotations

from asana_tbp.timer import events
from asana_tbp.timer.events import Event
from asana_tbp.timer.state import Running, State

TICK_ROUNDING = 1e-6
"""Seconds by which two ticks may differ and mean the same: sums of floats are not exact."""


def due(state: State, tick: float, closing: float | None = None) -> Event | None:
    """The one event that happens by itself at `tick`, or None while nothing does.

    `closing` is the tick by which the last run must end. An event carries the tick at which it happened, which
    may lie before `tick`: being late does not add up.
    """
    if state.ended is not None:
        return None
    if state.running:
        return _due_of(state.running, state, tick)
    if state.resting:
        return events.BreakEnded(state.resting.until) if tick + TICK_ROUNDING >= state.resting.until else None
    if not state.queue:
        return events.SessionEnded(state.moment, "finished")
    if state.waiting:
        return None
    rest = state.rest_due
    ends = state.moment + (rest.seconds if rest else 0.0) + state.queue[0].seconds
    if closing is not None and ends > closing + TICK_ROUNDING:
        return events.SessionEnded(state.moment, "time")
    if rest:
        return events.BreakStarted(state.moment, rest.seconds, rest.title)
    return events.TimeboxStarted(state.moment, state.queue[0].gid)


def _due_of(running: Running, state: State, tick: float) -> Event | None:
    deadline = running.deadline
    if (at := unanswered_at(state)) is not None:
        left = events.TimeboxLeft(at, running.timebox.gid, running.spent(at), "unanswered")
        return left if tick + TICK_ROUNDING >= at else None
    if deadline is None or running.held:
        return None
    options = state.options
    if tick + TICK_ROUNDING < deadline:
        early = deadline - options.warn
        warns = not running.warned and 0 < options.warn < running.budget and not running.overtime
        return events.Warned(max(early, state.moment)) if warns and tick + TICK_ROUNDING >= early else None
    if running.overtime:
        return None
    # Given another budget, or shortened, after its time: it ends then, not before.
    end = max(deadline, state.moment)
    if options.at_zero == "complete" and not running.timebox.is_gate:
        spent = running.budget if end <= deadline + TICK_ROUNDING else running.spent(end)
        return events.TimeboxEnded(end, running.timebox.gid, spent)
    return events.TimeUp(end)


def next_look(state: State) -> float | None:
    """The tick at which `due` gives an event, None when that depends on a command."""
    if state.resting:
        return state.resting.until
    running = state.running
    if (at := unanswered_at(state)) is not None:
        return at
    if running is None or running.deadline is None or running.held or running.overtime:
        return None
    warns = not running.warned and 0 < state.options.warn < running.budget
    return running.deadline - state.options.warn if warns else running.deadline


def unanswered_at(state: State) -> float | None:
    """The tick at which a gate that nobody answers is left open; None where none asks, or where it asks for ever."""
    running, wait = state.running, state.options.gate_wait
    if wait is None or running is None or not running.asking or not running.timebox.is_gate:
        return None
    return None if running.asked is None else running.asked + wait
