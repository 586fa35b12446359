"""The board as the local database keeps it: shown at once, and what is still wanted of Asana.

Knows the tables of the board. Must not know Asana's requests, nor how a board looks.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asana_tbp.board.links import project_in
from asana_tbp.bridge.asana import Section
from asana_tbp.bridge.cards import Card
from asana_tbp.store.database import Database, Row


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
class Wanted:
    """A card that is to be on the board: an idea's, or a song's with its `project_gid`."""

    id: str
    kind: Literal["idea", "song"]
    name: str
    notes: str
    stage: str = ""
    due_on: str | None = None
    project_gid: str | None = None
    gid: str | None = None
    state: str = "pending"
    reason: str = ""
    unsure: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card at the last look, with the project it stands for, where it does."""

    gid: str
    name: str
    notes: str
    link: str
    stage_gid: str
    completed: bool
    due_on: str | None
    project_gid: str | None


class Shelf:
    """The board's tables. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- boards -----------------------------------------------------------------------------------

    def board(self) -> Board | None:
        """The board in use: the one that was chosen last and is in Asana."""
        found = self._boards("gid IS NOT NULL")
        return found[0] if found else None

    def begun(self, workspace_gid: str) -> Board | None:
        """A board whose create may have been sent, and of which Asana has said nothing yet."""
        found = self._boards("gid IS NULL AND workspace_gid = ?", (workspace_gid,))
        return found[0] if found else None

    def boards(self) -> tuple[Board, ...]:
        """Every board that was ever used, the one in use first."""
        return self._boards("gid IS NOT NULL")

    def begin(self, workspace_gid: str, me_gid: str, name: str, at: datetime) -> Board:
        """A board is about to be made."""
        board = Board(secrets.token_hex(6), workspace_gid, me_gid, "", name, "", ours=True)
        self._enter(board, at)
        return board

    def adopt(self, board: Board, at: datetime) -> None:
        """Use a board that is in Asana; known ones keep what is known of them."""
        with self._database.transaction():
            if self._boards("gid = ?", (board.gid,)):
                self._database.write(
                    "UPDATE board SET chosen_at = ?, name = ?, link = ? WHERE gid = ?",
                    (at.isoformat(), board.name, board.link, board.gid),
                )
            else:
                self._enter(board, at)

    def made(self, board: Board, gid: str, link: str) -> None:
        """Asana has confirmed the board."""
        self._write("UPDATE board SET gid = ?, link = ? WHERE id = ?", (gid, link, board.id))

    def _enter(self, board: Board, at: datetime) -> None:
        self._write(
            "INSERT INTO board (id, workspace_gid, me_gid, gid, name, link, ours, chosen_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
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

    def _boards(self, condition: str, values: Sequence[object] = ()) -> tuple[Board, ...]:
        rows = self._database.rows(
            f"SELECT * FROM board WHERE {condition} ORDER BY chosen_at DESC, rowid DESC", values
        )
        return tuple(_board(row) for row in rows)

    # -- stages -----------------------------------------------------------------------------------

    def stages_made(self, board: Board) -> dict[str, str | None]:
        """Gids of the stages we made, or sent, by key."""
        rows = self._database.rows("SELECT key, gid FROM stage_made WHERE board_id = ?", (board.id,))
        return {row["key"]: row["gid"] for row in rows}

    def stage_sent(self, board: Board, key: str, gid: str | None) -> None:
        """A stage's create is about to be sent, or was answered with `gid`."""
        self._write(
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

    def looked(self, board: Board, stages: Iterable[Section], cards: Iterable[Card], at: datetime) -> None:
        """Keep what Asana has now."""
        songs = self._songs_of_cards()
        with self._database.transaction():
            self._database.write("DELETE FROM stage WHERE board_id = ?", (board.id,))
            self._database.write("DELETE FROM card WHERE board_id = ?", (board.id,))
            for place, stage in enumerate(stages):
                self._database.write(
                    "INSERT OR REPLACE INTO stage (gid, board_id, name, place) VALUES (?, ?, ?, ?)",
                    (stage.gid, board.id, stage.name, place),
                )
            for place, card in enumerate(cards):
                self._put(board, card, place, songs.get(card.gid) or project_in(card.notes))
            self._database.write("UPDATE board SET looked_at = ? WHERE id = ?", (at.isoformat(), board.id))

    def _songs_of_cards(self) -> dict[str, str]:
        rows = self._database.rows(
            "SELECT gid, project_gid FROM wanted_card WHERE gid IS NOT NULL AND project_gid IS NOT NULL"
        )
        return {row["gid"]: row["project_gid"] for row in rows}

    def _put(self, board: Board, card: Card, place: int, project_gid: str | None) -> None:
        self._database.write(
            "INSERT OR REPLACE INTO card (gid, board_id, name, notes, link, stage_gid, place, completed, due_on,"
            " project_gid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                card.gid,
                board.id,
                card.name,
                card.notes,
                card.link,
                card.section_gid,
                place,
                card.completed,
                card.due_on,
                project_gid,
            ),
        )

    def cards(self, board: Board) -> tuple[KeptCard, ...]:
        """The cards in Asana's order, as of the last look, completed ones too."""
        rows = self._database.rows("SELECT * FROM card WHERE board_id = ? ORDER BY place", (board.id,))
        return tuple(
            KeptCard(
                gid=row["gid"],
                name=row["name"],
                notes=row["notes"],
                link=row["link"],
                stage_gid=row["stage_gid"],
                completed=bool(row["completed"]),
                due_on=row["due_on"],
                project_gid=row["project_gid"],
            )
            for row in rows
        )

    # -- cards that are wanted --------------------------------------------------------------------

    def want(self, wanted: Wanted, at: datetime) -> Wanted:
        """Ask for a card. A song has one at most: asked again, the first is what stays."""
        with self._database.transaction():
            if wanted.project_gid is not None and (known := self.wanted_for(wanted.project_gid)):
                return known
            self._database.write(
                "INSERT INTO wanted_card (id, kind, name, notes, stage, due_on, project_gid, gid, state, wanted_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    wanted.id,
                    wanted.kind,
                    wanted.name,
                    wanted.notes,
                    wanted.stage,
                    wanted.due_on,
                    wanted.project_gid,
                    wanted.gid,
                    wanted.state,
                    at.isoformat(),
                ),
            )
        return wanted

    def wanted_for(self, project_gid: str) -> Wanted | None:
        """The card of a song, wanted or made."""
        found = self._wanted("project_gid = ?", (project_gid,))
        return found[0] if found else None

    def waiting(self) -> tuple[Wanted, ...]:
        """Cards that Asana does not have yet, oldest first."""
        return self._wanted("state = 'pending'")

    def parked(self) -> tuple[Wanted, ...]:
        """Cards that Asana would not take."""
        return self._wanted("state = 'parked'")

    def unlinked(self) -> tuple[Wanted, ...]:
        """Songs' cards that are made, and that the song's project does not name yet."""
        return self._wanted("state = 'made' AND kind = 'song' AND linked = 0")

    def sending(self, wanted: Wanted) -> None:
        """The card is about to be sent: until it is answered nobody knows whether Asana has it."""
        self._write("UPDATE wanted_card SET unsure = 1 WHERE id = ?", (wanted.id,))

    def not_sent(self, wanted: Wanted) -> None:
        """The card was certainly not made."""
        self._write("UPDATE wanted_card SET unsure = 0 WHERE id = ?", (wanted.id,))

    def card_made(self, wanted: Wanted, gid: str) -> None:
        """Asana has the card."""
        self._write(
            "UPDATE wanted_card SET gid = ?, state = 'made', unsure = 0, reason = '' WHERE id = ?",
            (gid, wanted.id),
        )

    def park(self, wanted: Wanted, reason: str) -> None:
        """Asana will not take the card; `reason` is for the producer."""
        self._write("UPDATE wanted_card SET state = 'parked', reason = ? WHERE id = ?", (reason, wanted.id))

    def linked(self, wanted: Wanted) -> None:
        """The song's project names the card."""
        self._write("UPDATE wanted_card SET linked = 1 WHERE id = ?", (wanted.id,))

    def forget(self, wanted: Wanted) -> None:
        """The song's card is gone from the board: it may be wanted anew."""
        self._write("DELETE FROM wanted_card WHERE id = ?", (wanted.id,))

    def _wanted(self, condition: str, values: Sequence[object] = ()) -> tuple[Wanted, ...]:
        rows = self._database.rows(
            f"SELECT * FROM wanted_card WHERE {condition} ORDER BY wanted_at, rowid", values
        )
        return tuple(
            Wanted(
                id=row["id"],
                kind=row["kind"],
                name=row["name"],
                notes=row["notes"],
                stage=row["stage"],
                due_on=row["due_on"],
                project_gid=row["project_gid"],
                gid=row["gid"],
                state=row["state"],
                reason=row["reason"],
                unsure=bool(row["unsure"]),
                linked=bool(row["linked"]),
            )
            for row in rows
        )

    def _write(self, statement: str, values: Sequence[object]) -> None:
        with self._database.transaction():
            self._database.write(statement, values)


def _board(row: Row) -> Board:
    return Board(
        id=row["id"],
        workspace_gid=row["workspace_gid"],
        me_gid=row["me_gid"],
        gid=row["gid"] or "",
        name=row["name"],
        link=row["link"],
        ours=bool(row["ours"]),
        seen_until=datetime.fromisoformat(row["seen_until"]) if row["seen_until"] else None,
        looked_at=datetime.fromisoformat(row["looked_at"]) if row["looked_at"] else None,
    )
