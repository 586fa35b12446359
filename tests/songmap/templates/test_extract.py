"""A template made of a song map is that song map, until its variables are answered."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.model import Section, SongMap, Task
from asana_tbp.songmap.read.loader import parse_song_map
from asana_tbp.songmap.templates.variables import Variable
from asana_tbp.songmap.write.yaml import render_template, word_variable
from tests.needs import examples
from tests.songmap.maps import ordered_maps, song_maps


@settings(max_examples=examples(30, 600))
@given(st.one_of(song_maps(), ordered_maps()), st.data())
def test_with_its_defaults_it_is_the_map_it_was_made_of(song_map: SongMap, data: st.DataObject) -> None:
    texts = [text for section in song_map.sections for text in (section.name, *_texts(section))]
    words = sorted({word.strip() for text in texts for word in re.findall(r"\w[\w &'-]{0,30}", text)})
    assume(words)
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True))
    variables: dict[str, Variable] = {}
    for number, word in enumerate(chosen):
        try:
            variables[word] = word_variable(song_map, word, f"v{number}")
        except AnswerError:
            # Half a word stands nowhere by itself.
            continue
    assert parse_song_map(render_template(song_map, variables), "f") == song_map


def _texts(section: Section) -> list[str]:
    return [text for task in section.tasks for text in (task.title, task.notes)]


def test_an_answer_stands_wherever_the_word_stood() -> None:
    song_map = SongMap(
        song="S",
        sections=(
            Section(
                name="Bass",
                tasks=(
                    Task(title="Design Bass", minutes=20, notes="no Bassoon\nBass: dry"),
                    Task(title="Write Bass", minutes=20, after=("Design Bass",)),
                ),
            ),
        ),
        order=("Design Bass",),
    )
    text = render_template(song_map, {"Bass": word_variable(song_map, "Bass", "low")})
    made = parse_song_map(text, "f", {"low": "808: sub"})
    assert [section.name for section in made.sections] == ["808: sub"]
    design, write = made.sections[0].tasks
    assert (design.title, design.notes) == ("Design 808: sub", "no Bassoon\n808: sub: dry")
    assert (write.after, made.order) == (("Design 808: sub",), ("Design 808: sub",))


@pytest.mark.parametrize(
    ("word", "name", "sentence"),
    [
        ("pad", "x", '"pad" is in no section and no task'),
        ("", "x", '"" is in no section and no task'),
        ("BASS", "x", '"BASS" is in no section and no task; did you mean "Bass"?'),
        ("Bass", "My bass", '"My bass" cannot be a variable\'s name; write small letters, digits and dashes'),
        ("Bass", "not", '"not" cannot be a variable\'s name; write small letters, digits and dashes'),
    ],
)
def test_a_word_that_cannot_be_a_variable(word: str, name: str, sentence: str) -> None:
    song_map = SongMap(song="S", sections=(Section(name="Bass"),))
    with pytest.raises(AnswerError) as wrong:
        word_variable(song_map, word, name)
    assert str(wrong.value) == sentence
