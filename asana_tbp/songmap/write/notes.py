"""Writes a song map's words as the notes of its Asana project, plain or rich, and reads them back.

The tasks are not in the notes: they are the project's tasks.
"""

import html
import re
from contextlib import suppress
from typing import Any

from asana_tbp.songmap.key_types import BY_NAME, KEYS, NO_ANSWER
from asana_tbp.songmap.model import Question, SongMap, Themes
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import LONGEST_LINE

_ATTRIBUTES = "Song"
_THEMES = {"Musical themes": "musical", "Non-musical themes": "non_musical"}
_QUESTIONS = BY_NAME["questions"].label
_LISTS = {key.label: key.field for key in KEYS if key.schema in ("lines", "paragraphs") and key.label}
_LABELS = {key.label: key for key in KEYS if key.label and key.label not in (*_LISTS, _QUESTIONS)}
# The end of a sentence does not belong to an address in it; nor does anything that could end an attribute.
_LINK = re.compile(r"https?://(?=[A-Za-z0-9\[])[^\s<>\"'\\^`{|}\x00-\x1f\x7f]*(?<![.,;:!?)\]])")
# XML 1.0 does not allow other control characters, not even escaped.
_NOT_IN_XML = re.compile(r"[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BULLET = re.compile(r"[-*•◦▪·–] ")
"""How a list entry begins: ours with a dash; how Asana writes the entries of a rich list is not documented."""
_FILES = {
    "Image": ("jpg", "jpeg", "png", "gif", "webp", "svg", "heic", "tif", "tiff"),
    "Video": ("mp4", "mov", "m4v", "avi", "mkv", "webm"),
    "Sound": ("wav", "mp3", "flac", "aif", "aiff", "m4a", "ogg"),
    "File": ("pdf", "txt", "mid", "midi", "als", "flp", "logicx", "zip"),
}
"""The label before a file's name, by its suffix."""
_LABELLED = re.compile(rf"(?:{'|'.join(_FILES)}): (\S+)")


def _labelled(entry: str) -> str:
    """An entry with a label such as `Image: ` in front if it is just the name, path or address of a file."""
    ending = entry.rpartition(".")[2].casefold()
    label = next((label for label, endings in _FILES.items() if ending in endings), "")
    return f"{label}: {entry}" if label and len(entry.split()) == 1 and entry != f".{ending}" else entry


def _unlabelled(entry: str) -> str:
    found = _LABELLED.fullmatch(entry)
    return found[1] if found and _labelled(found[1]) == entry else entry


def fold_notes(notes: str) -> str:
    """Notes in a form for comparing: no bullets, no empty lines, ordinary blanks."""
    lines = (
        re.sub(rf"^{_BULLET.pattern}", "", line.replace("\xa0", " ").strip()) for line in notes.splitlines()
    )
    return "\n".join(line for line in lines if line)


def note_lists(song_map: SongMap) -> list[tuple[str, tuple[str, ...]]]:
    """Headings, each with its entries; parts without words are left out. A question's answer is its second line."""
    values = ((label, key.type, getattr(song_map, key.field)) for label, key in _LABELS.items())
    parts = [
        (
            _ATTRIBUTES,
            tuple(f"{label}: {type_.note(value)}" for label, type_, value in values if type_ and value),
        ),
        *((label, tuple(map(_labelled, getattr(song_map, field)))) for label, field in _LISTS.items()),
        *((label, getattr(song_map.themes, name)) for label, name in _THEMES.items()),
        (_QUESTIONS, tuple(f"{each.question}\n{each.answer or NO_ANSWER}" for each in song_map.questions)),
    ]
    return [(title, entries) for title, entries in parts if entries]


def render_notes(song_map: SongMap) -> str:
    """Plain text with one paragraph per part; parts without words are left out. Empty when there are none."""
    # Further lines of an entry are indented, to show where the next entry starts.
    return "\n\n".join(
        "\n".join([title, *("- " + entry.replace("\n", "\n  ") for entry in entries)])
        for title, entries in note_lists(song_map)
    )


def read_notes(notes: str) -> dict[str, Any]:
    """The fields of a SongMap in plain notes: those that `render_notes` wrote, or anybody's.

    Text in any other form is one piece of inspiration, and so are the entries under any other heading.
    """
    lists: list[tuple[str, list[str]]] = []
    loose: list[str] = []
    headings = {_ATTRIBUTES, *_LISTS, *_THEMES, _QUESTIONS}
    lines = notes.split("\n")
    for at, line in enumerate(lines):
        bullet = _BULLET.match(line)
        if line in headings and _BULLET.match("".join(lines[at + 1 : at + 2])):
            lists.append((line, []))
        elif lists and bullet:
            lists[-1][1].append(line[bullet.end() :])
        elif lists and lists[-1][1] and (line.startswith("  ") or not line):
            # Two spaces continue an entry; so does an empty line when more of it follows.
            lists[-1][1][-1] += f"\n{line[2:]}"
        else:
            loose.append(line)
    if text := "\n".join(loose).strip():
        lists.append(("", [text]))
    words: dict[str, Any] = {}
    inspiration: list[str] = []
    themes: dict[str, tuple[str, ...]] = {}
    asked: dict[str, Question] = {}
    for title, raw in lists:
        entries = [entry.strip("\n") for entry in raw]
        if title == _ATTRIBUTES:
            for label, _, text in (entry.partition(": ") for entry in entries):
                key = _LABELS.get(label)
                if key and key.type and (line := _in_one_line(text)):
                    # One that somebody changed so that it can't be read is left out.
                    with suppress(ValueError):
                        words[key.field] = key.type.parse(line)
        elif title == _QUESTIONS:
            for question, _, answer in (entry.partition("\n") for entry in entries):
                if question := _in_one_line(question):
                    known = Question(question=question, answer="" if answer == NO_ANSWER else answer)
                    asked.setdefault(normalize(question), known)
        elif title in _THEMES:
            themes[_THEMES[title]] = tuple(filter(None, map(_in_one_line, entries)))
        elif title in _LISTS and _LISTS[title] != "inspiration":
            words[_LISTS[title]] = tuple(filter(None, map(_in_one_line, map(_unlabelled, entries))))
        else:
            inspiration += map(_unlabelled, entries)
    return {
        **words,
        "inspiration": tuple(entry for entry in inspiration if entry.strip()),
        "themes": Themes(**themes),
        "questions": tuple(asked.values()),
    }


def _in_one_line(text: str) -> str:
    """A text reduced to a single line that a song map can hold."""
    return text.replace("\n", " ")[:LONGEST_LINE].strip()


def render_rich_notes(song_map: SongMap) -> str:
    """The inside of a `<body>`: bold headings, lists that are lists, and links. Empty when there are no words.

    Everything a producer wrote is escaped. Asana makes plain text of it, and a song map is read back from that.
    """

    parts = []
    for title, entries in note_lists(song_map):
        items = list(map(linked, entries))
        if title == _QUESTIONS:
            asked = (entry.partition("\n") for entry in entries)
            items = [f"<strong>{escaped(words)}</strong>\n{linked(answer)}" for words, _, answer in asked]
        written = ("<li>" + item.replace("\n", "\n  ") + "</li>" for item in items)
        parts.append(f"<strong>{title}</strong><ul>{''.join(written)}</ul>")
    return "\n".join(parts)


def rich_body(inside: str, mark: str) -> str:
    """One whole `<body>` with `mark` as its last line."""
    return f"<body>{inside}\n\n<em>{escaped(mark)}</em></body>" if inside else f"<body><em>{mark}</em></body>"


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
    return html.escape(_NOT_IN_XML.sub("", text), quote=False)
