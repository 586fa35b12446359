"""The events of a session: what happened and when, with all that replaying needs.

They are written to the database and never changed. A new field has a default, so that an old log can be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from asana_tbp.songmap.task_name import kind_of

AtZero = Literal["complete", "ask", "overtime"]
OnSuspend = Literal["pause", "run", "ask"]


@dataclass(frozen=True, slots=True)
class Timebox:
    """One task to run against its budget of whole `minutes`.

    `song` and `project_gid` say where it comes from; `length` is a budget in seconds where minutes are too coarse.
    `rest` are the seconds of the break that its song map puts after it, `rest_title` what that is for. `assumed`:
    its name has no time, so the budget is the default. `again`: its task was done before and is come back to; it
    is reopened when its turn comes.
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
    assumed: bool = False
    again: bool = False

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
    """How a session behaves. Times are seconds.

    `completes` is False for a session that leaves Asana alone; a `rehearsal` does as well, and its time counts
    nowhere. `until` is a moment in ISO 8601; no task that can't end by then is started. `limit` is the same, counted
    from the session's beginning. `extension` is the most that may be added to one run. `order`, `only`, `tasks` and
    `default_minutes` say which tasks are run, in whose order, and for how long where their names have no time; empty
    in sessions of the first version. `gate_wait` is how long a gate asks before it is left open; None is for ever.
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
    rehearsal: bool = False
    order: str = ""
    only: str | None = None
    tasks: tuple[str, ...] = ()
    default_minutes: int = 0
    gate_wait: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `tick`, a reading of the session's own clock in seconds.

    That clock begins at 0, never jumps and stands while the machine sleeps. `kind` is the event's name in the
    database: it never changes, whatever the class is called.
    """

    kind: ClassVar[str] = ""
    tick: float

    def __init_subclass__(cls) -> None:
        # Called a second time for the class with slots, which is the one that counts.
        KINDS[cls.kind] = cls


KINDS: dict[str, type[Any]] = {}
"""Every class of events by its kind."""


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):
    """A session begins with its queue."""

    kind: ClassVar[str] = "session-started"
    queue: tuple[Timebox, ...]
    options: SessionOptions = field(default=SessionOptions())


@dataclass(frozen=True, slots=True)
class OptionsChanged(Event):
    """A session that broke off goes on with other options."""

    kind: ClassVar[str] = "options-changed"
    options: SessionOptions


@dataclass(frozen=True, slots=True)
class TimeboxStarted(Event):
    """The first box of the queue runs from `tick` on."""

    kind: ClassVar[str] = "timebox-started"
    gid: str


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """The running box stands still."""

    kind: ClassVar[str] = "paused"


@dataclass(frozen=True, slots=True)
class Resumed(Event):
    """The running box goes on."""

    kind: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True)
class Warned(Event):
    """The running box is about to end."""

    kind: ClassVar[str] = "warned"


@dataclass(frozen=True, slots=True)
class TimeUp(Event):
    """The running box's time is up and it does not end by itself: it asks, or counts on."""

    kind: ClassVar[str] = "time-up"


@dataclass(frozen=True, slots=True)
class Extended(Event):
    """The running box got `seconds` more; less where negative."""

    kind: ClassVar[str] = "extended"
    seconds: float


@dataclass(frozen=True, slots=True)
class Held(Event):
    """A recording runs: the box makes no noise and does not end until released."""

    kind: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True)
class Released(Event):
    """The recording is over."""

    kind: ClassVar[str] = "released"


@dataclass(frozen=True, slots=True)
class MarkedToComeBack(Event):
    """The time of the box `gid`, running or over, was too short: it is to be revisited."""

    kind: ClassVar[str] = "marked-to-come-back"
    gid: str


@dataclass(frozen=True, slots=True)
class MarkCleared(Event):
    """The task `gid` is no longer to be revisited."""

    kind: ClassVar[str] = "mark-cleared"
    gid: str


@dataclass(frozen=True, slots=True)
class TimeboxEnded(Event):
    """The running box is over and its task is done. `spent` is in seconds.

    `why`: its `time` was up, it was done `early` (or late, when told), or it was completed `there`, in Asana.
    """

    kind: ClassVar[str] = "timebox-ended"
    gid: str
    spent: float
    why: Literal["time", "early", "there"] = "time"


@dataclass(frozen=True, slots=True)
class TimeboxLeft(Event):
    """The running box was left and its task is not done. `spent` is in seconds.

    `lost`: the program ended without a word. `gone`: Asana no longer gives the task to this user. `scrapped`: it
    was a gate, and the rest of its song is left with it. `unanswered`: it was a gate, and nobody answered.
    """

    kind: ClassVar[str] = "timebox-left"
    gid: str
    spent: float
    why: Literal["stopped", "skipped", "lost", "gone", "scrapped", "unanswered"] = "stopped"


@dataclass(frozen=True, slots=True)
class Undone(Event):
    """The done task `gid` is open again; it returns to the front of the queue while the session lasts."""

    kind: ClassVar[str] = "undone"
    gid: str


@dataclass(frozen=True, slots=True)
class BreakStarted(Event):
    """A break of `seconds`; `title` is what the song map says it is for."""

    kind: ClassVar[str] = "break-started"
    seconds: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class BreakEnded(Event):
    """The break is over, or was skipped."""

    kind: ClassVar[str] = "break-ended"


@dataclass(frozen=True, slots=True)
class Suspended(Event):
    """Nobody was there for `seconds`: the machine slept, the program stood still, or it had crashed.

    `counted` says that the time is counted as worked. Otherwise the box stood still meanwhile, and with
    `pauses` it stays so.
    """

    kind: ClassVar[str] = "suspended"
    seconds: float
    why: Literal["slept", "stood", "crashed"]
    counted: bool = False
    pauses: bool = True


@dataclass(frozen=True, slots=True)
class Renamed(Event):
    """A task has another name, budget or section in Asana; `timebox` is what it is now."""

    kind: ClassVar[str] = "renamed"
    timebox: Timebox


@dataclass(frozen=True, slots=True)
class Added(Event):
    """A task joins the end of the queue."""

    kind: ClassVar[str] = "added"
    timebox: Timebox


@dataclass(frozen=True, slots=True)
class Removed(Event):
    """A waiting task leaves the queue.

    It was completed `there`, is `gone` from this user's tasks, or is `scrapped` with its song.
    """

    kind: ClassVar[str] = "removed"
    gid: str
    why: Literal["there", "gone", "scrapped"]


@dataclass(frozen=True, slots=True)
class Reordered(Event):
    """The queue is in another order."""

    kind: ClassVar[str] = "reordered"
    gids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    """The session is over: nothing left to do, stopped, no time left, or lost in a crash."""

    kind: ClassVar[str] = "session-ended"
    why: Literal["finished", "stopped", "time", "lost"]
