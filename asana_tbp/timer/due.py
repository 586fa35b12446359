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
    event = next_event(state, tick, closing)
    return event if event is not None and event.tick <= tick + TICK_ROUNDING else None


def next_event(state: State, tick: float, closing: float | None = None) -> Event | None:
    """The event that will be due next, at `tick` or later; None where that depends on a command."""
    if state.ended is not None:
        return None
    if state.running:
        return _next_in_run(state.running, state, tick)
    if state.resting:
        return events.BreakEnded(state.resting.until)
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


def _next_in_run(running: Running, state: State, tick: float) -> Event | None:
    gid, options, deadline = running.timebox.gid, state.options, running.deadline
    is_gate = running.timebox.is_gate
    if options.gate_wait is not None and running.asked is not None and running.asking and is_gate:
        at = running.asked + options.gate_wait
        return events.TimeboxLeft(at, gid, running.spent(at), "unanswered")
    if deadline is None or running.held or running.overtime:
        return None
    if tick + TICK_ROUNDING < deadline and not running.warned and 0 < options.warn < running.budget:
        return events.Warned(max(deadline - options.warn, state.moment))
    # Given another budget, or shortened, after its time: it ends then, not before.
    end = max(deadline, state.moment)
    if options.at_zero == "complete" and not is_gate:
        spent = running.budget if end <= deadline + TICK_ROUNDING else running.spent(end)
        return events.TimeboxEnded(end, gid, spent)
    return events.TimeUp(end)
