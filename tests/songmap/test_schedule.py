"""Tasks fill the producer's sessions in the ideal order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.songmap.model import DAYS, Day, Sessions
from asana_tbp.songmap.schedule import MOST_SESSIONS, Schedule, length_text, scheduled

TODAY = date(2026, 11, 23)


def plan(
    minutes: Sequence[int],
    *,
    days: Sequence[Day] = (),
    length: int = 0,
    start: date | None = None,
    deadline: date | None = None,
    today: date,
) -> Schedule:
    """The schedule of budgets poured into sessions of `length` minutes on `days`."""
    sessions = Sessions(days=tuple(days), minutes=length, start=start) if days else None
    return scheduled(minutes, sessions, deadline=deadline, today=today)


def test_the_essays_song_in_four_sessions() -> None:
    minutes = [20, 25, 25, 30, 25, 25, 30, 25, 20, 15, 30, 20, 20, 15, 10, 20, 15, 20, 15, 25, 15]
    found = plan(
        minutes,
        days=["tue", "thu"],
        length=120,
        start=date(2026, 11, 24),
        deadline=date(2026, 12, 20),
        today=TODAY,
    )
    assert found.summary == "7 h 25 min in 4 sessions, last on Thu 3 Dec"
    assert found.warning == ""
    assert found.due[0] == date(2026, 11, 24)
    assert found.due[-1] == date(2026, 12, 3)


def test_a_missed_deadline_says_by_how_much_and_what_would_help() -> None:
    found = plan([60] * 5, days=["tue", "thu"], length=60, deadline=date(2026, 12, 1), today=TODAY)
    assert found.warning == (
        "The time budgets do not fit before the deadline, Tue 1 Dec: 2 h too much. It would fit with "
        "1 h 40 min a session or 2 more sessions by then or a deadline of Tue 8 Dec."
    )


def test_a_deadline_in_the_past_has_room_for_nothing() -> None:
    found = plan([60], days=["mon"], length=60, deadline=date(2026, 11, 1), today=TODAY)
    assert found.over == 60
    assert found.ways == ("a deadline of Mon 23 Nov",)


def test_a_day_of_another_year_has_its_year() -> None:
    found = plan([60] * 7, days=["mon"], length=60, deadline=date(2026, 12, 28), today=TODAY)
    assert found.summary == "7 h in 7 sessions, last on Mon 4 Jan 2027"
    assert found.ways[-1] == "a deadline of Mon 4 Jan 2027"


def test_a_deadline_that_is_over_is_questioned_with_and_without_sessions() -> None:
    over = "The deadline, Wed 1 Jan 2025, has passed. Write a later day in the song map."
    past = date(2025, 1, 1)
    assert plan([60], deadline=past, today=TODAY).warning == over
    assert plan([60], days=["mon"], length=60, deadline=past, today=TODAY).warning == over
    assert plan([60], deadline=TODAY, today=TODAY).warning == ""


def test_a_calendar_without_enough_sessions_says_so() -> None:
    last = date(9999, 12, 31)
    none_left = plan([60], days=["mon"], length=60, start=last, today=TODAY)
    assert (none_left.due, none_left.dayless) == ((), 60)
    assert none_left.warning.startswith("Only 0 sessions can be planned, and 1 h have no day of their own.")
    one_left = plan([60, 60], days=["fri"], length=60, start=last, today=TODAY)
    assert (one_left.due, one_left.dayless) == ((last, last), 60)
    assert one_left.warning.startswith("Only 1 session can be planned")
    too_many = plan([1440] * 200, days=["mon"], length=60, today=TODAY)
    assert len(too_many.sessions) == MOST_SESSIONS
    assert too_many.dayless == 1440 * 200 - MOST_SESSIONS * 60
    assert too_many.due[-1] == too_many.sessions[-1]


def test_sessions_before_today_are_over() -> None:
    found = plan([30], days=["mon"], length=60, start=date(2026, 1, 1), today=TODAY)
    assert found.due == (TODAY,)


def test_a_deadline_alone_is_everybodys_day() -> None:
    assert plan([30, 30], deadline=date(2026, 12, 1), today=TODAY).due == (date(2026, 12, 1),) * 2
    assert plan([30, 30], today=TODAY).due == ()
    assert plan([], days=["mon"], length=60, today=TODAY).summary == ""


def test_a_task_longer_than_a_session_takes_several() -> None:
    found = plan([150, 10], days=["mon"], length=60, today=TODAY)
    assert found.due == (date(2026, 12, 7), date(2026, 12, 7))


@pytest.mark.parametrize(
    ("minutes", "words"), [(445, "7 h 25 min"), (120, "2 h"), (45, "45 min"), (0, "0 min")]
)
def test_minutes_as_spoken(minutes: int, words: str) -> None:
    assert length_text(minutes) == words


@given(
    minutes=st.lists(st.integers(1, 300), min_size=1, max_size=40),
    days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
    length=st.integers(15, 240),
    room=st.integers(0, 60),
)
def test_days_are_sessions_in_order_and_no_session_is_overfull(
    minutes: list[int], days: list[Day], length: int, room: int
) -> None:
    deadline = date.fromordinal(TODAY.toordinal() + room)
    found = plan(minutes, days=days, length=length, deadline=deadline, today=TODAY)
    assert list(found.due) == sorted(found.due)
    assert set(found.due) <= set(found.sessions)
    assert {DAYS[day.weekday()] for day in found.sessions} <= set(days)
    assert (len(found.sessions) - 1) * length < sum(minutes) <= len(found.sessions) * length
    for day in set(found.due):
        ended = sum(spent for spent, due in zip(minutes, found.due, strict=True) if due <= day)
        assert ended <= (found.sessions.index(day) + 1) * length
    assert (found.over > 0) == (found.sessions[-1] > deadline)
    if found.over:
        assert found.over == sum(minutes) - length * sum(day <= deadline for day in found.sessions)


def test_what_lies_beyond_the_last_session_there_is_stands_on_that_one() -> None:
    found = plan([MOST_SESSIONS, 1, 1], days=DAYS, length=1, today=TODAY)
    assert len(found.sessions) == MOST_SESSIONS
    assert found.due == (found.sessions[-1],) * 3


def test_one_session_is_one() -> None:
    found = plan([30, 30], days=["mon"], length=60, today=TODAY)
    assert found.sessions == (TODAY,)
    assert found.summary == "1 h in 1 session, last on Mon 23 Nov"


@pytest.mark.parametrize(("budget", "offered"), [(24 * 60, True), (24 * 60 + 1, False)])
def test_no_session_longer_than_a_day_is_offered(budget: int, offered: bool) -> None:
    found = plan([budget], days=["mon"], length=60, deadline=TODAY, today=TODAY)
    assert any("a session" in way for way in found.ways) is offered
