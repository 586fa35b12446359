"""Which tasks are alike: what a song's source and its journal tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from asana_tbp.bridge.values import Project
from asana_tbp.report.calibration import TaskKind
from asana_tbp.report.task_origin import TaskOrigins, template_of
from asana_tbp.scaffold.desired import task_key
from asana_tbp.scaffold.journal import Journal, begin_song
from asana_tbp.songmap.templates.library import Library
from asana_tbp.store.database import Database
from tests.clock import BEGIN

MAP = "song: X\nsections: {A: [B (5m)]}\n"
TEMPLATE = """\
song: Mine
vars: {lead: {ask: Which?, default: piano}, bass: {ask: Which?, default: sub}}
sections:
  Composition:
    - Create ${lead} line (25m)
    - Create ${bass} line (25m)
    - Design ${bass} (25m)
"""


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("# X, begun from edm-track.\n" + MAP, "edm-track"),
        ("# X, begun from my.loop.\n" + MAP, "my.loop"),
        (MAP, ""),
        ("extends: edm-track\n" + MAP, "edm-track"),
        ("extends:   'edm-track'   # a good one\n" + MAP, "edm-track"),
        ("song: X\r\nextends: edm-track\r\n", "edm-track"),
        ("extends: other.yaml\n", "remix"),
        ("extends: gone.yaml\n", ""),
        ("extends: song.yaml\n", ""),
        ("notes: |\n  extends: edm-track\n", ""),
    ],
)
def test_a_file_says_which_template_it_is_from(tmp_path: Path, text: str, template: str) -> None:
    (tmp_path / "other.yaml").write_text("extends: remix\n" + MAP, encoding="utf-8")
    path = tmp_path / "song.yaml"
    path.write_bytes(text.encode("utf-8"))
    assert template_of(f"file:{path}") == template
    assert template_of(f"file:{path}#Another title") == template


def test_a_source_may_be_a_template_or_nothing_that_is_known(tmp_path: Path) -> None:
    assert template_of("template:edm-track#Song#0123456789ab") == "edm-track"
    assert template_of("demo:edm-track") == ""
    assert template_of(f"file:{tmp_path}/gone.yaml") == ""


def test_a_task_that_could_come_from_two_lines_is_of_no_kind(tmp_path: Path, database: Database) -> None:
    (tmp_path / "mine.yaml").write_text(TEMPLATE, encoding="utf-8")
    song = begin_song(database, "template:mine", "w", "Song", BEGIN)
    journal = Journal(database, song)
    journal.project_made(Project("p", "Song", ""))
    made = {"1": "Create oboe line", "2": "Design oboe", "3": "Keep", "4": "Design harp"}
    for gid, title in made.items():
        journal.answered("task", task_key("Composition", title), gid, ours=gid != "4")
    kinds = TaskOrigins(database, Library(tmp_path))
    assert kinds.of("p", "1", "Create oboe line") is None
    assert kinds.of("p", "2", "Design oboe") == TaskKind("mine", "Design ${bass}")
    assert kinds.of("p", "2", "02 Design oboe") == TaskKind("mine", "Design ${bass}")
    assert kinds.of("p", "2", "Design it anew") == TaskKind("mine", "Design it anew"), "another title now"
    assert kinds.of("p", "3", "03 Keep") == TaskKind("mine", "Keep")
    assert kinds.of("p", "4", "Design harp") == TaskKind("mine", "Design harp"), "it was there before us"
    assert kinds.of("p", "9", "Design oboe") == TaskKind("mine", "Design oboe"), "somebody typed it"
    assert kinds.of("q", "2", "Design oboe") == TaskKind("", "Design oboe"), "a song from nowhere"
