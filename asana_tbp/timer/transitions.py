"""The timer as a pure state machine: events in, state out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from asana_tbp.timer import events
from asana_tbp.timer.events import Event, SessionOptions, Timebox
from asana_tbp.timer.state import Break, Finished, Running, State, break_after


class ImpossibleEvent(ValueError):
    """An event that cannot follow the state it is applied to: a broken log, or a fault of ours."""


def apply(state: State, event: Event) -> State:
    """The state after `event`. Raises `ImpossibleEvent` where the event cannot follow."""
    if isinstance(event, events.SessionStarted):
        if state != State():
            raise ImpossibleEvent("a session starts once")
        return State(options=event.options, queue=event.queue)
    if state.ended is not None and not isinstance(
        event, events.Undone | events.MarkedToComeBack | events.MarkCleared
    ):
        raise ImpossibleEvent(f"{event} after the session ended")
    return replace(_applied(state, event), moment=max(state.moment, event.tick))


def _applied(state: State, event: Event) -> State:
    match event:
        case events.TimeboxStarted(tick=tick, gid=gid):
            if state.running or state.resting or not state.queue or state.queue[0].gid != gid:
                raise ImpossibleEvent(f"task {gid} cannot start now")
            running = Running(state.queue[0], tick, since=tick)
            return replace(state, queue=state.queue[1:], running=running, rest_due=None)
        case events.TimeboxEnded(gid=gid, spent=spent, why=why):
            over = _over(state, gid, spent, done=True, why=why)
            return replace(
                over, rest_due=break_after(over.finished[-1].timebox, state.options) if state.queue else None
            )
        case events.TimeboxLeft(gid=gid, spent=spent, why=why):
            return _over(state, gid, spent, done=False, why=why)
        case events.BreakStarted(tick=tick, seconds=seconds, title=title):
            if state.running or state.resting:
                raise ImpossibleEvent("a break does not begin now")
            return replace(state, resting=Break(seconds, title, tick), rest_due=None)
        case events.BreakEnded():
            return replace(state, resting=None, rest_due=None)
        case events.Undone(gid=gid) | events.MarkedToComeBack(gid=gid) | events.MarkCleared(gid=gid):
            return _marked(state, event, gid)
        case events.Added(timebox=timebox):
            if timebox.gid in {other.gid for other in state.queue}:
                raise ImpossibleEvent(f"task {timebox.gid} waits already")
            return replace(state, queue=(*state.queue, timebox))
        case events.Removed(gid=gid):
            return replace(state, queue=tuple(timebox for timebox in state.queue if timebox.gid != gid))
        case events.Reordered(gids=gids):
            place = {gid: at for at, gid in enumerate(gids)}
            ordered = sorted(state.queue, key=lambda timebox: place.get(timebox.gid, len(place)))
            return replace(state, queue=tuple(ordered))
        case events.Renamed(tick=tick, timebox=timebox):
            return _renamed(state, timebox, tick)
        case events.OptionsChanged(options=options):
            return replace(state, options=options)
        case events.SessionEnded(why=why):
            if state.running:
                raise ImpossibleEvent("a session does not end while a task runs")
            return replace(state, ended=why, resting=None, rest_due=None)
        case events.Suspended():
            return _absent(state, event)
    if state.running is None:
        raise ImpossibleEvent(f"{event} while no task runs")
    return replace(state, running=_runs_on(state.running, event, state.options))


def _runs_on(running: Running, event: Event, options: SessionOptions) -> Running:
    match event:
        case events.Paused(tick=tick):
            return replace(running, worked=running.spent(tick), since=None)
        case events.Resumed(tick=tick):
            if running.since is not None:
                raise ImpossibleEvent("the task runs already")
            return replace(running, since=tick, asking=False, absence=0.0)
        case events.Warned():
            return replace(running, warned=True)
        case events.TimeUp(tick=tick):
            if options.at_zero == "overtime" and not running.timebox.is_gate:
                return replace(running, overtime=True)
            return replace(running, worked=running.spent(tick), since=None, asking=True, asked=tick)
        case events.Extended(tick=tick, seconds=seconds):
            longer = replace(
                running,
                added=running.added + seconds,
                extensions=running.extensions + (1 if seconds > 0 else 0),
            )
            return _longer(longer, options, tick)
        case events.Held():
            return replace(running, held=True)
        case events.Released():
            return replace(running, held=False)
        case _:
            raise ImpossibleEvent(f"{event} is not known")


def _over(state: State, gid: str, spent: float, *, done: bool, why: str) -> State:
    if not state.running or state.running.timebox.gid != gid:
        raise ImpossibleEvent(f"task {gid} does not run")
    running = state.running
    over = Finished(running.timebox, spent, done, why, running.come_back, running.extensions)
    return replace(state, running=None, finished=(*state.finished, over))


def _marked(state: State, event: Event, gid: str) -> State:
    marked = isinstance(event, events.MarkedToComeBack)
    if not isinstance(event, events.Undone) and state.running and state.running.timebox.gid == gid:
        return replace(state, running=replace(state.running, come_back=marked))
    for at in range(len(state.finished) - 1, -1, -1):
        over = state.finished[at]
        if over.timebox.gid != gid or not over.done:
            continue
        queue = state.queue
        if isinstance(event, events.Undone):
            changed = replace(over, done=False, why="undone")
            queue = state.queue if state.ended is not None else (over.timebox, *state.queue)
        else:
            changed = replace(over, come_back=marked)
        finished = (*state.finished[:at], changed, *state.finished[at + 1 :])
        return replace(state, finished=finished, queue=queue)
    raise ImpossibleEvent(f"task {gid} is not done")


def _renamed(state: State, timebox: Timebox, tick: float) -> State:
    queue = tuple(timebox if old.gid == timebox.gid else old for old in state.queue)
    running = state.running
    if running and running.timebox.gid == timebox.gid:
        running = _longer(replace(running, timebox=timebox), state.options, tick)
    return replace(state, queue=queue, running=running)


def _longer(running: Running, options: SessionOptions, tick: float) -> Running:
    """The box after its budget changed: warned again, and no longer asking once there is time again."""
    left = running.left(tick)
    if left > options.warn:
        running = replace(running, warned=False)
    if running.asking and left > 0:
        running = replace(running, asking=False, since=tick)
    return replace(running, overtime=running.overtime and left <= 0)


def _absent(state: State, event: events.Suspended) -> State:
    running = state.running
    if running is None:
        return state
    if event.counted and running.since is not None:
        running = replace(running, worked=running.worked + event.seconds)
        if running.left(event.tick) <= 0 and event.why != "crashed" and not running.overtime:
            # Nobody was there when the time was up: nothing is completed unless somebody says so.
            running = replace(running, worked=running.budget, since=None, asking=True)
    elif event.pauses and running.since is not None:
        running = replace(
            running, worked=running.spent(event.tick), since=None, absence=running.absence + event.seconds
        )
    elif event.why == "crashed" and not running.asking:
        running = replace(running, worked=running.spent(event.tick), since=event.tick)
    return replace(state, running=running)


def replay(log: Iterable[Event]) -> State:
    """The state that a log of events adds up to."""
    state = State()
    for event in log:
        state = apply(state, event)
    return state


def lost(state: State, spent: float = 0.0) -> tuple[Event, ...]:
    """The events that end a session whose program broke off, and which is not gone on with.

    `spent` is what is known to have been worked in the run that broke off, in seconds.
    """
    if state.ended is not None:
        return ()
    ended = events.SessionEnded(state.moment, "lost")
    if not state.running:
        return (ended,)
    return (events.TimeboxLeft(state.moment, state.running.timebox.gid, spent, "lost"), ended)
