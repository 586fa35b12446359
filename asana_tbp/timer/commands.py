"""What may be asked of a running session, and which facts follow.

Pure. Knows every command and when it makes no sense. Must not know who asks, nor how.
"""

from __future__ import annotations

from dataclasses import dataclass

from asana_tbp.timer.events import (
    BreakEnded,
    BreakStarted,
    Event,
    Extended,
    Held,
    MarkedToComeBack,
    Paused,
    Released,
    Removed,
    Resumed,
    SessionEnded,
    Suspended,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    Undone,
)
from asana_tbp.timer.state import Running, State


@dataclass(frozen=True, slots=True)
class Pause:
    """Let the running box stand still."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on: after a pause, a hold, a sleep, or with what waits to be started.

    `counting` counts the time of the sleep as worked.
    """

    counting: bool = False


@dataclass(frozen=True, slots=True)
class Toggle:
    """Pause what runs, go on with what stands still: one key, one pedal."""


@dataclass(frozen=True, slots=True)
class Done:
    """The running box's task is done now."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the running box, its task not done; or the break."""


@dataclass(frozen=True, slots=True)
class Scrap:
    """The gate that runs is not passed: leave its song, in this session, and go on with the next one."""


@dataclass(frozen=True, slots=True)
class Extend:
    """Give the running box `seconds` more, or take some off where negative."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Mark the running box to be revisited; with `last`, the one that ended before it."""

    last: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A recording begins: no alarm and no end until it is released; asked again, it is released.

    `on` says which of the two is meant, where it is known.
    """

    on: bool | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the last completion back, also in Asana."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the session; the running box's task is not done."""


@dataclass(frozen=True, slots=True)
class GetStatus:
    """Nothing but the present snapshot."""


Command = Pause | Resume | Toggle | Done | Skip | Scrap | Extend | ComeBack | Hold | Undo | Stop | GetStatus


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that makes no sense now, with the sentence that says why."""

    sentence: str


NOTHING_RUNS = Refusal("No box runs now.")


def decide(state: State, command: Command, tick: float) -> tuple[Event, ...] | Refusal:
    """The facts that follow from a command at `tick`, or why none do. Changes nothing itself."""
    if isinstance(command, Undo):
        return _undo(state, tick)
    if isinstance(command, ComeBack):
        return _come_back(state, command.last, tick)
    if state.ended is not None:
        return Refusal("The session is over.")
    match command:
        case Stop():
            return (*_left(state, tick, "stopped"), SessionEnded("stopped", tick))
        case Toggle():
            stands = state.running is None or state.running.since is None or state.running.held
            return _go_on(state, tick) if stands else (Paused(tick),)
        case Resume(counting):
            return _go_on(state, tick, counting)
        case Skip() if state.running is None:
            if state.resting or state.rest_due:
                return (BreakEnded(tick),)
        case GetStatus():
            return ()
    return NOTHING_RUNS if state.running is None else _to_running(state, command, tick)


def _to_running(state: State, command: Command, tick: float) -> tuple[Event, ...] | Refusal:
    running = state.running
    assert running is not None
    gid = running.timebox.gid
    match command:
        case Pause():
            return Refusal("The box stands still already.") if running.since is None else (Paused(tick),)
        case Done():
            on_time = running.asking and not running.overtime
            return (TimeboxEnded(gid, tick, running.spent(tick), "time" if on_time else "early"),)
        case Skip():
            return _left(state, tick, "skipped")
        case Scrap():
            return _scrapped(state, running, tick)
        case Hold(on):
            wanted = not running.held if on is None else on
            if wanted == running.held:
                return Refusal("The box is held already." if wanted else "The box is not held.")
            return (Held(tick),) if wanted else (Released(tick),)
        case Extend(seconds):
            return _extend(state, seconds, tick)
    return NOTHING_RUNS


def _scrapped(state: State, running: Running, tick: float) -> tuple[Event, ...] | Refusal:
    timebox = running.timebox
    if not timebox.is_gate:
        return Refusal("Only a gate asks keep or scrap; skip leaves this task, stop ends the session.")
    rest = (other for other in state.queue if other.project_gid == timebox.project_gid)
    left = TimeboxLeft(timebox.gid, running.spent(tick), tick=tick, why="scrapped")
    return (left, *(Removed(other.gid, tick, "scrapped") for other in rest))


def _extend(state: State, seconds: float, tick: float) -> tuple[Event, ...] | Refusal:
    running = state.running
    assert running is not None
    if seconds == 0:
        return Refusal("No time is no change.")
    if seconds < 0 and running.left(tick) + seconds <= 0:
        return Refusal("Less time is left than that; say done when the task is done.")
    if seconds > 0 and running.added + seconds > state.options.extension:
        most = state.options.extension / 60
        return Refusal(
            f"A box gets {most:g} more minutes at most, and this one has got {max(0.0, running.added) / 60:g}. "
            "Be strict: mark it to come back to."
        )
    return (Extended(running.timebox.gid, tick, seconds),)


def _go_on(state: State, tick: float, counting: bool = False) -> tuple[Event, ...] | Refusal:
    running = state.running
    if running is None:
        if state.waiting == "break":
            assert state.rest_due is not None
            return (BreakStarted(tick, *state.rest_due),)
        if state.waiting == "task":
            return (TimeboxStarted(state.queue[0].gid, tick),)
        if state.resting:
            return Refusal("A break runs; skip ends it.")
        return NOTHING_RUNS
    facts: tuple[Event, ...] = (Released(tick),) if running.held else ()
    if running.asking and running.left(tick) <= 0:
        if running.timebox.is_gate:
            return Refusal("Keep or scrap? done keeps the song, scrap leaves it.")
        return Refusal("The time is up: say done, extend or skip.")
    if running.since is None:
        facts += (Resumed(tick),)
        if counting and running.absence:
            facts += (Suspended(tick, running.absence, "slept", counted=True, pauses=False),)
    return facts or Refusal("The box runs.")


def _left(state: State, tick: float, why: str) -> tuple[Event, ...]:
    running = state.running
    if running is None:
        return ()
    if why == "skipped":
        return (TimeboxLeft(running.timebox.gid, running.spent(tick), tick=tick, why="skipped"),)
    return (TimeboxLeft(running.timebox.gid, running.spent(tick), tick=tick, why="stopped"),)


def _come_back(state: State, last: bool, tick: float) -> tuple[Event, ...] | Refusal:
    if state.running and not last:
        return (MarkedToComeBack(state.running.timebox.gid, tick),)
    if not state.done:
        return Refusal("No task is done yet to come back to.")
    return (MarkedToComeBack(state.done[-1].timebox.gid, tick),)


def _undo(state: State, tick: float) -> tuple[Event, ...] | Refusal:
    ours = [over for over in state.done if over.why != "there"]
    if not ours:
        return Refusal("Nothing was completed here that could be undone.")
    return (Undone(ours[-1].timebox.gid, tick),)
