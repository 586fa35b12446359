"""The project's notes read like the essay's page."""

from __future__ import annotations

from asana_tbp.songmap.model import Question, SongMap, Themes
from asana_tbp.songmap.notes import render_notes


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
        "What do I want this track to depict?\n"
        "A festival, at midnight\n"
        "\n"
        "Who is it being produced for?\n"
        "(no answer yet)"
    )


def test_a_map_without_words_has_no_notes() -> None:
    assert render_notes(SongMap(song="Midnight Galaxy")) == ""
