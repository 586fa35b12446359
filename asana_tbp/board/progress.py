"""The songs' tasks as the local database keeps them: how far each song is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from asana_tbp.board.store import Board
from asana_tbp.session.log import REHEARSALS
from asana_tbp.songmap.task_name import split_name
from asana_tbp.store.database import Database
from asana_tbp.store.rows import row_as

if TYPE_CHECKING:
    from asana_tbp.bridge.values import Project, Task

LAST = 1_000_000
"""The place of a task that joined a song since all of it was read."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a song is, by the producer's own tasks. A task without a budget counts as `default` minutes."""

    tasks: int = 0
    done: int = 0
    minutes: int = 0
    minutes_done: int = 0


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is not done."""

    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class SongLook:
    """A song at the last look. `hidden` where Asana did not show it; `others` are open tasks that are not yours."""

    read_at: datetime
    hidden: bool = False
    name: str = ""
    link: str = ""
    archived: bool = False
    others: int = 0


class SongProgress:
    """The songs' tasks. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read_whole(self, project_gid: str, tasks: Sequence[Task], me_gid: str, at: datetime) -> None:
        """Keep all of a song."""
        with self._database.transaction():
            self._database.write("DELETE FROM song_task WHERE project_gid = ?", (project_gid,))
            for place, task in enumerate(tasks):
                if task.assignee_gid == me_gid:
                    self._put(project_gid, task.gid, task.name, task.completed, place)
            self._look(project_gid, at, hidden=False)
            others = sum(not task.completed and task.assignee_gid != me_gid for task in tasks)
            self._database.write(
                "UPDATE song_look SET others = ? WHERE project_gid = ?", (others, project_gid)
            )

    def hidden(self, project_gid: str, at: datetime) -> None:
        """Asana does not show the song now. What was known of it stays."""
        with self._database.transaction():
            self._look(project_gid, at, hidden=True)

    def saw_project(self, project: Project, at: datetime) -> None:
        """Keep what a song is called, where it is, and whether it is archived."""
        with self._database.transaction():
            self._database.write(
                "INSERT INTO song_look (project_gid, read_at, name, link, archived) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET name = excluded.name, link = excluded.link,"
                " archived = excluded.archived, hidden = 0",
                (project.gid, at.isoformat(), project.name, project.link, project.archived),
            )

    def set_archived(self, project_gid: str, archived: bool, unassigned: Iterable[str] = ()) -> None:
        """A song was archived, with these of its tasks given back; or it was restored."""
        with self._database.transaction():
            self._database.write(
                "UPDATE song_look SET archived = ? WHERE project_gid = ?", (archived, project_gid)
            )
            self._database.write("DELETE FROM unassigned_task WHERE project_gid = ?", (project_gid,))
            for gid in unassigned:
                self._database.write(
                    "INSERT OR REPLACE INTO unassigned_task (gid, project_gid) VALUES (?, ?)",
                    (gid, project_gid),
                )

    def unassigned(self, project_gid: str) -> tuple[str, ...]:
        """The tasks that were given back when the song was archived."""
        rows = self._database.rows("SELECT gid FROM unassigned_task WHERE project_gid = ?", (project_gid,))
        return tuple(row["gid"] for row in rows)

    def _look(self, project_gid: str, at: datetime, *, hidden: bool) -> None:
        self._database.write(
            "INSERT INTO song_look (project_gid, read_at, hidden) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET read_at = excluded.read_at, hidden = excluded.hidden",
            (project_gid, at.isoformat(), hidden),
        )

    def changed(self, board: Board, tasks: Iterable[Task], until: datetime | None) -> None:
        """Keep what changed in songs that were read before; `until` is how far changes are known now."""
        rows = self._database.rows("SELECT project_gid FROM song_look")
        known = {row["project_gid"] for row in rows}
        with self._database.transaction():
            for task in tasks:
                places = self._database.rows(
                    "SELECT project_gid, place FROM song_task WHERE gid = ?", (task.gid,)
                )
                was = {row["project_gid"]: row["place"] for row in places}
                for gone in set(was) - set(task.project_gids):
                    self._database.write(
                        "DELETE FROM song_task WHERE project_gid = ? AND gid = ?", (gone, task.gid)
                    )
                for gid in known & set(task.project_gids):
                    self._put(gid, task.gid, task.name, task.completed, was.get(gid, LAST))
            if until is not None:
                self._database.write(
                    "UPDATE board SET seen_until = ? WHERE id = ?", (until.isoformat(), board.id)
                )

    def _put(self, project_gid: str, gid: str, name: str, completed: bool, place: int) -> None:
        self._database.write(
            "INSERT OR REPLACE INTO song_task (project_gid, gid, name, minutes, completed, place)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (project_gid, gid, name, split_name(name).minutes, completed, place),
        )

    def looks(self) -> dict[str, SongLook]:
        """What was seen of each song at the last look, by its project."""
        return {
            row["project_gid"]: row_as(SongLook, row, read_at=datetime.fromisoformat(row["read_at"]))
            for row in self._database.rows("SELECT * FROM song_look")
        }

    def progress(self, default: int) -> dict[str, Progress]:
        """How far every song is, by its project. `default` is the budget in minutes of a task without one."""
        rows = self._database.rows(
            """
            SELECT project_gid, count(*) AS tasks, sum(completed) AS done,
                   sum(coalesce(minutes, ?)) AS minutes,
                   sum(CASE WHEN completed THEN coalesce(minutes, ?) ELSE 0 END) AS minutes_done
            FROM song_task GROUP BY project_gid
            """,
            (default, default),
        )
        return {row["project_gid"]: row_as(Progress, row) for row in rows}

    def open_tasks(self, project_gid: str) -> tuple[OpenTask, ...]:
        """The tasks of a song that are not done, in the project's order."""
        rows = self._database.rows(
            "SELECT gid, name FROM song_task WHERE project_gid = ? AND NOT completed ORDER BY place, gid",
            (project_gid,),
        )
        return tuple(row_as(OpenTask, row) for row in rows)

    def last_worked(self) -> dict[str, datetime]:
        """When a run of each song ended last, by its project. A rehearsal is no work."""
        rows = self._database.rows(
            f"""
            SELECT song_task.project_gid, max(event.at) AS at
            FROM event JOIN song_task ON song_task.gid = json_extract(event.facts, '$.gid')
            WHERE event.kind IN ('timebox-ended', 'timebox-left') AND session_id NOT IN ({REHEARSALS})
            GROUP BY song_task.project_gid
            """
        )
        return {row["project_gid"]: datetime.fromisoformat(row["at"]) for row in rows}
