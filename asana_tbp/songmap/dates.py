"""Days as people write them: read if they have one meaning, else refused with a way to write them."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.grammar import MONTHS
from asana_tbp.text import quote

_ISO = re.compile(
    r"(\d{4})[-/.年년] ?(\d{1,2})[-/.月월] ?(\d{1,2})[日일]?|(20\d\d)(0[1-9]|1[0-2])([0-3]\d)", re.ASCII
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(day[:3] for day in WEEKDAYS)})[a-z]*\.?\b", re.IGNORECASE)
_FORM = "write year-month-day, such as 2027-03-31"
_LONGEST = 60


def parse_date(text: str) -> date:
    """The day a text means: `2026-12-20`, `20 December 2026`, `Dec 20, 2026`, `20.12.2026`. Raises AnswerError."""
    if written := _ISO.fullmatch(text.strip()):
        year, month, day = map(int, filter(None, written.groups()))
        try:
            return date(year, month, day)
        except ValueError:
            raise AnswerError(f"there is no day {text}") from None
    found = _readings(text)
    if len(found) > 1:
        readings = " or ".join(f"{each.day} {each:%B} {each.year}" for each in sorted(found))
        raise AnswerError(f"{quote(text)} may be {readings}; write {' or '.join(map(str, sorted(found)))}")
    if not found:
        without_year = _readings(text, 2028)
        if len(without_year) != 1 or re.search(r"\d{4}", text):
            raise AnswerError(f"{quote(text)} is not a day; {_FORM}")
        (one,) = without_year
        example = f"{one.day} {one:%B} 2027 it is 2027-{one:%m-%d}"
        raise AnswerError(f"{quote(text)} has no year; write it as year-month-day, for {example}")
    (only,) = found
    named = _WEEKDAY.search(text)
    if named and not f"{only:%A}".lower().startswith(named[1].lower()):
        raise AnswerError(
            f"{quote(text)} is a {only:%A}; write {only.isoformat()} if you mean it, or another day"
        )
    return only


def _readings(text: str, year: int | None = None) -> set[date]:
    """The days that a text may mean; `year` is for a text that has none."""
    from dateutil.parser import ParserError, parse, parserinfo  # a tenth of the loader's start, used by few

    ignored = [*parserinfo.JUMP, "er", "den", "le", "de", "del", "di", "van"]
    several = {"MONTHS": [tuple(month.split()) for month in MONTHS], "JUMP": ignored}
    words = type("Words", (parserinfo,), several)()

    readings = set()
    for day_first in (True, False) if len(text) <= _LONGEST and any(map(str.isdigit, text)) else ():
        # The parser takes what is missing from the default: only a complete day is the same with both.
        defaults = datetime(year or 2000, 1, 1, tzinfo=UTC), datetime(year or 1996, 12, 28, tzinfo=UTC)
        with suppress(ParserError, ValueError, OverflowError, TypeError, AttributeError):
            days = {
                parse(text, words, dayfirst=day_first, yearfirst=False, default=each).date()
                for each in defaults
            }
            readings |= days if len(days) == 1 else set()
    return readings
