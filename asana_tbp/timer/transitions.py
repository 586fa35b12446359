"""The timer as a pure state machine: events in, state out; and which event happens next by itself."""

from collections.abc import Iterable
from dataclasses import replace

from asana_tbp.timer import events
from asana_tbp.timer.events import Event, SessionOptions
from asana_tbp.timer.state import TICK_ROUNDING, Break, Finished, Running, State, break_after


class ImpossibleEvent(ValueError):
    """An event that cannot follow the state it is applied to: a broken log, or a bug."""


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
        case events.TimeboxEnded() | events.TimeboxLeft():
            return _over(state, event)
        case events.BreakStarted(tick=tick, seconds=seconds, title=title):
            if state.running or state.resting:
                raise ImpossibleEvent("a break does not begin now")
            return replace(state, resting=Break(seconds, title, tick), rest_due=None)
        case events.BreakEnded():
            return replace(state, resting=None, rest_due=None)
        case events.Undone() | events.MarkedToComeBack() | events.MarkCleared():
            return _marked(state, event)
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
            queue = tuple(timebox if old.gid == timebox.gid else old for old in state.queue)
            run = state.running
            if run and run.timebox.gid == timebox.gid:
                run = _with_budget(replace(run, timebox=timebox), state.options, tick)
            return replace(state, queue=queue, running=run)
        case events.OptionsChanged(options=options):
            return replace(state, options=options)
        case events.SessionEnded(why=why):
            if state.running:
                raise ImpossibleEvent("a session does not end while a task runs")
            return replace(state, ended=why, resting=None, rest_due=None)
        case events.Suspended() if state.running is None:
            return state
    if state.running is None:
        raise ImpossibleEvent(f"{event} while no task runs")
    return replace(state, running=_in_run(state.running, event, state.options))


def _in_run(running: Running, event: Event, options: SessionOptions) -> Running:
    tick = event.tick
    match event:
        case events.Paused():
            return replace(running, worked=running.spent(tick), since=None)
        case events.Resumed():
            if running.since is not None:
                raise ImpossibleEvent("the task runs already")
            return replace(running, since=tick, asking=False, absence=0.0)
        case events.Warned():
            return replace(running, warned=True)
        case events.TimeUp():
            if options.at_zero == "overtime" and not running.timebox.is_gate:
                return replace(running, overtime=True)
            return replace(running, worked=running.spent(tick), since=None, asking=True, asked=tick)
        case events.Extended(seconds=seconds):
            times = running.extensions + (1 if seconds > 0 else 0)
            longer = replace(running, added=running.added + seconds, extensions=times)
            return _with_budget(longer, options, tick)
        case events.Held():
            return replace(running, held=True)
        case events.Released():
            return replace(running, held=False)
        case events.Suspended():
            return _after_absence(running, event)
    return running  # Other events are only recorded.


def _over(state: State, event: events.TimeboxEnded | events.TimeboxLeft) -> State:
    run, done = state.running, isinstance(event, events.TimeboxEnded)
    if not run or run.timebox.gid != event.gid:
        raise ImpossibleEvent(f"task {event.gid} does not run")
    over = Finished(run.timebox, event.spent, done, event.why, run.come_back, run.extensions)
    rest = break_after(run.timebox, state.options) if done and state.queue else None
    return replace(state, running=None, finished=(*state.finished, over), rest_due=rest)


def _marked(state: State, event: events.Undone | events.MarkedToComeBack | events.MarkCleared) -> State:
    marked, undone, gid = (
        isinstance(event, events.MarkedToComeBack),
        isinstance(event, events.Undone),
        event.gid,
    )
    if not undone and state.running and state.running.timebox.gid == gid:
        return replace(state, running=replace(state.running, come_back=marked))
    for at, over in reversed(list(enumerate(state.finished))):
        if over.timebox.gid != gid or not over.done:
            continue
        queue = (over.timebox, *state.queue) if undone and state.ended is None else state.queue
        changed = replace(over, done=False, why="undone") if undone else replace(over, come_back=marked)
        return replace(
            state, finished=(*state.finished[:at], changed, *state.finished[at + 1 :]), queue=queue
        )
    raise ImpossibleEvent(f"task {gid} is not done")


def _with_budget(running: Running, options: SessionOptions, tick: float) -> Running:
    """The run after its budget changed: it warns again, and no longer asks once there is time again."""
    left = running.left(tick)
    if left > options.warn:
        running = replace(running, warned=False)
    if running.asking and left > 0:
        running = replace(running, asking=False, since=tick)
    return replace(running, overtime=running.overtime and left <= 0)


def _after_absence(running: Running, event: events.Suspended) -> Running:
    if event.counted and running.since is not None:
        running = replace(running, worked=running.worked + event.seconds)
        if running.left(event.tick) <= 0 and event.why != "crashed" and not running.overtime:
            # Nobody was there when the time was up: nothing is completed unless somebody says so.
            running = replace(running, worked=running.budget, since=None, asking=True)
    elif event.pauses and running.since is not None:
        absence = running.absence + event.seconds
        running = replace(running, worked=running.spent(event.tick), since=None, absence=absence)
    elif event.why == "crashed" and not running.asking:
        running = replace(running, worked=running.spent(event.tick), since=event.tick)
    return running


def replay(log: Iterable[Event]) -> State:
    """The state that a log of events adds up to."""
    state = State()
    for event in log:
        state = apply(state, event)
    return state


def lost(state: State, spent: float = 0.0) -> tuple[Event, ...]:
    """The events that end a session that broke off and is not resumed.

    `spent` is what is known to have been worked in the run that broke off, in seconds.
    """
    if state.ended is not None:
        return ()
    ended = events.SessionEnded(state.moment, "lost")
    if not state.running:
        return (ended,)
    return (events.TimeboxLeft(state.moment, state.running.timebox.gid, spent, "lost"), ended)


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
