"""A database of the first version keeps its sessions and its outbox."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from asana_tbp.session.log import read_log, unended_sessions
from asana_tbp.store.database import MIGRATIONS, open_database
from asana_tbp.store.outbox import Outbox

BOX = '{"gid": "%s", "name": "%s (20m)", "title": "%s", "minutes": 20, "section": "Composition"}'


def test_an_old_file_is_brought_forward(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0].read_text())
    queue = ", ".join(BOX % (gid, gid, gid) for gid in ("1", "2"))
    old.execute("INSERT INTO session VALUES (1, '77', 'Song', '2026-01-05T20:00:00+00:00')")
    for kind, facts in [
        ("SessionStarted", f'{{"queue": [{queue}]}}'),
        ("BoxStarted", '{"gid": "1", "tick": 100.0}'),
        ("BoxEnded", '{"gid": "1", "tick": 1300.0, "spent": 1200.0}'),
        ("BoxStarted", '{"gid": "2", "tick": 1300.0}'),
    ]:
        old.execute(
            "INSERT INTO event (session_id, at, kind, facts) VALUES (1, '2026-01-05T20:20:00+00:00', ?, ?)",
            (kind, facts),
        )
    old.execute(
        "INSERT INTO outbox (event_id, intent, task_gid, task_name) VALUES (3, 'complete', '1', '1 (20m)')"
    )
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    with open_database(path) as database:
        (entry,) = Outbox(database).pending()
        assert (entry.intent, entry.task_gid, entry.unsure, entry.seen) == ("complete", "1", False, None)
        assert unended_sessions(database, "77") == (1,)
        state = read_log(database, 1).state
        assert state.running is not None
        assert (state.running.timebox.gid, len(state.done)) == ("2", 1)
