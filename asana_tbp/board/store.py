"""The board, the cards still to be made and the songs' tasks in the local database, so that they are shown at once."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from asana_tbp.board.links import PROJECT_LINE, project_in, words_in
from asana_tbp.board.view import BoardSong, Progress
from asana_tbp.bridge.values import Project, Section, Task, mark_of
from asana_tbp.session.log import REHEARSALS
from asana_tbp.songmap.task_name import read_name
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import OF_BOARD, Entry, Outbox
from asana_tbp.store.rows import insert, row_as

LAST = 1_000_000
"""The place of a task that was added after its song was read."""


@dataclass(frozen=True, slots=True)
class Board:
    """A board. `gid` is "" until Asana has confirmed it; `ours` where we made it.

    `seen_until` is how far changes of its songs have been read, in Asana's time.
    """

    id: str
    workspace_gid: str
    me_gid: str
    gid: str
    name: str
    link: str
    ours: bool
    seen_until: datetime | None = None
    looked_at: datetime | None = None


class PendingCards(Outbox):
    """The cards in the outbox: a song's has its `project_gid`, an idea's none. Threads may share it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, OF_BOARD)

    def enqueue(self, song: BoardSong) -> Entry:
        """Queue the card of a song or idea; one with a `gid` is on the board already.

        A song has one card at most: if it is queued again, the first one stays.
        """
        with self._database.transaction():
            if song.project_gid is not None and (known := self.of_song(song.project_gid)):
                return known
            key = os.urandom(6).hex()
            words = song.words if song.is_idea else f"{PROJECT_LINE}{song.link}"
            content = {
                "kind": "idea" if song.is_idea else "song",
                "notes": f"{words}\n\n{mark_of('card', key)}",
                "stage": song.stage,
                "due_on": song.deadline.isoformat() if song.deadline else None,
            }
            columns = {
                "intent": "card",
                "key": key,
                "task_gid": song.gid,
                "task_name": song.name,
                "project_gid": song.project_gid,
                "content": json.dumps(content),
                "state": "delivered" if song.gid else "pending",
            }
            insert(self._database, "outbox", columns)
        return self._entries("key = ?", (key,))[0]

    def of_song(self, project_gid: str) -> Entry | None:
        """The card of a song, queued or made."""
        return next(iter(self._entries("project_gid = ?", (project_gid,))), None)

    def unsent(self) -> tuple[Entry, ...]:
        """Cards that Asana does not have: those that wait, oldest first, then those it refused."""
        return (*self.pending(), *self.parked())

    def unlinked(self) -> tuple[Entry, ...]:
        """Songs' cards that are made, and that the song's project does not name yet."""
        linked = "ifnull(json_extract(content, '$.linked'), 0)"
        return self._entries(f"state = 'delivered' AND project_gid IS NOT NULL AND NOT {linked}")

    def made(self, card: Entry, gid: str) -> None:
        """Record the gid that Asana gave the card."""
        self._update(card, "task_gid = ?", gid)

    def set_linked(self, project_gid: str | None, *, linked: bool) -> None:
        """Record whether the song's project names its card."""
        self._database.write_alone(
            "UPDATE outbox SET content = json_set(content, '$.linked', ?)"
            " WHERE intent = 'card' AND project_gid = ?",
            (int(linked), project_gid),
        )

    def forget(self, card: Entry) -> None:
        """Delete a card's entry, so that it can be queued again."""
        self._database.write_alone("DELETE FROM outbox WHERE id = ?", (card.id,))


class BoardStore:
    """Boards, their stages and cards, and the songs' tasks; `pending` are the cards still to be made.

    Threads may share it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pending = PendingCards(database)

    def boards(self) -> tuple[Board, ...]:
        """Every board that was ever used or begun, the one that was chosen last first."""
        rows = self._database.rows("SELECT * FROM board ORDER BY chosen_at DESC, rowid DESC")
        return tuple(row_as(Board, row, gid=row["gid"] or "") for row in rows)

    def board(self) -> Board | None:
        """The board in use: the one that was chosen last and is in Asana."""
        return next((board for board in self.boards() if board.gid), None)

    def use(self, board: Board, at: datetime) -> None:
        """Make this the board in use; a known one keeps its other columns."""
        columns = asdict(board) | {"gid": board.gid or None, "chosen_at": at}
        del columns["seen_until"], columns["looked_at"]
        with self._database.transaction():
            insert(self._database, "board", columns, update=("chosen_at", "name", "gid", "link"))

    def stages_made(self, board: Board) -> dict[str, str | None]:
        """Gids of the stages we made, by key."""
        rows = self._database.rows("SELECT key, gid FROM stage_made WHERE board_id = ?", (board.id,))
        return {row["key"]: row["gid"] for row in rows}

    def save_stage(self, board: Board, key: str, gid: str) -> None:
        """Save the gid of a stage of the board."""
        columns = {"board_id": board.id, "key": key, "gid": gid}
        with self._database.transaction():
            insert(self._database, "stage_made", columns, update=("gid",))

    def stages(self, board: Board) -> tuple[Section, ...]:
        """The stages in Asana's order, as of the last look."""
        query = "SELECT gid, name FROM stage WHERE board_id = ? ORDER BY place"
        return tuple(Section(*row) for row in self._database.rows(query, (board.id,)))

    def save_stages(
        self, board: Board, stages: Iterable[Section], cards: Iterable[Task], at: datetime
    ) -> None:
        """Save the stages and cards that Asana has now."""
        with self._database.transaction():
            self._database.write("DELETE FROM stage WHERE board_id = ?", (board.id,))
            self._database.write("DELETE FROM card WHERE board_id = ?", (board.id,))
            for place, stage in enumerate(stages):
                columns = {"gid": stage.gid, "board_id": board.id, "name": stage.name, "place": place}
                insert(self._database, "stage", columns, update=columns)
            for place, card in enumerate(cards):
                columns = {
                    "gid": card.gid,
                    "board_id": board.id,
                    "name": card.name,
                    "notes": card.notes,
                    "link": card.link,
                    "stage_gid": card.section_gid,
                    "place": place,
                    "completed": card.completed,
                    "due_on": card.due_on,
                    "project_gid": project_in(card.notes),
                }
                insert(self._database, "card", columns, update=columns)
            self._database.write("UPDATE board SET looked_at = ? WHERE id = ?", (at, board.id))

    def cards(self, board: Board) -> tuple[BoardSong, ...]:
        """The cards in Asana's order, as of the last look; then the completed ones, which are in no stage."""
        rows = self._database.rows(
            """
            SELECT card.gid, replace(card.name, char(10), ' ') AS name, link, stage_gid, due_on, notes,
                   coalesce(stage.name, '') AS stage, completed AS archived,
                   coalesce(outbox.project_gid, card.project_gid) AS project_gid
            FROM card LEFT JOIN stage ON stage.gid = stage_gid AND NOT completed
            LEFT JOIN outbox ON task_gid = card.gid AND outbox.project_gid IS NOT NULL
            WHERE card.board_id = ? ORDER BY completed, card.place
            """,
            (board.id,),
        )
        return tuple(
            BoardSong(
                row["gid"],
                row["name"],
                row["link"],
                row["stage"],
                row["project_gid"],
                stage_gid=row["stage_gid"],
                deadline=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
                words=words_in(row["notes"]),
                archived=bool(row["archived"]),
            )
            for row in rows
        )

    def save_song(self, project_gid: str, tasks: Sequence[Task], me_gid: str, at: datetime) -> None:
        """Save all tasks of a song."""
        others = sum(not task.completed and task.assignee_gid != me_gid for task in tasks)
        with self._database.transaction():
            self._database.write("DELETE FROM song_task WHERE project_gid = ?", (project_gid,))
            for place, task in enumerate(tasks):
                if task.assignee_gid == me_gid:
                    self._put(project_gid, task, place)
            self.save_facts(project_gid, at, read_at=at, hidden=False, others=others)

    def save_project(self, project: Project, at: datetime) -> None:
        """Save a project's name, link and whether it is archived."""
        facts = {"hidden": False, "name": project.name, "link": project.link, "archived": project.archived}
        self.save_facts(project.gid, at, **facts)

    def save_facts(self, project_gid: str, at: datetime, **columns: object) -> None:
        """Save what was seen of a song; what is not among the columns stays as it was known."""
        values = {"project_gid": project_gid, "read_at": at, **columns}
        with self._database.transaction():
            insert(self._database, "song_look", values, update=columns)

    def save_changes(self, board: Board, tasks: Iterable[Task], until: datetime) -> None:
        """Save what changed in songs that were read before; `until` is how far changes are known now."""
        known = {gid for (gid,) in self._database.rows("SELECT project_gid FROM song_look")}
        with self._database.transaction():
            for task in tasks:
                query = "SELECT project_gid, place FROM song_task WHERE gid = ?"
                was = {row["project_gid"]: row["place"] for row in self._database.rows(query, (task.gid,))}
                for gone in set(was) - set(task.project_gids):
                    self._database.write(
                        "DELETE FROM song_task WHERE project_gid = ? AND gid = ?", (gone, task.gid)
                    )
                for gid in known & set(task.project_gids):
                    self._put(gid, task, was.get(gid, LAST))
            self._database.write("UPDATE board SET seen_until = ? WHERE id = ?", (until, board.id))

    def _put(self, project_gid: str, task: Task, place: int) -> None:
        columns = {
            "project_gid": project_gid,
            "gid": task.gid,
            "name": task.name,
            "minutes": read_name(task.name).minutes,
            "completed": task.completed,
            "place": place,
        }
        insert(self._database, "song_task", columns, update=columns)

    def progress(self, default: int) -> dict[str, Progress]:
        """How far every song is, by its project. `default` is the budget in minutes of a task without one."""
        rows = self._database.rows(
            f"""
            SELECT song_look.*, count(gid) AS tasks, ifnull(sum(completed), 0) AS done,
                   sum((gid IS NOT NULL) * ifnull(minutes, ?)) AS minutes,
                   sum(ifnull(completed, 0) * ifnull(minutes, ?)) AS minutes_done, max(at) AS last_worked
            FROM song_look LEFT JOIN song_task USING (project_gid) LEFT JOIN (
                SELECT json_extract(facts, '$.gid') AS gid, max(at) AS at FROM event
                WHERE kind IN ('timebox-ended', 'timebox-left') AND session_id NOT IN ({REHEARSALS})
                GROUP BY 1
            ) USING (gid) GROUP BY project_gid
            """,
            (default, default),
        )
        return {row["project_gid"]: row_as(Progress, row) for row in rows}

    def open_tasks(self, project_gid: str) -> tuple[Task, ...]:
        """The gids and names of the tasks of a song that are not done, in the project's order."""
        query = "SELECT gid, name FROM song_task WHERE project_gid = ? AND NOT completed ORDER BY place, gid"
        return tuple(Task(*row) for row in self._database.rows(query, (project_gid,)))

    def add_unassigned(self, project_gid: str, tasks: Iterable[str]) -> None:
        """Save that these tasks are unassigned because their song is archived."""
        with self._database.transaction():
            for gid in tasks:
                columns = {"gid": gid, "project_gid": project_gid}
                insert(self._database, "unassigned_task", columns, update=columns)

    def forget_unassigned(self, project_gid: str) -> None:
        """Forget them once the song is restored."""
        self._database.write_alone("DELETE FROM unassigned_task WHERE project_gid = ?", (project_gid,))

    def unassigned(self, project_gid: str) -> tuple[str, ...]:
        """The tasks that were unassigned when the song was archived."""
        rows = self._database.rows("SELECT gid FROM unassigned_task WHERE project_gid = ?", (project_gid,))
        return tuple(gid for (gid,) in rows)
