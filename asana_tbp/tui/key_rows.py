"""The keys at the bottom, in one row or in two of much the same length.

Pure.
"""

from __future__ import annotations

from textual.content import Content

from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.tui.keys import legend
from asana_tbp.tui.rows import centred

Keys = tuple[tuple[str, str], ...]
"""Keys and their words."""

LONGEST_KEY = 16
"""Columns that a key and its word take at most: narrower rows are not made even."""


def key_rows(snapshot: Snapshot | None, width: int, most: int) -> list[Content]:
    """The keys in at most so many rows; where they don't fit, the less needed are left to `?`."""
    keys = legend(snapshot)
    first, last = keys[:-2], keys[-2:]
    for count in range(len(first), -1, -1):
        shown = (*first[:count], *last)
        rows = _flow(shown, width)
        if len(rows) <= most:
            return [centred(_row(row), width) for row in _evened(rows, shown, width)]
    return []


def _evened(rows: list[Keys], keys: Keys, width: int) -> list[Keys]:
    """Rows of much the same length, where it takes more than one."""
    while len(rows) > 1 and width > LONGEST_KEY and len(narrower := _flow(keys, width - 1)) == len(rows):
        rows, width = narrower, width - 1
    return rows


def _row(keys: Keys) -> Content:
    return Content.assemble(*[part for at, (key, word) in enumerate(keys) for part in _key(at, key, word)])


def _key(at: int, key: str, word: str) -> tuple[tuple[str, str], ...]:
    return (("  " if at else "", ""), (key, "bold $primary"), (f" {word}", ""))


def _flow(keys: Keys, width: int) -> list[Keys]:
    rows: list[Keys] = [()]
    used = 0
    for key, word in keys:
        length = len(key) + 1 + len(word)
        if rows[-1] and used + 2 + length > width:
            rows.append(())
            used = 0
        used += length + (2 if rows[-1] else 0)
        rows[-1] = (*rows[-1], (key, word))
    return rows
