"""Which line of a template a title comes from, and which titles come from none."""

from __future__ import annotations

from pathlib import Path

import pytest

from asana_tbp.songmap.read.loader import Template, open_template
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.library import Library, shipped_templates
from asana_tbp.songmap.templates.origin import Origins, lines_of

TEXT = """\
song: New track
vars:
  lead: {ask: Which instrument?, default: piano}
  mic: {ask: Which one?, choices: [SM58, condenser], default: SM58}
  one: {ask: x, default: a}
  two: {ask: x, default: b}
sections:
  Composition:
    - Create ${lead} melody (25m)
    - {task: "Double ${lead}", time: 10m}
    - Write bassline (25m)
    - ${one} ${two} (10m)
    - "Cost $$5 (10m)"
    - {task: keep or scrap?, kind: gate, time: 2m}
  Recording:
    - Record with ${mic} (30m)
    - Comp ${lead} (20m)
    - when: mic is SM58
      tasks:
        - Comp ${one}, ${two} (20m)
"""


def origins_in(text: str, folder: Path, name: str = "mine") -> Origins:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return origins_of(open_template(path, Library(folder)))


def origins_of(template: Template) -> Origins:
    lines = [
        line for path, tasks in template.written() for line in lines_of(path.stem if path else "", tasks)
    ]
    return Origins(lines, {variable.name: variable for variable in template.variables})


@pytest.mark.parametrize(
    ("title", "section", "lines"),
    [
        ("Create violin melody", "Composition", ["Create ${lead} melody"]),
        ("create  VIOLIN melody", "composition", ["Create ${lead} melody"]),
        ("Create a soft, wide choir melody", "Composition", ["Create ${lead} melody"]),
        ("Create melody", "Composition", []),
        ("Create violin melody again", "Composition", []),
        ("Double violin", "Composition", ["Double ${lead}"]),
        ("Write bassline", "Composition", ["Write bassline"]),
        ("Write bassline", "Recording", ["Write bassline"]),
        ("Cost $5", "Composition", ["Cost $$5"]),
        ("Record with SM58", "Recording", ["Record with ${mic}"]),
        ("Record with ribbon", "Recording", []),
        # Anything could be two words, or a gate.
        ("Buy strings", "Composition", []),
        ("Gate: keep or scrap?", "Composition", []),
        # One line's answer may have a comma, and another's words may be two answers.
        ("Comp oboe, flute", "Recording", ["Comp ${lead}", "Comp ${one}, ${two}"]),
        ("Comp oboe", "Recording", ["Comp ${lead}"]),
    ],
)
def test_a_title_has_its_line(tmp_path: Path, title: str, section: str, lines: list[str]) -> None:
    found = origins_in(TEXT, tmp_path).of(title, section)
    assert [line.title for line in found] == lines


def test_the_section_decides_between_two(tmp_path: Path) -> None:
    text = TEXT.replace("- Comp ${lead}", "- Create ${mic} melody")
    origins = origins_in(text, tmp_path)
    assert [line.section for line in origins.of("Create condenser melody", "Recording")] == ["Recording"]
    assert [line.section for line in origins.of("Create condenser melody", "Composition")] == ["Composition"]
    assert len(origins.of("Create condenser melody", "Elsewhere")) == 2


def test_what_extends_has_its_parents_lines_and_its_own_over_them(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(TEXT, encoding="utf-8")
    child = (
        "song: Child\nextends: base\nsections:\n  Composition:\n"
        "    - Create ${lead} melody (40m)\n    - Own (10m)\n"
    )
    origins = origins_in(child, tmp_path, "child")
    homes = {title: origins.of(title, "Composition")[0].home for title in ("Own", "Double oboe")}
    assert homes == {"Own": "child", "Double oboe": "base"}
    assert [line.home for line in origins.of("Create oboe melody", "Composition")] == ["child"]


@pytest.mark.parametrize("name", sorted(shipped_templates()))
def test_every_task_of_a_shipped_template_has_one_line(name: str) -> None:
    template = open_template(shipped_templates()[name])
    origins = origins_of(template)
    for section in template.sample().sections:
        for task in section.tasks:
            if task.kind == "task":
                (line,) = origins.of(normalize(task.title), section.name)
                assert line.home == name
