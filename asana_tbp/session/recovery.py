"""What became of a session whose program ended without a word.

Knows lost sessions. Must be called while the project's lock is held: only then is an unended session lost.
"""

from __future__ import annotations

from datetime import datetime

from asana_tbp.session.log import read_log, unended_sessions
from asana_tbp.session.timebox import Box, lost
from asana_tbp.store.database import Database


def close_lost_sessions(database: Database, project_gid: str, at: datetime) -> tuple[Box, ...]:
    """End the logs of lost sessions; the boxes that ran when the program ended. Their tasks are not done."""
    left = []
    for session_id in unended_sessions(database, project_gid):
        log = read_log(database, session_id)
        if log.state.running:
            left.append(log.state.running.box)
        log.record(lost(log.state), at)
    return tuple(left)
