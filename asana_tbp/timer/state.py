"""A session at one moment, as plain values: what waits, what runs, what is over, and what every face shows. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from asana_tbp.timer.events import SessionOptions, Timebox

TICK_ROUNDING = 1e-6
"""Seconds by which two ticks may differ and mean the same: sums of floats are not exact."""

Phase = Literal["running", "paused", "held", "asking", "overtime", "break", "waiting", "ended"]
Link = Literal["off", "sent", "queued", "slow", "offline", "refused"]
"""The link to Asana: not used, everything sent, changes queued, out of reach, token refused."""


@dataclass(frozen=True, slots=True)
class Running:
    """The run of a task. Ticks and seconds.

    `since` is when the present stretch of work began, None while it is paused; `worked` is what was
    worked before it. `added` is the sum of the `extensions`. `absence` are the seconds of a sleep
    that were left out, while the user may still count them as worked. `asked` is when it began to ask what to do.
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
        """The seconds it has in total."""
        return max(0.0, self.timebox.seconds + self.added)

    @property
    def deadline(self) -> float | None:
        """The tick at which the time is up; None while it is paused."""
        return None if self.since is None else self.since + self.budget - self.worked

    def spent(self, tick: float) -> float:
        """Seconds worked in this run until `tick`."""
        return self.worked + (0.0 if self.since is None else max(0.0, tick - self.since))

    def left(self, tick: float) -> float:
        """Seconds of the budget left at `tick`; negative once it is used up."""
        return self.budget - self.spent(tick)


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is over, with the seconds spent in it. `done` when its task is complete.

    `why` is that of the event it ended with, or `undone`. `extensions` is how often time was added.
    """

    timebox: Timebox
    spent: float
    done: bool
    why: str = "time"
    come_back: bool = False
    extensions: int = 0


class Break(NamedTuple):
    """A break: its seconds, and what it is for; `started` is the tick at which it began, 0 for one to come."""

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
    before the next task.
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
        """The runs whose task is done, in the order they ended."""
        return tuple(timebox for timebox in self.finished if timebox.done)

    @property
    def standing(self) -> tuple[Finished, ...]:
        """The last run of each task that is over, except those undone that wait or run again."""
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
        """What will begin only on a command, because nothing runs and it does not start by itself."""
        if self.ended is not None or self.running or self.resting or not self.queue:
            return None
        if self.rest_due:
            return None if self.options.auto_break else "break"
        return None if self.options.auto_start or not self.finished else "task"


def break_after(timebox: Timebox, options: SessionOptions) -> Break | None:
    """The break after a task that is done: its song map's own, else that of the settings."""
    if timebox.rest > 0:
        return Break(timebox.rest, timebox.rest_title)
    return Break(options.rest, "") if options.rest > 0 else None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A session at one moment. Times are seconds unless they are moments.

    `left` is what the task, or the break, still has: negative once the budget is used up. `fraction` is how
    much of it is used, 0 to 1. `budget` and `spent` are those of the running task, `all_*` of the session.
    `ends_at` is when the session would end if everything continued now: with its last task, or with the last one before
    a limit, which leaves `left_out` tasks of the queue out. `waits_for` is what begins only on a command.
    `notice` is the last notice for the user. `slept` are the seconds of an absence that
    "ask" asks about. `breaks_ahead` are the seconds of breaks still to begin before `ends_at`;
    `rest_title` is what the break, running or waiting, is for. `speed` is how many seconds pass in one of the
    machine's. A `passing` moment is over at once, as that between two tasks: a picture of it would only flash. `failed`
    counts what Asana will not take.
    """

    session_id: int = field(default=0, kw_only=True)
    song: str
    phase: Phase
    running: Timebox | None
    left: float
    fraction: float
    budget: float
    spent: float
    added: float
    extensions: int
    held: bool
    warned: bool
    come_back: bool
    following: Timebox | None
    queue: tuple[Timebox, ...]
    finished: tuple[Finished, ...]
    done: int
    total: int
    all_spent: float
    all_budget: float
    at: datetime
    ends_at: datetime
    unsent: int = field(default=0, kw_only=True)
    link: Link = field(default="sent", kw_only=True)
    options: SessionOptions
    waits_for: Literal["task", "break"] | None = None
    notice: str = ""
    slept: float = 0.0
    breaks_ahead: float = 0.0
    rest_title: str = ""
    ended: str | None = None
    speed: float = 1.0
    passing: bool = False
    failed: int = 0
    several_songs: bool = False
    left_out: int = 0


IDLE = Running(Timebox("", "", "", 0), 0.0, None)
"""Stands in for a run while there is none."""


def phase_of(state: State) -> Phase:
    """What a session is doing, in one word."""
    running = state.running
    if state.ended is not None:
        return "ended"
    if running is None:
        return "break" if state.resting else "waiting"
    if running.asking:
        return "asking"
    if running.since is None:
        return "paused"
    if running.held:
        return "held"
    return "overtime" if running.overtime else "running"


def _ahead(state: State, tick: float, ahead: float, closing: float | None) -> tuple[float, float, int]:
    """Seconds to the end, those of them that are breaks, and how many tasks have no time by the tick `closing`.

    `ahead` is what is left of the task or break that runs.
    """
    breaks, rest = 0.0, break_after(state.running.timebox, state.options) if state.running else state.rest_due
    for index, timebox in enumerate(state.queue):
        pause = rest.seconds if rest else 0.0
        ends = tick + ahead + pause + timebox.seconds
        # What begins on a command begins even if it ends too late.
        is_asked_for = index == 0 and state.waiting == "task"
        if closing is not None and not is_asked_for and ends > closing + TICK_ROUNDING:
            return ahead, breaks, len(state.queue) - index
        ahead, breaks = ahead + pause + timebox.seconds, breaks + pause
        rest = break_after(timebox, state.options)
    return ahead, breaks, 0


def take(
    song: str, state: State, tick: float, now: datetime, speed: float = 1.0, closing: float | None = None
) -> Snapshot:
    """The snapshot of `state` at `tick`, which is `now` on the wall; what the state does not know has its default.

    `closing` is the tick by which the last run must end.
    """
    running, resting = state.running, state.resting
    shown = running or IDLE
    left, budget, spent = shown.left(tick), shown.budget, shown.spent(tick)
    if resting:
        left, budget = max(0.0, resting.until - tick), resting.seconds
        spent = budget - left
    ahead, breaks, left_out = _ahead(state, tick, max(0.0, left), closing)
    over = sum(finished.spent for finished in state.finished)
    budgets = sum(timebox.seconds for timebox in (*(each.timebox for each in state.standing), *state.queue))
    return Snapshot(
        song=shown.timebox.song or song,
        phase=phase_of(state),
        running=running.timebox if running else None,
        left=left,
        fraction=1.0 if budget <= 0 else min(1.0, max(0.0, spent / budget)),
        budget=budget,
        spent=spent,
        added=shown.added,
        extensions=shown.extensions,
        held=shown.held,
        warned=shown.warned,
        come_back=shown.come_back,
        following=state.queue[0] if state.queue else None,
        queue=state.queue,
        finished=state.finished,
        done=len(state.done),
        total=len(state.standing) + len(state.queue) + (1 if running else 0),
        all_spent=over + (spent if running else 0.0),
        all_budget=budgets + (budget if running else 0.0),
        at=now,
        ends_at=now + timedelta(seconds=ahead / speed),
        options=state.options,
        waits_for=state.waiting,
        slept=shown.absence,
        breaks_ahead=breaks,
        rest_title=resting.title if resting else state.rest_due.title if state.rest_due else "",
        ended=state.ended,
        speed=speed,
        several_songs=state.several_songs,
        left_out=left_out,
    )
