"""Schedules tasks: distributes the ideal order over the producer's sessions.

A task is due on the day its time budget ends; one that does not fit into the rest of a session continues in the
next. Today is an argument: nothing here reads a clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, islice

from asana_tbp.songmap.model import DAYS, Sessions
from asana_tbp.text import plural, weekday_text

MOST_SESSIONS = 3650
"""A song that takes more has a mistake in its minutes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a song is worked on. `due` has a day for each task in ideal order.

    `sessions` are the days that its budget takes. If it does not end by the deadline, `over` are the minutes
    after it, and `ways` what would make them fit, as parts of a sentence. `dayless` are the minutes without a
    session, as the calendar ends or there would be too many. `today` is the day it was made.
    """

    minutes: int
    today: date
    due: tuple[date, ...] = ()
    sessions: tuple[date, ...] = ()
    deadline: date | None = None
    over: int = 0
    ways: tuple[str, ...] = ()
    dayless: int = 0

    @property
    def summary(self) -> str:
        """`7 h 25 min in 4 sessions, last on Thu 3 Dec`; empty without sessions."""
        if not self.sessions:
            return ""
        count = plural(len(self.sessions), "session")
        return (
            f"{length_text(self.minutes)} in {count}, last on {weekday_text(self.sessions[-1], self.today)}"
        )

    @property
    def warning(self) -> str:
        """By how much the deadline is missed, and what would help; empty if everything fits."""
        if self.dayless:
            sessions = f"{len(self.sessions):,} session{'' if len(self.sessions) == 1 else 's'}"
            return (
                f"Only {sessions} can be planned, and {length_text(self.dayless)} have no day of their own. "
                "Write longer sessions, more days, or another from: in the song map."
            )
        if self.deadline is None:
            return ""
        deadline = weekday_text(self.deadline, self.today)
        if self.deadline < self.today and self.due:
            return f"The deadline, {deadline}, has passed. Write a later day in the song map."
        if not self.over:
            return ""
        ways = f" It would fit with {' or '.join(self.ways)}." if self.ways else ""
        return f"The time budgets do not fit before the deadline, {deadline}: {length_text(self.over)} too much.{ways}"


def scheduled(
    minutes: Sequence[int], sessions: Sessions | None = None, *, deadline: date | None = None, today: date
) -> Schedule:
    """Distribute budgets, whole minutes in ideal order, over sessions.

    No session is before its start or `today`. Without sessions every task is due on the deadline; without either
    there are no due dates.
    """
    schedule = Schedule(minutes=sum(minutes), deadline=deadline, today=today)
    if not sessions or not minutes:
        return replace(schedule, due=(deadline,) * len(minutes) if deadline else ())
    begin, length = max(sessions.start or today, today), sessions.minutes
    count = -(-schedule.minutes // length)
    days = tuple(islice(_days(begin, sessions.days), min(count, MOST_SESSIONS)))
    dayless = max(0, schedule.minutes - len(days) * length)
    if not days:
        return replace(schedule, dayless=dayless)
    due = tuple(days[min((end - 1) // length, len(days) - 1)] for end in accumulate(minutes))
    schedule = replace(schedule, due=due, sessions=days, dayless=dayless)
    if deadline is None or days[-1] <= deadline:
        return schedule
    room, every_day = (len(list(_days(begin, each, deadline))) for each in (sessions.days, DAYS))
    over = schedule.minutes - room * length
    ways = []
    if room and (longer := -(-schedule.minutes // room)) <= 24 * 60:
        ways.append(f"{length_text(longer)} a session")
    if every_day * length >= schedule.minutes and len(set(sessions.days)) < len(DAYS):
        ways.append(f"{plural(-(-over // length), 'more session')} by then")
    ways.append(f"a deadline of {weekday_text(days[-1], today)}")
    return replace(schedule, over=over, ways=tuple(ways))


def _days(begin: date, days: Sequence[str], end: date = date.max) -> Iterator[date]:
    """The days of the week from `begin` on, to `end`."""
    every = map(date.fromordinal, range(begin.toordinal(), end.toordinal() + 1))
    return (day for day in every if DAYS[day.weekday()] in days)


def length_text(minutes: int) -> str:
    """`7 h 25 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))
