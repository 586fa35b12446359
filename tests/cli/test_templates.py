"""`templates`: listing, showing, copying and checking song maps; and mistakes shown with their line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from asana_tbp.songmap.templates.library import shipped_templates
from tests.cli.command import run
from tests.forked import ForkedTerminal
from tests.songmap.templates.test_shipped import TOTALS

BAD = """\
song: Midnight Galaxy
sections:
  Composition:
    - Write chords (20m)
    - task: Create piano melody
      time: soon
    - {task: Write bass, time: 25m, after: Design bas}
    - Design bass (30m)
"""
SHOWN = """\
midnight-galaxy.yaml:6:13: time: "soon" is not a time budget; write 25m or 1h30m
    6 |       time: soon
      |             ^
midnight-galaxy.yaml:7:44: no task is called "Design bas"; did you mean "Design bass"?
    7 |     - {task: Write bass, time: 25m, after: Design bas}
      |                                            ^
"""


@pytest.fixture
def bad() -> str:
    """A file with two mistakes."""
    Path("midnight-galaxy.yaml").write_text(BAD, encoding="utf-8")
    return "midnight-galaxy.yaml"


def own_folder() -> Path:
    """Where the producer's templates belong."""
    return Path(os.environ["ASANA_TBP_CONFIG_DIR"]) / "templates"


@pytest.mark.parametrize("command", [["templates"], ["templates", "list"]])
def test_the_list_has_name_tasks_time_and_a_line(command: list[str]) -> None:
    result = run(*command)
    assert result.code == 0
    lines = result.out.splitlines()
    assert len(lines) == len(TOTALS) + 5
    assert "edm-track              14 tasks   5h20m  An EDM track, chords to arrangement." in lines
    assert max(map(len, lines)) < 80


def listed_on_a_terminal(columns: int = 80) -> list[str]:
    """The lines of the list on a terminal."""
    child = ForkedTerminal(["templates"], timeout=60, dimensions=(24, columns))
    return str(child.read()).splitlines()


def test_the_list_keeps_to_the_width_of_a_terminal() -> None:
    assert listed_on_a_terminal() == run("templates").out.splitlines(), "no shipped line is folded"
    assert max(map(len, listed_on_a_terminal(40))) <= 40
    run("templates", "copy", "mix")
    own = "# A way to mix that takes its time, and all the room there is in a line of a terminal.\nextends: mix\n"
    (own_folder() / "a-mix-with-a-rather-long-name.yaml").write_text(own, encoding="utf-8")
    lines = listed_on_a_terminal()
    assert max(map(len, lines)) <= 80
    piped = run("templates").out
    assert " ".join(lines).split() == piped.split(), "folded, and nothing is cut"
    assert "a-mix-with-a-rather-long-name   12 tasks   4h50m  A way to mix that takes its" in lines
    assert any(line.endswith("in a line of a terminal.  (yours)") for line in piped.splitlines())
    assert any(line.endswith("  (yours, hides the shipped one)") for line in piped.splitlines())


def test_the_list_as_json() -> None:
    content = json.loads(run("templates", "list", "--json").out)
    assert content["version"] == 1
    row = next(row for row in content["templates"] if row["name"] == "mix")
    assert (row["tasks"], row["minutes"], row["own"], row["shadows"]) == (12, 290, False, False)


def test_a_copy_is_the_producers_own_and_hides_the_shipped_one() -> None:
    copied = run("templates", "copy", "mix")
    assert copied.code == 0
    path = own_folder() / "mix.yaml"
    assert Path(copied.out.strip()) == path
    assert path.read_bytes() == shipped_templates()["mix"].read_bytes(), "comments and all"
    # The copy's first line says schema.json.
    assert (own_folder() / "schema.json").read_text(encoding="utf-8") == run("templates", "schema").out
    assert "mix                    12 tasks   4h50m" in run("templates").out
    assert "(yours, hides the shipped one)" in run("templates").out
    again = run("templates", "copy", "mix")
    assert again.code == 2
    again.says("is not overwritten", "--as")
    copied.says("instead of the shipped mix.")
    mine = run("templates", "copy", "mix", "--as", "my-mix")
    assert (mine.code, mine.err) == (0, "")
    run("templates", "copy", "mix", "--as", "beat").says("instead of the shipped beat.")
    (own_folder() / "beat.yaml").unlink()
    assert "(yours)" in run("templates").out
    assert Path(run("templates", "path", "my-mix").out.strip()) == (own_folder() / "my-mix.yaml").resolve()


@pytest.mark.parametrize("name", ["../x", "", ".x", "a/b"])
def test_a_copy_stays_in_its_folder(name: str) -> None:
    assert run("templates", "copy", "mix", "--as", name).code in (0, 2)
    assert {path.parent for path in own_folder().rglob("*.yaml")} <= {own_folder()}


def test_a_name_that_no_template_can_have_is_refused_with_what_it_may_hold() -> None:
    result = run("templates", "copy", "mix", "--as", "a/b")
    assert result.code == 2
    result.says('"a/b" cannot be a template\'s name.', "Leave out / \\ and :, and begin with something else")


def test_an_own_template_may_extend_the_shipped_one_of_its_name() -> None:
    own_folder().mkdir(parents=True)
    (own_folder() / "beat.yaml").write_text("extends: beat\ndrop: [Chop and flip]\n", encoding="utf-8")
    assert "beat                    9 tasks   1h15m" in run("templates").out


def test_a_broken_own_template_spoils_nothing_else() -> None:
    own_folder().mkdir(parents=True)
    (own_folder() / "mine.yaml").write_text("song: [", encoding="utf-8")
    listed = run("templates")
    assert listed.code == 0
    assert len(listed.out.splitlines()) == len(TOTALS) + 5 + 2
    assert "cannot be used; see templates check mine" in listed.out
    assert run("templates", "check", "mine").code == 2


def test_a_template_is_shown_as_a_tree_with_times() -> None:
    result = run("templates", "show", "mix")
    assert result.code == 0
    assert result.out.startswith("For your own finished arrangement")
    assert "\nNew mix  (12 tasks, 4h50m)\n├── Preparation  (1h)\n" in result.out, "as in the list"
    assert "   9. Break: leave the room        " in result.out, "in the ideal order"
    assert "Break: leave the room (15m)" in result.out
    assert "asks  Reference tracks\nasks  What is the one thing" in result.out
    assert "asks  What does the client's note say?" in result.out
    later = run("templates", "show", "edm-track")
    assert "Mixing  (no tasks yet)" in later.out
    assert "asks  Tempo, key and reference tracks\n" in later.out
    assert "asks  Which instrument plays the melody?\n      --set lead=...  default piano\n" in later.out
    assert later.out.endswith("      --set mixing=...  default later  (later, basic)\n")
    assert max(map(len, later.out.splitlines())) <= 80


def test_a_template_as_json() -> None:
    content = json.loads(run("templates", "show", "edm-track", "--json").out)
    assert content["version"] == 1
    template = content["template"]
    assert (template["tasks"], template["minutes"]) == (14, 320)
    assert [asked["name"] for asked in template["variables"]] == ["lead", "mixing"]
    place = template["ideal_order"].index("Design sound for bassline")
    assert template["ideal_order"][place + 1] == "Write bassline"


def test_check_shows_every_mistake_with_its_line(bad: str) -> None:
    result = run("templates", "check", bad)
    assert (result.code, result.out, result.err) == (2, "", SHOWN)


def test_check_tells_good_and_bad_files_apart(bad: str) -> None:
    result = run("templates", "check", "mix", bad, "nowhere.yaml")
    assert result.code == 2
    assert result.out == "mix: fine, 12 tasks, 4h50m\n"
    result.says("nowhere.yaml:1:1: there is no such file")
    many = run("templates", "check", "baet", ".", "a" * 5000 + ".yaml", "MINE.YAML", "", "mix")
    assert (many.code, many.out) == (2, "mix: fine, 12 tasks, 4h50m\n"), (
        "one bad word keeps no other from being judged"
    )
    many.says(
        'baet:1:1: there is no file and no template called "baet"; did you mean "beat"?\n',
        ".:1:1: this is a folder, not a song map\n",
        ".yaml:1:1: the file cannot be read: file name too long\n",
        "MINE.YAML:1:1: there is no such file\n",
        ':1:1: there is no file and no template called ""\n',
    )
    assert run("templates", "check", *shipped_templates()).code == 0


def test_a_folder_of_its_name_does_not_hide_a_template() -> None:
    Path("mix").mkdir()
    assert run("templates", "check", "mix").out == "mix: fine, 12 tasks, 4h50m\n"


def test_one_task_is_not_one_tasks() -> None:
    Path("one.yaml").write_text("song: One\nsections: {C: [a (5m)]}\n", encoding="utf-8")
    assert run("templates", "check", "one.yaml").out == "one.yaml: fine, 1 task, 5m\n"
    assert run("templates", "show", "one.yaml").out.startswith("One  (1 task, 5m)\n")
    assert "1 task, 5m." in run("new", "Two", "-t", "one.yaml", "--no-input").err


def test_check_as_json_for_editors_and_ci(bad: str) -> None:
    result = run("templates", "check", "--json", bad, "mix")
    assert result.code == 2
    content = json.loads(result.out)
    assert content["version"] == 1
    first, second = content["files"]
    assert (first["file"], first["ok"], second["ok"]) == (bad, False, True)
    assert first["problems"][0] == {
        "path": bad,
        "line": 6,
        "column": 13,
        "sentence": 'time: "soon" is not a time budget; write 25m or 1h30m',
    }
    assert result.err == ""


@pytest.mark.parametrize("command", [["scaffold"], ["templates", "show"], ["new", "X", "--no-input", "-t"]])
def test_every_command_shows_the_line_of_a_mistake(bad: str, command: list[str]) -> None:
    result = run(*command, bad)
    assert (result.code, result.err) == (2, SHOWN)


def test_scaffold_answers_variables(studio: object) -> None:
    assert (
        "Create violin melody (25m)" in run("scaffold", "edm-track", "--dry-run", "--set", "lead=violin").out
    )
    wrong = run("scaffold", "edm-track", "--dry-run", "--set", "laed=violin")
    assert wrong.code == 2
    wrong.says('did you mean "lead"?')


def test_the_schema_is_json() -> None:
    assert (
        json.loads(run("templates", "schema").out)["$schema"]
        == "https://json-schema.org/draft/2020-12/schema"
    )
