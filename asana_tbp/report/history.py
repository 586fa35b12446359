"""What was worked on: one value for each run of a task, from a replay of every session's log."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from asana_tbp.session.log import REHEARSALS, read_events
from asana_tbp.store.database import Database, Row
from asana_tbp.timer.events import Timebox
from asana_tbp.timer.state import State
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

    @property
    def day(self) -> date:
        """The local day on which it ended."""
        return self.ended_at.astimezone().date()


@dataclass(frozen=True, slots=True)
class History:
    """Every run in the order it ended, and the tasks that each song's last session left open.

    `unreadable` counts the sessions of which this version understands only the beginning.
    """

    runs: tuple[Run, ...] = ()
    waiting: tuple[Timebox, ...] = ()
    unreadable: int = 0


def read_history(database: Database) -> History:
    """The runs of all sessions, and what is still open. Plain countdowns and rehearsals don't count."""
    runs: list[Run] = []
    waiting: dict[str, Timebox] = {}
    unreadable = 0
    for session in database.rows(
        f"SELECT id, project_gid, title FROM session WHERE project_gid <> ? AND id NOT IN ({REHEARSALS}) ORDER BY id",
        (TIMER,),
    ):
        moments = database.rows("SELECT at FROM event WHERE session_id = ? ORDER BY id", (session["id"],))
        state = State()
        ends: list[datetime] = []
        try:
            for moment, event in zip(moments, read_events(database, session["id"]), strict=False):
                state = apply(state, event)
                for timebox in state.queue:
                    waiting.pop(timebox.gid, None)
                if len(state.finished) > len(ends):
                    ends.append(datetime.fromisoformat(moment["at"]))
        except ImpossibleEvent:
            unreadable += 1
        for over, at in zip(state.finished, ends, strict=True):
            timebox, how = _home(session, over.timebox), HOW.get(over.why, "left")
            if over.why == "early":
                how = "late" if over.spent > timebox.seconds else "early"
            runs.append(
                Run(
                    session_id=session["id"],
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
            )
        waiting |= {timebox.gid: _home(session, timebox) for timebox in _open_tasks(state)}
    runs.sort(key=lambda run: run.ended_at)
    return History(tuple(runs), tuple(waiting.values()), unreadable)


def _home(session: Row, timebox: Timebox) -> Timebox:
    """A task with its project and song. Old events have neither; their session has both."""
    project_gid, song = timebox.project_gid or session["project_gid"], timebox.song or session["title"]
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
