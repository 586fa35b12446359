"""What was worked on: one value for each run of a task, from a replay of every session's log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from asana_tbp.session.log import REHEARSALS, read_events
from asana_tbp.store.database import Database
from asana_tbp.timer.events import Event, Timebox
from asana_tbp.timer.state import Finished, State
from asana_tbp.timer.transitions import ImpossibleEvent, apply

How = Literal["on time", "early", "late", "in Asana", "skipped", "left", "undone"]
"""How a run ended. `late` is done by hand after its time was up; `left` is stopped, lost or given away."""

HOW: dict[str, How] = {"time": "on time", "there": "in Asana", "skipped": "skipped", "undone": "undone"}

TIMER = "timer"
"""The project of a plain countdown, which is no song."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a task.

    `planned` is the budget in seconds as its task's name had it when the run ended, without what was added;
    `spent` in seconds; `ended_at` an aware moment; `extended` how often time was added.
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
        """Whether this run completed the task, and it stayed so."""
        return self.how in {"on time", "early", "late", "in Asana"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that a song's last session left open, with its budget in seconds."""

    task_gid: str
    project_gid: str
    song: str
    seconds: float


@dataclass(frozen=True, slots=True)
class History:
    """Every run in the order it ended, and the tasks that are still open.

    `unreadable` counts the sessions of which this version understands only the beginning.
    """

    runs: tuple[Run, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session's events, each with the moment it was written down."""

    session_id: int
    project_gid: str
    title: str
    events: Sequence[tuple[datetime, Event]]

    def home(self, timebox: Timebox) -> tuple[str, str]:
        """The project and the song of a task. Old events have neither; their session has both."""
        return timebox.project_gid or self.project_gid, timebox.song or self.title


def read_sessions(database: Database) -> Iterator[SessionRecord]:
    """Every session that was no rehearsal, oldest first."""
    for row in database.rows(
        f"SELECT id, project_gid, title FROM session WHERE id NOT IN ({REHEARSALS}) ORDER BY id"
    ):
        moments = database.rows("SELECT at FROM event WHERE session_id = ? ORDER BY id", (row["id"],))
        events = read_events(database, row["id"])
        stamped = [
            (datetime.fromisoformat(moment["at"]), event)
            for moment, event in zip(moments, events, strict=False)
        ]
        yield SessionRecord(row["id"], row["project_gid"], row["title"], stamped)


@dataclass
class _Replay:
    """One session's log, replayed."""

    state: State = field(default_factory=State)
    ended_at: list[datetime] = field(default_factory=list)
    gids: set[str] = field(default_factory=set)
    readable: bool = True

    def open_tasks(self) -> dict[str, Timebox]:
        """What the session left to do, by gid."""
        left: dict[str, Timebox] = {}
        for over in self.state.finished:
            left.pop(over.timebox.gid, None)
            if not over.done and over.why not in {"gone", "scrapped"}:
                left[over.timebox.gid] = over.timebox
        running = (self.state.running.timebox,) if self.state.running else ()
        return left | {timebox.gid: timebox for timebox in (*running, *self.state.queue)}


def _replayed(session: SessionRecord) -> _Replay:
    replay = _Replay()
    for at, event in session.events:
        try:
            replay.state = apply(replay.state, event)
        except ImpossibleEvent:
            replay.readable = False
            return replay
        replay.gids.update(timebox.gid for timebox in replay.state.queue)
        if len(replay.state.finished) > len(replay.ended_at):
            replay.ended_at.append(at)
    return replay


def history_of(sessions: Iterable[SessionRecord]) -> History:
    """The runs of all sessions, and what is still open. A plain countdown and a rehearsal are no work. Pure."""
    runs: list[Run] = []
    waiting: dict[str, Waiting] = {}
    unreadable = 0
    for session in sessions:
        if session.project_gid == TIMER:
            continue
        replay = _replayed(session)
        unreadable += not replay.readable
        finished = zip(replay.state.finished, replay.ended_at, strict=True)
        runs += [_run(session, over, at) for over, at in finished]
        for gid in replay.gids:
            waiting.pop(gid, None)
        for gid, timebox in replay.open_tasks().items():
            waiting[gid] = Waiting(gid, *session.home(timebox), timebox.seconds)
    runs.sort(key=lambda run: run.ended_at)
    return History(tuple(runs), tuple(waiting.values()), unreadable)


def _run(session: SessionRecord, over: Finished, at: datetime) -> Run:
    project_gid, song = session.home(over.timebox)
    return Run(
        session_id=session.session_id,
        task_gid=over.timebox.gid,
        title=over.timebox.title,
        section=over.timebox.section,
        song=song,
        project_gid=project_gid,
        planned=over.timebox.seconds,
        spent=over.spent,
        how=_how(over),
        ended_at=at,
        extended=over.extensions,
        come_back=over.come_back,
    )


def _how(over: Finished) -> How:
    if over.why == "early":
        return "late" if over.spent > over.timebox.seconds else "early"
    return HOW.get(over.why, "left")
