"""`report` and `calibrate` from the command line, on songs that were really run."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from asana_tbp.sandbox.records import Task
from asana_tbp.sandbox.server import Embedded
from asana_tbp.store.database import open_database
from tests.cli.command import run, state_folder
from tests.conftest import gateway_to
from tests.report.histories import Recorder, finished

TEMPLATE = """\
# My own loop, with a comment that stays.
song: Loop
sections:
  Composition:
    - Write bassline (25m)   # strict
    - Write chords (20m)
"""


@pytest.fixture
def templates(own_machine: Path) -> Path:
    """A template of the producer's own."""
    path = own_machine / "config" / "templates" / "loop.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def worked(studio: Embedded, count: int, minutes: float) -> None:
    """So many finished basslines of songs from the template, each after `minutes`."""
    project = studio.board.project("Past").gid
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database)
        for number in range(count):
            finished(recorder, f"past-{number}", "Write bassline", 25, minutes, project=project)


def names(studio: Embedded) -> list[str]:
    return sorted(task.name for task in studio.board.all(Task))


def test_report_counts_what_was_run(studio: Embedded, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    assert run("start", "--speed", "20000").code == 0
    told = run("report")
    assert "Planned 1h35m, spent 1h35m in 4 boxes." in told.out
    assert "4 on time, 0 early" in told.out
    assert "\x1b" not in told.out
    plain = json.loads(run("report", "--by", "section", "--json").out)
    assert [row["label"] for row in plain["rows"]] == ["Sound Design", "Composition"]
    rows = list(csv.DictReader(io.StringIO(run("report", "midnight", "--csv").out)))
    assert len(rows) == 4
    assert run("report", "--html", "r.html").code == 0
    page = Path("r.html").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\s\"<]+", page)) == {"http://www.w3.org/2000/svg"}
    assert run("report", "--since", "today").code == 0
    for wrong in (["--since", "soon"], ["--by", "mood"], ["--json", "--csv"]):
        assert run("report", *wrong).code == 2
    run("report", "Midnite Galaxy").says('Did you mean "Midnight Galaxy"?')


def test_nothing_yet(studio: Embedded) -> None:
    assert run("report").out == "Nothing was worked on yet.\n"
    result = run("calibrate")
    assert result.code == 0
    result.says("Nothing to propose yet")


def test_calibrate_shows_then_writes_exactly_that(studio: Embedded, templates: Path) -> None:
    for song in ("Past", "Ahead"):
        assert run("scaffold", "loop", "--title", song).code == 0
    foreign = next(task for task in studio.board.all(Task) if task.name.startswith("Write chords"))
    foreign.name = "Write bassline (25m)"
    worked(studio, 4, 37)
    assert "Write bassline" not in run("calibrate").out
    worked_before = names(studio)
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database)
        recorder.pause(days=2)
        finished(recorder, "past-4", "Write bassline", 25, 37, project=studio.board.project("Past").gid)
    shown = run("calibrate")
    assert "- Write bassline (25m)" in shown.out
    assert "+ Write bassline (35m)    5 boxes" in shown.out
    shown.says("Nothing is written")
    assert names(studio) == worked_before
    assert templates.read_text(encoding="utf-8") == TEMPLATE
    lines = json.loads(run("calibrate", "--json").out)["changes"]

    written = run("calibrate", "--write")
    assert written.code == 0
    assert written.out.startswith(shown.out)
    assert templates.read_text(encoding="utf-8") == TEMPLATE.replace("(25m)", "(35m)")
    for line in lines:
        if line["task_gid"]:
            task = studio.board.get(Task, line["task_gid"])
            assert isinstance(task, Task)
            assert task.name == line["after"]
    changed = [name for name in names(studio) if "(35m)" in name]
    assert len(changed) == sum(line["task_gid"] is not None for line in lines)
    assert "Nothing to change" in run("calibrate").out


def test_calibrate_touches_no_started_done_or_foreign_task(studio: Embedded, templates: Path) -> None:
    for song in ("Past", "Begun", "Done", "Ahead"):
        assert run("scaffold", "loop", "--title", song).code == 0
    board = studio.board

    def bass(song: str) -> Task:
        tasks = [board.get(Task, gid) for gid in board.sections_of(board.project(song))[0].tasks]
        (found,) = [task for task in tasks if isinstance(task, Task) and "bassline" in task.name]
        return found

    bass("Done").completed = True
    worked(studio, 6, 37)
    with open_database(state_folder() / "asana-tbp.db") as database:
        from tests.report.histories import timebox

        recorder = Recorder(database)
        recorder.pause(days=9)
        begun = timebox(bass("Begun").gid, "Write bassline", 25, project=board.project("Begun").gid)
        recorder.session([begun], [], 60)
    assert run("calibrate", "--write").code == 0
    assert (bass("Begun").name, bass("Done").name) == ("Write bassline (25m)", "Write bassline (25m)")
    assert bass("Ahead").name == "Write bassline (35m)"


OPEN = """\
song: Loop
vars:
  lead: {ask: Which instrument?, default: piano}
sections:
  Composition:
    - Create ${lead} melody (25m)   # strict
    - Write bassline (25m)
"""
LEADS = ("piano", "violin", "oboe", "choir", "saw")


def melody(studio: Embedded, song: str) -> Task:
    """The melody of a song that was scaffolded."""
    (task,) = [
        task
        for section in studio.board.sections_of(studio.board.project(song))
        for task in studio.board.tasks_in(section)
        if "melody" in task.name and "noise" not in task.name
    ]
    return task


def play(studio: Embedded, songs: list[str], minutes: float, day: int = 0) -> None:
    """The melodies of these songs, finished after so many minutes."""
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database)
        recorder.pause(days=day)
        for song in songs:
            task = melody(studio, song)
            title = task.name.partition(" (")[0]
            finished(recorder, task.gid, title, 25, minutes, project=studio.board.project(song).gid)


def test_calibrate_knows_tasks_of_one_line_whatever_was_answered(
    studio: Embedded, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates.write_text(OPEN, encoding="utf-8")
    for lead in LEADS:
        assert run("scaffold", "loop", "--title", f"The {lead}", "--set", f"lead={lead}").code == 0
    assert run("scaffold", "loop", "--title", "Ahead", "--set", "lead=harp").code == 0
    monkeypatch.setenv("ASANA_TBP_NUMBERED_NAMES", "on")
    assert run("scaffold", "loop", "--title", "Numbered", "--set", "lead=lute").code == 0
    monkeypatch.delenv("ASANA_TBP_NUMBERED_NAMES")
    Path("child.yaml").write_text(
        "song: Child\nextends: loop\nvars: {lead: cello}\nsections:\n  Composition:\n"
        "    - Create ${lead} counter-melody (25m)\n",
        encoding="utf-8",
    )
    assert run("scaffold", "child.yaml").code == 0
    counter = next(task for task in studio.board.all(Task) if "counter-" in task.name)
    counter.name = "Write the other voice (25m)"
    foreign = melody(studio, "The piano")
    home = next(s for s in studio.board.sections_of(studio.board.project("Ahead")) if s.tasks)
    with gateway_to(studio) as asana:
        typed = asana.create_task(home.container, home.gid, "Create noise melody (25m)", "").gid
    play(studio, [f"The {lead}" for lead in LEADS[:4]], 37)
    assert "melody" not in run("calibrate").out, "four are too few"
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database)
        recorder.pause(days=1)
        finished(recorder, typed, "Create noise melody", 25, 300, project=home.container)
    assert "melody" not in run("calibrate").out, "what somebody typed is no line of the template"
    play(studio, [f"The {LEADS[4]}"], 37, day=2)

    shown = run("calibrate").out
    assert "- Create ${lead} melody (25m)\n  + Create ${lead} melody (35m)    5 boxes, 37 min" in shown
    assert "+ 01 Create lute melody (35m)" in shown
    written = run("calibrate", "--write")
    assert (written.code, written.out.startswith(shown)) == (0, True)
    assert templates.read_text(encoding="utf-8") == OPEN.replace("melody (25m)", "melody (35m)")
    assert melody(studio, "Ahead").name == "Create harp melody (35m)"
    assert melody(studio, "Numbered").name == "01 Create lute melody (35m)"
    assert melody(studio, "Child").name == "Create cello melody (35m)"
    assert foreign.name == "Create piano melody (25m)", "it was begun"
    assert studio.board.get(Task, typed).name == "Create noise melody (25m)"  # type: ignore[union-attr]
    assert counter.name == "Write the other voice (25m)"
    assert "Nothing to change" in run("calibrate").out
