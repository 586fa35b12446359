"""A song map's words as rich text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
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


@pytest.mark.parametrize(
    ("text", "rich"),
    [
        ("https://x.org/a?b=1&c=2", '<a href="https://x.org/a?b=1&amp;c=2">https://x.org/a?b=1&amp;c=2</a>'),
        ("see http://x.org/a, b", 'see <a href="http://x.org/a">http://x.org/a</a>, b'),
        ("(https://x.org).", '(<a href="https://x.org">https://x.org</a>).'),
        (
            "https://a.b https://c.d",
            '<a href="https://a.b">https://a.b</a> <a href="https://c.d">https://c.d</a>',
        ),
        ("https:// x.org javascript:alert(1)", "https:// x.org javascript:alert(1)"),
        ("~/images/roof.jpg", "~/images/roof.jpg"),
    ],
)
def test_a_web_address_is_a_link(text: str, rich: str) -> None:
    song_map = SongMap(song="S", inspiration=(text,), questions=(Question(question="Q?", answer=text),))
    notes = render_rich_notes(song_map)
    inspiration, questions = "<strong>Inspiration</strong>", "<strong>Questions</strong>"
    assert notes == f"{inspiration}\n- {rich}\n\n{questions}\n- <strong>Q?</strong>\n  {rich}"
    _, plain = checked(rich_body(notes, MARK), "html_notes")
    assert plain == f"{render_notes(song_map)}\n\n{MARK}"


PIECES = ["https://", "x.org", "/a", "&", "<", '"', "'", ")", ".", " ", "?b=", "é", "]"]


@given(st.lists(st.sampled_from(PIECES), min_size=1))
def test_any_text_with_addresses_is_valid_and_the_same_without_its_tags(parts: list[str]) -> None:
    song_map = SongMap(song="S", inspiration=("x" + "".join(parts),))
    _, plain = checked(rich_body(render_rich_notes(song_map), MARK), "html_notes")
    assert plain == f"{render_notes(song_map)}\n\n{MARK}"


def test_a_song_without_words_has_only_its_mark() -> None:
    body = rich_body(render_rich_notes(SongMap(song="S")), MARK)
    assert re.sub("<[^>]*>", "", body) == MARK
