"""Rate limits: never more than Asana allows, in the order asked for, and nothing while it asks for patience."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.bridge.rate_limit import READS_AT_ONCE, WINDOW, WRITES_AT_ONCE, RateLimiter
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import FREE_PLAN
from tests.clock import HandClock
from tests.needs import examples

MINUTE = 60.0


def crowded(departures: Sequence[float], per_minute: int) -> list[tuple[float, float]]:
    """Every pair of moments less than a minute apart with more than the limit between them."""
    ordered = sorted(departures)
    return [
        (first, last)
        for first, last in zip(ordered, ordered[per_minute:], strict=False)
        if last - first < MINUTE
    ]


class TestOneAfterAnother:
    @given(
        per_minute=st.integers(1, 8),
        pauses=st.lists(st.floats(0, 100) | st.just(0.0), max_size=60),
    )
    def test_never_more_than_the_limit_in_any_minute(self, per_minute: int, pauses: list[float]) -> None:
        clock = HandClock()
        pacer = RateLimiter(clock, per_minute)
        departures = []
        for pause in pauses:
            clock.advance(pause)
            with pacer.slot(write=False):
                departures.append(clock.elapsed())
        assert crowded(departures, per_minute) == []

    @given(
        steps=st.lists(
            st.tuples(st.sampled_from(["ask", "ask", "ask", "hold", "pass"]), st.floats(0, 90)), max_size=60
        )
    )
    def test_nothing_goes_out_while_asana_asks_for_patience(self, steps: list[tuple[str, float]]) -> None:
        clock = HandClock()
        pacer = RateLimiter(clock, 3)
        departures = []
        held_until = 0.0
        for step, seconds in steps:
            if step == "pass":
                clock.advance(seconds)
            elif step == "hold":
                held_until = max(held_until, clock.elapsed() + seconds)
                pacer.hold(seconds)
            else:
                with pacer.slot(write=True):
                    departures.append(clock.elapsed())
                # Adding up floats may lose a billionth of a second.
                assert clock.elapsed() >= held_until - 1e-6
        assert crowded(departures, 3) == []

    def test_the_limit_of_the_free_plan_passes_without_waiting(self) -> None:
        clock = HandClock()
        pacer = RateLimiter(clock)
        for _ in range(FREE_PLAN):
            with pacer.slot(write=False):
                pass
        assert clock.elapsed() == 0
        with pacer.slot(write=False):
            assert clock.elapsed() == WINDOW

    def test_requests_that_fail_count_too(self) -> None:
        clock = HandClock()
        pacer = RateLimiter(clock, 1)
        with pytest.raises(ZeroDivisionError), pacer.slot(write=True):
            raise ZeroDivisionError
        with pacer.slot(write=True):
            assert clock.elapsed() == WINDOW

    def test_waits_of_a_second_or_more_are_told(self) -> None:
        told: list[float] = []
        clock = HandClock()
        pacer = RateLimiter(clock, 1, told.append)
        with pacer.slot(write=False):
            pass
        clock.advance(60)
        with pacer.slot(write=False):
            pass
        with pacer.slot(write=False):
            pass
        pacer.hold(0.5)
        pacer.hold(20)
        assert told == [WINDOW, 20]


class GatedClock(Clock):
    """A clock that stands until a test moves it; whoever waits is really held. Knows who waits, till when."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._now = 0.0
        self._until: dict[int, float] = {}
        self.finished: list[tuple[int, float]] = []
        self._begun = 0

    def elapsed(self) -> float:
        with self._moved:
            return self._now

    def wait(self, event: threading.Event, seconds: float) -> bool:
        with self._moved:
            me = threading.get_ident()
            self._until[me] = self._now + seconds
            self._moved.notify_all()
            assert self._moved.wait_for(lambda: self._now >= self._until[me], timeout=60)
            del self._until[me]
            return event.is_set()

    def begin(self) -> int:
        with self._moved:
            self._begun += 1
            return self._begun

    def finish(self, number: int) -> None:
        with self._moved:
            self.finished.append((number, self._now))
            self._moved.notify_all()

    def settle(self) -> None:
        """Return when all that have begun have finished or wait for a moment that has not come."""
        with self._moved:
            assert self._moved.wait_for(self._settled, timeout=60)

    def _settled(self) -> bool:
        waiting = sum(1 for until in self._until.values() if until > self._now)
        return waiting + len(self.finished) == self._begun

    def move(self, seconds: float) -> None:
        """Let `seconds` pass, stopping at every moment somebody waits for."""
        end = self.elapsed() + seconds
        while (now := min([*self.waited_for(), end])) < end:
            self._to(now)
        self._to(end)

    def waited_for(self) -> list[float]:
        with self._moved:
            return list(self._until.values())

    def _to(self, moment: float) -> None:
        with self._moved:
            self._now = max(self._now, moment)
            self._moved.notify_all()
        self.settle()


class TestManyAtOnce:
    def line(
        self, per_minute: int, steps: list[tuple[str, float]]
    ) -> tuple[GatedClock, list[tuple[float, float]]]:
        """Carry out the steps with a thread for every request; the clock, and when Asana asked for patience."""
        clock = GatedClock()
        pacer = RateLimiter(clock, per_minute)
        threads = []
        holds = []

        def ask(number: int) -> None:
            with pacer.slot(write=False):
                clock.finish(number)

        for step, seconds in steps:
            if step == "ask":
                thread = threading.Thread(target=ask, args=(clock.begin(),), daemon=True)
                thread.start()
                threads.append(thread)
                clock.settle()
            elif step == "hold":
                holds.append((clock.elapsed(), clock.elapsed() + seconds))
                pacer.hold(seconds)
            else:
                clock.move(seconds)
        while waited := clock.waited_for():
            clock.move(min(waited) - clock.elapsed())
        for thread in threads:
            thread.join(60)
        assert len(clock.finished) == len(threads)
        return clock, holds

    def test_a_line_that_was_held_does_not_leave_all_at_once(self) -> None:
        clock, _ = self.line(
            2, [*[("ask", 0.0)] * 6, ("pass", 1.0), ("hold", 100.0), ("pass", 1.0), *[("ask", 0.0)] * 3]
        )
        assert crowded([at for _, at in clock.finished], 2) == []
        assert [number for number, _ in sorted(clock.finished)] == list(range(1, 10))

    @settings(max_examples=examples(20, 400))
    @given(
        per_minute=st.integers(1, 4),
        steps=st.lists(
            st.tuples(st.sampled_from(["ask", "ask", "hold", "pass"]), st.integers(0, 90).map(float)),
            max_size=14,
        ),
    )
    def test_limit_patience_and_order_hold(self, per_minute: int, steps: list[tuple[str, float]]) -> None:
        clock, holds = self.line(per_minute, steps)
        assert crowded([at for _, at in clock.finished], per_minute) == []
        in_order = [at for _, at in sorted(clock.finished)]
        assert in_order == sorted(in_order)
        assert not [at for _, at in clock.finished for begun, end in holds if begun < at < end - 1e-6]


class TestAtOnce:
    """Asana counts requests under way apart for reads and writes."""

    @pytest.mark.parametrize(("write", "limit"), [(True, WRITES_AT_ONCE), (False, READS_AT_ONCE)])
    def test_the_limit_is_under_way_and_the_next_waits(self, write: bool, limit: int) -> None:
        pacer = RateLimiter(HandClock())
        inside, leave, over = threading.Semaphore(0), threading.Event(), threading.Event()

        def request(entered: threading.Semaphore) -> None:
            with pacer.slot(write=write):
                entered.release()
                assert leave.wait(60)

        def one_more() -> None:
            with pacer.slot(write=write):
                over.set()

        threads = [threading.Thread(target=request, args=(inside,)) for _ in range(limit)]
        threads.append(threading.Thread(target=one_more))
        for thread in threads[:-1]:
            thread.start()
        assert all(inside.acquire(timeout=60) for _ in range(limit))
        threads[-1].start()
        assert not over.wait(0.05)
        leave.set()
        assert over.wait(60)
        for thread in threads:
            thread.join(60)

    def test_writes_do_not_hold_up_reads(self) -> None:
        pacer = RateLimiter(HandClock())
        with ExitStack() as stack:
            for _ in range(WRITES_AT_ONCE):
                stack.enter_context(pacer.slot(write=True))
            for _ in range(READS_AT_ONCE):
                stack.enter_context(pacer.slot(write=False))

    def test_a_failed_request_gives_its_place_back(self) -> None:
        pacer = RateLimiter(HandClock())
        for _ in range(WRITES_AT_ONCE * 2):
            with pytest.raises(ZeroDivisionError), pacer.slot(write=True):
                raise ZeroDivisionError

    def test_one_who_gives_up_waiting_leaves_the_line(self) -> None:
        class Interrupted(HandClock):
            def wait(self, event: threading.Event, seconds: float) -> bool:
                raise KeyboardInterrupt

        clock = Interrupted()
        pacer = RateLimiter(clock, 1)
        with pacer.slot(write=True):
            pass
        for _ in range(WRITES_AT_ONCE * 2):
            with pytest.raises(KeyboardInterrupt), pacer.slot(write=True):
                pass
        pacer.hold(5)
