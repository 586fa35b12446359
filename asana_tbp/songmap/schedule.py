"""Which day each task falls on: the ideal order poured into the producer's sessions.

A task is due on the day its time budget ends; one that does not fit into what is left of a session goes on in the
next. Today is an argument: nothing here asks a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import DAILY, FR, MO, SA, SU, TH, TU, WE, WEEKLY, rrule, weekday

_WEEKDAYS: dict[str, weekday] = dict(
    zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), (MO, TU, WE, TH, FR, SA, SU), strict=True)
)
MOST_SESSIONS = 3650
"""A song that takes more is a mistake in its minutes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a song is worked on. `due` has a day for each task in ideal order.

    `sessions` are the days that its budget takes. Where it does not end by the deadline, `over` are the minutes
    that lie behind it, and `ways` what would bring them in, a sentence part each. `dayless` are the minutes for
    which no session is left, since the calendar ends or there would be too many. `today` is the day it was made.
    """

    due: tuple[date, ...]
    minutes: int
    sessions: tuple[date, ...]
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
        count = f"{len(self.sessions)} session{'s' if len(self.sessions) > 1 else ''}"
        return f"{spoken(self.minutes)} in {count}, last on {self._named(self.sessions[-1])}"

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
            return f"The deadline, {self._named(self.deadline)}, is over. Write a later day in the song map."
        if not self.over:
            return ""
        ways = f" It would fit with {' or '.join(self.ways)}." if self.ways else ""
        return (
            f"The time budgets do not fit before the deadline, {self._named(self.deadline)}: "
            f"{spoken(self.over)} too much.{ways}"
        )

    def _named(self, day: date) -> str:
        return named(day, self.today)


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
    total = sum(minutes)
    begin = max(start or today, today)
    if not days or not length or not minutes:
        due = (deadline,) * len(minutes) if deadline else ()
        return Schedule(due, total, (), deadline, today=today)
    count = -(-total // length)
    sessions = tuple(islice(_days(begin, days), min(count, MOST_SESSIONS)))
    dayless = max(0, total - len(sessions) * length)
    if not sessions:
        return Schedule((), total, (), deadline, dayless=dayless, today=today)
    ends, due_on = 0, []
    for budget in minutes:
        ends += budget
        due_on.append(sessions[min((ends - 1) // length, len(sessions) - 1)])
    late = deadline is not None and sessions[-1] > deadline
    if deadline is None or not late:
        return Schedule(tuple(due_on), total, sessions, deadline, dayless=dayless, today=today)
    room = sum(1 for _ in _until(deadline, begin, days))
    over = total - room * length
    return Schedule(
        tuple(due_on),
        total,
        sessions,
        deadline,
        over,
        _ways(total, room, length, begin, deadline, days, sessions, today),
        dayless,
        today,
    )


def _ways(
    total: int,
    room: int,
    length: int,
    begin: date,
    deadline: date,
    days: Sequence[str],
    sessions: Sequence[date],
    today: date,
) -> tuple[str, ...]:
    ways = []
    if room and (longer := -(-total // room)) <= 24 * 60:
        ways.append(f"{spoken(longer)} a session")
    every_day = sum(1 for _ in _until(deadline, begin, tuple(_WEEKDAYS)))
    if every_day * length >= total and len(set(days)) < len(_WEEKDAYS):
        extra = -(-(total - room * length) // length)
        ways.append(f"{extra} more session{'s' if extra > 1 else ''} by then")
    ways.append(f"a deadline of {named(sessions[-1], today)}")
    return tuple(ways)


def _days(begin: date, days: Sequence[str]) -> Iterator[date]:
    rule = rrule(
        WEEKLY, dtstart=datetime.combine(begin, time.min), byweekday=[_WEEKDAYS[day] for day in days]
    )
    return (moment.date() for moment in rule)


def _until(end: date, begin: date, days: Sequence[str]) -> Iterator[date]:
    rule = rrule(
        DAILY,
        dtstart=datetime.combine(begin, time.min),
        until=datetime.combine(end, time.min),
        byweekday=[_WEEKDAYS[day] for day in days],
    )
    return (moment.date() for moment in rule)


def spoken(minutes: int) -> str:
    """`7 h 25 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def named(day: date, today: date | None = None) -> str:
    """`Thu 3 Dec`, in English whatever the machine's own language; with its year where it is not today's."""
    weekdays = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    year = f" {day.year}" if today is None or day.year != today.year else ""
    return f"{weekdays[day.weekday()]} {day.day} {months[day.month - 1]}{year}"
