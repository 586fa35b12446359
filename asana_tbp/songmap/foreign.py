"""Text from elsewhere, such as a project in Asana, as a song map can hold it.

Pure.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_LINE = 900
"""Longest single line, in characters: with a time budget behind it the loader takes it still."""
_LONGEST_PROSE = 19_000
_LINE_BREAK = re.compile(r"\r\n?|[\u2028\u2029\x85]")


def one_line(text: str) -> str:
    """A text as one line, cut where it is too long; may be empty."""
    return unbroken(text)[:LONGEST_LINE].strip()


def unbroken(text: str) -> str:
    """A text as one line of any length; may be empty."""
    return " ".join(_kept(text).split())


def paragraph(text: str) -> str:
    """A text of any number of lines, cut where it is too long; may be empty."""
    lines = [_kept(line).rstrip() for line in _LINE_BREAK.sub("\n", text).split("\n")]
    return "\n".join(lines)[:_LONGEST_PROSE].strip()


def _kept(text: str) -> str:
    return "".join(char if _holds(char) else " " for char in text)


def _holds(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} and char not in "\ufffe\uffff"
