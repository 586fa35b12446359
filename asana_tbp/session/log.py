"""A session's log: every event, and what it means for Asana, in one transaction.

Knows how events are written and read back. Must not know when they come true.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from asana_tbp.session.outbox import Outbox
from asana_tbp.session.timebox import (
    Box,
    BoxEnded,
    BoxLeft,
    BoxStarted,
    Event,
    SessionEnded,
    SessionStarted,
    State,
    apply,
    replay,
)
from asana_tbp.store.database import Database

KINDS: dict[str, type[Event]] = {
    kind.__name__: kind for kind in (SessionStarted, BoxStarted, BoxEnded, BoxLeft, SessionEnded)
}


class SessionLog:
    """The log of one session, kept in step with its state."""

    def __init__(self, database: Database, session_id: int, state: State) -> None:
        self._database = database
        self._outbox = Outbox(database)
        self.session_id = session_id
        self.state = state

    def record(self, events: Sequence[Event], at: datetime) -> State:
        """Write events, with the outbox entries they ask for, all or none; the state after them.

        Raises `ImpossibleEvent` before anything is written where one cannot follow.
        """
        state = self.state
        with self._database.transaction():
            for event in events:
                before, state = state, apply(state, event)
                event_id = self._database.write(
                    "INSERT INTO event (session_id, at, kind, facts) VALUES (?, ?, ?, ?)",
                    (self.session_id, at.isoformat(), type(event).__name__, json.dumps(asdict(event))),
                )
                if isinstance(event, BoxEnded) and before.running:
                    self._outbox.add_completion(event_id, event.gid, before.running.box.name)
        self.state = state
        return state


def open_log(
    database: Database, project_gid: str, title: str, queue: tuple[Box, ...], at: datetime
) -> SessionLog:
    """A new session with its first event."""
    with database.transaction():
        session_id = database.write(
            "INSERT INTO session (project_gid, title, started_at) VALUES (?, ?, ?)",
            (project_gid, title, at.isoformat()),
        )
        log = SessionLog(database, session_id, State())
        log.record([SessionStarted(queue)], at)
    return log


def read_events(database: Database, session_id: int) -> tuple[Event, ...]:
    """The events of a session, oldest first."""
    rows = database.rows("SELECT kind, facts FROM event WHERE session_id = ? ORDER BY id", (session_id,))
    return tuple(_event(row["kind"], row["facts"]) for row in rows)


def read_log(database: Database, session_id: int) -> SessionLog:
    """A session as its events tell it."""
    return SessionLog(database, session_id, replay(read_events(database, session_id)))


def unended_sessions(database: Database, project_gid: str) -> tuple[int, ...]:
    """Sessions of a project whose log has no end: running now, or lost."""
    rows = database.rows(
        """
        SELECT id FROM session WHERE project_gid = ?
        AND NOT EXISTS (SELECT 1 FROM event WHERE session_id = session.id AND kind = 'SessionEnded')
        ORDER BY id
        """,
        (project_gid,),
    )
    return tuple(row["id"] for row in rows)


def _event(kind: str, facts: str) -> Event:
    fields = json.loads(facts)
    if "queue" in fields:
        fields["queue"] = tuple(Box(**box) for box in fields["queue"])
    return KINDS[kind](**fields)
