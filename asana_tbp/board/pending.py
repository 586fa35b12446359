"""Cards to be put on the board: ideas, and songs with a project."""

import json
import os

from asana_tbp.board.links import PROJECT_LINE
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.values import mark_of
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import OF_BOARD, Entry, Outbox
from asana_tbp.store.rows import insert


class PendingCards(Outbox):
    """The cards in the outbox: a song's has its `project_gid`, an idea's none. Threads may share it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, OF_BOARD)

    def want(self, song: BoardSong) -> Entry:
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
