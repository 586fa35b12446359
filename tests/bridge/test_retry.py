"""What is done after each kind of failure, as a table, and the waiting that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.bridge.http import HttpTransport, Request
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.bridge.retry import (
    ANSWER_LOST_TRIES,
    LONGEST_BACKOFF,
    LONGEST_PATIENCE,
    MOST_TRIES,
    NOT_SENT_FOR,
    RATE_LIMITED_TRIES,
    next_wait,
)
from asana_tbp.errors import (
    AnswerLost,
    AsanaError,
    NotAuthorised,
    NotFound,
    NotSent,
    PlanLimit,
    RateLimited,
    Refused,
)
from tests.clock import HandClock

READ, REPEATABLE, CREATE = False, False, True  # whether it is sent once

FINAL = [NotAuthorised("x"), NotFound("x"), Refused("x"), PlanLimit("x"), AsanaError("x")]
PASSING = [NotSent("x"), AnswerLost("x"), RateLimited("x"), RateLimited("x", "", 7.0)]


def limited(seconds: float | None) -> RateLimited:
    return RateLimited("slower", "", seconds)


class TestNextWait:
    @pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
    @pytest.mark.parametrize("once", [REPEATABLE, CREATE])
    def test_asanas_own_word_is_final(self, error: AsanaError, once: bool) -> None:
        assert next_wait(error, 1, 0.0, once=once) is None

    @pytest.mark.parametrize(
        ("error", "once", "tries", "elapsed", "wait"),
        [
            # Nothing was sent: any request may go out again, for a short while.
            (NotSent("x"), READ, 1, 0.0, 0.5),
            (NotSent("x"), CREATE, 1, 0.0, 0.5),
            (NotSent("x"), CREATE, 2, 0.5, 1.0),
            (NotSent("x"), CREATE, 3, 1.5, 2.0),
            (NotSent("x"), CREATE, 4, 3.5, None),
            (NotSent("x"), REPEATABLE, 1, NOT_SENT_FOR, None),
            # The answer is lost: what may be repeated is, a create never.
            (AnswerLost("x"), READ, 1, 0.0, 0.5),
            (AnswerLost("x"), REPEATABLE, ANSWER_LOST_TRIES - 1, 60.0, 2.0),
            (AnswerLost("x"), REPEATABLE, ANSWER_LOST_TRIES, 60.0, None),
            (AnswerLost("x"), CREATE, 1, 0.0, None),
            # Too fast: a refused create was not applied.
            (limited(30.0), CREATE, 1, 0.0, 30.0),
            (limited(0.0), READ, 1, 0.0, 0.1),
            (limited(None), READ, 1, 0.0, 0.5),
            (limited(None), CREATE, 10, 0.0, LONGEST_BACKOFF),
            (limited(5.0), READ, RATE_LIMITED_TRIES - 1, 1e6, 5.0),
            (limited(5.0), READ, RATE_LIMITED_TRIES, 0.0, None),
            (limited(LONGEST_PATIENCE), READ, 1, 0.0, LONGEST_PATIENCE),
            (limited(LONGEST_PATIENCE + 1), READ, 1, 0.0, None),
            (limited(1e300), CREATE, 1, 0.0, None),
        ],
    )
    def test_table(
        self, error: AsanaError, once: bool, tries: int, elapsed: float, wait: float | None
    ) -> None:
        assert next_wait(error, tries, elapsed, once=once) == wait

    @given(
        error=st.sampled_from([*FINAL, *PASSING]),
        once=st.booleans(),
        tries=st.integers(1, 10_000),
        elapsed=st.floats(0, 1e9),
    )
    def test_never_waits_long_nor_less_than_nothing(
        self, error: AsanaError, once: bool, tries: int, elapsed: float
    ) -> None:
        wait = next_wait(error, tries, elapsed, once=once)
        assert wait is None or 0 < wait <= LONGEST_PATIENCE

    @given(tries=st.integers(1, 100), elapsed=st.floats(0, 1e6))
    def test_a_create_whose_answer_is_lost_is_never_sent_again(self, tries: int, elapsed: float) -> None:
        assert next_wait(AnswerLost("x"), tries, elapsed, once=CREATE) is None


class Line:
    """A request that fails in the given ways, one after another, and then succeeds."""

    def __init__(self, *errors: AsanaError, clock: HandClock | None = None, lasts: float = 0.0) -> None:
        self.errors = list(errors)
        self.sent = 0
        self.clock = clock
        self.lasts = lasts

    def __call__(self) -> str:
        self.sent += 1
        if self.clock:
            self.clock.advance(self.lasts)
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


class Lined(HttpTransport):
    """The real transport, whose requests end as those of a `Line`."""

    def __init__(self, line: Line, clock: HandClock, pacer: RateLimiter) -> None:
        super().__init__("http://127.0.0.1:9", "token", clock, pacer)
        self._line = line

    def _call(self, _request: Request) -> dict[str, Any]:
        return {"data": self._line()}


def with_retries(line: Line, once: bool, clock: HandClock, pacer: RateLimiter | None = None) -> str:
    transport = Lined(line, clock, pacer or RateLimiter(clock, 1_000_000))
    answer: str = transport._send(Request("POST", "/tasks", "", {}, once=once))["data"]
    return answer


class TestPersist:
    def test_a_success_is_sent_once(self) -> None:
        clock, line = HandClock(), Line()
        assert with_retries(line, CREATE, clock) == "answer"
        assert (line.sent, clock.waits) == (1, [])

    def test_waits_and_sends_again(self) -> None:
        clock, line = HandClock(), Line(NotSent("x"), limited(7.0), AnswerLost("x"))
        assert with_retries(line, REPEATABLE, clock) == "answer"
        assert line.sent == 4
        assert clock.waits == [0.5, 7.0, 0.5]

    @pytest.mark.parametrize("error", FINAL, ids=lambda error: type(error).__name__)
    def test_a_final_error_is_raised_as_it_is(self, error: AsanaError) -> None:
        line = Line(error)
        with pytest.raises(AsanaError) as caught:
            with_retries(line, READ, HandClock())
        assert caught.value is error
        assert line.sent == 1

    def test_a_lost_create_is_sent_once(self) -> None:
        line = Line(AnswerLost("x"))
        with pytest.raises(AnswerLost):
            with_retries(line, CREATE, HandClock())
        assert line.sent == 1

    def test_an_unreachable_asana_is_reported_within_seconds(self) -> None:
        clock = HandClock()
        with pytest.raises(NotSent):
            with_retries(Line(*[NotSent("x")] * 100), CREATE, clock)
        assert clock.elapsed() <= NOT_SENT_FOR

    def test_so_is_one_that_lets_every_connection_time_out(self) -> None:
        clock = HandClock()
        line = Line(*[NotSent("x")] * 100, clock=clock, lasts=3.0)
        with pytest.raises(NotSent):
            with_retries(line, CREATE, clock)
        assert clock.elapsed() <= NOT_SENT_FOR + 3

    def test_a_long_wait_for_the_limit_does_not_use_up_the_patience_for_the_network(self) -> None:
        clock = HandClock()
        line = Line(limited(60.0), NotSent("x"), NotSent("x"))
        assert with_retries(line, CREATE, clock) == "answer"
        assert clock.waits == [60.0, 0.5, 1.0]

    def test_nor_the_tries_for_lost_answers(self) -> None:
        line = Line(*[limited(1.0)] * 6, AnswerLost("x"), AnswerLost("x"))
        assert with_retries(line, READ, HandClock()) == "answer"

    def test_nor_does_the_wait_for_a_turn(self) -> None:
        clock = HandClock()

        class Slow(RateLimiter):
            @contextmanager
            def slot(self, *, write: bool) -> Iterator[None]:
                clock.advance(50)
                yield

        assert with_retries(Line(NotSent("x"), NotSent("x")), CREATE, clock, Slow(clock)) == "answer"

    def test_changing_failures_end_too(self) -> None:
        clock = HandClock()
        line = Line(*[NotSent("x"), AnswerLost("x")] * 1000)
        with pytest.raises(AsanaError):
            with_retries(line, READ, clock)
        assert line.sent <= MOST_TRIES

    def test_asanas_wish_for_patience_is_passed_on(self) -> None:
        told: list[float] = []

        class Listening(RateLimiter):
            def hold(self, seconds: float) -> None:
                told.append(seconds)

        clock = HandClock()
        with_retries(Line(limited(7.0), NotSent("x"), limited(None)), READ, clock, Listening(clock))
        assert told == [7.0, 0.5]

    @given(errors=st.lists(st.sampled_from([*FINAL, *PASSING]), max_size=40), once=st.booleans())
    def test_ends_with_the_answer_or_the_last_error(self, errors: list[AsanaError], once: bool) -> None:
        clock, line = HandClock(), Line(*errors)
        outcome = ended(lambda: with_retries(line, once, clock))
        assert outcome == "answer" or outcome is errors[line.sent - 1]
        if once is CREATE:
            assert not any(isinstance(error, AnswerLost) for error in errors[: line.sent - 1])
        assert not any(error in FINAL for error in errors[: line.sent - 1])


def ended(run: Callable[[], str]) -> str | AsanaError:
    try:
        return run()
    except AsanaError as error:
        return error
