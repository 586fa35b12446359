"""Small changes of a song map's text: what was meant is done, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import Question, Sessions, SongMap, Task, Themes
from asana_tbp.songmap.order import without_tasks
from asana_tbp.songmap.read.loader import open_template, parse_song_map
from asana_tbp.songmap.task_name import normalize, read_name
from asana_tbp.songmap.templates.library import shipped_templates
from asana_tbp.songmap.write.edit import (
    FIRST,
    add_task,
    edited,
    move_task,
    remove_task,
    rename_section,
    rename_task,
    renamed,
    set_budget,
    set_key,
    set_notes,
)
from asana_tbp.songmap.write.map_text import EditError, MapText
from asana_tbp.songmap.write.yaml import render_song_map
from tests.needs import examples
from tests.songmap.maps import Edit, do, edit_map, ordered_maps, song_maps

TEXT = """\
# Mine.
song: "Rain"   # the working title
bpm: 92

vars:
  lead: piano

inspiration:
  - tin roof   # heard in May
  # the second one
  - 'it''s wet'

questions:
  Who is it for?:   # a friend?
  How does it sound?: soft   # or loud?

sections:
  Composition:   # first
    - Write chords (20m)          # the comment stays
    # why it waits
    - task: Write bassline
      time: 25m   # strict
      after: [Design bass, Write chords]
    - Create ${lead} melody (15m)

  Sound Design:
    - 'Design bass [30 min]'
    - {task: Pad, time: 10, after: Design bass}
  Mixing: []   # later

order: [Design bass, Composition / Write chords]
# The end.
"""

EXAMPLES: list[tuple[Edit, list[tuple[str, str]]]] = [
    (
        do(rename_task, "Composition", "Write chords", "Chords in D: dark"),
        [
            ("- Write chords (20m) ", '- "Chords in D: dark (20m)" '),
            ("Design bass, Write chords]", 'Design bass, "Chords in D: dark"]'),
            ("Composition / Write chords", '"Composition / Chords in D: dark"'),
        ],
    ),
    (
        do(rename_task, "sound design", "design bass", "Design bass, again"),
        [
            ("'Design bass [30 min]'", "'Design bass, again [30 min]'"),
            ("after: [Design bass,", 'after: ["Design bass, again",'),
            ("after: Design bass}", 'after: "Design bass, again"}'),
            ("order: [Design bass", 'order: ["Design bass, again"'),
        ],
    ),
    (
        do(rename_task, "Composition", "Create piano melody", "Create a piano riff"),
        [("Create ${lead} melody", "Create a ${lead} riff")],
    ),
    (
        do(rename_task, "Composition", "Create piano melody", "Costs ${5}"),
        [("Create ${lead} melody (15m)", "Costs $${5} (15m)")],
    ),
    (do(set_budget, "Composition", "Write chords", 35), [("(20m)", "(35m)")]),
    (do(set_budget, "Composition", "Write bassline", 90), [("25m ", "1h30m ")]),
    (do(set_budget, "Sound Design", "Design bass", 45), [("[30 min]", "[45m]")]),
    (do(set_budget, "Sound Design", "Pad", 15), [("time: 10,", "time: 15m,")]),
    (
        do(set_notes, "Composition", "Write chords", "slow\nand: soft"),
        [
            (
                "- Write chords (20m)          # the comment stays\n",
                "- task: Write chords (20m)          # the comment stays\n"
                "      notes: |-\n        slow\n        and: soft\n",
            )
        ],
    ),
    (
        do(set_notes, "Sound Design", "Pad", "wide"),
        [
            (
                "- {task: Pad, time: 10, after: Design bass}",
                "- task: Pad\n      time: 10\n      after: Design bass\n      notes: wide",
            )
        ],
    ),
    (
        do(add_task, "Composition", Task(title="Hook", minutes=5), after="Write chords"),
        [("stays\n", "stays\n    - Hook (5m)\n")],
    ),
    (
        do(add_task, "Composition", Task(title="Hook", minutes=5), after=FIRST),
        [("# first\n", "# first\n    - Hook (5m)\n")],
    ),
    (
        do(add_task, "Composition", Task(title="Hook", minutes=5, notes="loud")),
        [("melody (15m)\n", "melody (15m)\n    - task: Hook\n      time: 5m\n      notes: loud\n")],
    ),
    (
        do(add_task, "Mixing", Task(title="Balance", minutes=5)),
        [("Mixing: []   # later\n", "Mixing:   # later\n    - Balance (5m)\n")],
    ),
    (
        do(add_task, "Vocals", Task(title="Record", minutes=60)),
        [("# later\n", "# later\n\n  Vocals:\n    - Record (1h)\n")],
    ),
    (
        do(remove_task, "Composition", "Write chords"),
        [
            ("    - Write chords (20m)          # the comment stays\n", ""),
            ("[Design bass, Write chords]", "[Design bass]"),
            ("[Design bass, Composition / Write chords]", "[Design bass]"),
        ],
    ),
    (
        do(remove_task, "Sound Design", "Design bass"),
        [
            ("    - 'Design bass [30 min]'\n", ""),
            ("[Design bass, Write chords]", "[Write chords]"),
            ("- {task: Pad, time: 10, after: Design bass}", "- task: Pad\n      time: 10"),
            ("order: [Design bass, Composition / Write chords]", "order: [Composition / Write chords]"),
        ],
    ),
    (
        do(move_task, "Composition", "Create piano melody", "Sound Design", after=FIRST),
        [
            ("    - Create ${lead} melody (15m)\n", ""),
            ("Sound Design:\n", "Sound Design:\n    - Create ${lead} melody (15m)\n"),
        ],
    ),
    (
        do(move_task, "Composition", "Write bassline", "Mixing"),
        [
            (
                "    - task: Write bassline\n      time: 25m   # strict\n"
                "      after: [Design bass, Write chords]\n",
                "",
            ),
            (
                "Mixing: []   # later\n",
                "Mixing:   # later\n    - task: Write bassline\n      time: 25m   # strict\n"
                "      after: [Design bass, Write chords]\n",
            ),
        ],
    ),
    (
        do(rename_section, "Composition", "Writing"),
        [("  Composition:", "  Writing:"), ("Composition / Write", "Writing / Write")],
    ),
    (do(set_key, "song", SongMap(song="Snow")), [('"Rain"', '"Snow"')]),
    (do(set_key, "bpm", SongMap(song="x", bpm=93.5)), [("bpm: 92", "bpm: 93.5")]),
    (do(set_key, "bpm", SongMap(song="x")), [("bpm: 92\n", "")]),
    (do(set_key, "key", SongMap(song="x", key="A minor")), [("bpm: 92\n", "bpm: 92\nkey: A minor\n")]),
    (
        do(set_key, "deadline", SongMap(song="x", deadline=date(2030, 1, 2))),
        [("bpm: 92\n", "bpm: 92\ndeadline: 2030-01-02\n")],
    ),
    (
        do(set_key, "sessions", SongMap(song="x", sessions=Sessions(days=("tue",), minutes=90))),
        [("bpm: 92\n", "bpm: 92\nsessions: {days: [tue], minutes: 90}\n")],
    ),
    (
        do(set_key, "stage", SongMap(song="x", stage="Mixing")),
        [("bpm: 92\n", "bpm: 92\n\nboard:\n  stage: Mixing\n")],
    ),
    (
        do(set_key, "inspiration", SongMap(song="x", inspiration=("it's wet", "new: one", "tin roof"))),
        [
            (
                "  - tin roof   # heard in May\n  # the second one\n  - 'it''s wet'\n",
                "  # the second one\n  - 'it''s wet'\n  - \"new: one\"\n  - tin roof   # heard in May\n",
            )
        ],
    ),
    (
        do(set_key, "themes", SongMap(song="x", themes=Themes(musical=("dark",)))),
        [("# heard", "# heard"), ("wet'\n", "wet'\n\nthemes:\n  musical:\n    - dark\n  non-musical: []\n")],
    ),
    (
        do(
            set_key,
            "questions",
            SongMap(
                song="x",
                questions=(
                    Question(question="Who is it for?", answer="me"),
                    Question(question="How does it sound?", answer="soft, wide"),
                    Question(question="When?"),
                ),
            ),
        ),
        [
            ("for?:   # a friend?", "for?: me   # a friend?"),
            ("soft   # or loud?\n", "soft, wide   # or loud?\n  When?:\n"),
        ],
    ),
    (
        do(set_key, "order", SongMap(song="x", order=("Pad",))),
        [("order: [Design bass, Composition / Write chords]", "order:\n  - Pad")],
    ),
]


@pytest.mark.parametrize(("edit", "changes"), EXAMPLES)
def test_one_change_touches_its_own_place_only(edit: Edit, changes: list[tuple[str, str]]) -> None:
    expected = TEXT
    for old, new in changes:
        assert old in expected
        expected = expected.replace(old, new, 1)
    assert edit_map(TEXT, [edit]) == expected
    assert edit_map(TEXT.replace("\n", "\r\n"), [edit]) == expected.replace("\n", "\r\n")
    assert edit_map("\ufeff" + TEXT, [edit]) == "\ufeff" + expected


def test_each_edit_sees_the_ones_before_it() -> None:
    text = edit_map(
        TEXT,
        [
            do(rename_task, "Composition", "Write chords", "Chords"),
            do(set_budget, "Composition", "Chords", 40),
            do(move_task, "Composition", "Chords", "Mixing"),
            do(add_task, "Mixing", Task(title="Balance", minutes=5), after="Chords"),
        ],
    )
    assert (
        "  Mixing:   # later\n    - Chords (40m)          # the comment stays\n    - Balance (5m)\n" in text
    )
    assert "order: [Design bass, Mixing / Chords]" in text


NATURAL: list[tuple[str, Edit, str]] = [
    ("    - Chords: 20m  # x\n", do(set_budget, "C", "Chords", 30), "    - Chords: 30m  # x\n"),
    ("    - Chords: 20m\n", do(rename_task, "C", "Chords", "Pads"), "    - Pads: 20m\n"),
    ("    - Chords: 20m\n", do(set_notes, "C", "Chords", "new"), "    - Chords: 20m\n      notes: new\n"),
    (
        "    - Chords: 20m\n      notes: x\n",
        do(set_budget, "C", "Chords", 30),
        "    - Chords: 30m\n      notes: x\n",
    ),
    ("    Chords: 20m\n    Bass: 1h\n", do(set_budget, "C", "Bass", 30), "    Chords: 20m\n    Bass: 30m\n"),
    (
        "    * Chords 20m\n    * Bass\n",
        do(set_budget, "C", "Bass", 30),
        "    * Chords 20m\n    * Bass (30m)\n",
    ),
    ("    • Chords (20m)\n    • Bass\n", do(remove_task, "C", "Chords"), "    • Bass\n"),
    (
        "    X:\n      - Chords 20m\n",
        do(add_task, "X", Task(title="Bass", minutes=5)),
        "    X:\n      - Chords 20m\n      - Bass (5m)\n",
    ),
]


@pytest.mark.parametrize(("tasks", "edit", "edited"), NATURAL)
def test_natural_forms_stay_as_they_are(tasks: str, edit: Edit, edited: str) -> None:
    top = "song: a\nsections:\n  C:\n"
    assert edit_map(top + tasks, [edit]) == top + edited
    parse_song_map(top + edited, "f")


@pytest.mark.parametrize("written", ["Chords: 20m", "Chords: (20m)", "- Chords: (20m)"])
@pytest.mark.parametrize("title", ["Bass", "Bass: deep", "Bass #1", "Kick (808)"])
def test_a_task_whose_time_stands_after_a_colon_gets_another_title_and_time(written: str, title: str) -> None:
    source = MapText(f"song: a\nC:\n  {written}   # loud\n", "f")
    after = edited(edited(source, rename_task, "C", "Chords", title), set_budget, "C", title, 33)
    task = parse_song_map(after.text, "f").sections[0].tasks[0]
    assert (task.title, task.minutes) == (title, 33)
    assert "   # loud" in after.text


def test_a_new_section_stands_at_the_top_like_the_others() -> None:
    source = MapText("song: a\nC:\n  - Chords 20m\n# the end\n", "f")
    after = edited(source, add_task, "D", Task(title="Bass", minutes=5))
    assert after.text == "song: a\nC:\n  - Chords 20m\nD:\n  - Bass (5m)\n# the end\n"


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("song: a\nsections:\n  C:\n    Chords: 20m\n", do(add_task, "C", Task(title="Bass", minutes=5))),
        ("song: a\nsections:\n  - C:\n    - Chords 20m\n", do(add_task, "D", Task(title="Bass", minutes=5))),
    ],
)
def test_a_form_that_has_no_room_is_refused_rather_than_broken(text: str, edit: Edit) -> None:
    with pytest.raises(EditError, match="would break the song map"):
        edit_map(text, [edit])


KEPT_COMMENTS: list[tuple[str, Edit, str]] = [
    ("  C: [A (5m), B (6m)]   # both\n", do(remove_task, "C", "A"), "  C:   # both\n    - B (6m)\n"),
    (
        "  C:\n    - {task: A, time: 5}   # slow\n",
        do(set_notes, "C", "A", "x"),
        "  C:\n    - task: A   # slow\n      time: 5\n      notes: x\n",
    ),
    (
        "  C:\n    - task: A (5m)\n      notes: old   # mine\n",
        do(set_notes, "C", "A", "new"),
        "  C:\n    - task: A (5m)\n      notes: new   # mine\n",
    ),
    (
        "  C:\n    - task: A (5m)\n      notes: old   # mine\n",
        do(set_notes, "C", "A", "new\nand more"),
        "  C:\n    - task: A (5m)\n      notes: |-   # mine\n        new\n        and more\n",
    ),
    (
        "  C:\n    - task: A (5m)\n      description: old\n",
        do(set_notes, "C", "A", "new"),
        "  C:\n    - task: A (5m)\n      description: new\n",
    ),
    (
        "  C:\n    - A (5m)\n    - B (6m)\n    - task: C (5m)\n      depends-on: [A, B]   # both\n",
        do(remove_task, "C", "A"),
        "  C:\n    - B (6m)\n    - task: C (5m)\n      depends-on: [B]   # both\n",
    ),
    (
        "  C:\n    - A (5m)\nreference: [x, y] # mine\n",
        do(set_key, "reference", SongMap(song="a", reference=("z",))),
        "  C:\n    - A (5m)\nreference: # mine\n  - z\n",
    ),
]


@pytest.mark.parametrize(("before", "edit", "after"), KEPT_COMMENTS)
def test_a_comment_behind_what_changes_stays(before: str, edit: Edit, after: str) -> None:
    top = "song: a\nsections:\n"
    assert edit_map(top + before, [edit]) == top + after
    parse_song_map(top + after, "f")


def test_a_task_is_not_taken_for_the_gate_of_its_name() -> None:
    text = 'song: a\nsections:\n  A:\n    - "Gate: Keep? (2m)"\n    - Keep? (5m)\n'
    assert edit_map(text, [do(set_budget, "A", "Keep?", 7)]) == text.replace("5m", "7m")
    assert edit_map(text, [do(set_budget, "A", "Gate: Keep?", 7)]) == text.replace("2m", "7m")


def test_a_section_in_one_line_is_unfolded() -> None:
    text = "song: a\nsections:\n  A: [One (5m), 'Two (6m)', {task: Three, time: 7}]\n  B:\n  - Four (8m)\n"
    assert edit_map(text, [do(remove_task, "A", "Two"), do(move_task, "A", "One", "B", FIRST)]) == (
        "song: a\nsections:\n  A:\n    - {task: Three, time: 7}\n  B:\n  - One (5m)\n  - Four (8m)\n"
    )


def test_what_a_template_says_is_changed_in_the_song() -> None:
    text = "song: Mine\nextends: edm-track\n"
    edited = edit_map(
        text,
        [
            do(set_budget, "Composition", "Write lead hook", 45),
            do(remove_task, "Sound Design", "Design pad"),
            do(remove_task, "Sound Design", "Risers, impacts and FX"),
            do(set_notes, "Composition", "Transitions and fills", "few"),
        ],
    )
    assert edited == (
        "song: Mine\nextends: edm-track\n\nsections:\n  Composition:\n    - Write lead hook (45m)\n"
        "    - task: Transitions and fills\n      notes: few\n\n"
        "drop:\n  - Design pad\n  - Risers, impacts and FX\n"
    )
    song = parse_song_map(edited, "f")
    tasks = {task.title: task for section in song.sections for task in section.tasks}
    assert tasks["Write lead hook"].minutes == 45
    assert tasks["Transitions and fills"].notes == "few"
    assert "Design pad" not in tasks


@pytest.mark.parametrize("own", ["", "    - task: Chords\n      notes: loud   # mine\n"])
def test_notes_of_a_template_that_are_removed_stay_removed(own: str, tmp_path: Path) -> None:
    template = "song: T\nsections:\n  C:\n    - task: Chords (5m)\n      notes: soft\n    - Bass (5m)\n"
    (tmp_path / "t.yaml").write_text(template, encoding="utf-8")
    path = tmp_path / "mine.yaml"
    text = f"song: Mine\nextends: t.yaml\nsections:\n  C:\n    - Lead (5m)\n{own}"
    path.write_text(edit_map(text, [do(set_notes, "C", "Chords", "")]), encoding="utf-8")
    tasks = {
        task.title: task for section in open_template(path).song_map().sections for task in section.tasks
    }
    assert tasks["Chords"].notes == ""


def test_a_shorthand_stays_one() -> None:
    assert edit_map(
        "song: a\nboard: Mixing   # now\nC: [A]\n", [do(set_key, "stage", SongMap(song="x", stage="Done"))]
    ) == ("song: a\nboard: Done   # now\nC: [A]\n")


def test_a_new_key_stands_behind_all_that_come_before_it() -> None:
    edited = edit_map("extends: edm-track\nsong: Mine\n", [do(set_budget, "Mixing", "Bounce", 45)])
    assert edited == "extends: edm-track\nsong: Mine\n\nsections:\n  Mixing:\n    - Bounce (45m)\n"


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (do(rename_task, "Composition", "Nothing", "x"), "There is no task"),
        (do(rename_section, "Nothing", "x"), "There is no section"),
        (do(rename_task, "Composition", "Write chords", "Write bassline"), "would break the song map"),
        (do(set_key, "order", SongMap(song="x", order=("Nothing",))), "would break the song map"),
    ],
)
def test_what_cannot_be_done_is_refused(edit: Edit, sentence: str) -> None:
    with pytest.raises(EditError, match=sentence):
        edit_map(TEXT, [edit])


def test_what_is_no_song_map_is_refused() -> None:
    with pytest.raises(SongMapError):
        edit_map("song: [", [do(remove_task, "A", "x")])


def _first(song_map: SongMap) -> tuple[str, Task] | None:
    return next(((section.name, task) for section in song_map.sections for task in section.tasks), None)


@settings(max_examples=examples(30, 600))
@given(song_maps(), st.booleans())
def test_random_maps_are_edited_as_meant(song_map: SongMap, comments: bool) -> None:
    found = _first(song_map)
    text = render_song_map(song_map)
    if not comments:
        text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    assert edit_map(text, []) == text
    if found is None:
        return
    section, task = found
    minutes = task.minutes % 1440 + 1
    changed = parse_song_map(edit_map(text, [do(set_budget, section, task.title, minutes)]), "f")
    assert changed == _with_task(song_map, section, replace(task, minutes=minutes))
    noted = parse_song_map(edit_map(text, [do(set_notes, section, task.title, "new: notes\n\n  here")]), "f")
    assert noted == _with_task(song_map, section, replace(task, notes="new: notes\n\n  here"))
    new = "A title of its own: (25h) - 20m ${x}"
    if task.kind == "task" and all(
        normalize(new) != normalize(each.title) for each in song_map.sections[0].tasks
    ):
        renamed = parse_song_map(edit_map(text, [do(rename_task, section, task.title, new)]), "f")
        assert renamed == _with_task(song_map, section, replace(task, title=new), task.title)
    gone = parse_song_map(edit_map(text, [do(remove_task, section, task.title)]), "f")
    assert gone == without_tasks(song_map, {(section, task.title)})


@settings(max_examples=examples(20, 400))
@given(song_maps(), song_maps())
def test_random_keys_are_set_as_meant(song_map: SongMap, other: SongMap) -> None:
    text = render_song_map(song_map)
    keys = ("song", "bpm", "key", "reference", "deadline", "sessions", "board", "inspiration", "themes")
    after = parse_song_map(edit_map(text, [do(set_key, key, other) for key in keys]), "f")
    assert after == replace(other, questions=song_map.questions, sections=song_map.sections)


@settings(max_examples=examples(20, 400))
@given(ordered_maps())
def test_a_task_leaves_with_everything_that_names_it(song_map: SongMap) -> None:
    found = _first(song_map)
    if found is None:
        return
    section, task = found
    edited = edit_map(render_song_map(song_map), [do(remove_task, section, task.title)])
    assert parse_song_map(edited, "f") == without_tasks(song_map, {(section, task.title)})


def _with_task(song_map: SongMap, section: str, task: Task, old: str = "") -> SongMap:
    key = old or task.title
    sections = tuple(
        replace(each, tasks=tuple(task if own.title == key else own for own in each.tasks))
        if each.name == section
        else each
        for each in song_map.sections
    )
    return replace(song_map, sections=sections)


@pytest.mark.parametrize("template", sorted(shipped_templates()))
def test_every_task_of_a_shipped_template_can_be_changed(template: str) -> None:
    text = shipped_templates()[template].read_text(encoding="utf-8")
    song_map = parse_song_map(text, template)
    tasks = [(section.name, task) for section in song_map.sections for task in section.tasks]
    edits: list[Edit] = [do(set_budget, name, task.title, task.minutes + 5) for name, task in tasks]
    edits += [do(rename_task, name, task.title, task.title + " again") for name, task in tasks]
    edited = edit_map(text, edits)
    assert [line.partition("#")[2] for line in edited.splitlines()] == [
        line.partition("#")[2] for line in text.splitlines()
    ]
    again = parse_song_map(edited, template)
    assert [(task.title, task.minutes) for section in again.sections for task in section.tasks] == [
        (task.title + " again", task.minutes + 5) for _, task in tasks
    ]


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("Bass (25m)", "Bass (40m)"),
        ("Bass [20 min]", "Bass [40m]"),
        ("Bass - 20 minutes", "Bass - 40m"),
        ("20m - Bass", "40m - Bass"),
        ("Loop (2m) (20m)", "Loop (2m) (40m)"),
        ("01 Bass (1h 30m)", "01 Bass (40m)"),
        ("Bass (1.5h)", "Bass (40m)"),
        ("No budget", None),
    ],
)
def test_a_name_keeps_its_form(name: str, after: str | None) -> None:
    assert renamed(name, 40) == after
    if after is not None:
        assert read_name(after)[:2] == (read_name(name).title, 40)
