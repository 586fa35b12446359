"""`start` with what a song map puts between its tasks: a break, a gate, and a song that is scrapped there."""

from __future__ import annotations

from pathlib import Path

import pytest

from asana_tbp.sandbox.records import Task
from tests.cli.command import begin, run, until
from tests.faulty.server import Embedded

SONG = """\
song: Dusty
sections:
  Composition:
    - Dig the main loop (15m)
    - {task: keep or scrap?, kind: gate, time: 2m}
    - Chop and flip (10m)
    - {task: leave the room, kind: break, time: 15m}
    - Drum pattern (10m)
"""
NAMES = ["Dig the main loop (15m)", "Gate: keep or scrap? (2m)", "Chop and flip (10m)", "Drum pattern (10m)"]


@pytest.fixture
def beat(studio: Embedded) -> Path:
    """A scaffolded beat, and its map."""
    path = Path("dusty.yaml")
    path.write_text(SONG, encoding="utf-8")
    assert run("scaffold", str(path)).code == 0
    assert sorted(task.name for task in studio.board.all(Task)) == sorted(NAMES)
    return path


def open_tasks(studio: Embedded) -> list[str]:
    return sorted(task.name for task in studio.board.all(Task) if not task.completed)


def test_a_gate_waits_for_an_answer_and_the_break_is_timed(studio: Embedded, beat: Path) -> None:
    running = begin("start", "--speed", "400")
    until(lambda: "asking" in run("status", "--format", "{state}").out)
    assert "Gate: keep or scrap? [asking] (1 of 4 done)" in run("status").out
    assert run("resume").err == "Keep or scrap? done keeps the song, scrap leaves it.\n"
    assert run("done").code == 0
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    said = out + err
    assert "Keep or scrap? done keeps the song, scrap leaves it." in said
    assert "Kept, 2 of 4 done. Next: Chop and flip." in said
    assert (
        said.index("Chop and flip")
        < said.index("> Break: leave the room, 15:00")
        < said.index("> Composition: Drum")
    )
    assert "4 of 4 tasks done" in out
    assert open_tasks(studio) == []


def test_a_scrapped_song_keeps_its_open_tasks(studio: Embedded, beat: Path) -> None:
    running = begin("start", "--speed", "400")
    until(lambda: "asking" in run("status", "--format", "{state}").out)
    assert run("scrap").code == 0
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert "Scrapped: Dusty. To take it off the board:\n  asana-tbp board archive Dusty" in out
    assert open_tasks(studio) == sorted(NAMES[1:])


def test_a_break_that_changed_in_the_map_is_timed_as_it_is_now(studio: Embedded, beat: Path) -> None:
    beat.write_text(
        SONG.replace("time: 15m}", "time: 5m}").replace("leave the room", "tea"), encoding="utf-8"
    )
    again = run("scaffold", str(beat))
    assert "nothing to do" in (again.out + again.err).lower()
    out, err = begin(
        "start", "--speed", "20000", "--only", "Composition", "--task", "Chop and flip"
    ).communicate()
    assert "break" not in out + err, "no break after the last task"
    studio.board.task("Dig the main loop (15m)").completed = True
    studio.board.task("Gate: keep or scrap? (2m)").completed = True
    studio.board.task("Chop and flip (10m)").completed = False
    out, err = begin("start", "--speed", "20000").communicate(timeout=60)
    assert "> Break: tea, 5:00" in out + err
