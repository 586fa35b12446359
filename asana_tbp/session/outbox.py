"""What Asana must still be told.

Knows intents and their states. Must not know how they are sent. An entry ends delivered, or parked with
a reason the user can read; it is never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asana_tbp.store.database import Database


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell Asana: that `task_gid` is complete."""

    id: int
    intent: str
    task_gid: str
    task_name: str


class Outbox:
    """The entries in the local database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_completion(self, event_id: int, task_gid: str, task_name: str) -> None:
        """Ask for a task to be completed. Must stand in the transaction of its event."""
        self._database.write(
            "INSERT INTO outbox (event_id, intent, task_gid, task_name) VALUES (?, 'complete', ?, ?)",
            (event_id, task_gid, task_name),
        )

    def pending(self) -> tuple[Entry, ...]:
        """What is still to be sent, oldest first."""
        rows = self._database.rows(
            "SELECT id, intent, task_gid, task_name FROM outbox WHERE state = 'pending' ORDER BY id"
        )
        return tuple(Entry(row["id"], row["intent"], row["task_gid"], row["task_name"]) for row in rows)

    def delivered(self, entry: Entry, at: datetime) -> None:
        """Asana has confirmed the entry."""
        self._settle(entry, "delivered", "", at)

    def parked(self, entry: Entry, reason: str, at: datetime) -> None:
        """Asana will not take the entry; `reason` is for the user."""
        self._settle(entry, "parked", reason, at)

    def _settle(self, entry: Entry, state: str, reason: str, at: datetime) -> None:
        with self._database.transaction():
            self._database.write(
                "UPDATE outbox SET state = ?, reason = ?, settled_at = ? WHERE id = ? AND state = 'pending'",
                (state, reason, at.isoformat(), entry.id),
            )
