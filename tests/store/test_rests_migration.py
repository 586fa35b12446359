"""A database from before breaks were timed keeps its songs, which have none until they are scaffolded again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from asana_tbp.scaffold.desired import DesiredTask
from asana_tbp.scaffold.journal import Journal, ideal_places, known_songs, task_entries
from asana_tbp.songmap.model import MapBreak
from asana_tbp.store.database import MIGRATIONS, Database, open_database


def rests(database: Database) -> dict[str, MapBreak]:
    return {gid: entry.rest for gid, entry in task_entries(database, "77").items() if entry.rest}


def test_an_old_file_is_brought_forward(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = sqlite3.connect(path)
    for migration in MIGRATIONS[:5]:
        old.executescript(migration.read_text())
    old.execute(
        "INSERT INTO song (id, source, workspace_gid, title, project_gid, begun_at) "
        "VALUES ('a1', 'template:mix', '1', 'Song', '77', '2026-01-05T20:00:00+00:00')"
    )
    for place, key in enumerate(("mixing\neffects sends", "mixing\nautomation")):
        old.execute(
            "INSERT INTO journal (song_id, kind, key, gid, placed, place) VALUES ('a1', 'task', ?, ?, 1, ?)",
            (key, str(100 + place), place),
        )
    old.execute("PRAGMA user_version = 5")
    old.commit()
    old.close()
    with open_database(path) as database:
        assert ideal_places(database, "77") == {"100": 0, "101": 1}
        assert rests(database) == {}
        (song,) = known_songs(database)
        sends = DesiredTask("mixing\neffects sends", "", "", 0, "", 0, rest=MapBreak(15, "leave the room"))
        automation = DesiredTask("mixing\nautomation", "", "", 0, "", 1)
        Journal(database, song).ordered([sends, automation])
        assert rests(database) == {"100": MapBreak(15, "leave the room")}
