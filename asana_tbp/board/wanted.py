"""Cards that are wanted on the board: an idea's or a song's, until Asana has each of them once.

Knows the table `wanted_card`. Must not know Asana's requests, nor the cards that are there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asana_tbp.store.database import Database


@dataclass(frozen=True, slots=True)
class PendingCard:
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


class PendingCards:
    """The cards. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def want(self, wanted: PendingCard, at: datetime) -> PendingCard:
        """Ask for a card. A song has one at most: asked again, the first is what stays."""
        with self._database.transaction():
            if wanted.project_gid is not None and (known := self.of_song(wanted.project_gid)):
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

    def of_song(self, project_gid: str) -> PendingCard | None:
        """The card of a song, wanted or made."""
        found = self._wanted("project_gid = ?", (project_gid,))
        return found[0] if found else None

    def waiting(self) -> tuple[PendingCard, ...]:
        """Cards that Asana does not have yet, oldest first."""
        return self._wanted("state = 'pending'")

    def parked(self) -> tuple[PendingCard, ...]:
        """Cards that Asana would not take."""
        return self._wanted("state = 'parked'")

    def unlinked(self) -> tuple[PendingCard, ...]:
        """Songs' cards that are made, and that the song's project does not name yet."""
        return self._wanted("state = 'made' AND kind = 'song' AND linked = 0")

    def remember(self, wanted: PendingCard, *, unsure: bool) -> None:
        """Whether Asana may have the card without our knowing: a create was sent and not answered."""
        self._database.write_alone("UPDATE wanted_card SET unsure = ? WHERE id = ?", (unsure, wanted.id))

    def made(self, wanted: PendingCard, gid: str) -> None:
        """Asana has the card."""
        self._database.write_alone(
            "UPDATE wanted_card SET gid = ?, state = 'made', unsure = 0, reason = '' WHERE id = ?",
            (gid, wanted.id),
        )

    def park(self, wanted: PendingCard, reason: str) -> None:
        """Asana will not take the card; `reason` is for the producer."""
        self._database.write_alone(
            "UPDATE wanted_card SET state = 'parked', reason = ? WHERE id = ?", (reason, wanted.id)
        )

    def ask_again(self, wanted: PendingCard) -> None:
        """A card that Asana would not take waits once more."""
        self._database.write_alone(
            "UPDATE wanted_card SET state = 'pending', reason = '' WHERE id = ?", (wanted.id,)
        )

    def linked(self, wanted: PendingCard) -> None:
        """The song's project names the card."""
        self._database.write_alone("UPDATE wanted_card SET linked = 1 WHERE id = ?", (wanted.id,))

    def link_again(self, project_gid: str) -> None:
        """The song's project may name the card by now."""
        self._database.write_alone("UPDATE wanted_card SET linked = 0 WHERE project_gid = ?", (project_gid,))

    def forget(self, wanted: PendingCard) -> None:
        """The song's card is gone from the board: it may be wanted anew."""
        self._database.write_alone("DELETE FROM wanted_card WHERE id = ?", (wanted.id,))

    def _wanted(self, condition: str, values: Sequence[object] = ()) -> tuple[PendingCard, ...]:
        rows = self._database.rows(
            f"SELECT * FROM wanted_card WHERE {condition} ORDER BY wanted_at, rowid", values
        )
        return tuple(
            PendingCard(
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

    def songs(self) -> dict[str, str]:
        """The project of each song's card that is made, by the card's gid."""
        rows = self._database.rows(
            "SELECT gid, project_gid FROM wanted_card WHERE gid IS NOT NULL AND project_gid IS NOT NULL"
        )
        return {row["gid"]: row["project_gid"] for row in rows}
