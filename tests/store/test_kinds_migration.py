"""A database that version 6 wrote, with class names for kinds of events, is taken over whole."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from asana_tbp.session.log import last_session, read_events, unended_sessions
from asana_tbp.store.database import open_database
from asana_tbp.timer.events import KINDS, SessionStarted
from asana_tbp.timer.transitions import replay

GOLDEN = Path(__file__).parent / "golden"
ROWS = [json.loads(line) for line in (GOLDEN / "events_before_kinds.jsonl").read_text().splitlines()]

EVENT_KINDS = {
    "SessionStarted": "session-started",
    "BoxStarted": "timebox-started",
    "Paused": "paused",
    "Resumed": "resumed",
    "Warned": "warned",
    "TimeUp": "time-up",
    "Extended": "extended",
    "Held": "held",
    "Released": "released",
    "MarkedToComeBack": "marked-to-come-back",
    "BoxEnded": "timebox-ended",
    "BoxLeft": "timebox-left",
    "Undone": "undone",
    "BreakStarted": "break-started",
    "BreakEnded": "break-ended",
    "Absent": "suspended",
    "Renamed": "renamed",
    "Joined": "added",
    "Gone": "removed",
    "Reordered": "reordered",
    "SessionEnded": "session-ended",
}
"""What stood in `event.kind` until version 6 (the name of a class of that time) -> what stands there since."""


def old_database(path: Path) -> Path:
    """The state of version 6: two songs, an ended and a broken-off session, an outbox, a board."""
    connection = sqlite3.connect(path)
    connection.executescript((GOLDEN / "state_version_6.sql").read_text())
    connection.close()
    return path


def test_the_golden_file_has_a_row_of_each_kind() -> None:
    assert {row["kind"] for row in ROWS} == set(EVENT_KINDS)
    assert set(EVENT_KINDS.values()) <= set(KINDS)


def test_every_event_of_version_6_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = old_database(tmp_path / "old.db")
    old = sqlite3.connect(path)
    old.execute("INSERT INTO session VALUES (99, '900', 'Midnight Galaxy', '2026-11-27T20:00:00+00:00')")
    old.executemany(
        "INSERT INTO event (session_id, at, kind, facts) VALUES (99, '2026-11-27T20:00:00+00:00', ?, ?)",
        [(row["kind"], json.dumps(row["facts"])) for row in ROWS],
    )
    old.commit()
    old.close()
    with open_database(path) as database:
        events = read_events(database, 99)
        assert [event.kind for event in events] == [EVENT_KINDS[row["kind"]] for row in ROWS]
        state = replay(events)
        assert [(over.timebox.title, over.done, over.spent) for over in state.finished] == [
            ("Write bassline", False, 1690.0),
            ("Write bassline", False, 98.0),
        ]
        assert isinstance(events[0], SessionStarted)
        assert events[0].options.until == "2026-11-27T22:00:00+00:00"


def test_sessions_of_version_6_go_on(tmp_path: Path) -> None:
    with open_database(old_database(tmp_path / "old.db")) as database:
        (galaxy,) = (
            row["project_gid"] for row in database.rows("SELECT * FROM song WHERE title LIKE 'Mid%'")
        )
        (broken_off,) = unended_sessions(database, galaxy)
        assert last_session(database) == (broken_off, (galaxy,))
        assert replay(read_events(database, broken_off)).running


def test_an_event_is_still_never_changed(tmp_path: Path) -> None:
    with (
        open_database(old_database(tmp_path / "old.db")) as database,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        database.write_alone("UPDATE event SET at = ''")
