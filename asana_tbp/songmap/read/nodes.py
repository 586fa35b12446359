"""A file's values with their places: what the loader reads and the shape is read from.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nothing:
    """A value left out: `~`, `null`, or an empty place."""

    line: int
    column: int
    size: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A text as written; `1999` and `yes` are texts as well, because a song may be called so."""

    line: int
    column: int
    text: str
    plain: bool = True
    """Written without quotes."""
    size: int = 1
    last_line: int = 0
    """Where it ends, for a text without quotes."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values."""

    line: int
    column: int
    entries: tuple[Node, ...]
    size: int = 1


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in file order, equal keys included."""

    line: int
    column: int
    pairs: tuple[tuple[Node, Node], ...]
    size: int = 1


Node = Nothing | Text | Listing | Mapping
"""`size` is the number of values in it, itself included, with every alias written out."""
