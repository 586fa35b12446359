"""The songs' tasks as the local database keeps them: how far each song is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asana_tbp.board.store import Board
from asana_tbp.board.view import Progress
from asana_tbp.bridge.values import Project, Task
from asana_tbp.session.log import REHEARSALS
from asana_tbp.songmap.task_name import split_name
from asana_tbp.store.database import Database
from asana_tbp.store.rows import insert, row_as

Report = Callable[[int, int], None]
"""Called with the songs that were read, and how many there are to read."""

LAST = 1_000_000
"""The place of a task that joined a song since all of it was read."""


def unreported(_done: int, _total: int) -> None:
    """Nobody watches."""


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
                    self._put(project_gid, task, place)
            others = sum(not task.completed and task.assignee_gid != me_gid for task in tasks)
            self._saw(project_gid, at, read_at=at.isoformat(), hidden=False, others=others)

    def hidden(self, project_gid: str, at: datetime) -> None:
        """Asana does not show the song now. What was known of it stays."""
        self._saw(project_gid, at, read_at=at.isoformat(), hidden=True)

    def saw_project(self, project: Project, at: datetime) -> None:
        """Keep what a song is called, where it is, and whether it is archived."""
        self._saw(
            project.gid, at, hidden=False, name=project.name, link=project.link, archived=project.archived
        )

    def _saw(self, project_gid: str, at: datetime, **columns: object) -> None:
        values = {"project_gid": project_gid, "read_at": at.isoformat(), **columns}
        with self._database.transaction():
            insert(self._database, "song_look", values, update=columns)

    def set_unassigned(self, project_gid: str, tasks: Iterable[str] = ()) -> None:
        """These tasks were given back when the song was archived; none after it was restored."""
        with self._database.transaction():
            self._database.write("DELETE FROM unassigned_task WHERE project_gid = ?", (project_gid,))
            for gid in tasks:
                columns = {"gid": gid, "project_gid": project_gid}
                insert(self._database, "unassigned_task", columns, update=columns)

    def unassigned(self, project_gid: str) -> tuple[str, ...]:
        """The tasks that were given back when the song was archived."""
        rows = self._database.rows("SELECT gid FROM unassigned_task WHERE project_gid = ?", (project_gid,))
        return tuple(row["gid"] for row in rows)

    def changed(self, board: Board, tasks: Iterable[Task], until: datetime) -> None:
        """Keep what changed in songs that were read before; `until` is how far changes are known now."""
        known = set(self.looks())
        with self._database.transaction():
            for task in tasks:
                rows = self._database.rows(
                    "SELECT project_gid, place FROM song_task WHERE gid = ?", (task.gid,)
                )
                was = {row["project_gid"]: row["place"] for row in rows}
                for gone in set(was) - set(task.project_gids):
                    self._database.write(
                        "DELETE FROM song_task WHERE project_gid = ? AND gid = ?", (gone, task.gid)
                    )
                for gid in known & set(task.project_gids):
                    self._put(gid, task, was.get(gid, LAST))
            self._database.write(
                "UPDATE board SET seen_until = ? WHERE id = ?", (until.isoformat(), board.id)
            )

    def _put(self, project_gid: str, task: Task, place: int) -> None:
        columns = {
            "project_gid": project_gid,
            "gid": task.gid,
            "name": task.name,
            "minutes": split_name(task.name).minutes,
            "completed": task.completed,
            "place": place,
        }
        insert(self._database, "song_task", columns, update=columns)

    def looks(self) -> dict[str, SongLook]:
        """What was seen of each song at the last look, by its project."""
        return {
            row["project_gid"]: row_as(SongLook, row)
            for row in self._database.rows("SELECT * FROM song_look")
        }

    def progress(self, default: int) -> dict[str, Progress]:
        """How far every song is, by its project. `default` is the budget in minutes of a task without one."""
        rows = self._database.rows(
            """
            SELECT project_gid, count(*) AS tasks, sum(completed) AS done,
                   sum(coalesce(minutes, ?1)) AS minutes,
                   sum(completed * coalesce(minutes, ?1)) AS minutes_done
            FROM song_task GROUP BY project_gid
            """,
            (default,),
        )
        return {row["project_gid"]: row_as(Progress, row) for row in rows}

    def open_tasks(self, project_gid: str) -> tuple[Task, ...]:
        """The gids and names of the tasks of a song that are not done, in the project's order."""
        rows = self._database.rows(
            "SELECT gid, name FROM song_task WHERE project_gid = ? AND NOT completed ORDER BY place, gid",
            (project_gid,),
        )
        return tuple(Task(row["gid"], row["name"]) for row in rows)

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
