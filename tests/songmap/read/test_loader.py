"""Files are read as their authors meant them; whatever else is in one is a SongMapError."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import Question, Section, SongMap, Task, Themes
from asana_tbp.songmap.read.loader import open_template, parse_song_map
from asana_tbp.songmap.read.yaml import LARGEST

GALAXY = """\
song: Midnight Galaxy
inspiration:
  - Flying over the aurora, Tromsø, January
themes:
  musical: [driving, atmospheric and spacey]
  non-musical: [galaxy, northern lights]
questions:
  What do I want this track to depict?: People going wild at a festival, at midnight
  Who is it being produced for?: The open-air crowd
  What do I want it to sound like?: Energetic, wide, cold
sections:
  Composition:
    - Write chord progression (20m)
    - task: Create piano melody
      time: 25m
      notes: start from the pad's top note
    - task: Write bassline
      time: 25m
      after: Design sound for bassline
  Sound Design:
    - Design sound for bassline (30m)
  Mixing: []
"""


def test_a_song_map_is_read_as_it_was_written() -> None:
    assert parse_song_map(GALAXY, "galaxy.yaml") == SongMap(
        song="Midnight Galaxy",
        inspiration=("Flying over the aurora, Tromsø, January",),
        themes=Themes(
            musical=("driving", "atmospheric and spacey"), non_musical=("galaxy", "northern lights")
        ),
        questions=(
            Question(
                question="What do I want this track to depict?",
                answer="People going wild at a festival, at midnight",
            ),
            Question(question="Who is it being produced for?", answer="The open-air crowd"),
            Question(question="What do I want it to sound like?", answer="Energetic, wide, cold"),
        ),
        sections=(
            Section(
                name="Composition",
                tasks=(
                    Task(title="Write chord progression", minutes=20),
                    Task(title="Create piano melody", minutes=25, notes="start from the pad's top note"),
                    Task(title="Write bassline", minutes=25, after=("Design sound for bassline",)),
                ),
            ),
            Section(name="Sound Design", tasks=(Task(title="Design sound for bassline", minutes=30),)),
            Section(name="Mixing"),
        ),
    )


def test_texts_stay_what_somebody_wrote() -> None:
    song_map = parse_song_map(
        """\
song: 1999
inspiration: one thought
themes: {musical: no, non-musical: [yes, 0x10, 1_000, 2026-01-01]}
questions: {Is it loud?: true, Is it long?: ~, How fast?: 128.0}
sections:
  on: ~
  2: [{task: 808, time: 8}, ":60, :30 cutdowns (5m)"]
""",
        "x.yaml",
    )
    assert song_map.song == "1999"
    assert song_map.inspiration == ("one thought",)
    assert song_map.themes == Themes(musical=("no",), non_musical=("yes", "0x10", "1_000", "2026-01-01"))
    assert [asked.answer for asked in song_map.questions] == ["true", "", "128.0"]
    assert song_map.sections[0] == Section(name="on")
    assert song_map.sections[1].name == "2"
    assert song_map.sections[1].tasks[0] == Task(title="808", minutes=8)


def test_a_budget_may_stand_twice_when_it_is_the_same() -> None:
    song_map = parse_song_map(
        "song: a\nsections: {C: [{task: b (1h), time: 60 min, after: [c, c]}, c (1m)]}", "x.yaml"
    )
    assert song_map.sections[0].tasks[0] == Task(title="b", minutes=60, after=("c", "c"))


def test_a_value_may_be_named_once_and_used_again() -> None:
    song_map = parse_song_map(
        "song: a\nthemes: {musical: &t [wide, cold], non-musical: *t}\nsections: {C: []}\n", "x.yaml"
    )
    assert song_map.themes.musical == song_map.themes.non_musical == ("wide", "cold")


def test_a_file_with_a_byte_order_mark_and_windows_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "galaxy.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GALAXY.replace("\n", "\r\n").encode())
    assert open_template(path).song_map() == parse_song_map(GALAXY, "x.yaml")
    path.write_bytes(b"\xef\xbb\xbfsong: a\r\nsections: [b]\r\n")
    assert problems_of(path) == [
        f"{path}:2:11: these tasks need a section; write its name above them, such as Composition:"
    ]


def problems_of(path: Path) -> list[str]:
    with pytest.raises(SongMapError) as wrong:
        open_template(path).song_map()
    return [str(problem) for problem in wrong.value.problems]


def test_a_file_that_cannot_be_read_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "galaxy.yaml"
    assert problems_of(path) == [f"{path}:1:1: there is no such file"]
    assert problems_of(tmp_path) == [f"{tmp_path}:1:1: this is a folder, not a song map"]
    assert problems_of(Path("/dev/null")) == ["/dev/null:1:1: this is not a regular file"]
    path.write_bytes("song: Tromsø\nsections: é\xff".encode("latin-1"))
    assert problems_of(path) == [f"{path}:1:12: the file is not UTF-8 text; save it as UTF-8"]
    path.write_bytes("song: a\nsections: é".encode() + b"\xff")
    assert problems_of(path) == [f"{path}:2:12: the file is not UTF-8 text; save it as UTF-8"]
    # What Windows puts first is no part of the line.
    path.write_bytes(b"\xef\xbb\xbf" + "éø: a".encode() + b"\xff")
    assert problems_of(path) == [f"{path}:1:6: the file is not UTF-8 text; save it as UTF-8"]
    path.write_bytes(b"\xef\xbb\xbf" + "aaé".encode() + b"\xff")
    assert problems_of(path) == [f"{path}:1:4: the file is not UTF-8 text; save it as UTF-8"]
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"):
        path.write_bytes(GALAXY.encode(encoding))
        assert problems_of(path) == [f"{path}:1:1: the file is UTF-16 or UTF-32 text; save it as UTF-8"]
    path.write_bytes(b"#" * (LARGEST + 1))
    assert problems_of(path) == [
        f"{path}:1:1: the file is larger than 1 MB; a song map has a few dozen tasks"
    ]
    assert problems_of(Path("a\0b"))[0].startswith("a\\x00b:1:1: ")
    assert problems_of(Path("a" * 5000))[0].endswith(":1:1: the file cannot be read: file name too long")


def test_a_map_of_a_thousand_tasks_loads() -> None:
    text = "song: a\nsections:\n  C:\n" + "".join(
        f"    - task: Do it {number}\n      time: 20m\n      notes: from the pad\n      after: Do it {number + 1}\n"
        for number in range(999)
    )
    song_map = parse_song_map(text + "    - Do it 999 (3m)\n", "x.yaml")
    assert song_map.task_count == 1000


def test_budgets_and_names_cost_no_heavy_import() -> None:
    script = (
        "import sys, asana_tbp.songmap.budget, asana_tbp.songmap.task_name, asana_tbp.text\n"
        "assert not {'pydantic', 'ruamel', 'ruamel.yaml', 'difflib'} & set(sys.modules)\n"
        "import asana_tbp.songmap.order, asana_tbp.songmap.write.notes\n"
        "import asana_tbp.songmap.read.sections, asana_tbp.songmap.templates.library\n"
        "assert 'ruamel.yaml' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
