"""Which day each task falls on: the ideal order poured into the producer's sessions.

Pure: today is told, not asked. A task is due on the day its time budget ends; one that does not fit into what
is left of a session goes on in the next.
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
    that lie behind it, and `ways` what would bring them in, a sentence part each.
    """

    due: tuple[date, ...]
    minutes: int
    sessions: tuple[date, ...]
    deadline: date | None = None
    over: int = 0
    ways: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """`7 h 25 min in 4 sessions, last on Thu 3 Dec`; empty where there are no sessions."""
        if not self.sessions:
            return ""
        count = f"{len(self.sessions)} session{'s' if len(self.sessions) > 1 else ''}"
        return f"{spoken(self.minutes)} in {count}, last on {named(self.sessions[-1])}"

    @property
    def warning(self) -> str:
        """By how much the deadline is missed, and what would help; empty where it is met."""
        if not self.over or self.deadline is None:
            return ""
        ways = f" It would fit with {' or '.join(self.ways)}." if self.ways else ""
        return (
            f"The time budgets do not fit before the deadline, {named(self.deadline)}: "
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
    total = sum(minutes)
    begin = max(start or today, today)
    if not days or not length or not minutes:
        due = (deadline,) * len(minutes) if deadline else ()
        return Schedule(due, total, (), deadline)
    count = -(-total // length)
    sessions = tuple(islice(_days(begin, days), min(count, MOST_SESSIONS)))
    ends, due_on = 0, []
    for budget in minutes:
        ends += budget
        due_on.append(sessions[min((ends - 1) // length, len(sessions) - 1)])
    late = deadline is not None and sessions[-1] > deadline
    if deadline is None or not late:
        return Schedule(tuple(due_on), total, sessions, deadline)
    room = sum(1 for _ in _until(deadline, begin, days))
    over = total - room * length
    return Schedule(
        tuple(due_on),
        total,
        sessions,
        deadline,
        over,
        _ways(total, room, length, begin, deadline, days, sessions),
    )


def _ways(
    total: int,
    room: int,
    length: int,
    begin: date,
    deadline: date,
    days: Sequence[str],
    sessions: Sequence[date],
) -> tuple[str, ...]:
    ways = []
    if room and (longer := -(-total // room)) <= 24 * 60:
        ways.append(f"{spoken(longer)} a session")
    every_day = sum(1 for _ in _until(deadline, begin, tuple(_WEEKDAYS)))
    if every_day * length >= total and len(set(days)) < len(_WEEKDAYS):
        extra = -(-(total - room * length) // length)
        ways.append(f"{extra} more session{'s' if extra > 1 else ''} by then")
    ways.append(f"a deadline of {named(sessions[-1])}")
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


def named(day: date) -> str:
    """`Thu 3 Dec`, as everywhere in English and whatever the machine's own language."""
    weekdays = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{weekdays[day.weekday()]} {day.day} {months[day.month - 1]}"
