"""A song map's words as rich text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.sandbox.rules.richtext import checked
from asana_tbp.songmap.model import Question, SongMap, Themes
from asana_tbp.songmap.write.notes import render_notes
from asana_tbp.songmap.write.rich_notes import render_rich_notes, rich_body

MARK = "asana-tbp song map 0123456789ab"

lines = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cn"]), min_size=1).filter(str.strip)
maps = st.builds(
    lambda inspiration, musical, questions: SongMap(
        song="S",
        inspiration=tuple(inspiration),
        themes=Themes(musical=tuple(musical)),
        questions=tuple(Question(question=asked, answer=answer) for asked, answer in questions),
    ),
    st.lists(lines, max_size=3),
    st.lists(lines, max_size=3),
    st.lists(st.tuples(lines, st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cn"]))), max_size=3),
)


@given(maps)
def test_it_is_valid_and_without_its_tags_it_is_the_plain_notes(song_map: SongMap) -> None:
    xml, plain = checked(rich_body(render_rich_notes(song_map), MARK), "html_notes")
    assert ElementTree.fromstring(xml).tag == "body"
    assert plain == f"{render_notes(song_map)}\n\n{MARK}".lstrip("\n")


def test_headings_and_questions_are_bold_and_the_producers_words_escaped() -> None:
    song_map = SongMap(
        song="S",
        inspiration=("<script>&amp;\x1b[31m",),
        questions=(Question(question="Who & why?", answer="me <3"), Question(question="And?")),
    )
    assert rich_body(render_rich_notes(song_map), MARK) == (
        "<body><strong>Inspiration</strong>\n- &lt;script&gt;&amp;amp;[31m\n\n"
        "<strong>Questions</strong>\n- <strong>Who &amp; why?</strong>\n  me &lt;3\n"
        "- <strong>And?</strong>\n  (no answer yet)\n\n"
        f"<em>{MARK}</em></body>"
    )


def test_a_song_without_words_has_only_its_mark() -> None:
    body = rich_body(render_rich_notes(SongMap(song="S")), MARK)
    assert re.sub("<[^>]*>", "", body) == MARK
