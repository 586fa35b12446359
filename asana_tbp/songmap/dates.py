"""Days as people write them: read where they have one meaning, refused with a way to write them where not."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.text import quote

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"^(20\d\d)(0[1-9]|1[0-2])([0-3]\d)$", re.ASCII)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(day[:3] for day in WEEKDAYS)})[a-z]*\.?\b", re.IGNORECASE)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FORM = "write year-month-day, such as 2027-03-31"
_LONGEST = 60


def parse_date(text: str) -> date:
    """The day a text means: `2026-12-20`, `20 December 2026`, `Dec 20, 2026`, `20.12.2026`. Raises AnswerError."""
    written = _ISO.fullmatch(_COMPACT.sub(r"\1-\2-\3", text.strip()))
    if written:
        try:
            return date(int(written[1]), int(written[2]), int(written[3]))
        except ValueError:
            raise AnswerError(f"there is no day {text}") from None
    found = _readings(text)
    if len(found) > 1:
        either, other = sorted(found)
        readings = f"{_spoken(either)} or {_spoken(other)}"
        raise AnswerError(
            f"{quote(text)} may be {readings}; write {either.isoformat()} or {other.isoformat()}"
        )
    if not found:
        without_year = _readings(text, 2028)
        if len(without_year) != 1 or re.search(r"\d{4}", text):
            raise AnswerError(f"{quote(text)} is not a day; {_FORM}")
        (day,) = without_year
        spoken, same_day = _spoken(day).rsplit(" ", 1)[0], f"2027-{day:%m-%d}"
        raise AnswerError(
            f"{quote(text)} has no year; write it as year-month-day, for {spoken} 2027 it is {same_day}"
        )
    (day,) = found
    named = _WEEKDAY.search(text)
    real = WEEKDAYS[day.weekday()]
    if named and not real.lower().startswith(named[1].lower()):
        raise AnswerError(
            f"{quote(text)} is a {real}; write {day.isoformat()} if you mean it, or another day"
        )
    return day


def _readings(text: str, year: int | None = None) -> set[date]:
    """The whole days that a text may mean; with `year`, one that has no year of its own."""
    from dateutil.parser import ParserError, parse  # a tenth of the loader's start, for a spelling few use

    readings = set()
    for day_first in (True, False) if len(text) <= _LONGEST and any(map(str.isdigit, text)) else ():
        # What a text leaves out is taken from the default: a whole day is the same with any of them.
        defaults = datetime(year or 2000, 1, 1, tzinfo=UTC), datetime(year or 1996, 12, 28, tzinfo=UTC)
        with suppress(ParserError, ValueError, OverflowError, TypeError, AttributeError):
            days = {
                parse(text, dayfirst=day_first, yearfirst=False, default=each).date() for each in defaults
            }
            readings |= days if len(days) == 1 else set()
    return readings


def _spoken(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
