"""The project's notes read like the essay's page."""

from __future__ import annotations

from asana_tbp.songmap.model import Question, SongMap, Themes
from asana_tbp.songmap.write.notes import read_notes, render_notes


def test_every_part_of_the_map_is_in_the_notes() -> None:
    song_map = SongMap(
        song="Midnight Galaxy",
        inspiration=("Flying over the aurora", "Two lines\nof one thought"),
        themes=Themes(musical=("driving", "euphoric, happy"), non_musical=("galaxy",)),
        questions=(
            Question(question="What do I want this track to depict?", answer="A festival, at midnight"),
            Question(question="Who is it being produced for?"),
        ),
    )
    assert render_notes(song_map) == (
        "Inspiration\n"
        "- Flying over the aurora\n"
        "- Two lines\n"
        "  of one thought\n"
        "\n"
        "Musical themes\n"
        "- driving\n"
        "- euphoric, happy\n"
        "\n"
        "Non-musical themes\n"
        "- galaxy\n"
        "\n"
        "Questions\n"
        "- What do I want this track to depict?\n"
        "  A festival, at midnight\n"
        "- Who is it being produced for?\n"
        "  (no answer yet)"
    )


def test_a_map_without_words_has_no_notes() -> None:
    assert render_notes(SongMap(song="Midnight Galaxy")) == ""


def test_notes_that_are_not_ours_are_one_piece_of_inspiration() -> None:
    words = read_notes("Call Ann.\n\nInspiration\nnothing yet\n- really")
    assert words["inspiration"] == ("Call Ann.\n\nInspiration\nnothing yet\n- really",)
    assert words["questions"] == ()


def test_facts_changed_beyond_reading_are_left_out() -> None:
    notes = "Song\n- Tempo: fast\n- Key: \n- Deadline: soon\n- Sessions: now, 0 minutes\n- Stage: Mixing\n- Mood: blue"
    words = read_notes(notes)
    assert words["stage"] == "Mixing"
    assert {"bpm", "key", "deadline", "sessions"}.isdisjoint(words)
