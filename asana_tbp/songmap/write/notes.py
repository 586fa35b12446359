"""A song map's words as the notes of the song's Asana project, and read from there again.

The tasks are not among them: they have a place of their own in the project.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asana_tbp.songmap.key_types import NO_ANSWER, Lines
from asana_tbp.songmap.keys import BY_NAME, KEYS
from asana_tbp.songmap.model import Question, SongMap, Themes

_ATTRIBUTES = "Song"
_MUSICAL, _NON_MUSICAL = "Musical themes", "Non-musical themes"
QUESTIONS = BY_NAME["questions"].label
_LISTS = {key.label: key.field for key in KEYS if isinstance(key.type, Lines) and key.label}
_LABELS = {key.label: key for key in KEYS if key.label and key.label not in (*_LISTS, QUESTIONS)}


def note_lists(song_map: SongMap) -> list[tuple[str, tuple[str, ...]]]:
    """Headings, each with its entries, for every part but the questions; parts without words are left out."""
    themes = song_map.themes
    parts = [
        (_ATTRIBUTES, tuple(_attributes(song_map))),
        *((label, getattr(song_map, field)) for label, field in _LISTS.items()),
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

    Entries under a heading that is none of ours count as inspiration.
    """
    words: dict[str, Any] = {}
    inspiration: list[str] = []
    themes: dict[str, tuple[str, ...]] = {}
    for title, entries in lists:
        if title == _ATTRIBUTES:
            for entry in entries:
                words |= _attribute(entry)
        elif title in _LISTS and _LISTS[title] != "inspiration":
            words[_LISTS[title]] = tuple(entries)
        elif title in (_MUSICAL, _NON_MUSICAL):
            themes["musical" if title == _MUSICAL else "non_musical"] = tuple(entries)
        else:
            inspiration += entries
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
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if line in headings and following.startswith("- "):
            lists.append((line, []))
        elif lists and line.startswith("- "):
            lists[-1][1].append(line[2:])
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
