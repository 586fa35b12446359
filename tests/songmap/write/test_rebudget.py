"""Budgets change, nothing else of the text does."""

from __future__ import annotations

import pytest

from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.task_name import normalize, split_name
from asana_tbp.songmap.templates.library import shipped_templates
from asana_tbp.songmap.write.rebudget import Rebudgeted, rebudgeted, renamed

TEXT = """\
# Mine.
song: "Loop (2m)"   # not a task
sections:
  Composition:
    - Write chords (20m)          # the comment stays
    - task: Write bassline
      time: 25m   # strict
      after: Design bass
    - "Quoted: title (1h)"
    - {task: Flow, time: 10}
  Sound Design:
    when: yes
    tasks:
      - 'Design bass [30 min]'
  Mixing: []
"""


def test_only_budgets_change() -> None:
    wanted = {"write chords": 35, "write bassline": 40, "quoted: title": 90, "flow": 15, "design bass": 45}
    text, changes = rebudgeted(TEXT, wanted)
    assert text == (
        TEXT.replace("(20m)", "(35m)")
        .replace("25m   #", "40m   #")
        .replace("(1h)", "(1h30m)")
        .replace("time: 10", "time: 15m")
        .replace("[30 min]", "[45m]")
    )
    assert changes[0] == Rebudgeted("Write chords", 20, 35)
    assert len(changes) == 5
    assert rebudgeted(text, wanted) == (text, ())


def test_what_is_not_there_or_right_already_stays() -> None:
    assert rebudgeted(TEXT, {"write chords": 20, "loop": 5, "nothing": 5}) == (TEXT, ())


@pytest.mark.parametrize(
    "text", ["", "- a list", "song: [", "sections: 5", "song: x\nsections:\n  A:\n    - *x\n"]
)
def test_what_is_no_song_map_comes_back(text: str) -> None:
    assert rebudgeted(text, {"x": 5}) == (text, ())


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("template", sorted(shipped_templates()))
def test_every_shipped_template_can_be_calibrated(template: str, ending: str) -> None:
    text = shipped_templates()[template].read_text(encoding="utf-8")
    song = parse_song_map(text, template)
    tasks = [task for section in song.sections for task in section.tasks]
    wanted = {normalize(task.title): task.minutes + 5 for task in tasks}
    new, changes = rebudgeted(text.replace("\n", ending), wanted)
    assert changes
    assert new.count(ending) == text.count("\n")
    again = parse_song_map(new, template)
    told = {normalize(change.title): change.after for change in changes}
    for section in again.sections:
        for task in section.tasks:
            if normalize(task.title) in told:
                assert task.minutes == told[normalize(task.title)]


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
        assert split_name(after) == (split_name(name).title, 40)
