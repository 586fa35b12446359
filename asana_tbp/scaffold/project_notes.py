"""The lines that this product keeps in a project's notes: the mark of its song map, and that of its card."""

from __future__ import annotations

import re

from asana_tbp.bridge.values import mark_of
from asana_tbp.scaffold.desired import Desired
from asana_tbp.songmap.write.notes import rich_body

_OUR_LINES = re.compile(r"^asana-tbp (?:song map [0-9a-f]{12}|card: \S+)[^\S\n]*$", re.MULTILINE)


def own_lines_removed(notes: str) -> str:
    """A project's notes without the lines that are ours."""
    return _OUR_LINES.sub("", notes).strip()


def project_notes(desired: Desired, notes: str, song_id: str) -> str:
    """Rich notes for a project, as the map has them; the marks in its present `notes` are kept."""
    ours = [line.strip() for line in _OUR_LINES.findall(notes)] or [mark_of("song map", song_id)]
    return rich_body(desired.rich_notes, "\n".join(ours))
