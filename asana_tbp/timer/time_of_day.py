"""Reads a time of day, `21:30`, `9pm` or `21h30`. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::\d\d)?)?\s?(?P<half>[ap]\.?m\.?)?(?P<oclock>h)?", re.ASCII
)


def parse_time_of_day(text: str) -> tuple[int, int] | None:
    """Hour and minute of a time of day; None for what is none, such as `90m` or a bare number."""
    written = _TIME.fullmatch(text.strip().lower())
    if written is None:
        return None
    hour, minute, half = int(written["hour"]), int(written["minute"] or 0), written["half"]
    if written["minute"] is None and not half and not written["oclock"]:
        return None
    if written["oclock"] and (written["minute"] or half):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return (hour, minute) if hour <= 23 and minute <= 59 else None


def next_moment(time: tuple[int, int], now: datetime) -> datetime:
    """The next moment at which the clock on the wall here shows `time`, in UTC."""
    # Without a zone: the day after may have another offset, and `astimezone` knows which.
    here = now.astimezone().replace(tzinfo=None)
    there = here.replace(hour=time[0], minute=time[1], second=0, microsecond=0)
    if there <= here:
        there += timedelta(days=1)
    return there.astimezone(UTC)
