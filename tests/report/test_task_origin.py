"""Which template a song came from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asana_tbp.report.history import template_of
from asana_tbp.scaffold.journal import Journal, Song, begin_song
from asana_tbp.store.database import Database
from tests.clock import BEGIN
from tests.report.histories import Recorder, finished

MAP = "song: X\nsections: {A: [B (5m)]}\n"


def from_source(source: str) -> str:
    return template_of(Song("id", source, "w", "X", "p"))


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
        ("extends: ~nobody-of-this-name/song.yaml\n", ""),
        ("extends: pipe.yaml\n", ""),
        ("notes: |\n  extends: edm-track\n", ""),
    ],
)
def test_a_file_says_which_template_it_is_from(tmp_path: Path, text: str, template: str) -> None:
    (tmp_path / "other.yaml").write_text("extends: remix\n" + MAP, encoding="utf-8")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.yaml")
    path = tmp_path / "song.yaml"
    path.write_bytes(text.encode("utf-8"))
    assert from_source(f"file:{path}") == template
    assert from_source(f"file:{path}#Another title") == template


def test_a_source_may_be_a_template_or_nothing_that_is_known(tmp_path: Path) -> None:
    assert from_source("template:edm-track#Song#0123456789ab") == "edm-track"
    assert from_source("demo:edm-track") == ""
    assert from_source(f"file:{tmp_path}/gone.yaml") == ""


def test_a_file_may_have_a_number_sign_in_its_name(tmp_path: Path) -> None:
    """`take #2.yaml` had no template in the report."""
    path = tmp_path / "take #2.yaml"
    path.write_text("extends: edm-track\n" + MAP, encoding="utf-8")
    assert from_source(f"file:{path}") == "edm-track"
    assert from_source(f"file:{path}#Another title") == "edm-track"


def test_templates_are_known_by_project(tmp_path: Path, database: Database) -> None:
    song = begin_song(database, "template:mine", "w", "Song", BEGIN)
    Journal(database, song).change_song(project_gid="p", link="")
    begin_song(database, "template:other", "w", "Not in Asana yet", BEGIN)
    recorder = Recorder(database)
    for project in ("p", "q"):
        finished(recorder, project, "Chords", 10, 5, project=project)
    assert {run.timebox.project_gid: run.template for run in recorder.history.runs} == {"p": "mine", "q": ""}
