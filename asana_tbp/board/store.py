"""The board as the local database keeps it, so that it is shown at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asana_tbp.board.links import project_in
from asana_tbp.board.pending import PendingCards
from asana_tbp.bridge.values import Section, Task
from asana_tbp.store.database import Database, Row
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


_DEFAULT = "\n"
# Keys of stages are single lines: this can be none of theirs.


class BoardStore:
    """Boards with their stages and cards; `pending` are the cards still to be made. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.pending = PendingCards(database)

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

    def known(self, gid: str, mark: str | None) -> Board | None:
        """The board with this gid; else the one of this mark, where Asana has not confirmed it yet."""
        found = self._boards("gid = ?", (gid,)) or self._boards("gid IS NULL AND id = ?", (mark,))
        return found[0] if found else None

    def is_free(self, board_id: str) -> bool:
        """Whether no board is known by this id."""
        return not self._boards("id = ?", (board_id,))

    def begin(self, workspace_gid: str, me_gid: str, name: str, at: datetime) -> Board:
        """A board is about to be made."""
        import secrets

        board = Board(secrets.token_hex(6), workspace_gid, me_gid, "", name, "", ours=True)
        self._enter(board, at)
        return board

    def adopt(self, board: Board, at: datetime) -> None:
        """Use a board that is in Asana; known ones keep what is known of them."""
        with self._database.transaction():
            if self._boards("id = ?", (board.id,)):
                self._database.write(
                    "UPDATE board SET chosen_at = ?, name = ?, gid = ?, link = ? WHERE id = ?",
                    (at.isoformat(), board.name, board.gid, board.link, board.id),
                )
            else:
                self._enter(board, at)

    def made(self, board: Board, gid: str, link: str) -> None:
        """Asana has confirmed the board."""
        self._database.write_alone("UPDATE board SET gid = ?, link = ? WHERE id = ?", (gid, link, board.id))

    def _enter(self, board: Board, at: datetime) -> None:
        columns = {
            name: getattr(board, name) for name in ("id", "workspace_gid", "me_gid", "name", "link", "ours")
        }
        with self._database.transaction():
            insert(self._database, "board", columns | {"gid": board.gid or None, "chosen_at": at.isoformat()})

    def _boards(self, condition: str, values: Sequence[object] = ()) -> tuple[Board, ...]:
        rows = self._database.rows(
            f"SELECT * FROM board WHERE {condition} ORDER BY chosen_at DESC, rowid DESC", values
        )
        return tuple(_board(row) for row in rows)

    # -- stages -----------------------------------------------------------------------------------

    def stages_made(self, board: Board) -> dict[str, str | None]:
        """Gids of the stages we made, or sent, by key."""
        return {key: gid for key, gid in self._made(board).items() if not key.startswith(_DEFAULT)}

    def _made(self, board: Board) -> dict[str, str | None]:
        rows = self._database.rows("SELECT key, gid FROM stage_made WHERE board_id = ?", (board.id,))
        return {row["key"]: row["gid"] for row in rows}

    def stage_sent(self, board: Board, key: str, gid: str | None) -> None:
        """A stage's create is about to be sent, or was answered with `gid`."""
        self._database.write_alone(
            "INSERT INTO stage_made (board_id, key, gid) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET gid = coalesce(excluded.gid, gid)",
            (board.id, key, gid),
        )

    def came_with_board(self, board: Board, section: Section) -> None:
        """The section Asana put into the board when we made it, with its first name."""
        self.stage_sent(board, _DEFAULT + section.name, section.gid)

    def default_of(self, board: Board) -> Section | None:
        """That section as it came; None where it was never seen."""
        made = self._made(board)
        keys = [key for key in made if key.startswith(_DEFAULT)]
        return Section(made[keys[0]] or "", keys[0].removeprefix(_DEFAULT)) if keys else None

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
                self._database.write(
                    "INSERT OR REPLACE INTO stage (gid, board_id, name, place) VALUES (?, ?, ?, ?)",
                    (stage.gid, board.id, stage.name, place),
                )
            for place, card in enumerate(cards):
                self._put(board, card, place, songs.get(card.gid) or project_in(card.notes))
            self._database.write("UPDATE board SET looked_at = ? WHERE id = ?", (at.isoformat(), board.id))

    def _put(self, board: Board, card: Task, place: int, project_gid: str | None) -> None:
        columns = {
            name: getattr(card, name) for name in ("gid", "name", "notes", "link", "completed", "due_on")
        }
        columns |= {
            "board_id": board.id,
            "stage_gid": card.section_gid,
            "place": place,
            "project_gid": project_gid,
        }
        insert(self._database, "card", columns, replace=True)

    def cards(self, board: Board) -> tuple[CachedCard, ...]:
        """The cards in Asana's order, as of the last look, completed ones too."""
        rows = self._database.rows("SELECT * FROM card WHERE board_id = ? ORDER BY place", (board.id,))
        return tuple(row_as(CachedCard, row) for row in rows)


def _board(row: Row) -> Board:
    return row_as(
        Board,
        row,
        gid=row["gid"] or "",
        seen_until=datetime.fromisoformat(row["seen_until"]) if row["seen_until"] else None,
        looked_at=datetime.fromisoformat(row["looked_at"]) if row["looked_at"] else None,
    )
