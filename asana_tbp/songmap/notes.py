"""A song map's words as the notes of the song's Asana project.

Knows how inspiration, themes and questions read on a page. Must not know Asana, files or the tasks: those
have a place of their own in the project. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from asana_tbp.songmap.model import Question, SongMap

NO_ANSWER = "(no answer yet)"


def render_notes(song_map: SongMap) -> str:
    """Plain text with one paragraph a part; parts without words are left out. Empty when there are none."""
    parts = [
        _bullets("Inspiration", song_map.inspiration),
        _bullets("Musical themes", song_map.themes.musical),
        _bullets("Non-musical themes", song_map.themes.non_musical),
        _questions(song_map.questions),
    ]
    return "\n\n".join(part for part in parts if part)


def _bullets(title: str, lines: Iterable[str]) -> str:
    # Further lines of an entry are moved in, so that it is seen where the next entry starts.
    bullets = ["- " + line.replace("\n", "\n  ") for line in lines]
    return "\n".join([title, *bullets]) if bullets else ""


def _questions(questions: Iterable[Question]) -> str:
    return "\n\n".join(f"{asked.question}\n{asked.answer or NO_ANSWER}" for asked in questions)
