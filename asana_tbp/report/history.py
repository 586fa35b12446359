"""What was worked on: one value for each run of a task, from a replay of every session's log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
class History:
    """Every run in the order it ended, and the tasks that each song's last session left open.

    `unreadable` counts the sessions of which this version understands only the beginning.
    """

    runs: tuple[Run, ...] = ()
    waiting: tuple[Timebox, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session's events, each with the moment it was written down."""

    session_id: int
    project_gid: str
    title: str
    events: Sequence[tuple[datetime, Event]]


def read_sessions(database: Database) -> Iterator[SessionRecord]:
    """Every session that was no rehearsal, oldest first."""
    for row in database.rows(
        f"SELECT id, project_gid, title FROM session WHERE id NOT IN ({REHEARSALS}) ORDER BY id"
    ):
        moments = database.rows("SELECT at FROM event WHERE session_id = ? ORDER BY id", (row["id"],))
        stamps = [datetime.fromisoformat(moment["at"]) for moment in moments]
        events = list(zip(stamps, read_events(database, row["id"]), strict=False))
        yield SessionRecord(row["id"], row["project_gid"], row["title"], events)


def history_of(sessions: Iterable[SessionRecord]) -> History:
    """The runs of all sessions, and what is still open. A plain countdown and a rehearsal are no work. Pure."""
    runs: list[Run] = []
    waiting: dict[str, Timebox] = {}
    unreadable = 0
    for session in sessions:
        if session.project_gid == TIMER:
            continue
        state = State()
        ends: list[datetime] = []
        try:
            for at, event in session.events:
                state = apply(state, event)
                for timebox in state.queue:
                    waiting.pop(timebox.gid, None)
                if len(state.finished) > len(ends):
                    ends.append(at)
        except ImpossibleEvent:
            unreadable += 1
        for over, at in zip(state.finished, ends, strict=True):
            runs.append(_run(session.session_id, over, _home(session, over.timebox), at))
        waiting |= {timebox.gid: _home(session, timebox) for timebox in _open_tasks(state)}
    runs.sort(key=lambda run: run.ended_at)
    return History(tuple(runs), tuple(waiting.values()), unreadable)


def _home(session: SessionRecord, timebox: Timebox) -> Timebox:
    """A task with its project and song. Old events have neither; their session has both."""
    project_gid, song = timebox.project_gid or session.project_gid, timebox.song or session.title
    return replace(timebox, project_gid=project_gid, song=song)


def _open_tasks(state: State) -> Iterable[Timebox]:
    """What a session left to do."""
    left: dict[str, Timebox] = {}
    for over in state.finished:
        left.pop(over.timebox.gid, None)
        if not over.done and over.why not in {"gone", "scrapped"}:
            left[over.timebox.gid] = over.timebox
    running = (state.running.timebox,) if state.running else ()
    return (left | {timebox.gid: timebox for timebox in (*running, *state.queue)}).values()


def _run(session_id: int, over: Finished, timebox: Timebox, at: datetime) -> Run:
    how = HOW.get(over.why, "left")
    if over.why == "early":
        how = "late" if over.spent > timebox.seconds else "early"
    return Run(
        session_id=session_id,
        task_gid=timebox.gid,
        title=timebox.title,
        section=timebox.section,
        song=timebox.song,
        project_gid=timebox.project_gid,
        planned=timebox.seconds,
        spent=over.spent,
        how=how,
        ended_at=at,
        extended=over.extensions,
        come_back=over.come_back,
    )
