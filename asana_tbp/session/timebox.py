"""The timer as a pure state machine: events in, state out.

Knows what a session is made of. Must not know clocks, Asana, storage, screens or commands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from asana_tbp.session.events import (
    Absent,
    Box,
    BoxEnded,
    BoxLeft,
    BoxStarted,
    BreakEnded,
    BreakStarted,
    Event,
    Extended,
    Gone,
    Held,
    Joined,
    MarkedToComeBack,
    Paused,
    Policy,
    Released,
    Renamed,
    Reordered,
    Resumed,
    SessionEnded,
    SessionStarted,
    TimeUp,
    Undone,
    Warned,
)


@dataclass(frozen=True, slots=True)
class Running:
    """The box that runs. Ticks and seconds.

    `since` is when the present stretch of work began, None while the box stands still; `worked` is what was
    worked before it. `added` is the sum of the `extensions`. `absence` are the seconds of a sleep that the
    box stood still for, while somebody may still count them as worked.
    """

    box: Box
    started: float
    since: float | None
    worked: float = 0.0
    added: float = 0.0
    extensions: int = 0
    held: bool = False
    warned: bool = False
    asking: bool = False
    overtime: bool = False
    come_back: bool = False
    absence: float = 0.0

    @property
    def budget(self) -> float:
        """The seconds the box has in all."""
        return max(0.0, self.box.seconds + self.added)

    @property
    def deadline(self) -> float | None:
        """The tick at which the time is up; None while the box stands still."""
        return None if self.since is None else self.since + self.budget - self.worked

    def spent(self, tick: float) -> float:
        """Seconds worked in this box until `tick`."""
        return self.worked + (0.0 if self.since is None else max(0.0, tick - self.since))

    def left(self, tick: float) -> float:
        """Seconds of the budget left at `tick`; negative once it is used up."""
        return self.budget - self.spent(tick)


@dataclass(frozen=True, slots=True)
class Resting:
    """A break, since `started` for `seconds`. `title` is what it is for, where that is said."""

    started: float
    seconds: float
    title: str = ""

    @property
    def until(self) -> float:
        """The tick at which it is over."""
        return self.started + self.seconds


@dataclass(frozen=True, slots=True)
class Finished:
    """A box that is over, with the seconds spent in it. `done` when its task is complete.

    `why` is that of the event it ended with, or `undone`.
    """

    box: Box
    spent: float
    done: bool
    why: str = "time"
    come_back: bool = False


class Rest(NamedTuple):
    """A break to come, in seconds, and what it is for."""

    seconds: float
    title: str


@dataclass(frozen=True, slots=True)
class State:
    """A session at one moment: what waits, what runs, what is over.

    `moment` is the tick of the last event: nothing begins before it. `rest_due` is the break that comes
    before the next box.
    """

    policy: Policy = field(default=Policy())
    queue: tuple[Box, ...] = ()
    running: Running | None = None
    resting: Resting | None = None
    rest_due: Rest | None = None
    finished: tuple[Finished, ...] = ()
    moment: float = 0.0
    ended: str | None = None

    @property
    def done(self) -> tuple[Finished, ...]:
        """The boxes whose task is done, in the order they ended."""
        return tuple(box for box in self.finished if box.done)

    @property
    def standing(self) -> tuple[Finished, ...]:
        """The boxes that are over, but for those undone: they wait in the queue again, and count once."""
        return tuple(box for box in self.finished if box.why != "undone")

    @property
    def waiting(self) -> Literal["box", "break"] | None:
        """What begins only when it is told to, because nothing runs and it does not start by itself."""
        if self.ended is not None or self.running or self.resting or not self.queue:
            return None
        if self.rest_due:
            return None if self.policy.auto_break else "break"
        return None if self.policy.auto_start or not self.finished else "box"

    @property
    def scrapped(self) -> frozenset[str]:
        """The projects whose gate was not passed: nothing of them is worked on any more."""
        return frozenset(over.box.project_gid for over in self.finished if over.why == "scrapped")


class ImpossibleEvent(ValueError):
    """An event that cannot follow the state it is applied to: a broken log, or a fault of ours."""


def apply(state: State, event: Event) -> State:
    """The state after `event`. Raises `ImpossibleEvent` where the event cannot follow."""
    if isinstance(event, SessionStarted):
        if state != State():
            raise ImpossibleEvent("a session starts once")
        return State(policy=event.policy, queue=event.queue)
    if state.ended is not None and not isinstance(event, Undone | MarkedToComeBack):
        raise ImpossibleEvent(f"{event} after the session ended")
    tick = event.tick
    return replace(_applied(state, event), moment=max(state.moment, tick))


def _applied(state: State, event: Event) -> State:
    match event:
        case BoxStarted(gid, tick):
            if state.running or state.resting or not state.queue or state.queue[0].gid != gid:
                raise ImpossibleEvent(f"box {gid} cannot start now")
            running = Running(state.queue[0], tick, since=tick)
            return replace(state, queue=state.queue[1:], running=running, rest_due=None)
        case BoxEnded(gid, _, spent, why):
            over = _over(state, gid, spent, done=True, why=why)
            return replace(
                over, rest_due=rest_after(over.finished[-1].box, state.policy) if state.queue else None
            )
        case BoxLeft(gid, spent, _, _, why):
            return _over(state, gid, spent, done=False, why=why)
        case BreakStarted(tick, seconds, title):
            if state.running or state.resting:
                raise ImpossibleEvent("a break does not begin now")
            return replace(state, resting=Resting(tick, seconds, title), rest_due=None)
        case BreakEnded():
            return replace(state, resting=None, rest_due=None)
        case Undone(gid) | MarkedToComeBack(gid):
            return _marked(state, event, gid)
        case Joined(box):
            if box.gid in {other.gid for other in state.queue}:
                raise ImpossibleEvent(f"box {box.gid} waits already")
            return replace(state, queue=(*state.queue, box))
        case Gone(gid):
            return replace(state, queue=tuple(box for box in state.queue if box.gid != gid))
        case Reordered(gids):
            place = {gid: at for at, gid in enumerate(gids)}
            ordered = sorted(state.queue, key=lambda box: place.get(box.gid, len(place)))
            return replace(state, queue=tuple(ordered))
        case Renamed(box, tick):
            return _renamed(state, box, tick)
        case SessionEnded(why):
            if state.running:
                raise ImpossibleEvent("a session does not end while a box runs")
            return replace(state, ended=why, resting=None, rest_due=None)
        case Absent():
            return _absent(state, event)
        case _:
            if state.running is None:
                raise ImpossibleEvent(f"{event} while no box runs")
            return replace(state, running=_runs_on(state.running, event, state.policy))


def _runs_on(running: Running, event: Event, policy: Policy) -> Running:
    match event:
        case Paused(tick):
            return replace(running, worked=running.spent(tick), since=None)
        case Resumed(tick):
            if running.since is not None:
                raise ImpossibleEvent("the box runs already")
            return replace(running, since=tick, asking=False, absence=0.0)
        case Warned():
            return replace(running, warned=True)
        case TimeUp(_, tick):
            if policy.at_zero == "overtime" and not running.box.is_gate:
                return replace(running, overtime=True)
            return replace(running, worked=running.spent(tick), since=None, asking=True)
        case Extended(_, tick, seconds):
            longer = replace(
                running,
                added=running.added + seconds,
                extensions=running.extensions + (1 if seconds > 0 else 0),
            )
            return _longer(longer, policy, tick)
        case Held():
            return replace(running, held=True)
        case Released():
            return replace(running, held=False)
        case _:
            raise ImpossibleEvent(f"{event} is not known")


def _over(state: State, gid: str, spent: float, *, done: bool, why: str) -> State:
    if not state.running or state.running.box.gid != gid:
        raise ImpossibleEvent(f"box {gid} does not run")
    over = Finished(state.running.box, spent, done, why, state.running.come_back)
    return replace(state, running=None, finished=(*state.finished, over))


def _marked(state: State, event: Event, gid: str) -> State:
    if isinstance(event, MarkedToComeBack) and state.running and state.running.box.gid == gid:
        return replace(state, running=replace(state.running, come_back=True))
    for at in range(len(state.finished) - 1, -1, -1):
        over = state.finished[at]
        if over.box.gid != gid or not over.done:
            continue
        if isinstance(event, MarkedToComeBack):
            changed, queue = replace(over, come_back=True), state.queue
        else:
            changed = replace(over, done=False, why="undone")
            queue = state.queue if state.ended is not None else (over.box, *state.queue)
        finished = (*state.finished[:at], changed, *state.finished[at + 1 :])
        return replace(state, finished=finished, queue=queue)
    raise ImpossibleEvent(f"box {gid} is not done")


def _renamed(state: State, box: Box, tick: float) -> State:
    queue = tuple(box if old.gid == box.gid else old for old in state.queue)
    running = state.running
    if running and running.box.gid == box.gid:
        running = _longer(replace(running, box=box), state.policy, tick)
    return replace(state, queue=queue, running=running)


def _longer(running: Running, policy: Policy, tick: float) -> Running:
    """The box after its budget changed: warned again, and no longer asking once there is time again."""
    left = running.left(tick)
    if left > policy.warn:
        running = replace(running, warned=False)
    if running.asking and left > 0:
        running = replace(running, asking=False, since=tick)
    return replace(running, overtime=running.overtime and left <= 0)


def _absent(state: State, event: Absent) -> State:
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


def rest_after(box: Box, policy: Policy) -> Rest | None:
    """The break after a box that is done: its song map's own, else that of the settings."""
    if box.rest > 0:
        return Rest(box.rest, box.rest_title)
    return Rest(policy.rest, "") if policy.rest > 0 else None


def replay(events: Iterable[Event]) -> State:
    """The state that a log of events adds up to."""
    state = State()
    for event in events:
        state = apply(state, event)
    return state


def lost(state: State, spent: float = 0.0) -> tuple[Event, ...]:
    """The facts of a session whose program ended without a word, and which is not gone on with.

    `spent` is what is known to have been worked in the box that ran, in seconds.
    """
    if state.ended is not None:
        return ()
    ended = SessionEnded("lost", state.moment)
    if not state.running:
        return (ended,)
    return (BoxLeft(state.running.box.gid, spent, lost=True, tick=state.moment, why="lost"), ended)
