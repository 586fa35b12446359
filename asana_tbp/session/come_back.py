"""The tasks to come back to: marked because their time was too short, until they are run again or cleared."""

from dataclasses import dataclass
from datetime import datetime

from asana_tbp.errors import UsageError
from asana_tbp.session.log import REHEARSALS, read_log
from asana_tbp.store.database import Database
from asana_tbp.text import did_you_mean, listed, quote
from asana_tbp.timer.events import MarkCleared, MarkedToComeBack, Timebox
from asana_tbp.timer.state import State


@dataclass(frozen=True, slots=True)
class Mark:
    """A task to come back to, as the session that marked it last ran it."""

    session_id: int
    timebox: Timebox
    spent: float
    project_gid: str
    song: str


def open_marks(database: Database) -> tuple[Mark, ...]:
    """Every open mark, oldest first, a running task's too."""
    marked: dict[str, int] = {}
    for row in database.rows(
        f"""
        SELECT session_id, kind, json_extract(facts, '$.gid') AS gid FROM event
        WHERE kind IN ('marked-to-come-back', 'mark-cleared', 'undone', 'timebox-ended')
        AND session_id NOT IN ({REHEARSALS}) ORDER BY id
        """
    ):
        gid, session_id = row["gid"], row["session_id"]
        if row["kind"] == "marked-to-come-back":
            marked[gid] = session_id
        elif row["kind"] != "timebox-ended" or marked.get(gid) != session_id:
            # What was done once more in a later session is no longer marked; what was undone is open again.
            marked.pop(gid, None)
    marks = []
    for session_id in sorted(set(marked.values())):
        row = database.rows("SELECT project_gid, title FROM session WHERE id = ?", (session_id,))[0]
        state = read_log(database, session_id).state
        runs = {over.timebox.gid: (over.timebox, over.spent) for over in state.finished}
        if state.running:
            runs[state.running.timebox.gid] = state.running.timebox, state.running.spent(state.moment)
        for gid, (timebox, spent) in runs.items():
            project, song = timebox.project_gid or row["project_gid"], timebox.song or row["title"]
            if marked.get(gid) == session_id:
                marks.append(Mark(session_id, timebox, spent, project, song))
    return tuple(marks)


def timebox_of_mark(mark: Mark, name: str, minutes: int | None) -> Timebox:
    """A marked task as it is run again: its name in Asana stays, its budget is `minutes` or its own."""
    task = mark.timebox
    minutes = minutes or task.minutes
    return Timebox(task.gid, name, task.title, minutes, task.section, mark.song, task.project_gid, again=True)


def mark_done_task(database: Database, title: str | None, at: datetime) -> Timebox:
    """Mark the last task done in any session, or the last of this title or gid. Raises `UsageError` for none."""
    titles: list[str] = []
    rows = database.rows(
        # A session that still runs, or broke off, takes commands itself.
        f"""
        SELECT id FROM session WHERE project_gid <> 'timer' AND id NOT IN ({REHEARSALS}) AND EXISTS
        (SELECT 1 FROM event WHERE session_id = session.id AND kind = 'session-ended')
        ORDER BY id DESC LIMIT 50
        """
    )
    for row in rows:
        log = read_log(database, row["id"])
        for over in reversed(log.state.done):
            if title is None or over.timebox.is_called(title):
                log.record([MarkedToComeBack(log.state.moment, over.timebox.gid)], at)
                return over.timebox
            titles.append(over.timebox.title)
    if title is None:
        raise UsageError("No task has been done here yet.", "Run some: asana-tbp start")
    raise UsageError(
        f"No task called {quote(title)} was done here.{did_you_mean(title, titles)}",
        f"Done last: {listed(map(quote, dict.fromkeys(titles[:5])), last='and')}." if titles else "",
    )


def find_marks(database: Database, title: str | None) -> tuple[Mark, ...]:
    """The marks of a title or gid, or all. Raises `UsageError` where a title has none."""
    marks = open_marks(database)
    chosen = tuple(mark for mark in marks if title is None or mark.timebox.is_called(title))
    if not chosen and title is not None:
        meant = did_you_mean(title, [mark.timebox.title for mark in marks])
        hint = "List the marks with: asana-tbp come-back --list"
        raise UsageError(f"{quote(title)} is not marked to come back to.{meant}", hint)
    return chosen


def clear_mark(database: Database, mark: Mark, at: datetime) -> None:
    """Clear a mark of a session that is not running."""
    log = read_log(database, mark.session_id)
    log.record([MarkCleared(log.state.moment, mark.timebox.gid)], at)


def marked_in(state: State) -> tuple[Timebox, ...]:
    """The tasks that a session marked, each once; what was undone is open again."""
    marked = (over for over in state.finished if over.come_back and over.why != "undone")
    return tuple({over.timebox.gid: over.timebox for over in marked}.values())
