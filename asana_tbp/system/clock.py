"""The only source of time.

Everything that waits takes a clock, so that a demo can run fast and a test can move time from outside.

Elapsed time stands still while the machine sleeps. A second clock of the machine runs on meanwhile, and their
difference is the sleep: CLOCK_MONOTONIC and CLOCK_BOOTTIME on Linux, CLOCK_UPTIME_RAW and
CLOCK_MONOTONIC_RAW on macOS. Elsewhere sleep is unknown, and whoever waits only sees that far more time has
passed than it waited for.
"""

import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")

SLICE = 0.5
"""Longest wait in one piece, in seconds: on Windows, Ctrl-C is not seen during a wait (until Python 3.14)."""


def _sleep_of_machine() -> Callable[[], float]:
    if hasattr(time, "CLOCK_BOOTTIME"):
        awake, always = time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME
    elif hasattr(time, "CLOCK_UPTIME_RAW") and hasattr(time, "CLOCK_MONOTONIC_RAW"):
        awake, always = time.CLOCK_UPTIME_RAW, time.CLOCK_MONOTONIC_RAW
    else:
        return lambda: 0.0
    return lambda: time.clock_gettime(always) - time.clock_gettime(awake)


asleep = _sleep_of_machine()


class Clock:
    """The machine's own clocks: wall time for people, elapsed time for deadlines.

    `speed` is how many seconds of this clock pass in one of the machine's.
    """

    speed: float = 1.0

    def now(self) -> datetime:
        """The wall clock as an aware UTC datetime."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds of a clock that never jumps and stands still during sleep. Only differences mean something."""
        return time.monotonic() * self.speed

    def asleep(self) -> float:
        """Seconds the machine has slept in total, as far as is known. Only differences mean something.

        Sleep is not sped up: a demo that slept an hour has not slept a month.
        """
        return asleep()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for `event`, at most `seconds` of this clock. True when the event was set."""
        end = time.monotonic() + max(0.0, seconds) / self.speed
        while not event.wait(max(0.0, min(SLICE, end - time.monotonic()))):
            if time.monotonic() >= end:
                return False
        return True

    def receive(self, inbox: SimpleQueue[Item], seconds: float) -> Item | None:
        """The next item of `inbox`; None when `seconds` of this clock pass without one."""
        end = time.monotonic() + max(0.0, seconds) / self.speed
        while True:
            try:
                return inbox.get(timeout=max(0.0, min(SLICE, end - time.monotonic())))
            except Empty:
                if time.monotonic() >= end:
                    return None


class FastClock(Clock):
    """Time that runs `speed` times as fast as the machine's, from the moment it is made."""

    def __init__(self, speed: float) -> None:
        if not 0 < speed < math.inf:
            raise ValueError("speed must be above zero")
        self.speed = speed
        self._wall, self._origin = datetime.now(UTC), self.elapsed()

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=self.elapsed() - self._origin)
