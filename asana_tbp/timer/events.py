"""The events of a session: what happened and when, with all that replaying needs.

They are written to the database and never changed. A new field has a default, so that an old log can be read.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, dataclass_transform

from asana_tbp.songmap.task_name import kind_of, normalize

AtZero = Literal["complete", "ask", "overtime"]
OnSuspend = Literal["pause", "run", "ask"]


@dataclass(frozen=True)
class Timebox:
    """One task to run against its budget of whole `minutes`.

    `song` and `project_gid` say where it comes from; `length` is a budget in seconds where minutes are too coarse.
    `rest` are the seconds of the break that its song map puts after it, `rest_title` what that is for. `assumed`:
    its name has no time, so the budget is the default. `again`: its task was done before and is run again; it
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

    def in_song(self, name: str, *, several: bool) -> str:
        """Its name or title with its song's before it, `Rain / Write bassline`, where there are `several` songs."""
        return f"{self.song} / {name}" if several and self.song else name

    def is_called(self, text: str) -> bool:
        """Whether a text is its gid, its title or its name."""
        return text == self.gid or normalize(text) in {normalize(self.title), normalize(self.name)}

    @property
    def is_gate(self) -> bool:
        """Whether it asks keep or scrap."""
        return kind_of(self.title) == "gate"


@dataclass(frozen=True)
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

    @property
    def assumed_minutes(self) -> int:
        """The budget of a task whose name has none."""
        return self.default_minutes or 25


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class Event:
    """Something that happened at `tick`, a reading of the session's own clock in seconds.

    That clock begins at 0, never jumps and stands while the machine sleeps. `kind` is the event's name in the
    database: it never changes, whatever the class is called.
    """

    kind: ClassVar[str]
    tick: float

    def __init_subclass__(cls, *, kind: str) -> None:
        cls.kind = kind
        KINDS[kind] = dataclass(frozen=True)(cls)


KINDS: dict[str, type[Any]] = {}
"""Every class of events by its kind."""


class SessionStarted(Event, kind="session-started"):
    queue: tuple[Timebox, ...]
    options: SessionOptions = field(default=SessionOptions())


class OptionsChanged(Event, kind="options-changed"):
    """A session that broke off is resumed with other options."""

    options: SessionOptions


class TimeboxStarted(Event, kind="timebox-started"):
    """The first task of the queue starts at `tick`."""

    gid: str


class Paused(Event, kind="paused"):
    """The running task is paused."""


class Resumed(Event, kind="resumed"):
    """The running task is resumed."""


class Warned(Event, kind="warned"):
    """The running task is about to end."""


class TimeUp(Event, kind="time-up"):
    """The running task's time is up and it does not end by itself: it asks, or keeps counting."""


class Extended(Event, kind="extended"):
    """The running task got `seconds` more; less where negative."""

    seconds: float


class Held(Event, kind="held"):
    """A recording runs: the task makes no noise and does not end until released."""


class Released(Event, kind="released"):
    """The recording is over."""


class MarkedToComeBack(Event, kind="marked-to-come-back"):
    """The time of the task `gid`, running or over, was too short: it is to be revisited."""

    gid: str


class MarkCleared(Event, kind="mark-cleared"):
    gid: str


class TimeboxEnded(Event, kind="timebox-ended"):
    """The running task is over and done. `spent` is in seconds.

    `why`: its `time` was up, it was done `early` (or late, by a command), or it was completed `there`, in Asana.
    """

    gid: str
    spent: float
    why: Literal["time", "early", "there"] = "time"


class TimeboxLeft(Event, kind="timebox-left"):
    """The running task was left and is not done. `spent` is in seconds.

    `lost`: the program broke off. `gone`: Asana no longer gives the task to this user. `scrapped`: it
    was a gate, and the rest of its song is left with it. `unanswered`: it was a gate, and nobody answered.
    """

    gid: str
    spent: float
    why: Literal["stopped", "skipped", "lost", "gone", "scrapped", "unanswered"] = "stopped"


class Undone(Event, kind="undone"):
    """The done task `gid` is open again; it returns to the front of the queue while the session lasts."""

    gid: str


class BreakStarted(Event, kind="break-started"):
    """A break of `seconds`; `title` is what the song map says it is for."""

    seconds: float
    title: str = ""


class BreakEnded(Event, kind="break-ended"):
    """The break is over, or was skipped."""


class Suspended(Event, kind="suspended"):
    """Nobody was there for `seconds`: the machine slept, the program stood still, or it had crashed.

    `counted` says that the time is counted as worked. Otherwise the task was paused meanwhile, and with
    `pauses` it stays paused.
    """

    seconds: float
    why: Literal["slept", "stood", "crashed"]
    counted: bool = False
    pauses: bool = True


class Renamed(Event, kind="renamed"):
    """A task has another name, budget or section in Asana; `timebox` is what it is now."""

    timebox: Timebox


class Added(Event, kind="added"):
    """A task joins the end of the queue."""

    timebox: Timebox


class Removed(Event, kind="removed"):
    """A waiting task leaves the queue: completed `there`, `gone` from this user's, or `scrapped` with its song."""

    gid: str
    why: Literal["there", "gone", "scrapped"]


class Reordered(Event, kind="reordered"):
    gids: tuple[str, ...]


class SessionEnded(Event, kind="session-ended"):
    """The session is over: nothing left to do, stopped, no time left, or lost in a crash."""

    why: Literal["finished", "stopped", "time", "lost"]
