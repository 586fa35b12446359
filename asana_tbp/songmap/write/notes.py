"""A song map's words as the notes of the song's Asana project, and read from there again.

The tasks are not among them: they have a place of their own in the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from asana_tbp.songmap.key_groups import NO_ANSWER
from asana_tbp.songmap.key_types import Lines
from asana_tbp.songmap.keys import BY_NAME, KEYS
from asana_tbp.songmap.model import Question, SongMap, Themes

_ATTRIBUTES = "Song"
_MUSICAL, _NON_MUSICAL = "Musical themes", "Non-musical themes"
QUESTIONS = BY_NAME["questions"].label
_LISTS = {key.label: key.field for key in KEYS if isinstance(key.type, Lines) and key.label}
_LABELS = {key.label: key for key in KEYS if key.label and key.label not in (*_LISTS, QUESTIONS)}


_BULLET = re.compile(r"[-*•◦▪·–] ")
"""How an entry of a list begins: ours with a dash; how Asana writes the entries of a rich list is not documented."""
_FILES = {
    "Image": ("jpg", "jpeg", "png", "gif", "webp", "svg", "heic", "tif", "tiff"),
    "Video": ("mp4", "mov", "m4v", "avi", "mkv", "webm"),
    "Sound": ("wav", "mp3", "flac", "aif", "aiff", "m4a", "ogg"),
    "File": ("pdf", "txt", "mid", "midi", "als", "flp", "logicx", "zip"),
}
"""What a file is called in front of its name, by how the name ends."""
_LABELLED = re.compile(rf"(?:{'|'.join(_FILES)}): (\S+)")


def _labelled(entry: str) -> str:
    """An entry with what it is in front, where it is nothing but the name, path or address of a file."""
    ending = entry.rpartition(".")[2].casefold()
    label = next((label for label, endings in _FILES.items() if ending in endings), "")
    return f"{label}: {entry}" if label and len(entry.split()) == 1 and entry != f".{ending}" else entry


def _unlabelled(entry: str) -> str:
    found = _LABELLED.fullmatch(entry)
    return found[1] if found and _labelled(found[1]) == entry else entry


def fold_notes(notes: str) -> str:
    """What two notes have in common that say the same: no bullets, no empty lines, ordinary blanks."""
    lines = (
        re.sub(rf"^{_BULLET.pattern}", "", line.replace("\xa0", " ").strip()) for line in notes.splitlines()
    )
    return "\n".join(line for line in lines if line)


def note_lists(song_map: SongMap) -> list[tuple[str, tuple[str, ...]]]:
    """Headings, each with its entries, for every part but the questions; parts without words are left out."""
    themes = song_map.themes
    parts = [
        (_ATTRIBUTES, tuple(_attributes(song_map))),
        *((label, tuple(map(_labelled, getattr(song_map, field)))) for label, field in _LISTS.items()),
        (_MUSICAL, themes.musical),
        (_NON_MUSICAL, themes.non_musical),
    ]
    return [(title, entries) for title, entries in parts if entries]


def render_notes(song_map: SongMap) -> str:
    """Plain text with one paragraph a part; parts without words are left out. Empty when there are none."""
    parts = [_bullets(title, entries) for title, entries in note_lists(song_map)]
    questions = [f"{asked.question}\n{asked.answer or NO_ANSWER}" for asked in song_map.questions]
    if questions:
        parts.append(_bullets(QUESTIONS, questions))
    return "\n\n".join(parts)


def words_of(lists: Iterable[tuple[str, list[str]]], questions: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a SongMap that notes hold, from their headings with entries and their questions.

    Entries under any other heading count as inspiration.
    """
    words: dict[str, Any] = {}
    inspiration: list[str] = []
    themes: dict[str, tuple[str, ...]] = {}
    for title, entries in lists:
        if title == _ATTRIBUTES:
            for entry in entries:
                words |= _attribute(entry)
        elif title in _LISTS and _LISTS[title] != "inspiration":
            words[_LISTS[title]] = tuple(map(_unlabelled, entries))
        elif title in (_MUSICAL, _NON_MUSICAL):
            themes["musical" if title == _MUSICAL else "non_musical"] = tuple(entries)
        else:
            inspiration += map(_unlabelled, entries)
    asked = {question: answer for question, answer in questions if question.strip()}
    return {
        **words,
        "inspiration": tuple(entry for entry in inspiration if entry.strip()),
        "themes": Themes(**themes),
        "questions": tuple(
            Question(question=question, answer="" if answer == NO_ANSWER else answer)
            for question, answer in asked.items()
        ),
    }


def read_notes(notes: str) -> dict[str, Any]:
    """The fields of a SongMap in plain notes: those that `render_notes` wrote, or anybody's.

    What has no form of ours is one piece of inspiration: words that stood with the song.
    """
    lists: list[tuple[str, list[str]]] = []
    loose: list[str] = []
    headings = {_ATTRIBUTES, *_LISTS, _MUSICAL, _NON_MUSICAL, QUESTIONS}
    lines = notes.split("\n")
    for at, line in enumerate(lines):
        bullet = _BULLET.match(line)
        if line in headings and _BULLET.match("".join(lines[at + 1 : at + 2])):
            lists.append((line, []))
        elif lists and bullet:
            lists[-1][1].append(line[bullet.end() :])
        elif lists and lists[-1][1] and (line.startswith("  ") or not line):
            # Two spaces carry an entry on; an empty line does too when more of it follows.
            lists[-1][1][-1] += f"\n{line[2:]}"
        else:
            loose.append(line)
    for _, entries in lists:
        entries[:] = [entry.strip("\n") for entry in entries]
    questions = [entry.partition("\n") for title, entries in lists if title == QUESTIONS for entry in entries]
    text = "\n".join(loose).strip()
    if text:
        lists.append(("", [text]))
    return words_of(
        [(title, entries) for title, entries in lists if title != QUESTIONS],
        [(question, answer) for question, _, answer in questions],
    )


def _bullets(title: str, entries: Iterable[str]) -> str:
    # Further lines of an entry are moved in, so that it is seen where the next entry starts.
    return "\n".join([title, *("- " + entry.replace("\n", "\n  ") for entry in entries)])


def _attributes(song_map: SongMap) -> Iterable[str]:
    for label, key in _LABELS.items():
        value = key.value(song_map)
        if key.type and value not in (None, ""):
            yield f"{label}: {key.type.note(value)}"


def _attribute(entry: str) -> dict[str, Any]:
    """The field that an entry holds; nothing for one that somebody has changed beyond reading."""
    label, _, text = entry.partition(": ")
    key = _LABELS.get(label)
    value = key.type.from_note(text) if key and key.type else None
    return {key.field: value} if key and value is not None else {}
