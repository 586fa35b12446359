"""A session at one moment, as plain values: what waits, what runs, what is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from asana_tbp.timer.events import SessionOptions, Timebox


@dataclass(frozen=True, slots=True)
class Running:
    """The box that runs. Ticks and seconds.

    `since` is when the present stretch of work began, None while the box stands still; `worked` is what was
    worked before it. `added` is the sum of the `extensions`. `absence` are the seconds of a sleep that the
    box stood still for, while somebody may still count them as worked. `asked` is when it began to ask what to do.
    """

    timebox: Timebox
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
    asked: float | None = None

    @property
    def budget(self) -> float:
        """The seconds the box has in all."""
        return max(0.0, self.timebox.seconds + self.added)

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
class Finished:
    """A box that is over, with the seconds spent in it. `done` when its task is complete.

    `why` is that of the event it ended with, or `undone`. `extensions` is how often time was added.
    """

    timebox: Timebox
    spent: float
    done: bool
    why: str = "time"
    come_back: bool = False
    extensions: int = 0


class Break(NamedTuple):
    """A break of so many seconds, and what it is for; `started` is the tick at which it began, 0 for one to come."""

    seconds: float
    title: str
    started: float = 0.0

    @property
    def until(self) -> float:
        """The tick at which it is over."""
        return self.started + self.seconds


@dataclass(frozen=True, slots=True)
class State:
    """A session at one moment: what waits, what runs, what is over.

    `moment` is the tick of the last event: nothing begins before it. `rest_due` is the break that comes
    before the next box.
    """

    options: SessionOptions = field(default=SessionOptions())
    queue: tuple[Timebox, ...] = ()
    running: Running | None = None
    resting: Break | None = None
    rest_due: Break | None = None
    finished: tuple[Finished, ...] = ()
    moment: float = 0.0
    ended: str | None = None

    @property
    def done(self) -> tuple[Finished, ...]:
        """The boxes whose task is done, in the order they ended."""
        return tuple(timebox for timebox in self.finished if timebox.done)

    @property
    def standing(self) -> tuple[Finished, ...]:
        """The boxes that are over, each task once, but for those undone that wait or run again."""
        again = {timebox.gid for timebox in self.queue}
        if self.running:
            again.add(self.running.timebox.gid)
        last = {over.timebox.gid: over for over in self.finished}
        return tuple(over for gid, over in last.items() if over.why != "undone" or gid not in again)

    @property
    def several_songs(self) -> bool:
        """Whether tasks of more than one song are in it."""
        running = [self.running.timebox] if self.running else []
        timeboxes = (*self.queue, *(over.timebox for over in self.finished), *running)
        return len({timebox.song for timebox in timeboxes}) > 1

    @property
    def waiting(self) -> Literal["task", "break"] | None:
        """What begins only when it is told to, because nothing runs and it does not start by itself."""
        if self.ended is not None or self.running or self.resting or not self.queue:
            return None
        if self.rest_due:
            return None if self.options.auto_break else "break"
        return None if self.options.auto_start or not self.finished else "task"


def break_after(timebox: Timebox, options: SessionOptions) -> Break | None:
    """The break after a box that is done: its song map's own, else that of the settings."""
    if timebox.rest > 0:
        return Break(timebox.rest, timebox.rest_title)
    return Break(options.rest, "") if options.rest > 0 else None
