"""The board as the local database keeps it, so that it is shown at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asana_tbp.board.links import project_in
from asana_tbp.board.pending import PendingCards
from asana_tbp.bridge.values import Section, Task
from asana_tbp.store.database import Database
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


@dataclass(frozen=True, slots=True)
class CachedCard:
    """A card at the last look, with the project it stands for, where it does."""

    gid: str
    name: str
    notes: str
    link: str
    stage_gid: str
    completed: bool
    due_on: str | None
    project_gid: str | None


class BoardStore:
    """Boards with their stages and cards; `pending` are the cards still to be made. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pending = PendingCards(database)

    # -- boards -----------------------------------------------------------------------------------

    def boards(self) -> tuple[Board, ...]:
        """Every board that was ever used or begun, the one that was chosen last first."""
        rows = self._database.rows("SELECT * FROM board ORDER BY chosen_at DESC, rowid DESC")
        moments = ("seen_until", "looked_at")
        return tuple(
            row_as(
                Board,
                row,
                gid=row["gid"] or "",
                **{name: datetime.fromisoformat(row[name]) if row[name] else None for name in moments},
            )
            for row in rows
        )

    def board(self) -> Board | None:
        """The board in use: the one that was chosen last and is in Asana."""
        return next((board for board in self.boards() if board.gid), None)

    def begin(self, workspace_gid: str, me_gid: str, name: str, at: datetime) -> Board:
        """A board is about to be made."""
        board = Board(os.urandom(6).hex(), workspace_gid, me_gid, "", name, "", ours=True)
        self.use(board, at)
        return board

    def use(self, board: Board, at: datetime) -> None:
        """Use a board from now on; known ones keep what is known of them."""
        self._database.write_alone(
            "INSERT INTO board (id, workspace_gid, me_gid, gid, name, link, ours, chosen_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET chosen_at = excluded.chosen_at, name = excluded.name,"
            " gid = excluded.gid, link = excluded.link",
            (
                board.id,
                board.workspace_gid,
                board.me_gid,
                board.gid or None,
                board.name,
                board.link,
                board.ours,
                at.isoformat(),
            ),
        )

    # -- stages -----------------------------------------------------------------------------------

    def stages_made(self, board: Board) -> dict[str, str | None]:
        """Gids of the stages we made, or sent, by key."""
        rows = self._database.rows("SELECT key, gid FROM stage_made WHERE board_id = ?", (board.id,))
        return {row["key"]: row["gid"] for row in rows}

    def stage_sent(self, board: Board, key: str, gid: str | None) -> None:
        """A stage's create is about to be sent, or was answered with `gid`."""
        self._database.write_alone(
            "INSERT INTO stage_made (board_id, key, gid) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET gid = coalesce(excluded.gid, gid)",
            (board.id, key, gid),
        )

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
                insert(self._database, "stage", columns, replace=True)
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
                insert(self._database, "card", columns, replace=True)
            self._database.write("UPDATE board SET looked_at = ? WHERE id = ?", (at.isoformat(), board.id))

    def cards(self, board: Board) -> tuple[CachedCard, ...]:
        """The cards in Asana's order, as of the last look, completed ones too."""
        rows = self._database.rows("SELECT * FROM card WHERE board_id = ? ORDER BY place", (board.id,))
        return tuple(row_as(CachedCard, row) for row in rows)
