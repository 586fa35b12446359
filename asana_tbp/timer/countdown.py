"""The plain countdowns that one can ask for. Pure."""

from __future__ import annotations

from datetime import datetime

from asana_tbp.songmap.budget import BudgetError, parse_duration
from asana_tbp.timer.time_of_day import next_moment, parse_time_of_day

LONGEST = 24 * 3600.0
POMODORO = (("Work", 1500.0), ("Break", 300.0))


def parse_countdowns(text: str, now: datetime) -> tuple[tuple[str, float], ...]:
    """Names and seconds of the countdowns that a text asks for; nothing where it is no time.

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
