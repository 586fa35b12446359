"""Which fact of a session comes true by itself, and when.

Pure. Knows deadlines, warnings, breaks and what begins after what. Must not know clocks, commands or Asana.
"""

from __future__ import annotations

from asana_tbp.timer.events import (
    BreakEnded,
    BreakStarted,
    Event,
    SessionEnded,
    TimeboxEnded,
    TimeboxStarted,
    TimeUp,
    Warned,
)
from asana_tbp.timer.state import Running, State

TICK_ROUNDING = 1e-6
"""Seconds by which two ticks may differ and mean the same: sums of floats are not exact."""


def due(state: State, tick: float, closing: float | None = None) -> Event | None:
    """The one fact that comes true by itself at `tick`, or None while nothing does.

    `closing` is the tick by which the last box must end. A fact carries the tick at which it came true,
    which may lie before `tick`: late looks don't add up.
    """
    if state.ended is not None:
        return None
    if state.running:
        return _due_of(state.running, state, tick)
    if state.resting:
        return BreakEnded(state.resting.until) if tick + TICK_ROUNDING >= state.resting.until else None
    if not state.queue:
        return SessionEnded("finished", state.moment)
    if state.waiting:
        return None
    rest = state.rest_due
    ends = state.moment + (rest.seconds if rest else 0.0) + state.queue[0].seconds
    if closing is not None and ends > closing + TICK_ROUNDING:
        return SessionEnded("time", state.moment)
    if rest:
        return BreakStarted(state.moment, *rest)
    return TimeboxStarted(state.queue[0].gid, state.moment)


def _due_of(running: Running, state: State, tick: float) -> Event | None:
    deadline = running.deadline
    if deadline is None or running.held:
        return None
    gid, options = running.timebox.gid, state.options
    if tick + TICK_ROUNDING < deadline:
        early = deadline - options.warn
        warns = not running.warned and 0 < options.warn < running.budget and not running.overtime
        return Warned(gid, max(early, state.moment)) if warns and tick + TICK_ROUNDING >= early else None
    if running.overtime:
        return None
    # Released, re-budgeted or shortened after its time: it ends then, not before.
    at = max(deadline, state.moment)
    if options.at_zero == "complete" and not running.timebox.is_gate:
        spent = running.budget if at <= deadline + TICK_ROUNDING else running.spent(at)
        return TimeboxEnded(gid, at, spent)
    return TimeUp(gid, at)


def next_look(state: State) -> float | None:
    """The tick at which `due` will have something to say, None when that depends on what is told."""
    if state.resting:
        return state.resting.until
    running = state.running
    if running is None or running.deadline is None or running.held or running.overtime:
        return None
    warns = not running.warned and 0 < state.options.warn < running.budget
    return running.deadline - state.options.warn if warns else running.deadline
