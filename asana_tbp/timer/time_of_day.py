"""Reads a time of day, `21:30`, `9pm` or `21h30`, and the plain countdowns that one can ask for. Pure."""

import re
from datetime import UTC, datetime, timedelta

from asana_tbp.songmap.budget import BudgetError, parse_duration

LONGEST = 24 * 3600.0
POMODORO = (("Work", 1500.0), ("Break", 300.0))
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::\d\d)?)?\s?(?:(?P<half>[ap])\.?m\.?|(?P<oclock>h))?",
    re.ASCII,
)


def parse_time_of_day(text: str) -> tuple[int, int] | None:
    """Hour and minute of a time of day; None for anything else, such as `90m` or a bare number."""
    written = _TIME.fullmatch(text.strip().lower())
    if written is None:
        return None
    hour, minute, half = int(written["hour"]), int(written["minute"] or 0), written["half"]
    if bool(written["oclock"]) == bool(written["minute"] or half):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 24
    return (hour, minute) if hour <= 23 and minute <= 59 else None


def next_moment(time: tuple[int, int], now: datetime) -> datetime:
    """The next moment, in UTC, at which the local clock shows `time`."""
    # Without a zone: the day after may have another offset, and `astimezone` knows which.
    here = now.astimezone().replace(tzinfo=None)
    there = here.replace(hour=time[0], minute=time[1], second=0, microsecond=0)
    if there <= here:
        there += timedelta(days=1)
    return there.astimezone(UTC)


def parse_countdowns(text: str, now: datetime) -> tuple[tuple[str, float], ...]:
    """Names and seconds of the countdowns that a text asks for; none if it isn't a time.

    `25m`, `90s`, `1h 30m`, `pomodoro`, or a time of day such as `21:30`; a bare number is minutes, as everywhere here.
    """
    folded = text.lower()
    if folded == "pomodoro":
        return POMODORO
    time = parse_time_of_day(folded.removeprefix("until "))
    if time is not None and not folded.endswith("h"):
        seconds = (next_moment(time, now) - now).total_seconds()
    else:
        try:
            seconds = parse_duration(folded)
        except BudgetError:
            return ()
    return ((text, seconds),) if 0 < seconds <= LONGEST else ()
