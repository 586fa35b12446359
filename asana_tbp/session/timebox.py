"""The timer as a pure state machine: events in, state out.

Knows what a session is made of and which facts come true when. Must not know clocks, Asana, storage or
screens. A `tick` is a reading, in seconds, of a clock that never jumps; only differences mean something.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Box:
    """One task to run against its budget of whole `minutes`."""

    gid: str
    name: str
    title: str
    minutes: int
    section: str = ""

    @property
    def seconds(self) -> float:
        """The budget in seconds."""
        return self.minutes * 60.0


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A session begins with its queue."""

    queue: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class BoxStarted:
    """The first box of the queue runs from `tick` on."""

    gid: str
    tick: float


@dataclass(frozen=True, slots=True)
class BoxEnded:
    """The running box's time is up: its task is done. `spent` is in seconds."""

    gid: str
    tick: float
    spent: float


@dataclass(frozen=True, slots=True)
class BoxLeft:
    """The running box was left before its time was up: its task is not done. `spent` is in seconds.

    `lost` means that the program ended without a word; how long was worked is then not known.
    """

    gid: str
    spent: float
    lost: bool = False


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session is over."""

    why: Literal["finished", "stopped", "lost"]


Event = SessionStarted | BoxStarted | BoxEnded | BoxLeft | SessionEnded


@dataclass(frozen=True, slots=True)
class Running:
    """The box that runs, since `started` and until `deadline`, both ticks."""

    box: Box
    started: float

    @property
    def deadline(self) -> float:
        """The tick at which the box ends."""
        return self.started + self.box.seconds


@dataclass(frozen=True, slots=True)
class Finished:
    """A box that is over, with the seconds spent in it; `done` when its time was up."""

    box: Box
    spent: float
    done: bool


@dataclass(frozen=True, slots=True)
class State:
    """A session at one moment: what waits, what runs, what is over."""

    queue: tuple[Box, ...] = ()
    running: Running | None = None
    finished: tuple[Finished, ...] = field(default=())
    ended: str | None = None

    @property
    def done(self) -> tuple[Finished, ...]:
        """The boxes whose time was up, in the order they ran."""
        return tuple(box for box in self.finished if box.done)


class ImpossibleEvent(ValueError):
    """An event that cannot follow the state it is applied to: a broken log, or a fault of ours."""


def apply(state: State, event: Event) -> State:
    """The state after `event`. Raises `ImpossibleEvent` where the event cannot follow."""
    if state.ended is not None:
        raise ImpossibleEvent(f"{event} after the session ended")
    match event:
        case SessionStarted(queue):
            if state != State():
                raise ImpossibleEvent("a session starts once")
            return State(queue=queue)
        case BoxStarted(gid, tick):
            if state.running or not state.queue or state.queue[0].gid != gid:
                raise ImpossibleEvent(f"box {gid} cannot start now")
            return replace(state, queue=state.queue[1:], running=Running(state.queue[0], tick))
        case BoxEnded(gid, _, spent):
            return _over(state, gid, spent, done=True)
        case BoxLeft(gid, spent):
            return _over(state, gid, spent, done=False)
        case SessionEnded(why):
            if state.running:
                raise ImpossibleEvent("a session does not end while a box runs")
            return replace(state, ended=why)


def _over(state: State, gid: str, spent: float, *, done: bool) -> State:
    if not state.running or state.running.box.gid != gid:
        raise ImpossibleEvent(f"box {gid} does not run")
    over = Finished(state.running.box, spent, done)
    return replace(state, running=None, finished=(*state.finished, over))


def replay(events: tuple[Event, ...]) -> State:
    """The state that a log of events adds up to."""
    state = State()
    for event in events:
        state = apply(state, event)
    return state


def due(state: State, tick: float) -> Event | None:
    """The one fact that comes true by itself at `tick`, or None while nothing does."""
    if state.ended is not None:
        return None
    if state.running:
        if tick < state.running.deadline:
            return None
        return BoxEnded(state.running.box.gid, tick, spent=state.running.box.seconds)
    if state.queue:
        return BoxStarted(state.queue[0].gid, tick)
    return SessionEnded("finished")


def stop(state: State, tick: float) -> tuple[Event, ...]:
    """The facts of stopping at `tick`: the running box is left, its task not done."""
    if state.ended is not None:
        return ()
    ended = SessionEnded("stopped")
    if not state.running:
        return (ended,)
    return (BoxLeft(state.running.box.gid, spent=tick - state.running.started), ended)


def lost(state: State) -> tuple[Event, ...]:
    """The facts of a session whose program ended without a word."""
    if state.ended is not None:
        return ()
    ended = SessionEnded("lost")
    if not state.running:
        return (ended,)
    return (BoxLeft(state.running.box.gid, spent=0.0, lost=True), ended)
