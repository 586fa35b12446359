"""A session in a process of its own whose machine sleeps, is stopped, or gets another time of day."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from asana_tbp.sandbox.records import Task
from asana_tbp.session.runner import STOOD_STILL
from tests.cli.command import PROGRAM, run, state_folder, until
from tests.faulty.server import Embedded
from tests.needs import need

LID = """
import pathlib, sys, time
file, real = pathlib.Path(sys.argv.pop(1)), time.clock_gettime
time.clock_gettime = lambda clock: real(clock) + (float(file.read_text()) if clock == time.CLOCK_BOOTTIME else 0)
from asana_tbp.cli.app import main
main()
"""
"""The program on a machine whose CLOCK_BOOTTIME has gone on, as in a suspend, by the seconds in a file."""

FAKETIME = "/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1"
A_DAY = 86_400


def now() -> dict[str, Any]:
    """The running session's snapshot."""
    found: dict[str, Any] = json.loads(run("status", "--json").out)["session"]
    return found


def is_about(moment: datetime) -> bool:
    """Whether the session takes it to be this time of day."""
    return abs(datetime.fromisoformat(now()["at"]) - moment) < timedelta(minutes=1)


@contextmanager
def running(command: list[str], **more: str) -> Iterator[subprocess.Popen[str]]:
    """A session that has begun."""
    session = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | more
    )
    try:
        until(lambda: list((state_folder() / "sessions").glob("*.session")))
        yield session
    finally:
        session.send_signal(signal.SIGCONT)
        session.send_signal(signal.SIGTERM)
        session.communicate(timeout=60)


@pytest.fixture
def song(studio: Embedded, song_file: Path) -> Iterator[Embedded]:
    """A scaffolded song, none of whose tasks may be complete in the end."""
    assert run("scaffold", str(song_file)).code == 0
    yield studio
    assert not [task.name for task in studio.board.all(Task) if task.completed]


def test_a_closed_lid_stops_the_timebox_and_completes_nothing(song: Embedded, tmp_path: Path) -> None:
    need(hasattr(time, "CLOCK_BOOTTIME"), "this system has no CLOCK_BOOTTIME")
    slept = tmp_path / "slept"
    slept.write_text("0")
    with running([sys.executable, "-c", LID, str(slept), "start"]):
        assert now()["phase"] == "running"
        # Longer than the box of twenty minutes.
        slept.write_text(str(42 * 60))
        until(lambda: now()["phase"] == "paused")
        asleep = now()
        assert (
            asleep["notice"]
            == "The computer slept for 42m; the task is paused where it was. Resume with `asana-tbp resume`."
        )
        assert asleep["left"] > 19 * 60
        assert run("resume").code == 0
        assert 19 * 60 < now()["left"] <= asleep["left"]


def test_a_stopped_program_stands_and_completes_nothing(song: Embedded) -> None:
    with running([*PROGRAM, "start"]) as session:
        before = now()
        session.send_signal(signal.SIGSTOP)
        stopped = monotonic()
        until(lambda: monotonic() > stopped + STOOD_STILL + 2, seconds=STOOD_STILL + 10)
        session.send_signal(signal.SIGCONT)
        until(lambda: now()["phase"] == "paused")
        after = now()
        assert after["notice"].startswith("The program stood still for 3")
        assert before["left"] - after["left"] < STOOD_STILL / 2, "the time is not counted as worked"


def test_another_time_of_day_moves_nothing(song: Embedded, tmp_path: Path) -> None:
    library = Path(FAKETIME.format(os.uname().machine))
    need(library.exists(), "libfaketime is not installed")
    shown = tmp_path / "time"
    shown.write_text("+0")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_TIMESTAMP_FILE": str(shown),
    }
    with running([*PROGRAM, "start"], **faked):
        begun = monotonic()
        before = now()
        seen = monotonic()
        for jump in (A_DAY, -A_DAY, 7200):
            shown.write_text(f"{jump:+d}")
            shown_as = datetime.now(UTC) + timedelta(seconds=jump)
            until(partial(is_about, shown_as))
            least = monotonic() - seen
            after = now()
            assert after["phase"] == "running"
            assert after["notice"] == ""
            assert least <= before["left"] - after["left"] <= monotonic() - begun
