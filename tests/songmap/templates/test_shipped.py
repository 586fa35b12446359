"""The shipped templates: whole under every answer, with the totals they were researched with."""

from __future__ import annotations

import pytest

from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import load_song_map, open_template
from asana_tbp.songmap.templates.library import shipped_templates
from asana_tbp.songmap.write.notes import render_notes

# Name: tasks with breaks, then the minutes of each section.
TOTALS = {
    "beat": (10, {"Composition": 55, "Sound Design": 15, "Mixing": 15}),
    "edm-track": (21, {"Composition": 195, "Sound Design": 115, "Mixing": 135}),
    "film-cue": (13, {"Composition": 160, "Sound Design": 140, "Mixing": 90}),
    "idea-sketch": (7, {"Composition": 55, "Mixing": 5}),
    "library-track": (11, {"Composition": 80, "Sound Design": 45, "Mixing": 100}),
    "live-set": (11, {"Selection": 40, "Preparation": 200, "Rehearsal": 165}),
    "master": (8, {"Listening": 10, "Mastering": 40, "Delivery": 20}),
    "mix": (13, {"Preparation": 60, "Mixing": 190, "Checks": 40}),
    "podcast-episode": (10, {"Preparation": 20, "Editing": 105, "Mixing": 45, "Publishing": 60}),
    "remix": (16, {"Composition": 180, "Sound Design": 100, "Mixing": 110}),
    "singer-songwriter": (17, {"Composition": 90, "Recording": 145, "Editing": 70, "Mixing": 105}),
    "sound-design-session": (7, {"Sound Design": 120}),
}
SUMS = {
    "edm-track": 445, "idea-sketch": 60, "remix": 390, "beat": 85, "singer-songwriter": 410, "film-cue": 390,
    "mix": 290, "master": 70, "sound-design-session": 120, "live-set": 405, "podcast-episode": 230,
    "library-track": 225,
}  # fmt: skip


def test_there_are_twelve() -> None:
    assert list(shipped_templates()) == list(TOTALS)


@pytest.mark.parametrize("name", TOTALS)
def test_totals_are_the_researched_ones(name: str) -> None:
    song_map = load_song_map(shipped_templates()[name])
    order = ideal_order(song_map)
    assert (len(order), {section.name: section.minutes for section in song_map.sections}) == TOTALS[name]
    assert song_map.total_minutes == SUMS[name]
    assert render_notes(song_map)
    assert all(len(task.title) <= 50 for _, task in order), "tasks are concise"


@pytest.mark.parametrize("name", TOTALS)
def test_nothing_is_wrong_whatever_is_answered(name: str) -> None:
    assert open_template(shipped_templates()[name]).problems() == ()


@pytest.mark.parametrize("name", TOTALS)
def test_an_editor_finds_the_schema(name: str) -> None:
    first = shipped_templates()[name].read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema.json"
    assert shipped_templates()[name].with_name("schema.json").is_file()


def test_a_bassline_comes_after_its_sound() -> None:
    for name, bass, sound in (
        ("edm-track", "Write bassline", "Design sound for bassline"),
        ("remix", "Write bassline", "Design bass sound"),
        ("beat", "Write 808 or bassline", "Tune kick, snare and 808"),
    ):
        titles = [task.title for _, task in ideal_order(load_song_map(shipped_templates()[name]))]
        assert titles.index(bass) == titles.index(sound) + 1


def test_the_mix_of_an_edm_track_can_wait_as_the_author_does() -> None:
    path = shipped_templates()["edm-track"]
    later = load_song_map(path, {"mixing": "later", "lead": "violin"})
    assert [len(section.tasks) for section in later.sections] == [8, 5, 0]
    assert later.total_minutes == 310
    assert later.sections[0].tasks[1].title == "Create violin melody"


def test_a_gate_and_a_break_show_in_their_titles() -> None:
    beat = load_song_map(shipped_templates()["beat"])
    assert [task.title for section in beat.sections for task in section.tasks if task.kind == "gate"] == [
        "Gate: keep or scrap?"
    ]
    mix = load_song_map(shipped_templates()["mix"])
    assert mix.task_count == 12
    assert [(task.title, task.in_asana) for _, task in ideal_order(mix) if task.kind == "break"] == [
        ("Break: leave the room", False)
    ]
