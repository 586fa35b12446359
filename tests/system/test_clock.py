"""Clocks: the machine's, a fast one, and the one tests move by hand."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue

import pytest

from asana_tbp.system.clock import Clock, FastClock
from tests.clock import BEGIN, HandClock


def every_clock() -> list[Clock]:
    return [Clock(), FastClock(50), HandClock()]


@pytest.mark.parametrize("clock", every_clock(), ids=lambda clock: type(clock).__name__)
class TestEveryClock:
    def test_wall_clock_is_aware_utc(self, clock: Clock) -> None:
        assert clock.now().tzinfo is UTC

    def test_a_wait_ends_when_its_event_is_set(self, clock: Clock) -> None:
        event = threading.Event()
        event.set()
        assert clock.wait(event, 3600) is True

    def test_a_wait_lasts_its_seconds_where_nothing_happens(self, clock: Clock) -> None:
        before = clock.elapsed()
        assert clock.wait(threading.Event(), 0.05) is False
        # Sleeping and measuring round differently, by less than a millisecond of the machine's.
        assert clock.elapsed() - before >= 0.049

    def test_a_wait_of_less_than_nothing_is_over_at_once(self, clock: Clock) -> None:
        assert clock.wait(threading.Event(), -1) is False

    def test_items_are_received_in_order(self, clock: Clock) -> None:
        inbox: SimpleQueue[str] = SimpleQueue()
        inbox.put("first")
        inbox.put("second")
        assert [clock.receive(inbox, 3600), clock.receive(inbox, 3600)] == ["first", "second"]

    def test_nothing_is_received_of_an_empty_inbox(self, clock: Clock) -> None:
        before = clock.elapsed()
        assert clock.receive(SimpleQueue(), 0.05) is None
        assert clock.elapsed() - before >= 0.049

    def test_receiving_with_no_time_left_still_takes_what_is_there(self, clock: Clock) -> None:
        inbox: SimpleQueue[str] = SimpleQueue()
        inbox.put("late")
        assert clock.receive(inbox, -5) == "late"
        assert clock.receive(inbox, -5) is None


class TestSystemClock:
    def test_is_the_machines_wall_clock(self) -> None:
        before = datetime.now(UTC)
        assert before <= Clock().now() <= datetime.now(UTC)

    def test_an_item_put_by_another_thread_ends_the_wait(self) -> None:
        inbox: SimpleQueue[str] = SimpleQueue()
        timer = threading.Timer(0.02, inbox.put, ["done"])
        timer.start()
        clock = Clock()
        begun = clock.elapsed()
        assert clock.receive(inbox, 30) == "done"
        timer.join()
        assert clock.elapsed() - begun < 30, "it did not wait to the end"


class TestFastClock:
    def test_an_hour_passes_within_a_moment(self) -> None:
        clock = FastClock(3600 * 20)
        real = Clock()
        begun, before = real.elapsed(), clock.now()
        clock.wait(threading.Event(), 3600)
        assert clock.now() - before >= timedelta(minutes=59)
        assert real.elapsed() - begun < 3600

    def test_wall_clock_and_elapsed_time_agree(self) -> None:
        clock = FastClock(1000)
        wall, elapsed = clock.now(), clock.elapsed()
        clock.wait(threading.Event(), 20)
        wall_passed = (clock.now() - wall).total_seconds()
        # The two are read one after the other; a slow machine may lose half a second of its own between.
        assert wall_passed == pytest.approx(clock.elapsed() - elapsed, abs=500)

    def test_begins_now(self) -> None:
        assert abs(FastClock(2).now() - datetime.now(UTC)) < timedelta(seconds=5)

    @pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf"), float("-inf")])
    def test_a_speed_no_time_can_run_at_is_refused(self, speed: float) -> None:
        with pytest.raises(ValueError, match="speed"):
            FastClock(speed)


class TestHandClock:
    def test_stands_still_by_itself(self) -> None:
        clock = HandClock()
        assert (clock.now(), clock.elapsed()) == (BEGIN, 0.0)
        assert (clock.now(), clock.elapsed()) == (BEGIN, 0.0)

    def test_moves_by_hand(self) -> None:
        clock = HandClock()
        clock.advance(90)
        assert clock.now() == BEGIN + timedelta(seconds=90)
        assert clock.elapsed() == 90
        with pytest.raises(ValueError, match="backwards"):
            clock.advance(-1)

    def test_waiting_moves_it(self) -> None:
        clock = HandClock()
        clock.wait(threading.Event(), 40)
        clock.receive(SimpleQueue[str](), 2)
        assert clock.elapsed() == 42
        assert clock.waits == [40, 2]
