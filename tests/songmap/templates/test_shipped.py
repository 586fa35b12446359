"""The shipped templates: whole under every answer, with the totals they were researched with."""

from __future__ import annotations

import pytest

from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.templates.library import shipped_templates, template_groups
from asana_tbp.songmap.write.notes import render_notes

# Name: tasks with breaks, then the minutes of each section; the mix is left for later where it can be.
TOTALS = {
    "ambient": (11, {"Sound Design": 105, "Composition": 165, "Mixing": 0}),
    "band": (13, {"Preparation": 50, "Recording": 325, "Editing": 115, "Mixing": 0}),
    "beat": (10, {"Composition": 55, "Sound Design": 15, "Mixing": 15}),
    "drum-and-bass": (13, {"Composition": 185, "Sound Design": 120, "Mixing": 0}),
    "edm-track": (14, {"Composition": 195, "Sound Design": 125, "Mixing": 0}),
    "ep": (16, {"Selection": 85, "Sequence": 110, "Mastering": 165, "Artwork and release": 105}),
    "film-cue": (13, {"Composition": 160, "Sound Design": 140, "Mixing": 90}),
    "finish-a-loop": (15, {"Listening": 20, "Sound Design": 55, "Arrangement": 160, "Mixing": 0}),
    "house": (14, {"Composition": 178, "Sound Design": 90, "Mixing": 10}),
    "idea-sketch": (7, {"Composition": 55, "Mixing": 5}),
    "last-20-percent": (14, {"Decide": 25, "Fix": 140, "Check": 35, "Deliver": 30}),
    "library-track": (11, {"Composition": 80, "Sound Design": 45, "Mixing": 100}),
    "live-set": (11, {"Selection": 40, "Preparation": 200, "Rehearsal": 165}),
    "master": (8, {"Listening": 10, "Mastering": 40, "Delivery": 20}),
    "mix": (13, {"Preparation": 60, "Mixing": 190, "Checks": 40}),
    "podcast-episode": (10, {"Preparation": 20, "Editing": 105, "Mixing": 45, "Publishing": 60}),
    "remix": (18, {"Preparation": 35, "Composition": 145, "Sound Design": 115, "Mixing": 120}),
    "revision-round": (13, {"Notes": 30, "Changes": 125, "Checks": 35, "Delivery": 20}),
    "singer-songwriter": (12, {"Composition": 90, "Recording": 145, "Editing": 70, "Mixing": 0}),
    "sound-design-session": (7, {"Sound Design": 120}),
    "sync-brief": (17, {"Brief": 45, "Composition": 93, "Sound Design": 45, "Mixing": 60, "Delivery": 75}),
    "techno": (14, {"Composition": 150, "Sound Design": 135, "Mixing": 10}),
    "vocal-topline": (15, {"Composition": 138, "Recording": 95, "Delivery": 20}),
}

# What is worked in this order, whatever lies between: each sound before what is written with it, a rough
# balance before the arrangement where the genre works so, and nothing arranged that does not exist yet.
BEFORE = {
    "edm-track": [
        ("Write chord progression", "Create piano melody"),
        ("Choose kick, clap and hats", "Program drum groove, 3 variations"),
        ("Design sound for bassline", "Write bassline"),
        ("Design lead sound", "Write lead hook"),
        ("Write bassline", "Build 16-bar drop"),
        ("Write lead hook", "Build 16-bar drop"),
        ("Program drum groove, 3 variations", "Build 16-bar drop"),
        ("Design pad", "Build 16-bar drop"),
        ("Build 16-bar drop", "Arrange full timeline against reference"),
        ("Set rough levels of the drop", "Arrange full timeline against reference"),
        ("Risers, impacts and FX", "Transitions and fills"),
    ],
    "house": [
        ("Choose kick, clap and hats", "Program drum groove with swing"),
        ("Program drum groove with swing", "Write bassline"),
        ("Design bass sound", "Write bassline"),
        ("Design chord stab", "Write chord stabs"),
        ("Prepare vocal sample", "Write vocal sample hook"),
        ("Rough levels, kick and bass first", "Gate: does the loop make you move?"),
        ("Gate: does the loop make you move?", "Arrange DJ intro to outro against reference"),
        ("Sweeps and FX", "Breakdown and build"),
    ],
    "techno": [
        ("Tune kick, build rumble", "Program hats and percussion"),
        ("Choose hats and percussion", "Program hats and percussion"),
        ("Design sequence sound", "Program 16-step sequence"),
        ("Design stab", "Write stab or chord hit"),
        ("Rough levels, kick loudest", "Record live arrangement, 2 takes"),
        ("Three slow modulations", "Record live arrangement, 2 takes"),
        ("Record live arrangement, 2 takes", "Cut the better take into an arrangement"),
    ],
    "drum-and-bass": [
        ("Choose kick and snare, tune the snare", "Program drums, 2-step and break"),
        ("Chop and layer the break", "Program drums, 2-step and break"),
        ("Design reese and sub", "Write bassline, call and response"),
        ("Design atmosphere", "Write intro chords or pad line"),
        ("Rough levels, drums over bass", "Arrange intro, drops, breakdown, outro"),
        ("Risers and impacts", "Fills and edits every 16 bars"),
    ],
    "ambient": [
        ("Process textures into beds", "Improvise over the drone, 2 takes"),
        ("Design drone", "Improvise over the drone, 2 takes"),
        ("Pick the best minutes", "Arrange one arc, in and out"),
        ("Arrange one arc, in and out", "Automate 3 things slowly"),
    ],
    "beat": [
        ("Gate: keep or scrap?", "Chop and flip"),
        ("Tune kick, snare and 808", "Drum pattern and swing"),
        ("Tune kick, snare and 808", "Write 808 or bassline"),
        ("Counter-melody or texture", "Arrange intro, hook, verse, outro"),
        ("Levels and clipper on the bus", "Arrange intro, hook, verse, outro"),
    ],
    "remix": [
        ("Chop and process vocal", "Build drop from original hook"),
        ("Choose kick, clap and hats", "Program groove"),
        ("Design bass sound", "Write bassline"),
        ("Design lead sound", "Build drop from original hook"),
        ("Rough levels, vocal on top", "Arrange club intro and outro"),
        ("Build drop from original hook", "Arrange club intro and outro"),
    ],
    "band": [
        ("Guide track to a click", "Record drums, 4 takes"),
        ("Record drums, 4 takes", "Pick and tighten the drum take"),
        ("Pick and tighten the drum take", "Record bass"),
        ("Tighten bass to the kick", "Record guitars, doubled"),
        ("Comp lead vocal", "Backing vocals"),
    ],
    "singer-songwriter": [
        ("Mic placement and levels", "Guide vocal"),
        ("Guide vocal", "Record guitar, 3 takes"),
        ("Bass or second instrument", "Lead vocal, 5 takes"),
        ("Comp lead vocal", "Doubles and harmonies"),
    ],
    "finish-a-loop": [
        ("Replace the weakest sound", "Copy the loop over the whole length"),
        ("Rough levels, faders only", "Copy the loop over the whole length"),
        ("Copy the loop over the whole length", "Strip back until each section is clear"),
        ("Risers and impacts", "Transitions every 8 bars"),
        ("Gate: do you want to hear the end?", "Transitions every 8 bars"),
    ],
    "vocal-topline": [
        ("Mic placement and levels", "Mumble melodies, 5 passes"),
        ("Title and hook line", "Chorus lyric"),
        ("Guide chorus", "Verse 1 lyric"),
        ("Demo vocal, 3 takes", "Comp the takes"),
        ("Comp the takes", "Doubles and harmonies"),
        ("Doubles and harmonies", "Rough balance against the beat"),
    ],
    "podcast-episode": [
        ("Full listen at 1.5x", "Loudness -16 LUFS, -1 dBTP"),
        ("Loudness -16 LUFS, -1 dBTP", "Export, tag, upload"),
    ],
    "film-cue": [
        ("Tempo map to hits", "Theme sketch on piano"),
        ("Choose palette", "Full sketch to picture"),
        ("Check against dialogue", "Mock up strings and winds"),
    ],
    "library-track": [
        ("Three signature sounds", "Main 8 bars"),
        ("Button ending and edit points", "Cutdowns 60, 30, 15 s and stinger"),
    ],
    "sync-brief": [
        ("One signature sound", "Main idea, 8 bars"),
        ("Rough levels", "Build to the edit points"),
        ("Button ending", "Cutdowns 60, 30, 15 s"),
    ],
    "ep": [
        ("Pick four to six", "Try three running orders"),
        ("Play it through, away from the desk", "Master all in one sitting"),
        ("Artwork brief in five words", "Choose the artwork"),
        ("Export masters, ISRC, fades", "Upload and set the release date"),
    ],
    "last-20-percent": [("Cross out all but seven points", "Fix the worst point")],
    "revision-round": [("Save the session as a new version", "Notes on writing and arrangement")],
}  # fmt: skip
MIX_LATER = (
    "ambient", "band", "drum-and-bass", "edm-track", "finish-a-loop", "house", "singer-songwriter", "techno",
)  # fmt: skip
ESSAY = (
    "What do I want this track to depict?",
    "Who is it being produced for?",
    "What do I want it to sound like?",
)


def test_every_template_stands_in_one_group() -> None:
    assert list(shipped_templates()) == list(TOTALS), "a new template has its totals here"
    grouped = [name for names in template_groups().values() for name in names]
    assert sorted(grouped) == list(TOTALS)


@pytest.mark.parametrize("name", TOTALS)
def test_totals_are_the_researched_ones(name: str) -> None:
    song_map = open_template(shipped_templates()[name]).song_map()
    order = ideal_order(song_map)
    assert (len(order), {section.name: section.minutes for section in song_map.sections}) == TOTALS[name]
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


@pytest.mark.parametrize("name", TOTALS)
def test_a_template_says_in_a_line_what_it_is_and_who_it_is_for(name: str) -> None:
    template = open_template(shipped_templates()[name])
    assert 20 <= len(template.comment()) < 39
    assert template.comment().endswith(".")
    assert 20 <= len(template.comment("For:")) < 80


@pytest.mark.parametrize(
    ("name", "first", "second"), [(name, *pair) for name, pairs in BEFORE.items() for pair in pairs]
)
def test_nothing_is_worked_before_what_it_needs(name: str, first: str, second: str) -> None:
    titles = [task.title for _, task in ideal_order(open_template(shipped_templates()[name]).song_map())]
    assert titles.index(first) < titles.index(second)


@pytest.mark.parametrize("name", TOTALS)
def test_no_arrangement_comes_before_the_sounds_it_needs(name: str) -> None:
    titles = [task.title for _, task in ideal_order(open_template(shipped_templates()[name]).song_map())]
    arranged = [at for at, title in enumerate(titles) if title.startswith("Arrange ")]
    designed = [
        at for at, title in enumerate(titles) if title.startswith(("Design ", "Choose kick", "Tune kick"))
    ]
    assert not arranged or max(designed, default=-1) < min(arranged)


@pytest.mark.parametrize("name", TOTALS)
def test_nobodys_themes_are_prefilled(name: str) -> None:
    song_map = open_template(shipped_templates()[name]).song_map()
    assert song_map.inspiration == song_map.themes.musical == song_map.themes.non_musical == ()
    assert song_map.reference == ()
    assert all(not asked.answer for asked in song_map.questions)


@pytest.mark.parametrize("name", MIX_LATER)
def test_the_mix_waits_as_the_essays_does_and_comes_last_when_it_is_added(name: str) -> None:
    path = shipped_templates()[name]
    template = open_template(path)
    assert "mixing" in {variable.name for variable in template.variables}
    assert "change later to basic" in path.read_text(encoding="utf-8"), "the file says how to add it"
    later = [task.title for _, task in ideal_order(open_template(path).song_map())]
    basic = [task.title for _, task in ideal_order(open_template(path).song_map({"mixing": "basic"}))]
    assert basic[: len(later)] == later
    assert 5 <= len(basic) - len(later) <= 8


def test_a_song_asks_the_essays_three_questions() -> None:
    for name in ("edm-track", "house", "techno", "band", "beat", "remix", "idea-sketch", "finish-a-loop"):
        song_map = open_template(shipped_templates()[name]).song_map()
        assert tuple(asked.question for asked in song_map.questions)[:3] == ESSAY, name


def test_a_variable_is_part_of_the_order() -> None:
    song_map = open_template(shipped_templates()["edm-track"]).song_map({"lead": "violin"})
    titles = [task.title for _, task in ideal_order(song_map)]
    assert titles[:2] == ["Write chord progression", "Create violin melody"]


def test_a_gate_and_a_break_show_in_their_titles() -> None:
    beat = open_template(shipped_templates()["beat"]).song_map()
    assert [task.title for section in beat.sections for task in section.tasks if task.kind == "gate"] == [
        "Gate: keep or scrap?"
    ]
    mix = open_template(shipped_templates()["mix"]).song_map()
    assert mix.task_count == 12
    assert [(task.title, task.in_asana) for _, task in ideal_order(mix) if task.kind == "break"] == [
        ("Break: leave the room", False)
    ]
