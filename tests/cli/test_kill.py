"""kill -9 at any request: the same command again finishes the song, and nothing is there twice.

Here a few request numbers; with TBP_EVERY_KILL=1 all of them, which takes some minutes.
"""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from asana_tbp.sandbox.faults import Fault
from asana_tbp.sandbox.records import Project, Section, Task
from asana_tbp.sandbox.server import Embedded
from tests.cli.command import begin, run, until

SECTIONS, TASKS = 4, 15
SONG = "song: Killed\nsections:\n" + "".join(
    f"  Section {s}:\n" + "".join(f"    - Task {s}.{t} (20m)\n" for t in range(TASKS))
    for s in range(SECTIONS)
)
SAMPLED = 8


def asked() -> list[tuple[str, list[str]]]:
    return [(f"Section {s}", [f"Task {s}.{t} (20m)" for t in range(TASKS)]) for s in range(SECTIONS)]


def is_whole(studio: Embedded) -> None:
    board = studio.board
    project = board.project("Killed")
    assert board.listing(project) == asked()
    assert len(list(board.all(Project))) == 1
    assert len(list(board.all(Task))) == SECTIONS * TASKS
    assert len([section for section in board.all(Section) if section.container == project.gid]) == SECTIONS
    mine = board.my_tasks()
    assert mine is not None
    assert [len(tasks) for name, tasks in board.listing(mine) if name == "Killed"] == [SECTIONS * TASKS]


def fresh(studio: Embedded) -> None:
    """An empty Asana, and a machine that knows of nothing."""
    studio.sandbox.control.reset()
    for path in Path(os.environ["ASANA_TBP_STATE_DIR"]).glob("asana-tbp.db*"):
        path.unlink()


def killed_at(studio: Embedded, number: int, *, applied: bool) -> None:
    """Start the command, let it hang at its request number `number`, and kill it there."""
    hanging = studio.faults.add(Fault("hang", nth=number, applied=applied))
    child = begin("scaffold", "killed.yaml")
    try:
        until(lambda: studio.sandbox.control.count >= number or child.poll() is not None)
        assert child.poll() is None, child.communicate()
        child.send_signal(signal.SIGKILL)
    finally:
        child.kill()
        child.communicate()
        studio.faults.remove(hanging)


def test_a_killed_scaffold_is_finished_by_the_same_command(
    studio: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_TBP_REQUESTS_PER_MINUTE", "100000")
    Path("killed.yaml").write_text(SONG, encoding="utf-8")
    assert run("scaffold", "killed.yaml").code == 0
    count = len(studio.sandbox.requests)
    # Its last reads may come in another number: what is killed then has nothing left to do.
    numbers = range(1, count - 3)
    if os.environ.get("TBP_EVERY_KILL") != "1":
        numbers = numbers[:: max(1, count // SAMPLED)]
    for number in numbers:
        fresh(studio)
        killed_at(studio, number, applied=number % 2 == 0)
        result = run("scaffold", "killed.yaml")
        assert result.code == 0, f"killed at {number}: {result.err}"
        is_whole(studio)
        before = len(studio.sandbox.requests)
        again = run("scaffold", "killed.yaml")
        assert {seen.method for seen in studio.sandbox.requests[before:]} == {"GET"}, f"killed at {number}"
        assert re.search("Nothing to do", again.err)
