"""Whose order a session follows."""

from __future__ import annotations

from pathlib import Path

from asana_tbp.sandbox.records import Task
from tests.cli.command import run
from tests.cli.test_start import IDEAL, completed
from tests.faulty.server import Embedded


def move_last_to_front(studio: Embedded) -> None:
    """What a producer does in My Tasks: the last task of the song comes first."""
    mine = studio.board.my_tasks()
    assert mine is not None
    last = studio.board.task(IDEAL[-1]).gid
    for section in studio.board.sections_of(mine):
        if last in section.tasks:
            section.tasks = (last, *(gid for gid in section.tasks if gid != last))


def test_what_is_moved_in_my_tasks_is_worked_on_in_that_order(studio: Embedded, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    move_last_to_front(studio)
    assert run("start", "--speed", "20000").code == 0
    assert completed(studio) == [IDEAL[-1], *IDEAL[:-1]]


def test_the_projects_own_order_may_be_asked_for(studio: Embedded, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    assert run("start", "--order", "project", "--speed", "20000").code == 0
    project = studio.board.project("Midnight Galaxy")
    shown = [name for _, names in studio.board.listing(project) for name in names]
    assert completed(studio) == shown != IDEAL
    assert all(task.completed for task in studio.board.all(Task))
