"""What became of a session whose program ended without a word.

Must be called while the project's lock is held: only then is an unended session lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asana_tbp.session.log import SessionLog, read_log, unended_sessions
from asana_tbp.store.database import Database
from asana_tbp.timer.events import Suspended, Timebox
from asana_tbp.timer.transitions import lost

STALE_AFTER = 3600.0
"""Seconds after which a lost session is not gone on with unless somebody says so."""

Choice = Literal["left", "away", "drop"]
"""Go on with the time that was left; count the time away as worked; or end it there, its task not done."""


@dataclass(frozen=True, slots=True)
class BrokenOffSession:
    """A session that broke off while `timebox` ran, at `tick` as far as is known, `away` seconds ago on the wall."""

    log: SessionLog
    timebox: Timebox
    tick: float
    away: float
    left: float

    @property
    def stale(self) -> bool:
        """Whether it is too old to be gone on with unasked."""
        return self.away > STALE_AFTER


def find_broken_off(database: Database, project_gid: str, at: datetime) -> BrokenOffSession | None:
    """The session of a project that broke off last, if a box ran then. Older ones, and idle ones, are ended."""
    broken_off: BrokenOffSession | None = None
    for session_id in unended_sessions(database, project_gid):
        if broken_off is not None:
            drop(broken_off, at)
            broken_off = None
        log = read_log(database, session_id)
        if (running := log.state.running) is None:
            log.record(lost(log.state), at)
            continue
        tick, seen = _last_sign(database, log)
        away = max(0.0, (at - seen).total_seconds())
        broken_off = BrokenOffSession(log, running.timebox, tick, away, running.left(tick))
    return broken_off


def drop(broken_off: BrokenOffSession, at: datetime) -> None:
    """End a lost session: what was worked counts, its task is not done."""
    state = broken_off.log.state
    broken_off.log.record(lost(state, state.running.spent(broken_off.tick) if state.running else 0.0), at)


def go_on(broken_off: BrokenOffSession, choice: Literal["left", "away"], at: datetime) -> SessionLog:
    """Take a lost session up again at its `tick`. With `away` the time since counts as worked, up to the budget."""
    counted, log = choice == "away", broken_off.log
    seconds = min(broken_off.away, max(0.0, broken_off.left)) if counted else broken_off.away
    log.record([Suspended(broken_off.tick, seconds, "crashed", counted=counted, pauses=False)], at)
    return log


def _last_sign(database: Database, log: SessionLog) -> tuple[float, datetime]:
    """The last tick that is known of a session, and when that was: its heartbeat or its last event."""
    query = "SELECT max(id), at FROM event WHERE session_id = ?"
    seen = datetime.fromisoformat(database.rows(query, (log.session_id,))[0]["at"])
    row = database.row("SELECT tick, at FROM heartbeat WHERE session_id = ?", (log.session_id,))
    if row is None or row["tick"] < log.state.moment:
        return log.state.moment, seen
    return float(row["tick"]), max(seen, datetime.fromisoformat(row["at"]))
