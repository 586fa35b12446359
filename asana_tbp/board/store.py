"""The board as the local database keeps it, so that it is shown at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from asana_tbp.board.links import mark_of, project_in, words_in
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.values import Section, Task
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import OF_BOARD, Entry, Outbox
from asana_tbp.store.rows import insert, row_as


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

    def want(
        self,
        name: str,
        words: str,
        *,
        stage: str = "",
        due_on: str | None = None,
        project_gid: str | None = None,
        made: str = "",
    ) -> Entry:
        """Ask for a card; `made` is its gid where it is on the board already.

        A song has one card at most: asked again, the first is what stays.
        """
        with self._database.transaction():
            if project_gid is not None and (known := self.of_song(project_gid)):
                return known
            key = os.urandom(6).hex()
            kind, notes = "song" if project_gid else "idea", f"{words}\n\n{mark_of('card', key)}"
            content = {"kind": kind, "notes": notes, "stage": stage, "due_on": due_on}
            columns = {
                "intent": "card",
                "key": key,
                "task_gid": made,
                "task_name": name,
                "project_gid": project_gid,
                "content": json.dumps(content),
                "state": "delivered" if made else "pending",
            }
            insert(self._database, "outbox", columns)
        return self._entries("key = ?", (key,))[0]

    def of_song(self, project_gid: str) -> Entry | None:
        """The card of a song, wanted or made."""
        return next(iter(self._entries("project_gid = ?", (project_gid,))), None)

    def unsent(self) -> tuple[Entry, ...]:
        """Cards that Asana does not have: those that wait, oldest first, then those it would not take."""
        return (*self.pending(), *self.parked())

    def unlinked(self) -> tuple[Entry, ...]:
        """Songs' cards that are made, and that the song's project does not name yet."""
        of_songs = self._entries("state = 'delivered' AND project_gid IS NOT NULL")
        return tuple(entry for entry in of_songs if not entry.content.get("linked"))

    def made(self, card: Entry, gid: str) -> None:
        """Asana has the card, under this gid."""
        self._update(card, "task_gid = ?", gid)

    def set_linked(self, project_gid: str | None, *, linked: bool) -> None:
        """Whether the song's project names its card."""
        self._database.write_alone(
            "UPDATE outbox SET content = json_set(content, '$.linked', ?)"
            " WHERE intent = 'card' AND project_gid = ?",
            (int(linked), project_gid),
        )

    def forget(self, card: Entry) -> None:
        """A card may be asked for anew."""
        self._database.write_alone("DELETE FROM outbox WHERE id = ?", (card.id,))

    def songs(self) -> dict[str, str]:
        """The project of each song's card that is made, by the card's gid."""
        made = self._entries("task_gid <> '' AND project_gid IS NOT NULL")
        return {entry.task_gid: entry.project_gid for entry in made if entry.project_gid}


class BoardStore:
    """Boards with their stages and cards; `pending` are the cards still to be made. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pending = PendingCards(database)

    # -- boards -----------------------------------------------------------------------------------

    def boards(self) -> tuple[Board, ...]:
        """Every board that was ever used or begun, the one that was chosen last first."""
        rows = self._database.rows("SELECT * FROM board ORDER BY chosen_at DESC, rowid DESC")
        return tuple(row_as(Board, row, gid=row["gid"] or "") for row in rows)

    def board(self) -> Board | None:
        """The board in use: the one that was chosen last and is in Asana."""
        return next((board for board in self.boards() if board.gid), None)

    def use(self, board: Board, at: datetime) -> None:
        """Use a board from now on; known ones keep what is known of them."""
        columns = asdict(board) | {"gid": board.gid or None, "chosen_at": at.isoformat()}
        del columns["seen_until"], columns["looked_at"]
        with self._database.transaction():
            insert(self._database, "board", columns, update=("chosen_at", "name", "gid", "link"))

    # -- stages -----------------------------------------------------------------------------------

    def stages_made(self, board: Board) -> dict[str, str | None]:
        """Gids of the stages we made, or sent, by key."""
        rows = self._database.rows("SELECT key, gid FROM stage_made WHERE board_id = ?", (board.id,))
        return {row["key"]: row["gid"] for row in rows}

    def stage_sent(self, board: Board, key: str, gid: str | None) -> None:
        """A stage's create is about to be sent, or was answered with `gid`."""
        columns = {"board_id": board.id, "key": key, "gid": gid}
        with self._database.transaction():
            insert(self._database, "stage_made", columns, update=("gid",) if gid else ())

    def stages(self, board: Board) -> tuple[Section, ...]:
        """The stages in Asana's order, as of the last look."""
        rows = self._database.rows(
            "SELECT gid, name FROM stage WHERE board_id = ? ORDER BY place", (board.id,)
        )
        return tuple(Section(row["gid"], row["name"]) for row in rows)

    # -- cards ------------------------------------------------------------------------------------

    def looked(self, board: Board, stages: Iterable[Section], cards: Iterable[Task], at: datetime) -> None:
        """Keep what Asana has now."""
        songs = self.pending.songs()
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
                    "project_gid": songs.get(card.gid) or project_in(card.notes),
                }
                insert(self._database, "card", columns, update=columns)
            self._database.write("UPDATE board SET looked_at = ? WHERE id = ?", (at.isoformat(), board.id))

    def cards(self, board: Board) -> tuple[BoardSong, ...]:
        """The cards in Asana's order, as of the last look; then the completed ones, which are in no stage."""
        rows = self._database.rows(
            """
            SELECT card.*, coalesce(stage.name, '') AS stage FROM card
            LEFT JOIN stage ON stage.gid = stage_gid AND NOT completed
            WHERE card.board_id = ? ORDER BY completed, card.place
            """,
            (board.id,),
        )
        return tuple(
            BoardSong(
                gid=row["gid"],
                name=row["name"].replace("\n", " "),
                link=row["link"],
                stage=row["stage"],
                stage_gid=row["stage_gid"],
                project_gid=row["project_gid"],
                deadline=date.fromisoformat(row["due_on"]) if row["due_on"] else None,
                words=words_in(row["notes"]),
                archived=bool(row["completed"]),
            )
            for row in rows
        )
