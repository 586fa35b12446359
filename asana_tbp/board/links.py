"""What binds cards, songs and boards together: marks and links in notes.

Pure.
"""

from __future__ import annotations

import re
from html import escape

PROJECT_LINE = "Project: "
CARD_LINE = "asana-tbp card: "

_MARKS = re.compile(r"^asana-tbp (board|card) ([0-9a-f]{12})\s*$", re.MULTILINE)
# A task's old link ends in two gids, so what follows a project's must not be one.
_PROJECT = re.compile(r"https?://[^/\s\"<]+/(?:1/[0-9]+/project/|0/(?!0/))([0-9]{1,25})(?!/?[0-9])", re.ASCII)


def board_mark(board_id: str) -> str:
    """The line that tells a board this program made from any other."""
    return f"asana-tbp board {board_id}"


def card_mark(card_id: str) -> str:
    """The line by which a card is found again when the answer to its creation was lost."""
    return f"asana-tbp card {card_id}"


def marked_board(notes: str) -> str | None:
    """The board's id in a project's notes, or None."""
    return _last(notes, "board")


def marked_card(notes: str) -> str | None:
    """The card's id in a task's notes, or None."""
    return _last(notes, "card")


def _last(notes: str, kind: str) -> str | None:
    found = [mark for which, mark in _MARKS.findall(notes) if which == kind]
    return found[-1] if found else None


def project_in(notes: str) -> str | None:
    """The gid of the first project that notes link to, ours or typed by hand; None where they link to none."""
    found = _PROJECT.search(notes)
    return found.group(1) if found else None


def words_in(notes: str) -> str:
    """What a person wrote in a card's notes: without our marks and links."""
    lines = notes.split("\n")
    return "\n".join(line for line in lines if not _is_ours(line)).strip()


def _is_ours(line: str) -> bool:
    return bool(_MARKS.match(line)) or line.startswith((PROJECT_LINE + "http", CARD_LINE))


def song_notes(project_link: str, card_id: str) -> str:
    """The notes of a song's card."""
    return f"{PROJECT_LINE}{project_link}\n\n{card_mark(card_id)}"


def idea_notes(words: str, card_id: str) -> str:
    """The notes of an idea's card."""
    return f"{words}\n\n{card_mark(card_id)}"


def with_line(rich_notes: str, label: str, link: str) -> str | None:
    """Rich notes with one more line, `label` and the link; None where they have the link already.

    Everything else stays to the letter. Raises ValueError for what is no `<body>`.
    """
    if escape(link) in rich_notes or link in rich_notes:
        return None
    line = f'{escape(label, quote=False)}<a href="{escape(link)}">{escape(link, quote=False)}</a>'
    text = rich_notes.strip() or "<body></body>"
    text = re.sub(r"^<body\s*/>$", "<body></body>", text)
    if not text.startswith("<body") or not text.endswith("</body>"):
        raise ValueError("rich notes are one <body>")
    inside = text.removesuffix("</body>")
    between = "" if inside.endswith((">", "\n")) and inside == "<body>" else "\n"
    return f"{inside}{between}{line}</body>"
