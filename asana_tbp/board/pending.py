"""Cards that are to be on the board, an idea's or a song's: entries of the outbox until Asana has each of them once."""

from __future__ import annotations

import json
import os

from asana_tbp.board.links import mark_of
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import OF_BOARD, Entry, Outbox
from asana_tbp.store.rows import insert


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

    def waits(self) -> bool:
        """Whether anything is to be sent to the board."""
        return bool(self.pending() or self.unlinked())

    def unlinked(self) -> tuple[Entry, ...]:
        """Songs' cards that are made, and that the song's project does not name yet."""
        of_songs = self._entries("state = 'delivered' AND project_gid IS NOT NULL")
        return tuple(entry for entry in of_songs if not entry.content.get("linked"))

    def made(self, card: Entry, gid: str) -> None:
        """Asana has the card, under this gid."""
        self._database.write_alone("UPDATE outbox SET task_gid = ? WHERE id = ?", (gid, card.id))

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
