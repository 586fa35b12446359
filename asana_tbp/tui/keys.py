"""The keys of the terminal: which command each gives, and how they stand at the bottom, in one row or two. Pure."""

from __future__ import annotations

from textual.content import Content

from asana_tbp.timer.commands import Command, keys
from asana_tbp.timer.moments import FACE_KEYS, actions_of, is_countdown
from asana_tbp.timer.state import Snapshot
from asana_tbp.timer.words import COMMAND_WORDS
from asana_tbp.tui.rows import centred

COMMANDS: dict[str, Command] = {" " if each.key == "space" else each.key: command for each, command in keys()}
ENDS_A_RUN = frozenset(
    each.key for words in COMMAND_WORDS.values() if words.ends_a_run for each in words.keys
)
"""Keys that a finger left lying on them must not repeat: each would end one more run."""

HELP = tuple(
    (each.key, each.help) for each in (*(each for each, _ in keys()), *FACE_KEYS["terminal"]) if each.help
)

Keys = tuple[tuple[str, str], ...]
"""Keys and their words."""

LONGEST_KEY = 16
"""Columns that a key and its word take at most: narrower rows are not made even."""


def legend(snapshot: Snapshot | None) -> Keys:
    """Keys and their words, the most needed first; the last two always fit."""
    last = tuple((each.key, each.label) for each in FACE_KEYS["terminal"])
    if snapshot is None or snapshot.phase == "ended":
        return last[-2:]
    actions = [
        ("+ -", "2m") if key == "+" else (key, label)
        for key, label in actions_of(snapshot).items()
        if key != "-"
    ]
    return (*actions, *(last[-2:] if is_countdown(snapshot) else last))


def key_rows(snapshot: Snapshot | None, width: int, most: int) -> list[Content]:
    """The keys in at most so many rows of much the same length; what has no room is left to `?`."""
    keys = legend(snapshot)
    first, last = keys[:-2], keys[-2:]
    for count in range(len(first), -1, -1):
        shown = (*first[:count], *last)
        rows = _flow(shown, width)
        if len(rows) <= most:
            narrow = width
            while len(rows) > 1 and narrow > LONGEST_KEY and len(_flow(shown, narrow - 1)) == len(rows):
                narrow -= 1
            return [centred(_row(row), width) for row in _flow(shown, narrow)]
    return []


def _row(keys: Keys) -> Content:
    parts = [part for key, word in keys for part in ("  ", (key, "bold $primary"), f" {word}")]
    return Content.assemble(*parts[1:])


def _flow(keys: Keys, width: int) -> list[Keys]:
    rows: list[Keys] = [()]
    for each in keys:
        row = (*rows[-1], each)
        if rows[-1] and sum(len(key) + len(word) + 3 for key, word in row) - 2 > width:
            rows.append((each,))
        else:
            rows[-1] = row
    return rows
