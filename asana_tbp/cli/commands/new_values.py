"""What an answer to `new` may be: a line, a name, a tempo, a day, a time."""

from __future__ import annotations

import re
from datetime import date

from asana_tbp.songmap.budget import BudgetError, parse_budget
from asana_tbp.songmap.model import FASTEST, SLOWEST
from asana_tbp.songmap.templates.variables import AnswerError
from asana_tbp.text import quote

LONGEST = 1000
"""Longest answer to a question, in characters."""


def a_line(text: str) -> str:
    """One line as it was typed, stripped; may be empty. Raises AnswerError."""
    stripped = text.strip()
    if len(stripped) > LONGEST:
        raise AnswerError(f"an answer is at most {LONGEST:,} characters long")
    if not all(char.isprintable() or char == "\u00a0" for char in stripped):
        raise AnswerError(f"{quote(stripped)} holds a control character; write it without")
    return stripped


def a_title(text: str) -> str:
    """A line that says something. Raises AnswerError."""
    title = a_line(text)
    if not title:
        raise AnswerError("a song needs a name, if only for now")
    return title


def a_tempo(text: str) -> float | None:
    """Beats a minute, None for nothing. Raises AnswerError."""
    line = a_line(text).lower().removesuffix("bpm").strip().replace(",", ".")
    if not line:
        return None
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", line, re.ASCII) or not SLOWEST <= float(line) <= FASTEST:
        raise AnswerError(f"{quote(line)} is not a tempo; write beats a minute, {SLOWEST} to {FASTEST}")
    return float(line)


def a_day(text: str, today: date) -> date | None:
    """A day that is not over, None for nothing. Raises AnswerError."""
    line = a_line(text)
    if not line:
        return None
    try:
        day = date.fromisoformat(line)
    except ValueError:
        raise AnswerError(f"{quote(line)} is not a date; write it as {today.year + 1}-03-01") from None
    if day < today:
        raise AnswerError(f"{day} is over; write a day that is still to come")
    return day


def a_time(text: str) -> int:
    """Minutes of a written budget. Raises AnswerError."""
    try:
        return parse_budget(text)
    except BudgetError as wrong:
        raise AnswerError(wrong.sentence) from None
