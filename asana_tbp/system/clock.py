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
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")

SLICE = 0.5
"""Longest wait in one piece, in seconds: on Windows, Ctrl-C is not seen during a wait (until Python 3.14)."""


_PAIRS = (("CLOCK_MONOTONIC", "CLOCK_BOOTTIME"), ("CLOCK_UPTIME_RAW", "CLOCK_MONOTONIC_RAW"))
_AWAKE_AND_ALWAYS = next((pair for pair in _PAIRS if all(hasattr(time, name) for name in pair)), None)


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
        if _AWAKE_AND_ALWAYS is None:
            return 0.0
        awake, always = (time.clock_gettime(getattr(time, name)) for name in _AWAKE_AND_ALWAYS)
        return always - awake

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for `event`, at most `seconds` of this clock. True when the event was set."""
        return any(event.wait(piece) for piece in self._pieces(seconds))

    def receive(self, inbox: SimpleQueue[Item], seconds: float) -> Item | None:
        """The next item of `inbox`; None when `seconds` of this clock pass without one."""
        for piece in self._pieces(seconds):
            with suppress(Empty):
                return inbox.get(timeout=piece)
        return None

    def _pieces(self, seconds: float) -> Iterator[float]:
        """What is left of a wait, one piece at a time, in seconds of the machine; at least one piece."""
        end = time.monotonic() + max(0.0, seconds) / self.speed
        while True:
            yield max(0.0, min(SLICE, end - time.monotonic()))
            if time.monotonic() >= end:
                return


class FastClock(Clock):
    """Time that runs `speed` times as fast as the machine's, from the moment it is made."""

    def __init__(self, speed: float) -> None:
        if not 0 < speed < math.inf:
            raise ValueError("speed must be above zero")
        self.speed = speed
        self._wall, self._origin = datetime.now(UTC), self.elapsed()

    def now(self) -> datetime:
        return self._wall + timedelta(seconds=self.elapsed() - self._origin)
