"""What was worked on, read from the events of every session: one value for each box that ran.

Knows the log of events and what each says of a box. Must not know sums, nor how anything is shown. Nothing
else is asked: not Asana, not the outbox, not the local copy of the board.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from asana_tbp.session.log import read_events
from asana_tbp.store.database import Database
from asana_tbp.timer.events import (
    Added,
    Event,
    Extended,
    MarkedToComeBack,
    Removed,
    Renamed,
    SessionStarted,
    Timebox,
    TimeboxEnded,
    TimeboxLeft,
    TimeboxStarted,
    Undone,
)

How = Literal["on time", "early", "late", "in Asana", "skipped", "left", "undone"]
"""How a box ended. `late` is done by hand after its time was up; `left` is stopped, lost or given away."""


@dataclass(frozen=True, slots=True)
class Run:
    """One box that ran to its end, on one task.

    `planned` is the budget in seconds as its task's name said when it ended, without what was added; `spent`
    in seconds; `ended_at` an aware moment; `extended` how often time was added.
    """

    session_id: int
    task_gid: str
    title: str
    section: str
    song: str
    project_gid: str
    planned: float
    spent: float
    how: How
    ended_at: datetime
    extended: int = 0
    come_back: bool = False

    @property
    def done(self) -> bool:
        """Whether the task was done by this box, and stayed so."""
        return self.how in {"on time", "early", "late", "in Asana"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that a song's last session still had to do, with its budget in seconds."""

    task_gid: str
    project_gid: str
    song: str
    seconds: float


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was worked on, in the order it ended; which tasks were ever begun; and what waits."""

    runs: tuple[Run, ...] = ()
    begun: frozenset[str] = frozenset()
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session's events, each with the moment it was written down."""

    session_id: int
    project_gid: str
    title: str
    events: Sequence[tuple[datetime, Event]]


def read_sessions(database: Database) -> Iterator[SessionRecord]:
    """Every session, oldest first."""
    for row in database.rows("SELECT id, project_gid, title FROM session ORDER BY id"):
        moments = database.rows("SELECT at FROM event WHERE session_id = ? ORDER BY id", (row["id"],))
        events = read_events(database, row["id"])
        stamped = [
            (datetime.fromisoformat(moment["at"]), event)
            for moment, event in zip(moments, events, strict=False)
        ]
        yield SessionRecord(row["id"], row["project_gid"], row["title"], stamped)


def history_of(sessions: Iterable[SessionRecord]) -> History:
    """What the sessions' events tell. Pure."""
    runs: list[Run] = []
    begun: set[str] = set()
    waiting: dict[str, Waiting] = {}
    for session in sessions:
        told = _Telling(session)
        for at, event in session.events:
            told.hear(at, event)
        runs += told.runs
        begun |= told.begun
        for gid, timebox in told.timeboxes.items():
            project, song = told.home(timebox)
            waiting[gid] = Waiting(gid, project, song, timebox.seconds)
        for run in told.runs:
            if run.done:
                waiting.pop(run.task_gid, None)
        for gid in told.gone:
            waiting.pop(gid, None)
    runs.sort(key=lambda run: run.ended_at)
    return History(tuple(runs), frozenset(begun), tuple(waiting.values()))


@dataclass
class _Telling:
    """One session, as far as its events were heard."""

    session: SessionRecord
    timeboxes: dict[str, Timebox] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    running: Timebox | None = None
    extended: int = 0
    come_back: bool = False

    def home(self, timebox: Timebox) -> tuple[str, str]:
        """The project and the song of a box. Old events have neither; their session has both."""
        return timebox.project_gid or self.session.project_gid, timebox.song or self.session.title

    def hear(self, at: datetime, event: Event) -> None:
        match event:
            case SessionStarted(queue):
                self.timeboxes = {timebox.gid: timebox for timebox in queue}
            case Added(timebox):
                self.timeboxes[timebox.gid] = timebox
                self.gone.discard(timebox.gid)
            case Renamed(timebox):
                self.timeboxes[timebox.gid] = timebox
                if self.running is not None and self.running.gid == timebox.gid:
                    self.running = timebox
            case Removed(gid):
                self.gone.add(gid)
            case TimeboxStarted(gid):
                self.running = self.timeboxes.get(gid)
                self.begun.add(gid)
                self.extended, self.come_back = 0, False
            case Extended(_, _, seconds) if seconds > 0:
                self.extended += 1
            case MarkedToComeBack(gid):
                self._mark(gid)
            case Undone(gid):
                self._undo(gid)
            case TimeboxEnded(_, _, spent, why):
                self._over(at, spent, _how(why, spent, self.running))
            case TimeboxLeft(_, spent, _, _, why):
                self._over(at, spent, "skipped" if why == "skipped" else "left")

    def _over(self, at: datetime, spent: float, how: How) -> None:
        timebox, self.running = self.running, None
        if timebox is None:
            return
        project, song = self.home(timebox)
        self.runs.append(
            Run(
                session_id=self.session.session_id,
                task_gid=timebox.gid,
                title=timebox.title,
                section=timebox.section,
                song=song,
                project_gid=project,
                planned=timebox.seconds,
                spent=spent,
                how=how,
                ended_at=at,
                extended=self.extended,
                come_back=self.come_back,
            )
        )

    def _mark(self, gid: str) -> None:
        if self.running is not None and self.running.gid == gid:
            self.come_back = True
            return
        at = self._last_done(gid)
        if at is not None:
            self.runs[at] = replace(self.runs[at], come_back=True)

    def _undo(self, gid: str) -> None:
        at = self._last_done(gid)
        if at is not None:
            self.runs[at] = replace(self.runs[at], how="undone")

    def _last_done(self, gid: str) -> int | None:
        places = [at for at, run in enumerate(self.runs) if run.task_gid == gid and run.done]
        return places[-1] if places else None


def _how(why: str, spent: float, timebox: Timebox | None) -> How:
    if why == "there":
        return "in Asana"
    if why == "time":
        return "on time"
    return "late" if timebox is not None and spent > timebox.seconds else "early"
