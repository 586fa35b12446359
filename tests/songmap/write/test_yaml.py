"""A map that is written is the same map when it is read, and reads like the essay's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from asana_tbp.songmap.model import Question, Section, Sessions, SongMap, Task, Themes
from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.write.notes import read_notes, render_notes
from asana_tbp.songmap.write.scalars import scalar
from asana_tbp.songmap.write.yaml import render_song_map
from tests.needs import examples
from tests.songmap.maps import ordered_maps, song_maps


@settings(max_examples=examples(40, 800))
@given(song_maps())
def test_what_is_written_reads_back_as_the_same_map(song_map: SongMap) -> None:
    assert parse_song_map(render_song_map(song_map), "f") == song_map


@settings(max_examples=examples(25, 500))
@given(ordered_maps())
def test_order_and_after_are_written_too(song_map: SongMap) -> None:
    assert parse_song_map(render_song_map(song_map), "f") == song_map


@settings(max_examples=examples(40, 800))
@given(song_maps())
def test_the_notes_hold_every_word_but_the_tasks(song_map: SongMap) -> None:
    words = read_notes(render_notes(song_map))
    bare = SongMap(song=song_map.song, sections=song_map.sections)
    assert replace(bare, **words) == song_map


def test_a_written_map_reads_like_the_essays_page() -> None:
    song_map = SongMap(
        song="Midnight Galaxy",
        bpm=128,
        key="A minor",
        reference=("Strobe",),
        deadline=date(2026, 12, 20),
        sessions=Sessions(days=("tue", "thu"), minutes=120, start=date(2026, 11, 24)),
        stage="Composition",
        inspiration=("Flying over the aurora, Tromsø", "two\nlines"),
        themes=Themes(musical=("driving",)),
        questions=(Question(question="Who is it for?", answer="Us"), Question(question="How?")),
        sections=(
            Section(
                name="Composition",
                tasks=(
                    Task(title="Write chords", minutes=20),
                    Task(title="Loop (2m)", minutes=90, notes="first\nsecond", after=("Write chords",)),
                    Task(title="Gate: keep or scrap?", minutes=2, kind="gate"),
                    Task(title="Break: coffee", minutes=10, kind="break", in_asana=False),
                    Task(title="Break: lunch", minutes=30, kind="break"),
                ),
            ),
            Section(name="Mixing"),
        ),
        order=("Write chords",),
    )
    remarks = {("Composition", "Write chords"): "no budget in Asana"}
    assert render_song_map(song_map, schema="schema.json", intro=["Hello."], remarks=remarks) == (
        """\
# yaml-language-server: $schema=schema.json
# Hello.

song: Midnight Galaxy
bpm: 128
key: A minor
reference:
  - Strobe
deadline: 2026-12-20
sessions: {days: [tue, thu], minutes: 120, from: 2026-11-24}
board:
  stage: Composition

# Thoughts, images, videos, words: where the track comes from. One "- " a line.
inspiration:
  - Flying over the aurora, Tromsø
  - |-
    two
    lines

# Labels to hold on to while you work.
themes:
  musical:
    - driving
  non-musical: []

# Answer them before you open the DAW. Write the answer after the colon.
questions:
  Who is it for?: Us
  How?:

# The time in brackets is the time budget. Be strict: when it is up, the next task begins, and you
# can come back later. Write it as 25m, 1h or 1h30m.
sections:
  Composition:
    - Write chords (20m)    # no budget in Asana
    - task: Loop (2m) (1h30m)
      after: Write chords
      notes: |-
        first
        second
    - "Gate: keep or scrap? (2m)"
    - "Break: coffee (10m)"
    - task: "Break: lunch"
      time: 30m
      kind: break
      asana: yes

  Mixing: []

# The ideal order: these first, exactly so; the rest as it stands above.
order:
  - Write chords
"""
    )
    assert parse_song_map(render_song_map(song_map), "f") == song_map


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Write bassline", "Write bassline"),
        ("Reference A/B, mono check", "Reference A/B, mono check"),
        ("a: b", '"a: b"'),
        ("yes", '"yes"'),
        ("1999", '"1999"'),
        ("it's", "it's"),
        ("${lead}", '"$${lead}"'),
        ("costs $5", "costs $5"),
        ('say "hi"', 'say "hi"'),
        ("a\u00a0b", '"a\\xa0b"'),
        ("", '""'),
    ],
)
def test_quotes_stand_only_where_something_could_be_mistaken(text: str, written: str) -> None:
    assert scalar(text) == written
