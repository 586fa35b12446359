"""`plan`, `scaffold --dry-run`, and what both print as data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.sandbox.records import Task
from tests.cli.command import Result, run
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal


def content(result: Result, command: str = "plan") -> dict[str, Any]:
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    assert list(found)[:2] == ["version", "command"]
    assert (found["version"], found["command"]) == (1, command)
    return found


@pytest.mark.parametrize("words", [("plan",), ("scaffold", "--dry-run")])
def test_a_new_song_costs_nothing_to_plan(studio: Embedded, song_file: Path, words: tuple[str, ...]) -> None:
    result = run(words[0], str(song_file), *words[1:])
    assert result.code == 0
    assert "Would create:" in result.out
    assert "\nCreate: 1 project, 3 sections, 4 tasks.\n" in result.out
    assert "   1. Write chord progression" in result.out
    assert "   20m -> 0:20" in result.out
    assert "requests" in result.out.splitlines()[-1]
    assert studio.sandbox.requests == []


def test_each_step_names_the_next_command(studio: Embedded, song_file: Path) -> None:
    planned = run("plan", str(song_file))
    assert (
        planned.err.splitlines()[-1] == "Nothing is sent yet. Next: asana-tbp scaffold midnight-galaxy.yaml"
    )
    with_options = run("plan", str(song_file), "--title", "Dawn")
    assert with_options.err.splitlines()[-2:] == [
        "Nothing is sent yet. Next, with the same options:",
        "  asana-tbp scaffold midnight-galaxy.yaml",
    ]
    made = run("scaffold", str(song_file))
    assert made.err.splitlines()[-1] == "Next: asana-tbp start 'Midnight Galaxy'"
    assert "Next:" not in run("scaffold", str(song_file)).err
    assert "Next:" not in run("plan", str(song_file)).err


def test_a_plan_without_an_account(song_file: Path) -> None:
    assert run("plan", str(song_file)).code == 0


def test_a_plan_of_a_new_song_needs_no_network_and_no_workspace(
    studio: Embedded, song_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.board.join(studio.board.user, studio.board.add_workspace("Label Work"))
    assert "Create: 1 project, 3 sections, 4 tasks." in run("plan", str(song_file)).out
    monkeypatch.setenv("ASANA_TBP_HOST", "http://127.0.0.1:9/api/1.0")
    assert "Create: 1 project, 3 sections, 4 tasks." in run("plan", str(song_file)).out


def test_what_has_no_name_is_named_all_the_same(studio: Embedded, asana: Gateway, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    project = studio.board.project("Midnight Galaxy")
    asana.create_task(project.gid, project.sections[0], " ", "")
    assert "  not in map    (without a name)" in run("plan", str(song_file)).out


def test_the_plan_is_data_too(studio: Embedded, song_file: Path) -> None:
    planned = content(run("plan", str(song_file), "--json"))
    assert planned["song"] == "Midnight Galaxy"
    assert planned["project"] is None
    assert {name: count for name, count in planned["counts"].items() if count} == {"create": 8}
    assert planned["changes"][0] == {"kind": "create", "of": "project", "name": "Midnight Galaxy"}
    assert planned["changes"][-1] == {
        "kind": "create", "of": "task", "name": "Design pad (20m)", "section": "Sound Design", "minutes": 20,
    }  # fmt: skip
    assert planned["ideal_order"] == [
        "Write chord progression (20m)", "Design sound for bassline (30m)",
        "Write bassline (25m)", "Design pad (20m)",
    ]  # fmt: skip
    assert planned["ideal_order_at"] == [20, 50, 75, 95]
    assert planned["requests_per_minute"] == 150
    before = len(studio.sandbox.requests)
    made = content(run("scaffold", str(song_file), "--json"), "scaffold")
    assert made["project"] == studio.board.project("Midnight Galaxy").gid
    assert made["link"].endswith(made["project"])
    assert len(made["changes"]) == 8
    assert len(studio.sandbox.requests) - before <= planned["requests"] + 1
    again = content(run("scaffold", str(song_file), "--json"), "scaffold")
    assert again["nothing_to_do"]
    assert again["changes"] == []


def test_a_plan_says_what_the_producer_changed_and_writes_nothing(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    studio.board.task("Design pad (20m)").name = "Design pad (45m)"
    grown = song_file.read_text(encoding="utf-8").replace("Mixing: []", "Mixing: [Levels (10m)]")
    song_file.write_text(grown, encoding="utf-8")
    before = len(studio.sandbox.requests)
    planned = content(run("plan", str(song_file), "--json"))
    assert planned["left_alone"] == [
        {"name": "Design pad (20m)", "how": 'is called "Design pad (45m)" in Asana'}
    ]
    assert [change["name"] for change in planned["changes"]] == ["Levels (10m)"]
    assert {seen.method for seen in studio.sandbox.requests[before:]} == {"GET"}
    prose = run("plan", str(song_file)).out
    assert "would create  Levels (10m) in Mixing" in prose
    assert 'left alone    Design pad (20m) is called "Design pad (45m)" in Asana' in prose


def test_a_deleted_project_is_one_sentence(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    studio.board.project("Midnight Galaxy").trashed = True
    for words in (["plan"], ["scaffold"]):
        result = run(*words, str(song_file))
        assert result.code == 1
        result.says('Asana no longer shows the project of "Midnight Galaxy"', "--new")
    assert run("scaffold", str(song_file), "--new").code == 0


def test_a_lost_database_is_no_loss(
    studio: Embedded, song_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = run("scaffold", str(song_file)).out.splitlines()[-1]
    before = [(task.gid, task.name) for task in studio.board.all(Task)]
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(Path("elsewhere").resolve()))
    seen = len(studio.sandbox.requests)
    planned = content(run("plan", str(song_file), "--project", link, "--json"))
    assert planned["nothing_to_do"]
    assert {each.method for each in studio.sandbox.requests[seen:]} == {"GET"}
    adopted = run("scaffold", str(song_file), "--project", link)
    assert adopted.code == 0, adopted.err
    assert [(task.gid, task.name) for task in studio.board.all(Task)] == before
    seen = len(studio.sandbox.requests)
    assert run("scaffold", str(song_file)).code == 0
    assert {each.method for each in studio.sandbox.requests[seen:]} == {"GET"}


def test_a_project_made_by_hand_is_filled_and_not_renamed(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    gid = studio.board.project("Midnight Galaxy").gid
    other = Path("other.yaml")
    other.write_text(
        "song: Another\nsections:\n  Mixing: [Levels (10m)]\n  Master: [Bounce (5m)]\n", encoding="utf-8"
    )
    result = run("scaffold", str(other), "--project", gid)
    assert result.code == 0, result.err
    listing = dict(studio.board.listing(studio.board.project("Midnight Galaxy")))
    assert listing["Mixing"] == ["Levels (10m)"]
    assert listing["Master"] == ["Bounce (5m)"]
    assert listing["Composition"] == ["Write chord progression (20m)", "Write bassline (25m)"]


def test_new_and_project_are_either_or(studio: Embedded, song_file: Path) -> None:
    result = run("scaffold", str(song_file), "--new", "--project", "123")
    assert result.code == 2
    result.says("--new", "--project")


DATED = """\
song: Dated
deadline: {deadline}
sessions: {{days: [tue, thu], minutes: 60, from: 2030-01-01}}
sections:
  A:
    - One (50m)
    - Two (20m)
    - Three (40m)
"""


def test_tasks_get_the_day_they_fall_on(studio: Embedded) -> None:
    Path("dated.yaml").write_text(DATED.format(deadline="2030-02-01"), encoding="utf-8")
    result = run("plan", "dated.yaml")
    assert "1 h 50 min in 2 sessions, last on Thu 3 Jan" in result.out
    assert result.err == "Nothing is sent yet. Next: asana-tbp scaffold dated.yaml\n"
    assert run("scaffold", "dated.yaml").code == 0
    days = {task.name: task.due_on for task in studio.board.all(Task)}
    assert days == {"One (50m)": "2030-01-01", "Two (20m)": "2030-01-03", "Three (40m)": "2030-01-03"}


def test_a_deadline_that_cannot_be_met_is_told_before_anything_is_sent(studio: Embedded) -> None:
    Path("dated.yaml").write_text(DATED.format(deadline="2030-01-02"), encoding="utf-8")
    result = run("plan", "dated.yaml")
    assert studio.sandbox.requests == []
    result.says("50 min too much", "1 h 50 min a session", "a deadline of Thu 3 Jan")


def test_numbered_names(studio: Embedded, song_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_TBP_NUMBERED_NAMES", "on")
    assert run("scaffold", str(song_file)).code == 0
    names = sorted(task.name for task in studio.board.all(Task))
    assert names == [
        "01 Write chord progression (20m)", "02 Design sound for bassline (30m)",
        "03 Write bassline (25m)", "04 Design pad (20m)",
    ]  # fmt: skip
    run("scaffold", str(song_file)).says("Nothing to do")


def test_how_a_new_project_looks(studio: Embedded, song_file: Path) -> None:
    words = ("--private", "--view", "board", "--color", "light-blue")
    assert run("scaffold", str(song_file), *words).code == 0
    project = studio.board.project("Midnight Galaxy")
    assert (project.privacy_setting, project.default_view, project.color) == (
        "private",
        "board",
        "light-blue",
    )
    assert "<strong>Who is it being produced for?</strong>" in project.html_notes
    assert "The open-air crowd" in project.notes


@pytest.mark.parametrize(("flag", "word"), [("--view", "calendar"), ("--color", "lihgt-blue")])
def test_a_look_that_asana_does_not_have(studio: Embedded, song_file: Path, flag: str, word: str) -> None:
    result = run("scaffold", str(song_file), flag, word)
    assert result.code == 2
    result.says(flag)
    assert studio.sandbox.requests == []


def test_a_task_without_a_time_is_named_and_refused_where_you_want_it_strict(studio: Embedded) -> None:
    Path("timeless.yaml").write_text(
        "song: Rain\nsections:\n  A:\n    - Chords\n    - Bass (5m)\n", encoding="utf-8"
    )
    result = run("plan", "timeless.yaml")
    assert result.code == 0
    result.says('"Chords" has no time and takes 25m.')
    assert "Chords (25m)" in result.out
    strict = run("plan", "timeless.yaml", "--strict")
    assert strict.code == 2
    strict.says('timeless.yaml:4:7: "Chords" has no time budget; write it as Chords (25m)')


LONG = "Rearrange the second verse against the reference track, then listen to it on small speakers"


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("command", [["plan"], ["templates", "show"]])
def test_lines_break_at_spaces_and_nothing_is_cut(command: list[str], columns: int) -> None:
    Path("long.yaml").write_text(
        f"song: {LONG}\nsections:\n  A:\n    - {LONG} (35m)\n    - Short (5m)\n", encoding="utf-8"
    )
    env = {**os.environ, "COLUMNS": str(columns)}
    child = ForkedTerminal([*command, "long.yaml"], timeout=60, env=env, dimensions=(40, columns))
    text = str(child.read())
    lines = text.splitlines()
    assert max(map(len, lines)) < columns
    assert " ".join(text.replace("│", " ").split()).count(LONG) >= 1
    order = lines[lines.index("Ideal order:") + 1 :]
    assert order[0].startswith("   1. Rearrange the second verse")
    assert any(line.endswith("   35m -> 0:35") for line in order)
    assert any(line.startswith("   2. Short") and line.endswith("    5m -> 0:40") for line in order)
