"""Time that an older version still had to write into Asana is given up, with a reason, and never sent."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from asana_tbp.store.database import open_database
from asana_tbp.store.outbox import Outbox
from tests.store.test_kinds_migration import old_database


def test_pending_time_is_closed_and_completions_wait_on(tmp_path: Path) -> None:
    path = old_database(tmp_path / "old.db")
    old = sqlite3.connect(path)
    with old:
        (event,) = old.execute("SELECT event_id FROM outbox WHERE state = 'pending'").fetchone()
        old.execute(
            "INSERT INTO outbox (event_id, intent, task_gid, task_name, workspace_gid, content, unsure)"
            """ VALUES (?, 'time', '7', 'Bass (10m)', '1', '{"minutes": "10", "day": "2026-11-28"}', 1)""",
            (event,),
        )
    old.close()
    with open_database(path) as database:
        outbox = Outbox(database)
        assert [entry.intent for entry in outbox.pending()] == ["complete"]
        (time,) = [entry for entry in outbox.parked() if entry.intent == "time"]
        assert (
            time.reason == "Time entries are no longer sent to Asana; your times stay in the local database."
        )
