"""A session's log: every event, and what it means for Asana, in one transaction.

Knows how events are written and read back, and which of them Asana must be told. Must not know when they
come true.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, get_args

from asana_tbp.songmap.budget import format_budget
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.timer.events import (
    Event,
    SessionEnded,
    SessionOptions,
    SessionStarted,
    Timebox,
    TimeboxEnded,
    Undone,
)
from asana_tbp.timer.state import Finished, State
from asana_tbp.timer.transitions import apply, replay

KINDS: dict[str, type[Any]] = {event.kind: event for event in get_args(Event)}


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
                    (self.session_id, at.isoformat(), event.kind, json.dumps(asdict(event))),
                )
                if state.options.completes:
                    self._tell(event_id, event, before, state)
        self.state = state
        return state

    def beat(self, tick: float, at: datetime) -> None:
        """Write down how far the session has come: after a crash this much is known."""
        with self._database.transaction():
            self._database.write(
                "INSERT INTO heartbeat (session_id, tick, at) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET tick = excluded.tick, at = excluded.at",
                (self.session_id, tick, at.isoformat()),
            )

    def _tell(self, event_id: int, event: Event, before: State, after: State) -> None:
        options = after.options
        if isinstance(event, TimeboxEnded) and before.running:
            timebox = before.running.timebox
            if event.why != "there":
                self._outbox.add(event_id, "complete", timebox.gid, timebox.name)
        elif isinstance(event, Undone):
            timebox = next(over.timebox for over in after.finished if over.timebox.gid == event.gid)
            self._outbox.add(event_id, "reopen", timebox.gid, timebox.name)
        elif isinstance(event, SessionEnded) and options.comments:
            for gid, runs in _touched(after).items():
                timebox = runs[-1].timebox
                self._outbox.add(event_id, "comment", gid, timebox.name, content={"text": _comment(runs)})


def _touched(state: State) -> dict[str, list[Finished]]:
    """What ran in a session by task, without what Asana no longer gives us."""
    runs: dict[str, list[Finished]] = {}
    for over in state.finished:
        if over.why != "gone":
            runs.setdefault(over.timebox.gid, []).append(over)
    return runs


def _comment(runs: list[Finished]) -> str:
    last = runs[-1]
    minutes = round(sum(over.spent for over in runs) / 60)
    words = [f"Worked {format_budget(minutes)} of {format_budget(last.timebox.minutes)}"]
    words.append("done" if last.done else "not done yet")
    if any(over.come_back for over in runs):
        words.append("the time was too short, to come back to")
    return f"{', '.join(words)}. (asana-tbp)"


def open_log(
    database: Database,
    project_gid: str,
    title: str,
    queue: tuple[Timebox, ...],
    at: datetime,
    options: SessionOptions | None = None,
) -> SessionLog:
    """A new session with its first event. `project_gid` may be several, with spaces between."""
    with database.transaction():
        session_id = database.write(
            "INSERT INTO session (project_gid, title, started_at) VALUES (?, ?, ?)",
            (project_gid, title, at.isoformat()),
        )
        log = SessionLog(database, session_id, State())
        log.record([SessionStarted(queue, options or SessionOptions())], at)
    return log


def read_events(database: Database, session_id: int) -> tuple[Event, ...]:
    """The events of a session, oldest first."""
    rows = database.rows("SELECT kind, facts FROM event WHERE session_id = ? ORDER BY id", (session_id,))
    return tuple(_event(row["kind"], row["facts"]) for row in rows)


def read_log(database: Database, session_id: int) -> SessionLog:
    """A session as its events tell it."""
    return SessionLog(database, session_id, replay(read_events(database, session_id)))


def unended_sessions(database: Database, project_gid: str) -> tuple[int, ...]:
    """Sessions of a project whose log has no end, oldest first: running now, or lost."""
    rows = database.rows(
        """
        SELECT id, project_gid FROM session WHERE NOT EXISTS
        (SELECT 1 FROM event WHERE session_id = session.id AND kind = 'session-ended')
        ORDER BY id
        """
    )
    wanted = set(project_gid.split())
    return tuple(row["id"] for row in rows if wanted & set(row["project_gid"].split()))


def last_session(database: Database) -> tuple[int, tuple[str, ...]] | None:
    """The last session that told Asana anything, and its projects; None where there is none."""
    row = database.row(
        "SELECT id, project_gid FROM session WHERE project_gid <> 'timer' ORDER BY id DESC LIMIT 1"
    )
    return None if row is None else (row["id"], tuple(row["project_gid"].split()))


def _event(kind: str, facts: str) -> Event:
    known = KINDS[kind]
    values = json.loads(facts)
    if "queue" in values:
        values["queue"] = tuple(Timebox(**timebox) for timebox in values["queue"])
    if "timebox" in values:
        values["timebox"] = Timebox(**values["timebox"])
    if "options" in values:
        # Older versions knew options that are gone.
        options = {each.name for each in fields(SessionOptions)} & set(values["options"])
        values["options"] = SessionOptions(**{name: values["options"][name] for name in options})
    if "gids" in values:
        values["gids"] = tuple(values["gids"])
    names = {each.name for each in fields(known)}
    event: Event = known(**{name: value for name, value in values.items() if name in names})
    return event
