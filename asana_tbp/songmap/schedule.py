"""Which day each task falls on: the ideal order poured into the producer's sessions.

A task is due on the day its time budget ends; one that does not fit into what is left of a session goes on in the
next. Today is an argument: nothing here asks a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import accumulate, islice

from dateutil.rrule import WEEKLY, rrule

from asana_tbp.songmap.dates import MONTHS, WEEKDAYS
from asana_tbp.songmap.model import DAYS
from asana_tbp.text import plural

MOST_SESSIONS = 3650
"""A song that takes more is a mistake in its minutes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a song is worked on. `due` has a day for each task in ideal order.

    `sessions` are the days that its budget takes. Where it does not end by the deadline, `over` are the minutes
    that lie behind it, and `ways` what would bring them in, a sentence part each. `dayless` are the minutes for
    which no session is left, since the calendar ends or there would be too many. `today` is the day it was made.
    """

    minutes: int
    due: tuple[date, ...] = ()
    sessions: tuple[date, ...] = ()
    deadline: date | None = None
    over: int = 0
    ways: tuple[str, ...] = ()
    dayless: int = 0
    today: date | None = None

    @property
    def summary(self) -> str:
        """`7 h 25 min in 4 sessions, last on Thu 3 Dec`; empty where there are no sessions."""
        if not self.sessions:
            return ""
        count = plural(len(self.sessions), "session")
        return f"{spoken(self.minutes)} in {count}, last on {named(self.sessions[-1], self.today)}"

    @property
    def warning(self) -> str:
        """By how much the deadline is missed, and what would help; empty where all is well."""
        if self.dayless:
            count = f"{len(self.sessions):,} session{'' if len(self.sessions) == 1 else 's'}"
            return (
                f"Only {count} can be planned, and {spoken(self.dayless)} have no day of their own. "
                "Write longer sessions, more days, or another from: in the song map."
            )
        if self.deadline is None:
            return ""
        if self.today and self.deadline < self.today and self.due:
            return f"The deadline, {named(self.deadline, self.today)}, has passed. Write a later day in the song map."
        if not self.over:
            return ""
        ways = f" It would fit with {' or '.join(self.ways)}." if self.ways else ""
        return (
            f"The time budgets do not fit before the deadline, {named(self.deadline, self.today)}: "
            f"{spoken(self.over)} too much.{ways}"
        )


def scheduled(
    minutes: Sequence[int],
    *,
    days: Sequence[str] = (),
    length: int = 0,
    start: date | None = None,
    deadline: date | None = None,
    today: date,
) -> Schedule:
    """Pour budgets, whole minutes in ideal order, into sessions of `length` minutes on `days` (`mon` to `sun`).

    No session lies before `start` or `today`. Without sessions every task is due on the deadline; without
    either there are no days.
    """
    begin = max(start or today, today)
    schedule = Schedule(minutes=sum(minutes), deadline=deadline, today=today)
    if not days or not length or not minutes:
        return replace(schedule, due=(deadline,) * len(minutes) if deadline else ())
    count = -(-schedule.minutes // length)
    sessions = tuple(islice(_days(begin, days), min(count, MOST_SESSIONS)))
    dayless = max(0, schedule.minutes - len(sessions) * length)
    if not sessions:
        return replace(schedule, dayless=dayless)
    due = tuple(sessions[min((end - 1) // length, len(sessions) - 1)] for end in accumulate(minutes))
    schedule = replace(schedule, due=due, sessions=sessions, dayless=dayless)
    if deadline is None or sessions[-1] <= deadline:
        return schedule
    room = len(list(_days(begin, days, deadline)))
    over = schedule.minutes - room * length
    ways = []
    if room and (longer := -(-schedule.minutes // room)) <= 24 * 60:
        ways.append(f"{spoken(longer)} a session")
    every_day = len(list(_days(begin, DAYS, deadline)))
    if every_day * length >= schedule.minutes and len(set(days)) < len(DAYS):
        extra = -(-over // length)
        ways.append(f"{extra} more session{'s' if extra > 1 else ''} by then")
    ways.append(f"a deadline of {named(sessions[-1], today)}")
    return replace(schedule, over=over, ways=tuple(ways))


def _days(begin: date, days: Sequence[str], end: date | None = None) -> Iterator[date]:
    """The days of the week from `begin` on, to `end` where there is one."""
    until = datetime.combine(end, time.min) if end else None
    weekdays = [number for number, day in enumerate(DAYS) if day in days]
    rule = rrule(WEEKLY, dtstart=datetime.combine(begin, time.min), until=until, byweekday=weekdays)
    return (moment.date() for moment in rule)


def spoken(minutes: int) -> str:
    """`7 h 25 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))


def named(day: date, today: date | None = None) -> str:
    """`Thu 3 Dec`, in English whatever the machine's own language; with its year where it is not today's."""
    year = f" {day.year}" if today is None or day.year != today.year else ""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}{year}"
