"""The lines that this product keeps in a project's notes: the mark of its song map, and that of its card."""

from __future__ import annotations

import re

from asana_tbp.scaffold.desired import Desired
from asana_tbp.songmap.write.notes import rich_body

_MARK = re.compile(r"^asana-tbp song map ([0-9a-f]{12})\s*$", re.MULTILINE)
_OUR_LINES = re.compile(r"^asana-tbp (?:song map [0-9a-f]{12}|card: \S+)[^\S\n]*$", re.MULTILINE)


def mark(song_id: str) -> str:
    """The line in a project's notes by which its song map is recognised."""
    return f"asana-tbp song map {song_id}"


def marked(notes: str) -> str | None:
    """The song's id in a project's notes, or None where they have none. The last one counts."""
    found = _MARK.findall(notes)
    return found[-1] if found else None


def own_lines_removed(notes: str) -> str:
    """A project's notes without the lines that are ours."""
    return _OUR_LINES.sub("", notes).strip()


def project_notes(desired: Desired, notes: str, song_id: str) -> str:
    """Rich notes for a project, as the map has them; the marks in its present `notes` are kept."""
    ours = [line.strip() for line in _OUR_LINES.findall(notes)] or [mark(song_id)]
    return rich_body(desired.rich_notes, "\n".join(ours))
