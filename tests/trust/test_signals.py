"""A signal at any moment ends a command in one line, and what it began is finished by the next one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from asana_tbp.cli.boundary import exit_code_of
from asana_tbp.sandbox.records import Project
from tests.cli.command import PROGRAM, account, run
from tests.faulty.server import Embedded
from tests.needs import examples

MAP = "song: Rain\nsections: {C: [One (5m), Two (5m), Three (5m)], D: [Four (5m), Five (5m)]}\n"
COMMANDS = (
    ("scaffold", "rain.yaml"),
    ("start", "Rain", "--speed", "2000", "--plain"),
    ("plan", "rain.yaml"),
    ("timer", "1m", "--speed", "60", "--plain"),
    ("board", "init"),
    ("songs",),
    ("report",),
    ("status", "--follow"),
    ("web",),
    ("doctor",),
    ("templates", "list"),
    ("--help",),
)
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def test_an_error_that_follows_from_ctrl_c_is_an_interrupt(capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError("what was interrupted complains")

    assert exit_code_of(run) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


@pytest.mark.deep
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_signals_at_any_moment(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in account(sandbox).items():
        monkeypatch.setenv(name, value)
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    rng = random.Random(14)
    never = threading.Event()
    struck = 0
    for at in range(examples(12, 100)):
        words, number = COMMANDS[at % len(COMMANDS)], getattr(signal, rng.choice(SIGNALS))
        running = subprocess.Popen(
            [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        never.wait(rng.random() * 1.5)
        if running.poll() is None:
            struck += 1
            os.kill(running.pid, number)
        _, said = running.communicate(timeout=60)
        case = f"{at} {' '.join(words)} {signal.Signals(number).name} {running.returncode}: {said}"
        if "Traceback" in said and "/asana_tbp/" not in said:
            # Python itself was still starting: none of our own code had run.
            continue
        assert "Traceback" not in said, case
        assert "Internal error" not in said, case
        # A shell says 128 + n for a program that signal n ended.
        code = running.returncode if running.returncode >= 0 else 128 - running.returncode
        assert code in {0, 1, 2, 5, 6, 130, 128 + number}, case
    assert struck > examples(6, 50)
    assert run("scaffold", "rain.yaml").code in {0, 2}
    assert run("start", "Rain", "--speed", "100000", "--plain", "--resume", "left").code == 0
    board = sandbox.board
    assert [project.name for project in board.all(Project) if project.name == "Rain"] == ["Rain"]
    assert board.listing(board.project("Rain")) == [
        ("C", ["One (5m)", "Two (5m)", "Three (5m)"]),
        ("D", ["Four (5m)", "Five (5m)"]),
    ]
