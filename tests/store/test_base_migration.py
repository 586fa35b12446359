"""A database of version 0.1 keeps its songs; what their maps said is not known until they are read again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from asana_tbp.scaffold.base import UNKNOWN, Base
from asana_tbp.scaffold.journal import Journal, known_songs
from asana_tbp.store.database import open_database

GOLDEN = Path(__file__).parent / "golden"


def test_songs_of_the_first_version_are_known_and_get_a_base(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript((GOLDEN / "state_version_6.sql").read_text())
    connection.close()
    with open_database(path) as database:
        song = next(song for song in known_songs(database) if song.title == "Midnight Galaxy")
        journal = Journal(database, song)
        entries = journal.entries("task")
        assert len(entries) == 21
        assert song.base == UNKNOWN
        assert {entry.base for entry in entries.values()} == {UNKNOWN}
        key = next(iter(entries))
        base = Base(name="Pad (20m)", title="Pad", minutes=20, section="1", place=3, notes="", due_on="")
        journal.change([key], base=base, line="create ${lead}")
        journal.song_agreed(Base(name="Galaxy", notes="a", notes_in_asana="a", deadline="", schedule="[]"))
        assert journal.entries("task")[key].base == base
        assert journal.entries("task")[key].line == "create ${lead}"
        assert journal.was_run(entries["composition\nwrite chord progression"].gid or "")
        assert not journal.was_run("nobody")
    with open_database(path) as database:
        again = next(song for song in known_songs(database) if song.title == "Galaxy")
        assert again.base == Base("Galaxy", notes="a", notes_in_asana="a", deadline="", schedule="[]")


def test_two_entries_may_change_places(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript((GOLDEN / "state_version_6.sql").read_text())
    connection.close()
    with open_database(path) as database:
        journal = Journal(database, known_songs(database)[0])
        (one, first), (two, second), *_ = journal.entries("task").items()
        journal.rekey({one: two, two: one})
        now = journal.entries("task")
        assert (now[one].gid, now[two].gid) == (second.gid, first.gid)
