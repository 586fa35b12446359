"""A map that was changed and is scaffolded again: nothing is doubled, and nothing is ignored."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pexpect
import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.sandbox.records import Project, Task
from tests.cli.command import Result, begin, process, run
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal

MAP = """\
song: Rain
sections:
  A:
    - Chords (2m)
    - Bass (2m)
  B:
    - Mix (3m)
"""


@pytest.fixture
def rain(studio: Embedded) -> Embedded:
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    assert run("scaffold", "rain.yaml").code == 0
    return studio


def change(*pairs: tuple[str, str]) -> None:
    text = Path("rain.yaml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    Path("rain.yaml").write_text(text, encoding="utf-8")


def again(*flags: str, code: int = 0) -> Result:
    """Scaffold; then there is nothing left to do."""
    result = run("scaffold", "rain.yaml", *flags)
    assert result.code == code, result.out + result.err
    return result


def is_settled(studio: Embedded) -> None:
    before = len(studio.sandbox.requests)
    run("scaffold", "rain.yaml").says("Nothing to do")
    assert {seen.method for seen in studio.sandbox.requests[before:]} == {"GET"}


def names(studio: Embedded) -> list[str]:
    return sorted(task.name for task in studio.board.all(Task) if not task.trashed)


def listing(studio: Embedded, song: str = "Rain") -> dict[str, list[str]]:
    return dict(studio.board.listing(studio.board.project(song)))


def my_tasks(studio: Embedded) -> dict[str, list[str]]:
    mine = studio.board.my_tasks()
    assert mine is not None
    return dict(studio.board.listing(mine))


# -- the six ways that doubled ------------------------------------------------------------------------


def test_a_renamed_task_waits_for_a_word_and_is_renamed_then(rain: Embedded) -> None:
    change(("Chords", "Chord progression"))
    assert run("plan", "rain.yaml").out.startswith("Rain: 2 of 3 tasks in Asana.\n")
    waiting = again(code=5)
    waiting.says('"Chords" is gone from the map and "Chord progression" is new', "--yes", "--rename")
    assert names(rain) == ["Bass (2m)", "Chords (2m)", "Mix (3m)"]
    again("--yes")
    assert run("plan", "rain.yaml").out.startswith("Rain: 3 tasks in Asana.\n")
    assert names(rain) == ["Bass (2m)", "Chord progression (2m)", "Mix (3m)"]
    is_settled(rain)


def test_a_renamed_task_by_its_names(rain: Embedded) -> None:
    change(("Chords", "Pads"), ("Bass", "Kick"))
    lines = again(code=5)
    lines.says("--rename A/Chords=Pads", "--rename A/Bass=Kick")
    again("--rename", "Chords=Kick", "--rename", "Bass=Pads")
    assert names(rain) == ["Kick (2m)", "Mix (3m)", "Pads (2m)"]
    is_settled(rain)


def test_a_task_in_another_section_is_moved(rain: Embedded) -> None:
    change(("    - Bass (2m)\n", ""), ("    - Mix (3m)\n", "    - Mix (3m)\n    - Bass (2m)\n"))
    assert "move" in again().out
    assert listing(rain) == {"A": ["Chords (2m)"], "B": ["Mix (3m)", "Bass (2m)"]}
    is_settled(rain)


def test_a_renamed_section_keeps_its_tasks_and_completed_ones_stay_done(rain: Embedded) -> None:
    rain.board.task("Chords (2m)").completed = True
    change(("  A:", "  Writing:"))
    again(code=5)
    again("--yes")
    assert listing(rain) == {"Writing": ["Chords (2m)", "Bass (2m)"], "B": ["Mix (3m)"]}
    assert rain.board.task("Chords (2m)").completed
    is_settled(rain)


def test_another_answer_renames_without_a_question(studio: Embedded) -> None:
    text = "song: Rain\nvars:\n  lead: piano\nsections:\n  A:\n    - Write ${lead} (20m)\n    - Bass (5m)\n"
    Path("rain.yaml").write_text(text, encoding="utf-8")
    again()
    again("--set", "lead=violin")
    assert names(studio) == ["Bass (5m)", "Write violin (20m)"]


def test_the_same_rename_on_both_sides(rain: Embedded, asana: Gateway) -> None:
    asana.change_task(rain.board.task("Chords (2m)").gid, name="Chords in D (2m)")
    change(("Chords", "Chords in D"))
    again()
    assert names(rain) == ["Bass (2m)", "Chords in D (2m)", "Mix (3m)"]
    is_settled(rain)


# -- the nine that were ignored -----------------------------------------------------------------------


def test_a_budget_needs_no_word(rain: Embedded) -> None:
    change(("Chords (2m)", "Chords (30m)"))
    assert "Chords (2m) -> Chords (30m)" in again().out
    assert names(rain) == ["Bass (2m)", "Chords (30m)", "Mix (3m)"]
    is_settled(rain)


def test_order_and_after_reach_the_project_and_my_tasks(rain: Embedded) -> None:
    change(("    - Chords (2m)\n    - Bass (2m)\n", "    - Bass (2m)\n    - Chords (2m)\n"))
    again()
    assert listing(rain)["A"] == ["Bass (2m)", "Chords (2m)"]
    assert my_tasks(rain)["Rain"] == ["Bass (2m)", "Chords (2m)", "Mix (3m)"]
    change(("- Bass (2m)", "- {task: Bass, time: 2m, after: [Mix]}"))
    again()
    assert my_tasks(rain)["Rain"] == ["Chords (2m)", "Mix (3m)", "Bass (2m)"]
    is_settled(rain)


def test_notes_of_a_task_and_words_of_the_song(rain: Embedded) -> None:
    change(
        ("- Chords (2m)", "- {task: Chords, time: 2m, notes: Only black keys}"),
        ("song: Rain\n", "song: Rain\nbpm: 92\ninspiration: [A tin roof]\n"),
    )
    again()
    assert rain.board.task("Chords (2m)").notes == "Only black keys"
    notes = rain.board.project("Rain").notes
    assert "Tempo: 92 BPM" in notes
    assert "A tin roof" in notes
    assert "asana-tbp song map" in notes
    is_settled(rain)


def test_a_deadline_that_comes_and_goes(rain: Embedded) -> None:
    change(("song: Rain\n", "song: Rain\ndeadline: 2030-02-01\n"))
    again()
    assert {task.due_on for task in rain.board.all(Task)} == {"2030-02-01"}
    change(("deadline: 2030-02-01\n", ""))
    again()
    assert {task.due_on for task in rain.board.all(Task)} == {None}
    is_settled(rain)


def test_a_new_name_of_the_song_asks_which_it_is(rain: Embedded) -> None:
    change(("song: Rain", "song: Storm"))
    again(code=5).says("--yes", "--new")
    assert [project.name for project in rain.board.all(Project)] == ["Rain"]
    again("--yes")
    assert [project.name for project in rain.board.all(Project)] == ["Storm"]
    assert "Storm" in my_tasks(rain)
    is_settled(rain)


def test_a_reused_file_leaves_the_old_song_alone_until_it_is_decided(rain: Embedded) -> None:
    notes = rain.board.project("Rain").notes
    Path("rain.yaml").write_text(
        "song: Sun\ninspiration: [heat]\nsections:\n  Beats:\n    - Kick (5m)\n", encoding="utf-8"
    )
    assert json.loads(run("plan", "rain.yaml", "--json").out)["changes"] == []
    again(code=5).says("nothing is changed yet", "--yes", "--new")
    assert listing(rain) == {"A": ["Chords (2m)", "Bass (2m)"], "B": ["Mix (3m)"]}
    assert rain.board.project("Rain").notes == notes
    again("--new")
    assert listing(rain, "Sun") == {"Beats": ["Kick (5m)"]}
    is_settled(rain)


def test_in_a_terminal_the_song_and_a_section_called_song_are_both_asked_about(rain: Embedded) -> None:
    change(("song: Rain", "song: Sun"), ("  A:", "  Song:"))
    terminal = ForkedTerminal(["scaffold", "rain.yaml"], timeout=60)
    terminal.expect("Rename its project in Asana")
    terminal.sendline("y")
    terminal.expect('"Song" is new in the map. Is it the new name of:')
    terminal.sendline("1")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert listing(rain, "Sun") == {"Song": ["Chords (2m)", "Bass (2m)"], "B": ["Mix (3m)"]}


# -- what stays and what goes -------------------------------------------------------------------------


def test_what_left_the_map_is_named_once_and_pruned_on_demand(rain: Embedded) -> None:
    change(("    - Bass (2m)\n", ""))
    again().says("Bass (2m) is no longer in the map and stays in Asana")
    assert "Bass" not in run("scaffold", "rain.yaml").err
    assert "Bass (2m)" in names(rain)
    again("--prune", code=5).says("Not deleted without --yes")
    again("--prune", "--yes")
    assert names(rain) == ["Chords (2m)", "Mix (3m)"]
    is_settled(rain)


def test_a_commented_task_is_not_pruned(rain: Embedded, asana: Gateway) -> None:
    asana.add_comment(rain.board.task("Bass (2m)").gid, "keep me")
    change(("    - Bass (2m)\n", ""))
    again("--prune", "--yes").says("Not deleted: Bass (2m) was worked on")
    assert "Bass (2m)" in names(rain)


def test_deleted_in_asana_and_wanted_again(rain: Embedded, asana: Gateway) -> None:
    asana.delete_task(rain.board.task("Bass (2m)").gid)
    again().says("delete its line in the map")
    change(("    - Bass (2m)\n", ""))
    again()
    change(("    - Chords (2m)\n", "    - Chords (2m)\n    - Bass (2m)\n"))
    again()
    assert names(rain) == ["Bass (2m)", "Chords (2m)", "Mix (3m)"]


def test_changed_on_both_sides_is_decided_by_the_user(rain: Embedded, asana: Gateway) -> None:
    asana.change_task(rain.board.task("Bass (2m)").gid, name="Bass (9m)")
    change(("Bass (2m)", "Bass (5m)"))
    again(code=5).says("conflict", "--prefer map")
    planned = json.loads(run("plan", "rain.yaml", "--json").out)
    assert (planned["changes"], planned["nothing_to_do"]) == ([], False)
    assert planned["conflicts"] == [
        {"name": "Bass (5m)", "field": "budget", "base": "2m", "map": "5m", "asana": "9m"}
    ]
    again("--prefer", "map")
    assert "Bass (5m)" in names(rain)
    is_settled(rain)


def test_an_archived_project_is_refused(rain: Embedded) -> None:
    rain.board.project("Rain").archived = True
    change(("Bass (2m)", "Bass (5m)"))
    result = run("scaffold", "rain.yaml")
    assert result.code == 1
    result.says("archived")
    assert "Bass (2m)" in names(rain)


# -- files that move, copies, other computers ---------------------------------------------------------


def test_a_moved_map_finds_its_song_and_says_so(rain: Embedded) -> None:
    Path("rain.yaml").rename("better-name.yaml")
    result = run("scaffold", "better-name.yaml")
    assert result.code == 0
    result.says("this file is its map now", "Nothing to do")
    assert len(list(rain.board.all(Project))) == 1


def test_a_copy_with_another_name_is_a_new_song(rain: Embedded) -> None:
    Path("storm.yaml").write_text(MAP.replace("Rain", "Storm"), encoding="utf-8")
    assert run("scaffold", "storm.yaml").code == 0
    assert sorted(project.name for project in rain.board.all(Project)) == ["Rain", "Storm"]


def test_a_second_map_of_the_same_song_is_no_second_project(
    rain: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("copy.yaml").write_text(MAP, encoding="utf-8")
    for command in ("plan", "scaffold"):
        result = run(command, "copy.yaml")
        assert result.code == 5
        result.says('Asana has a song "Rain" already', "made from", "rain.yaml", "--project", "--new")
    assert "create" in run("plan", "copy.yaml", "--new").out
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(Path("laptop").resolve()))
    # A new song is planned without asking Asana: the plan says what scaffold would do then.
    assert "Asana was not read. If it has a song of this name already" in run("plan", "rain.yaml").out
    assert "Asana was not read" not in run("plan", "rain.yaml", "--new").out
    elsewhere = run("scaffold", "rain.yaml")
    assert elsewhere.code == 5
    elsewhere.says('Asana has a song "Rain" already', "on another computer", "--project", "--new")
    gid = rain.board.project("Rain").gid
    assert run("scaffold", "rain.yaml", "--project", gid).code == 0
    assert len(list(rain.board.all(Project))) == 1
    assert len(names(rain)) == 3


def test_on_a_second_computer_an_order_is_decided_first_and_carried_from_then_on(
    rain: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(Path("laptop").resolve()))
    gid = rain.board.project("Rain").gid
    bass_first = ("    - Chords (2m)\n    - Bass (2m)\n", "    - Bass (2m)\n    - Chords (2m)\n")
    change(bass_first)
    conflict = 'order of tasks is "Bass (2m), Chords (2m)" in the map and "Chords (2m), Bass (2m)" in Asana'
    again("--project", gid, code=5).says(conflict, "--prefer map or --prefer asana")
    again(code=5).says(conflict)
    again("--prefer", "map")
    assert listing(rain)["A"] == ["Bass (2m)", "Chords (2m)"]
    is_settled(rain)
    # From here on both sides are known.
    change(bass_first[::-1])
    assert "the order of tasks in A" in again().out
    assert listing(rain)["A"] == my_tasks(rain)["Rain"][:2] == ["Chords (2m)", "Bass (2m)"]
    is_settled(rain)
    # What this computer has not made is renamed by name only: --yes would change nothing.
    change(("Bass", "Kick"))
    asked = again("--yes", code=5)
    asked.says("--rename A/Bass=Kick")
    assert "--yes" not in asked.err
    again("--rename", "A/Bass=Kick")
    is_settled(rain)


def test_on_a_second_computer_the_order_in_my_tasks_stays_until_the_map_changes_it(
    rain: Embedded, asana: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = rain.board.my_tasks()
    assert mine is not None
    section = next(each.gid for each in asana.sections(mine.gid) if each.name == "Rain")
    asana.add_to_section(section, rain.board.task("Mix (3m)").gid, None)
    by_hand = ["Mix (3m)", "Chords (2m)", "Bass (2m)"]
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(Path("laptop").resolve()))
    again("--project", rain.board.project("Rain").gid).says("My Tasks has the song in another order")
    assert my_tasks(rain)["Rain"] == by_hand
    is_settled(rain)
    change(("    - Chords (2m)\n    - Bass (2m)\n", "    - Bass (2m)\n    - Chords (2m)\n"))
    assert "the order in My Tasks" in again().out
    assert my_tasks(rain)["Rain"] == ["Bass (2m)", "Chords (2m)", "Mix (3m)"]
    is_settled(rain)


def test_what_is_made_in_a_project_from_before_its_map_stands_in_the_ideal_order(
    studio: Embedded, asana: Gateway
) -> None:
    asana.create_project(studio.board.workspace.gid, "Rain", "")
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    ideal = ["Chords (2m)", "Bass (2m)", "Mix (3m)"]
    assert "another order" not in again("--project", "Rain").err
    assert my_tasks(studio)["Rain"] == ideal
    is_settled(studio)


def test_on_a_second_computer_a_new_task_stands_in_its_place_among_those_in_my_tasks(
    rain: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(Path("laptop").resolve()))
    change(("    - Bass (2m)\n", "    - Bass (2m)\n    - Pad (5m)\n"))
    again("--project", rain.board.project("Rain").gid)
    assert my_tasks(rain)["Rain"] == ["Chords (2m)", "Bass (2m)", "Pad (5m)", "Mix (3m)"]
    is_settled(rain)


def test_a_conflict_about_my_tasks_outlives_a_new_task(
    rain: Embedded, asana: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = rain.board.my_tasks()
    assert mine is not None
    section = next(each.gid for each in asana.sections(mine.gid) if each.name == "Rain")
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(Path("laptop").resolve()))
    asana.add_to_section(section, rain.board.task("Mix (3m)").gid, None)
    again("--project", rain.board.project("Rain").gid).says("My Tasks has the song in another order")
    asana.add_to_section(section, rain.board.task("Bass (2m)").gid, None)
    both = ("    - Chords (2m)\n    - Bass (2m)\n", "    - New (5m)\n    - Bass (2m)\n    - Chords (2m)\n")
    change(both)
    again(code=5).says("order in My Tasks")
    again(code=5).says("order in My Tasks")
    order = my_tasks(rain)["Rain"]
    assert order.index("Mix (3m)") < order.index("Chords (2m)"), "nobody has decided yet"


def test_a_task_made_by_hand_and_taken_into_the_map_can_be_put_elsewhere_by_the_map(
    rain: Embedded, asana: Gateway
) -> None:
    project = rain.board.project("Rain")
    asana.create_task(project.gid, project.sections[0], "Pad (5m)", "", my_section="")
    assert run("pull", "Rain", "--into", "rain.yaml", "--yes").code == 0
    change(("    - Pad (5m)\n", ""), ("    - Bass (2m)\n", "    - Bass (2m)\n    - Pad (5m)\n"))
    again()
    assert listing(rain)["A"] == ["Chords (2m)", "Bass (2m)", "Pad (5m)"]
    is_settled(rain)


def test_a_song_made_from_a_template_says_so_to_a_map_of_its_name(studio: Embedded) -> None:
    assert run("scaffold", "idea-sketch", "--title", "Rain").code == 0
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    again(code=5).says("made from the template idea-sketch: ")
    assert len(list(studio.board.all(Project))) == 1


def test_two_at_once_take_turns(studio: Embedded) -> None:
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    first = begin("scaffold", "rain.yaml")
    second = process("scaffold", "rain.yaml")
    first.communicate(timeout=60)
    assert (first.returncode, second.code) == (0, 0), second.err
    assert len(list(studio.board.all(Project))) == 1
    assert len(names(studio)) == 3


def test_a_plan_with_every_flag_sends_nothing(rain: Embedded) -> None:
    change(("Chords", "Pads"), ("    - Mix (3m)\n", ""))
    before = len(rain.sandbox.requests)
    planned: dict[str, Any] = json.loads(
        run("plan", "rain.yaml", "--rename", "Chords=Pads", "--prune", "--prefer", "map", "--json").out
    )
    assert [each["kind"] for each in planned["changes"]] == ["rename", "delete"]
    assert {seen.method for seen in rain.sandbox.requests[before:]} == {"GET"}
    assert os.environ["ASANA_TBP_STATE_DIR"]


def test_an_order_changed_in_the_map_and_in_my_tasks_is_decided_by_the_user(
    rain: Embedded, asana: Gateway
) -> None:
    mine = rain.board.my_tasks()
    assert mine is not None
    section = next(each.gid for each in asana.sections(mine.gid) if each.name == "Rain")
    asana.add_to_section(section, rain.board.task("Mix (3m)").gid, None)
    change(("    - Chords (2m)\n    - Bass (2m)\n", "    - Bass (2m)\n    - Chords (2m)\n"))
    planned = run("plan", "rain.yaml")
    assert planned.code == 5
    assert "order in My Tasks was" in planned.out
    again(code=5)
    assert my_tasks(rain)["Rain"] == ["Mix (3m)", "Chords (2m)", "Bass (2m)"]
    assert run("plan", "rain.yaml").code == 5, "it is still to be decided"
    again("--prefer", "map")
    assert my_tasks(rain)["Rain"] == ["Bass (2m)", "Chords (2m)", "Mix (3m)"]
    is_settled(rain)


def test_a_numbered_task_is_renamed_without_a_conflict(studio: Embedded) -> None:
    assert run("config", "set", "numbered_names", "true").code == 0
    Path("rain.yaml").write_text(MAP, encoding="utf-8")
    again()
    change(("Chords", "Pads"))
    again("--yes")
    assert names(studio) == ["01 Pads (2m)", "02 Bass (2m)", "03 Mix (3m)"]
    is_settled(studio)


def test_an_order_changed_on_both_sides_stays_open_until_it_is_decided(
    rain: Embedded, asana: Gateway
) -> None:
    three = ("    - Bass (2m)\n", "    - Bass (2m)\n    - Lead (2m)\n")
    change(three)
    again()
    project = rain.board.project("Rain")
    home = asana.sections(project.gid)[0].gid
    asana.place_task(project.gid, home, rain.board.task("Lead (2m)").gid, None)
    change(("    - Chords (2m)\n    - Bass (2m)\n", "    - Bass (2m)\n    - Chords (2m)\n"))
    again(code=5)
    assert run("plan", "rain.yaml").code == 5, "it is still to be decided"
    assert listing(rain)["A"] == ["Lead (2m)", "Chords (2m)", "Bass (2m)"]
    again("--prefer", "map")
    assert listing(rain)["A"] == ["Bass (2m)", "Chords (2m)", "Lead (2m)"]
    is_settled(rain)
