"""The facts of a session, as they are written down: what happened, when, with all that replaying needs.

Knows what can happen. Must not know what follows from it, nor clocks, Asana, storage or screens. A `tick` is
a reading of the session's own clock in seconds: it begins at 0, never jumps and stands while the machine
sleeps. `kind` is what stands in the database and never changes. New fields have a default, so that an old log
can be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from asana_tbp.songmap.task_name import kind_of

AtZero = Literal["complete", "ask", "overtime"]
OnSuspend = Literal["pause", "run", "ask"]


@dataclass(frozen=True, slots=True)
class Timebox:
    """One task to run against its budget of whole `minutes`.

    `song` and `project_gid` say where it comes from; `length` is a budget in seconds where minutes are too coarse.
    `rest` are the seconds of the break that its song map puts after it, `rest_title` what that is for.
    """

    gid: str
    name: str
    title: str
    minutes: int
    section: str = ""
    song: str = ""
    project_gid: str = ""
    length: float | None = None
    rest: float = 0.0
    rest_title: str = ""

    @property
    def seconds(self) -> float:
        """The budget in seconds."""
        return self.minutes * 60.0 if self.length is None else self.length

    @property
    def is_gate(self) -> bool:
        """Whether it asks keep or scrap."""
        return kind_of(self.title) == "gate"


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How a session behaves, fixed when it starts. Times are seconds.

    `completes` is False for a session that leaves Asana alone. `until` is a moment in ISO 8601; no box that
    can't end by then is started. `limit` is the same, counted from the session's beginning. `extension` is
    the most that may be added to one box.
    """

    at_zero: AtZero = "complete"
    completes: bool = True
    auto_start: bool = True
    auto_break: bool = True
    warn: float = 60.0
    rest: float = 0.0
    on_suspend: OnSuspend = "pause"
    extension: float = 900.0
    until: str | None = None
    limit: float | None = None
    comments: bool = False


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A session begins with its queue."""

    kind: ClassVar[str] = "session-started"
    queue: tuple[Timebox, ...]
    options: SessionOptions = field(default=SessionOptions())


@dataclass(frozen=True, slots=True)
class TimeboxStarted:
    """The first box of the queue runs from `tick` on."""

    kind: ClassVar[str] = "timebox-started"
    gid: str
    tick: float


@dataclass(frozen=True, slots=True)
class Paused:
    """The running box stands still."""

    kind: ClassVar[str] = "paused"
    tick: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """The running box goes on."""

    kind: ClassVar[str] = "resumed"
    tick: float


@dataclass(frozen=True, slots=True)
class Warned:
    """The running box is about to end."""

    kind: ClassVar[str] = "warned"
    gid: str
    tick: float


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The running box's time is up and it does not end by itself: it asks, or counts on."""

    kind: ClassVar[str] = "time-up"
    gid: str
    tick: float


@dataclass(frozen=True, slots=True)
class Extended:
    """The running box got `seconds` more; less where negative."""

    kind: ClassVar[str] = "extended"
    gid: str
    tick: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """A recording runs: the box makes no noise and does not end until released."""

    kind: ClassVar[str] = "held"
    tick: float


@dataclass(frozen=True, slots=True)
class Released:
    """The recording is over."""

    kind: ClassVar[str] = "released"
    tick: float


@dataclass(frozen=True, slots=True)
class MarkedToComeBack:
    """The time of the box `gid`, running or over, was too short: it is to be revisited."""

    kind: ClassVar[str] = "marked-to-come-back"
    gid: str
    tick: float


@dataclass(frozen=True, slots=True)
class TimeboxEnded:
    """The running box is over and its task is done. `spent` is in seconds.

    `why`: its `time` was up, it was done `early` (or late, when told), or it was completed `there`, in Asana.
    """

    kind: ClassVar[str] = "timebox-ended"
    gid: str
    tick: float
    spent: float
    why: Literal["time", "early", "there"] = "time"


@dataclass(frozen=True, slots=True)
class TimeboxLeft:
    """The running box was left and its task is not done. `spent` is in seconds.

    `lost`: the program ended without a word. `gone`: Asana no longer gives the task to this user. `scrapped`: it
    was a gate, and the rest of its song is left with it.
    """

    kind: ClassVar[str] = "timebox-left"
    gid: str
    spent: float
    lost: bool = False
    tick: float = 0.0
    why: Literal["stopped", "skipped", "lost", "gone", "scrapped"] = "stopped"


@dataclass(frozen=True, slots=True)
class Undone:
    """The done task `gid` is open again; its box returns to the front of the queue while the session lasts."""

    kind: ClassVar[str] = "undone"
    gid: str
    tick: float


@dataclass(frozen=True, slots=True)
class BreakStarted:
    """A break of `seconds`; `title` is what the song map says it is for."""

    kind: ClassVar[str] = "break-started"
    tick: float
    seconds: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class BreakEnded:
    """The break is over, or was skipped."""

    kind: ClassVar[str] = "break-ended"
    tick: float


@dataclass(frozen=True, slots=True)
class Suspended:
    """Nobody was there for `seconds`: the machine slept, the program stood still, or it had crashed.

    `counted` says that the time is counted as worked. Otherwise the box stood still meanwhile, and with
    `pauses` it stays so.
    """

    kind: ClassVar[str] = "suspended"
    tick: float
    seconds: float
    why: Literal["slept", "stood", "crashed"]
    counted: bool = False
    pauses: bool = True


@dataclass(frozen=True, slots=True)
class Renamed:
    """A task has another name, budget or section in Asana; `box` is what it is now."""

    kind: ClassVar[str] = "renamed"
    timebox: Timebox
    tick: float


@dataclass(frozen=True, slots=True)
class Added:
    """A task joins the end of the queue."""

    kind: ClassVar[str] = "added"
    timebox: Timebox
    tick: float


@dataclass(frozen=True, slots=True)
class Removed:
    """A waiting task leaves the queue.

    It was completed `there`, is `gone` from this user's tasks, or is `scrapped` with its song.
    """

    kind: ClassVar[str] = "removed"
    gid: str
    tick: float
    why: Literal["there", "gone", "scrapped"]


@dataclass(frozen=True, slots=True)
class Reordered:
    """The queue is in another order."""

    kind: ClassVar[str] = "reordered"
    gids: tuple[str, ...]
    tick: float


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session is over: nothing left to do, stopped, no time left, or lost in a crash."""

    kind: ClassVar[str] = "session-ended"
    why: Literal["finished", "stopped", "time", "lost"]
    tick: float = 0.0


Event = (
    SessionStarted
    | TimeboxStarted
    | Paused
    | Resumed
    | Warned
    | TimeUp
    | Extended
    | Held
    | Released
    | MarkedToComeBack
    | TimeboxEnded
    | TimeboxLeft
    | Undone
    | BreakStarted
    | BreakEnded
    | Suspended
    | Renamed
    | Added
    | Removed
    | Reordered
    | SessionEnded
)
