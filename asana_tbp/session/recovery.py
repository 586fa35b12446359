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
    """A session that broke off during a box.

    `tick` is how far it is known to have come, `away` the seconds on the wall since then, `worked` what was
    worked in the box until then.
    """

    log: SessionLog
    timebox: Timebox
    tick: float
    away: float
    worked: float
    left: float

    @property
    def stale(self) -> bool:
        """Whether it is too old to be gone on with unasked."""
        return self.away > STALE_AFTER


def find_broken_off(database: Database, project_gid: str, at: datetime) -> BrokenOffSession | None:
    """The session of a project that broke off last, if a box ran then. Older ones, and idle ones, are ended."""
    found: BrokenOffSession | None = None
    for session_id in unended_sessions(database, project_gid):
        if found is not None:
            drop(found, at)
            found = None
        log = read_log(database, session_id)
        running = log.state.running
        if running is None:
            log.record(lost(log.state), at)
            continue
        tick, seen = _last_sign(database, log)
        away = max(0.0, (at - seen).total_seconds())
        found = BrokenOffSession(log, running.timebox, tick, away, running.spent(tick), running.left(tick))
    return found


def drop(found: BrokenOffSession, at: datetime) -> None:
    """End a lost session: what was worked counts, its task is not done."""
    found.log.record(lost(found.log.state, found.worked), at)


def go_on(found: BrokenOffSession, choice: Literal["left", "away"], at: datetime) -> SessionLog:
    """Take a lost session up again; its ticks go on from `found.tick`.

    With `away` the time since is counted as worked, up to the box's budget.
    """
    counted = choice == "away"
    seconds = min(found.away, max(0.0, found.left)) if counted else found.away
    found.log.record([Suspended(found.tick, seconds, "crashed", counted=counted, pauses=False)], at)
    return found.log


def _last_sign(database: Database, log: SessionLog) -> tuple[float, datetime]:
    """The last tick that is known of a session, and when that was: its heartbeat or its last event."""
    row = database.row("SELECT tick, at FROM heartbeat WHERE session_id = ?", (log.session_id,))
    last = database.row(
        "SELECT at FROM event WHERE session_id = ? ORDER BY id DESC LIMIT 1", (log.session_id,)
    )
    assert last is not None
    seen = datetime.fromisoformat(last["at"])
    if row is None or row["tick"] < log.state.moment:
        return log.state.moment, seen
    return float(row["tick"]), max(seen, datetime.fromisoformat(row["at"]))
