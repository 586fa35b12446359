"""A session's log: each event and the changes to send for it, in one transaction; and logs that broke off."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.store.rows import insert
from asana_tbp.timer.events import KINDS, Event, SessionOptions, SessionStarted, Suspended, Timebox
from asana_tbp.timer.reconcile import intents_of
from asana_tbp.timer.state import State
from asana_tbp.timer.transitions import apply, lost, replay

REHEARSALS = """
    SELECT session_id FROM event WHERE kind = 'session-started' AND json_extract(facts, '$.options.rehearsal')
"""
"""SQL for the sessions that were rehearsed: their time counts nowhere."""


STALE_AFTER = 3600.0
"""Seconds after which a lost session is resumed only if the user says so."""

Choice = Literal["left", "away", "drop"]
"""Go on with the time that was left; count the time away as worked; or end it there, its task not done."""


class SessionLog:
    """The log of one session, kept in step with its state."""

    def __init__(self, database: Database, session_id: int, state: State) -> None:
        self.database = database
        self.outbox = Outbox(database)
        self.session_id = session_id
        self.state = state

    def record(self, events: Sequence[Event], at: datetime) -> bool:
        """Write events and the outbox entries they call for, all or none; returns whether there were such entries.

        Raises `ImpossibleEvent`, and writes nothing, if one cannot follow.
        """
        state, to_send = self.state, False
        with self.database.transaction():
            for event in events:
                before, state = state, apply(state, event)
                event_id = self.database.write(
                    "INSERT INTO event (session_id, at, kind, facts) VALUES (?, ?, ?, ?)",
                    (self.session_id, at.isoformat(), event.kind, json.dumps(asdict(event))),
                )
                for action, timebox, text in intents_of(event, before, state):
                    entry = {"event_id": event_id, "intent": action, "task_gid": timebox.gid}
                    content = json.dumps({"text": text} if text else {})
                    columns = {**entry, "task_name": timebox.name, "content": content}
                    insert(self.database, "outbox", columns)
                    to_send = True
        self.state = state
        return to_send

    def beat(self, tick: float, at: datetime) -> None:
        """Save how far the session has come, so that it is known after a crash."""
        self.database.write_alone(
            "INSERT INTO heartbeat (session_id, tick, at) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET tick = excluded.tick, at = excluded.at",
            (self.session_id, tick, at.isoformat()),
        )


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
        log.record([SessionStarted(0.0, queue, options or SessionOptions())], at)
    return log


def read_events(database: Database, session_id: int) -> tuple[Event, ...]:
    """The events of a session, oldest first."""
    rows = database.rows("SELECT kind, facts FROM event WHERE session_id = ? ORDER BY id", (session_id,))
    return tuple(_known(KINDS[row["kind"]], {"tick": 0.0, **json.loads(row["facts"])}) for row in rows)


def read_log(database: Database, session_id: int) -> SessionLog:
    """A session, replayed from its events."""
    return SessionLog(database, session_id, replay(read_events(database, session_id)))


def projects_of(database: Database, session_id: int) -> set[str]:
    """The gids of the projects, or the sections of My Tasks, that a session began with."""
    rows = database.rows("SELECT project_gid FROM session WHERE id = ?", (session_id,))
    return {gid for row in rows for gid in row["project_gid"].split()}


def unended_sessions(database: Database, project_gid: str) -> tuple[int, ...]:
    """Sessions of a project whose log has no end, oldest first: running now, or lost."""
    rows = database.rows(
        """
        SELECT id, project_gid FROM session WHERE NOT EXISTS
        (SELECT 1 FROM event WHERE session_id = session.id AND kind = 'session-ended')
        ORDER BY id
        """
    )
    projects = set(project_gid.split())
    return tuple(row["id"] for row in rows if projects & set(row["project_gid"].split()))


def last_session(database: Database) -> tuple[int, tuple[str, ...]] | None:
    """The session of a song with the latest event, and its projects; rehearsals don't count."""
    row = database.row(
        f"SELECT id, project_gid FROM session WHERE project_gid <> 'timer' AND id NOT IN ({REHEARSALS})"
        " ORDER BY (SELECT max(event.id) FROM event WHERE session_id = session.id) DESC LIMIT 1"
    )
    return None if row is None else (row["id"], tuple(row["project_gid"].split()))


_NESTED = {"queue": Timebox, "timebox": Timebox, "options": SessionOptions}


def _known(kind: type[Any], values: Mapping[str, Any]) -> Any:
    """A value read from JSON, with lists as tuples; fields that only another version knows are ignored."""

    def read(name: str, value: Any) -> Any:
        if isinstance(value, list):
            return tuple(read(name, each) for each in value)
        return _known(_NESTED[name], value) if isinstance(value, dict) else value

    return kind(
        **{each.name: read(each.name, values[each.name]) for each in fields(kind) if each.name in values}
    )


@dataclass(frozen=True, slots=True)
class BrokenOffSession:
    """A session that broke off while `timebox` ran, at `tick` as far as is known, `away` wall-clock seconds ago."""

    log: SessionLog
    timebox: Timebox
    tick: float
    away: float
    left: float

    @property
    def state(self) -> State:
        """Its last state."""
        return self.log.state

    @property
    def stale(self) -> bool:
        """Whether it is too old to resume without asking."""
        return self.away > STALE_AFTER


def find_broken_off(database: Database, project_gid: str, at: datetime) -> BrokenOffSession | None:
    """The session of a project that broke off last, if a task ran then. Older ones, and idle ones, are ended.

    Must be called while the project's lock is held: only then is an unended session lost.
    """
    broken_off: BrokenOffSession | None = None
    for session_id in unended_sessions(database, project_gid):
        if broken_off is not None:
            drop(broken_off, at)
            broken_off = None
        log = read_log(database, session_id)
        if (running := log.state.running) is None:
            log.record(lost(log.state), at)
            continue
        # The last sign of it is its heartbeat or its last event.
        sign = database.rows(
            "SELECT max(event.id), event.at, heartbeat.tick, heartbeat.at AS beat FROM event"
            " LEFT JOIN heartbeat USING (session_id) WHERE session_id = ?",
            (session_id,),
        )[0]
        tick, seen = log.state.moment, datetime.fromisoformat(sign["at"])
        if sign["tick"] is not None and sign["tick"] >= tick:
            tick, seen = float(sign["tick"]), max(seen, datetime.fromisoformat(sign["beat"]))
        away = max(0.0, (at - seen).total_seconds())
        broken_off = BrokenOffSession(log, running.timebox, tick, away, running.left(tick))
    return broken_off


def drop(broken_off: BrokenOffSession, at: datetime) -> None:
    """End a lost session: what was worked counts, its task is not done."""
    run = broken_off.state.running
    broken_off.log.record(lost(broken_off.state, run.spent(broken_off.tick) if run else 0.0), at)


def go_on(broken_off: BrokenOffSession, choice: Literal["left", "away"], at: datetime) -> SessionLog:
    """Resume a lost session at its `tick`. With `away` the time since counts as worked, up to the budget."""
    counted, log = choice == "away", broken_off.log
    seconds = min(broken_off.away, max(0.0, broken_off.left)) if counted else broken_off.away
    log.record([Suspended(broken_off.tick, seconds, "crashed", counted=counted, pauses=False)], at)
    return log
