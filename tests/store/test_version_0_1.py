"""A state folder that version 0.1 wrote is taken over: every command goes on with what is in it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import run

GOLDEN = Path(__file__).resolve().parent / "golden"
SONG = "Midnight Galaxy"
BROKEN_OFF = "Write chord progression (20m)"
WAITING, REFUSED = "Bass (10m)", "Pick mood, tempo and key (5m)"


@pytest.fixture
def old_folder(own_machine: Path) -> Path:
    """The state of a producer of 0.1: two songs, a board, a session broken off, entries not sent."""
    folder = own_machine / "state" / "sandbox"
    folder.mkdir(parents=True)
    for dump, name in (("state_version_6", "asana-tbp.db"), ("sandbox_of_state_version_6", "board.db")):
        database = sqlite3.connect(folder / name)
        database.executescript((GOLDEN / f"{dump}.sql").read_text(encoding="utf-8"))
        database.close()
    return folder


def sandboxed(*words: str, code: int = 0) -> str:
    result = run("--sandbox", *words)
    assert result.code == code, result
    assert "Traceback" not in result.err
    return result.out + result.err


def as_json(*words: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run("--sandbox", *words, "--json").out)
    return answer


def test_reading_commands_show_what_was_there(old_folder: Path) -> None:
    assert "session" in sandboxed("status")
    waiting = sandboxed("outbox", "list")
    assert WAITING in waiting
    assert REFUSED in waiting
    board = sandboxed("board")
    assert SONG in board
    assert "rain on tin" in board
    assert SONG in sandboxed("next")
    report = sandboxed("report")
    assert "Dusty Tape" in report
    assert "3 of 3 tasks done in 3 runs" in report


def test_an_idea_that_waited_is_listed_and_sent(old_folder: Path) -> None:
    with closing(sqlite3.connect(old_folder / "asana-tbp.db")) as database, database:
        database.execute(
            "INSERT INTO wanted_card (id, kind, name, notes, stage, wanted_at) VALUES"
            " ('0123456789ab', 'idea', 'tape hiss', 'tape hiss', 'Idea Incubation', '2026-11-28T00:41:00+00:00')"
        )
    waiting = [entry for entry in as_json("outbox", "list")["entries"] if entry["intent"] == "card"]
    assert [(entry["task"], entry["state"]) for entry in waiting] == [("tape hiss", "pending")]
    assert "put tape hiss on the board" in sandboxed("outbox", "list")
    sandboxed("outbox", "retry")
    assert "tape hiss" not in sandboxed("outbox", "list")
    assert sandboxed("board").count("tape hiss") == 1


def test_what_was_not_sent_is_sent(old_folder: Path) -> None:
    sent = sandboxed("outbox", "retry")
    assert WAITING in sent
    assert REFUSED in sent
    board = sqlite3.connect(old_folder / "board.db")
    rows = [json.loads(row) for (row,) in board.execute("SELECT row FROM things WHERE kind = 'task'")]
    board.close()
    done = {row["name"] for row in rows if row["completed"]}
    assert {WAITING, REFUSED} <= done


def test_a_session_that_broke_off_goes_on_where_it_was(old_folder: Path) -> None:
    went_on = sandboxed("start", SONG, "--resume", "left", "--speed", "100000")
    assert f"Resuming {BROKEN_OFF}" in went_on
    assert "21 of 21 tasks done" in went_on
    assert BROKEN_OFF.removesuffix(" (20m)") in went_on.rpartition("come back")[2], "its mark is kept"
    report = sandboxed("report")
    assert SONG in report
    # The three runs of the other song, and the song's 21.
    assert "24 of 24 tasks done" in report


def test_the_song_is_still_the_one_in_asana(old_folder: Path) -> None:
    pulled = sandboxed("pull", SONG)
    assert "Write chord progression" in pulled
    before = _projects(old_folder)
    sandboxed("board", "move", SONG, "Arrangement")
    assert _projects(old_folder) == before
    assert SONG in sandboxed("board").partition("Arrangement (1)")[2]


def _projects(folder: Path) -> int:
    board = sqlite3.connect(folder / "board.db")
    (count,) = board.execute("SELECT count(*) FROM things WHERE kind = 'project'").fetchone()
    board.close()
    return int(count)
