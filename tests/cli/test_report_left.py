"""What a report says is still planned, on the data of version 0.1."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from asana_tbp.board.store import BoardStore
from asana_tbp.cli.commands.report import left_by_song
from asana_tbp.report.history import read_history
from asana_tbp.session.log import open_log
from asana_tbp.store.database import open_database
from asana_tbp.timer.events import SessionEnded, SessionOptions, Timebox, TimeboxEnded, TimeboxStarted
from tests.clock import HandClock

DUMP = Path(__file__).parents[1] / "store" / "golden" / "state_version_6.sql"
SONG = "1200000000002894"


def test_what_a_session_completed_after_the_board_s_look_is_no_longer_planned(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with sqlite3.connect(file) as old:
        old.executescript(DUMP.read_text(encoding="utf-8"))
    old.close()
    clock = HandClock()
    with open_database(file) as database:
        history, store = read_history(database), BoardStore(database)
        tasks = [task for task in history.waiting if task.project_gid == SONG]
        queue = tuple(Timebox(each.gid, "Task (1m)", "Task", 1, "", each.song, SONG) for each in tasks)
        after = clock.now() + timedelta(days=3650)
        log = open_log(database, SONG, "Midnight Galaxy", queue, after, SessionOptions())
        for at, timebox in enumerate(queue[:-1]):
            began = 60.0 * at
            log.record([TimeboxStarted(began, timebox.gid)], after)
            log.record([TimeboxEnded(began + 60, timebox.gid, 60.0)], after)
        history = read_history(database)
        assert left_by_song(store, history, store.progress(25), 25)[SONG] == (
            "Midnight Galaxy",
            tasks[-1].seconds,
        )
        end = 60.0 * len(queue)
        log.record([TimeboxStarted(end, queue[-1].gid)], after)
        log.record([TimeboxEnded(end + 60, queue[-1].gid, 60.0), SessionEnded(end + 60, "finished")], after)
        history = read_history(database)
        assert left_by_song(store, history, store.progress(25), 25)[SONG] == ("Midnight Galaxy", 0.0)
