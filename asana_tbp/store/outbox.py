"""The outbox: what waits to be sent to Asana.

An entry ends delivered, or parked with a reason the user can read; it is never dropped.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from asana_tbp.store.database import Database
from asana_tbp.store.rows import row_as

Intent = Literal["complete", "reopen", "time", "comment", "card"]
"""`time` stands in old databases only, and is never pending."""

OF_SESSIONS: tuple[Intent, ...] = ("complete", "reopen", "time", "comment")
OF_BOARD: tuple[Intent, ...] = ("card",)
ALL = OF_SESSIONS + OF_BOARD
DISCARDED = "Discarded by you."


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the task `task_gid`, which is "" for a card that is not made yet. `key` is a card's id.

    `unsure` says that it was sent and the answer is not known. `seen` are the gids Asana had before a create.
    `tries` counts the times Asana could not answer.
    """

    id: int
    intent: Intent
    task_gid: str
    task_name: str
    content: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    project_gid: str | None = None
    state: str = "pending"
    reason: str = ""
    tries: int = 0
    unsure: bool = False
    seen: frozenset[str] | None = None


class Outbox:
    """Entries of some intents in the local database. Threads may share it."""

    def __init__(self, database: Database, intents: tuple[Intent, ...] = OF_SESSIONS) -> None:
        self._database = database
        self._of_ours = f"intent IN ({', '.join(repr(intent) for intent in intents)})"

    def pending(self) -> tuple[Entry, ...]:
        """What is still to be sent, oldest first."""
        return self._entries("state = 'pending'")

    def parked(self) -> tuple[Entry, ...]:
        """What Asana has refused, without what the user has discarded."""
        return self._entries("state = 'parked' AND reason <> ?", (DISCARDED,))

    def entry(self, entry_id: int) -> Entry | None:
        """One entry as it is now."""
        return next(iter(self._entries("id = ?", (entry_id,))), None)

    def count(self) -> int:
        """How many entries are pending."""
        query = f"SELECT count(*) FROM outbox WHERE state = 'pending' AND {self._of_ours}"
        return int(self._database.rows(query)[0][0])

    def untold(self, since: datetime) -> frozenset[str]:
        """Tasks with changes that were not yet sent at `since`: what Asana showed of them then is out of date."""
        rows = self._database.rows(
            # What is dated a day ahead and more was written while the clock was wrong.
            "SELECT DISTINCT task_gid FROM outbox WHERE state = 'pending' OR settled_at >= ? AND settled_at < ?",
            (since.isoformat(), (since + timedelta(days=1)).isoformat()),
        )
        return frozenset(row["task_gid"] for row in rows)

    def remember(self, entry: Entry, *, unsure: bool, seen: Iterable[str] | None = None) -> None:
        """Save whether the entry was sent but not answered; `seen` are the gids Asana had before the first try."""
        known = None if seen is None else json.dumps(sorted(seen))
        self._update(entry, "unsure = ?, seen = coalesce(seen, ?)", unsure, known)

    def count_failure(self, entry: Entry) -> None:
        """Count a request for the entry, a read or a write, that Asana could not answer."""
        self._update(entry, "tries = tries + 1")

    def finish(self, entry: Entry, at: datetime, reason: str = "") -> None:
        """Mark the entry delivered; or parked, if there is a `reason` (shown to the user) why Asana refused it."""
        values = "state = ?, reason = ?, settled_at = ?, unsure = 0"
        state = "parked" if reason else "delivered"
        self._update(entry, values, state, reason, at.isoformat(), condition="state = 'pending'")

    def retry(self, entry: Entry) -> None:
        """Make a parked entry pending again."""
        values = "state = 'pending', reason = '', settled_at = NULL, tries = 0"
        self._update(entry, values, condition="state = 'parked'")

    def discard(self, entry: Entry, at: datetime) -> None:
        """Park the entry as discarded by the user: the row stays, and is never sent."""
        values = "state = 'parked', reason = ?, settled_at = ?"
        self._update(entry, values, DISCARDED, at.isoformat(), condition="state <> 'delivered'")

    def _update(self, entry: Entry, assignments: str, *values: object, condition: str = "true") -> None:
        statement = f"UPDATE outbox SET {assignments} WHERE id = ? AND {condition}"
        self._database.write_alone(statement, (*values, entry.id))

    def _entries(self, condition: str, values: tuple[object, ...] = ()) -> tuple[Entry, ...]:
        query = f"SELECT * FROM outbox WHERE {self._of_ours} AND {condition} ORDER BY id"
        return tuple(
            row_as(
                Entry,
                row,
                content=json.loads(row["content"]),
                seen=None if row["seen"] is None else frozenset(json.loads(row["seen"])),
            )
            for row in self._database.rows(query, values)
        )
