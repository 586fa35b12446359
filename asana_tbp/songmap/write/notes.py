"""A song map's words as the notes of the song's Asana project, and read from there again.

Knows how facts, inspiration, themes and questions read on a page. Must not know Asana, files or the tasks:
those have a place of their own in the project. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, get_args

from asana_tbp.songmap.model import Day, Question, Sessions, SongMap, Themes

NO_ANSWER = "(no answer yet)"

_FACTS, _REFERENCES, _INSPIRATION = "Song", "References", "Inspiration"
_MUSICAL, _NON_MUSICAL, QUESTIONS = "Musical themes", "Non-musical themes", "Questions"
_SESSIONS = re.compile(r"([a-z, ]+), (\d+) minutes(?:, from (\d{4}-\d\d-\d\d))?", re.ASCII)


def note_lists(song_map: SongMap) -> list[tuple[str, tuple[str, ...]]]:
    """Headings, each with its entries, for every part but the questions; parts without words are left out."""
    parts = [
        (_FACTS, tuple(_facts(song_map))),
        (_REFERENCES, song_map.reference),
        (_INSPIRATION, song_map.inspiration),
        (_MUSICAL, song_map.themes.musical),
        (_NON_MUSICAL, song_map.themes.non_musical),
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
        if title == _FACTS:
            for entry in entries:
                words |= _fact(entry)
        elif title == _REFERENCES:
            words["reference"] = tuple(entries)
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
    headings = {_FACTS, _REFERENCES, _INSPIRATION, _MUSICAL, _NON_MUSICAL, QUESTIONS}
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


def _facts(song_map: SongMap) -> Iterable[str]:
    if song_map.bpm is not None:
        yield f"Tempo: {song_map.bpm:.10g} BPM"
    if song_map.key:
        yield f"Key: {song_map.key}"
    if song_map.deadline:
        yield f"Deadline: {song_map.deadline.isoformat()}"
    if sessions := song_map.sessions:
        start = f", from {sessions.start.isoformat()}" if sessions.start else ""
        yield f"Sessions: {', '.join(sessions.days)}, {sessions.minutes} minutes{start}"
    if song_map.stage:
        yield f"Stage: {song_map.stage}"


def _fact(entry: str) -> dict[str, Any]:
    """The field that a fact is; nothing for one that somebody has changed beyond reading."""
    name, _, value = entry.partition(": ")
    try:
        match name:
            case "Tempo":
                return {"bpm": float(value.removesuffix(" BPM"))}
            case "Key" if value:
                return {"key": value}
            case "Deadline":
                return {"deadline": date.fromisoformat(value)}
            case "Stage" if value:
                return {"stage": value}
            case "Sessions" if parts := _SESSIONS.fullmatch(value):
                days = tuple(day for day in get_args(Day) if day in parts[1].split(", "))
                start = date.fromisoformat(parts[3]) if parts[3] else None
                return {"sessions": Sessions(days=days, minutes=int(parts[2]), start=start)}
    except ValueError:
        return {}
    return {}
