"""A song map's words as rich text: bold headings, lists that are lists, and links.

Everything a producer wrote is escaped. Asana makes plain text of it, and a song map is read back from that: how it
writes the entries of a list there is not documented, so `notes.read_notes` takes any bullet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from asana_tbp.songmap.key_groups import NO_ANSWER
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.write.notes import QUESTIONS, note_lists

# XML 1.0 has no place for other control characters, not even escaped.
_ALLOWED_CONTROLS = frozenset("\t\n")
# What ends a sentence does not belong to an address in it; nor does anything that could end an attribute.
_IN_ADDRESS = r"[^\s<>\"'\\^`{|}\x00-\x1f\x7f]"
_LINK = re.compile(rf"https?://(?=[A-Za-z0-9\[]){_IN_ADDRESS}*(?<![.,;:!?)\]])")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def render_rich_notes(song_map: SongMap) -> str:
    """The inside of a `<body>`; parts without words are left out. Empty when there are none."""
    parts = [_part(title, map(linked, entries)) for title, entries in note_lists(song_map)]
    questions = [
        f"<strong>{escaped(asked.question)}</strong>\n{linked(asked.answer or NO_ANSWER)}"
        for asked in song_map.questions
    ]
    if questions:
        parts.append(_part(QUESTIONS, questions))
    return "\n".join(parts)


def rich_body(inside: str, mark: str) -> str:
    """One whole `<body>` with `mark` as its last line."""
    return f"<body>{inside}\n\n<em>{escaped(mark)}</em></body>" if inside else f"<body><em>{mark}</em></body>"


def _part(title: str, entries: Iterable[str]) -> str:
    items = ("<li>" + entry.replace("\n", "\n  ") + "</li>" for entry in entries)
    return f"<strong>{title}</strong><ul>{''.join(items)}</ul>"


def linked(text: str) -> str:
    """The text as it stands between tags, every web address in it a link."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = escaped(found[0])
        parts += [escaped(text[end : found.start()]), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*parts, escaped(text[end:])])


def escaped(text: str) -> str:
    """The text as it stands between tags; characters that XML can't hold are left out."""
    return "".join(_ESCAPES.get(char, char) for char in text if _allowed(char))


def _allowed(char: str) -> bool:
    return char in _ALLOWED_CONTROLS or (
        char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff"
    )
