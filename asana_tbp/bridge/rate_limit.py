"""How fast one process may talk to Asana (Asana docs: rate limits).

150 requests a minute on the free plan, 15 writes and 50 reads at once; rejected requests count too. No header
shows the plan, so the limit is a setting.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import FREE_PLAN

WRITES_AT_ONCE = 15
READS_AT_ONCE = 50

WINDOW = 60.5
"""Seconds in which a minute's requests are counted: a little over, as requests travel at uneven speed."""


@dataclass(eq=False, slots=True)
class _Place:
    """A request's place in line: when it goes, or went, out, in seconds of the clock."""

    at: float
    is_waiting: bool = True


@dataclass
class RateLimiter:
    """One for the whole process. Threads may share it.

    `per_minute` is the account's limit. `waiting` is called with the seconds whenever a request must wait a
    second or more for the limit.
    """

    clock: Clock
    per_minute: int = FREE_PLAN
    waiting: Callable[[float], None] = lambda _seconds: None

    def __post_init__(self) -> None:
        self._line = deque[_Place](maxlen=2 * self.per_minute + READS_AT_ONCE)
        self._not_before = self._gently_until = self.clock.elapsed()
        self._lock = threading.Lock()
        self._moved = threading.Event()
        self._writes = threading.BoundedSemaphore(WRITES_AT_ONCE)
        self._reads = threading.BoundedSemaphore(READS_AT_ONCE)

    @contextmanager
    def slot(self, *, write: bool) -> Iterator[None]:
        """Hold while one request is under way; entering waits until the limits allow it."""
        with self._writes if write else self._reads:
            # A place in line is taken before waiting for it: requests go out in the order they were asked for.
            with self._lock:
                place = self._last_in_line(_Place(0))
            try:
                while True:
                    with self._lock:
                        wait, moved = place.at - self.clock.elapsed(), self._moved
                    if wait <= 0:
                        break
                    if wait >= 1:
                        self.waiting(wait)
                    self.clock.wait(moved, wait)
            finally:
                with self._lock:
                    place.is_waiting = False
            try:
                yield
            finally:
                # Asana has counted it somewhere between: the later moment is the safe one.
                with self._lock:
                    place.at = max(place.at, self.clock.elapsed())

    def hold(self, seconds: float) -> None:
        """Let nothing pass for `seconds`, then for a minute only evenly spaced requests: Asana has answered 429.

        Other programs' requests count too, or an undocumented limit applies. Every waiting request gets a new
        time, in the same order, and is woken.
        """
        with self._lock:
            self._not_before = max(self._not_before, self.clock.elapsed() + seconds)
            self._gently_until = self._not_before + WINDOW
            waiting = [place for place in self._line if place.is_waiting]
            for place in waiting:
                self._line.remove(place)
            for place in waiting:
                self._last_in_line(place)
            self._moved.set()
            self._moved = threading.Event()
        if seconds >= 1:
            self.waiting(seconds)

    def _last_in_line(self, place: _Place) -> _Place:
        place.at = max(self.clock.elapsed(), self._not_before)
        if self._line:
            last = self._line[-1].at
            place.at = max(place.at, last)
            if place.at < self._gently_until:
                place.at = max(place.at, last + WINDOW / self.per_minute)
        if len(self._line) >= self.per_minute:
            place.at = max(place.at, self._line[-self.per_minute].at + WINDOW)
        self._line.append(place)
        return place
