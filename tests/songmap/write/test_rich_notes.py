"""A song map's words as rich text."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.sandbox.rules.richtext import checked
from asana_tbp.songmap.model import Question, SongMap, Themes
from asana_tbp.songmap.write.notes import fold_notes, read_notes, render_notes, render_rich_notes, rich_body

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
def test_it_is_valid_and_what_asana_makes_of_it_reads_as_the_plain_notes(song_map: SongMap) -> None:
    xml, plain = checked(rich_body(render_rich_notes(song_map), MARK), "html_notes")
    assert ElementTree.fromstring(xml).tag == "body"
    assert plain.endswith(f"\n{MARK}") or plain == MARK
    assert fold_notes(plain) == fold_notes(f"{render_notes(song_map)}\n{MARK}")
    assert read_notes(plain.removesuffix(MARK).rstrip("\n")) == read_notes(render_notes(song_map))


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "◦ "])
def test_a_list_is_read_again_whatever_bullets_asana_gives_it(bullet: str) -> None:
    song_map = SongMap(
        song="S",
        inspiration=("tin roof\n- in May\n- at night", "- a dash of its own", "~/images/roof.jpg"),
        themes=Themes(musical=("dark",)),
        questions=(Question(question="Who?", answer="me\nand you"),),
    )
    notes = render_notes(song_map)
    shown = "\n".join(bullet + line[2:] if line.startswith("- ") else line for line in notes.split("\n"))
    words = read_notes(shown)
    assert replace(SongMap(song="S"), **words) == song_map
    assert fold_notes(shown) == fold_notes(notes)
    assert fold_notes(shown) != fold_notes(notes.replace("dark", "bright"))


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ("~/images/roof.jpg", "Image: ~/images/roof.jpg"),
        ("https://x.org/aurora.PNG", "Image: https://x.org/aurora.PNG"),
        ("night-drive.mp4", "Video: night-drive.mp4"),
        ("loops/rain.wav", "Sound: loops/rain.wav"),
        ("sketch.mid", "File: sketch.mid"),
        ("a photo called roof.jpg", "a photo called roof.jpg"),
        ("https://x.org/watch", "https://x.org/watch"),
        (".wav", ".wav"),
    ],
)
def test_images_and_files_are_listed_as_such(entry: str, shown: str) -> None:
    song_map = SongMap(song="S", inspiration=(entry,))
    notes = render_notes(song_map)
    assert notes == f"Inspiration\n- {shown}"
    assert read_notes(notes)["inspiration"] == (entry,)


def test_headings_and_questions_are_bold_and_the_producers_words_escaped() -> None:
    song_map = SongMap(
        song="S",
        inspiration=("<script>&amp;\x1b[31m",),
        questions=(Question(question="Who & why?", answer="me <3"), Question(question="And?")),
    )
    assert rich_body(render_rich_notes(song_map), MARK) == (
        "<body><strong>Inspiration</strong><ul><li>&lt;script&gt;&amp;amp;[31m</li></ul>\n"
        "<strong>Questions</strong><ul><li><strong>Who &amp; why?</strong>\n  me &lt;3</li>"
        "<li><strong>And?</strong>\n  (no answer yet)</li></ul>\n\n"
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
    label = "Image: " if rich.endswith(".jpg") else ""
    assert f"<strong>Inspiration</strong><ul><li>{label}{rich}</li></ul>" in notes
    assert f"<li><strong>Q?</strong>\n  {rich}</li>" in notes
    _, plain = checked(rich_body(notes, MARK), "html_notes")
    assert fold_notes(plain) == fold_notes(f"{render_notes(song_map)}\n{MARK}")


PIECES = ["https://", "x.org", "/a", "&", "<", '"', "'", ")", ".", " ", "?b=", "é", "]"]


@given(st.lists(st.sampled_from(PIECES), min_size=1))
def test_any_text_with_addresses_is_valid_and_reads_the_same(parts: list[str]) -> None:
    song_map = SongMap(song="S", inspiration=("x" + "".join(parts),))
    _, plain = checked(rich_body(render_rich_notes(song_map), MARK), "html_notes")
    assert fold_notes(plain) == fold_notes(f"{render_notes(song_map)}\n{MARK}")


def test_a_song_without_words_has_only_its_mark() -> None:
    body = rich_body(render_rich_notes(SongMap(song="S")), MARK)
    assert re.sub("<[^>]*>", "", body) == MARK
