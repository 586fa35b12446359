"""How fast one process may talk to Asana (Asana docs: rate limits).

150 requests a minute on the free plan, 15 writes and 50 reads at once; rejected requests count too. No header
tells the plan, so the user says what it takes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from asana_tbp.bridge.retry import Waiter
from asana_tbp.errors import RateLimited

FREE_PER_MINUTE = 150
WRITES_AT_ONCE = 15
READS_AT_ONCE = 50

WINDOW = 60.5
"""Seconds in which a minute's requests are counted: a little over, as requests travel at uneven speed."""


@dataclass(eq=False, slots=True)
class _Place:
    """When a request goes, or went, out; in seconds of the clock."""

    at: float


@dataclass
class RateLimiter:
    """One for the whole process. Threads may share it.

    `per_minute` is the account's limit. `waiting` is called with the seconds whenever a request must wait a
    second or more for the limit.
    """

    clock: Waiter
    per_minute: int = FREE_PER_MINUTE
    waiting: Callable[[float], None] = lambda _seconds: None

    def __post_init__(self) -> None:
        self._sent: deque[_Place] = deque()
        self._line: list[_Place] = []
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
                place = _Place(self._next_moment(self.clock.elapsed()))
                self._sent.append(place)
                while len(self._sent) > 2 * self.per_minute + READS_AT_ONCE:
                    self._sent.popleft()
                self._line.append(place)
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
                    self._line.remove(place)
            try:
                try:
                    yield
                finally:
                    # Asana has counted it somewhere between: the later moment is the safe one.
                    with self._lock:
                        place.at = max(place.at, self.clock.elapsed())
            except RateLimited:
                self._slow_down()
                raise

    def hold(self, seconds: float) -> None:
        """Let nothing pass for `seconds`: Asana has answered 429."""
        with self._lock:
            self._not_before = max(self._not_before, self.clock.elapsed() + seconds)
            # The whole line moves, each as far as the first: what it kept apart stays apart.
            late = max(0.0, self._not_before - self._line[0].at) if self._line else 0.0
            for place in self._line:
                place.at += late
            if self._gently_until > self.clock.elapsed():
                self._gently_until = self._not_before + WINDOW
        if seconds >= 1:
            self.waiting(seconds)

    def _next_moment(self, now: float) -> float:
        at = max(now, self._not_before)
        if self._sent:
            at = max(at, self._sent[-1].at)
            if at < self._gently_until:
                at = max(at, self._sent[-1].at + WINDOW / self.per_minute)
        if len(self._sent) >= self.per_minute:
            at = max(at, self._sent[-self.per_minute].at + WINDOW)
        return at

    def _slow_down(self) -> None:
        """Somebody else's requests count as well, or a limit nobody documents: the line goes on slowly.

        Everyone in line gets a new moment, in the same order, and is woken.
        """
        with self._lock:
            now = self.clock.elapsed()
            self._gently_until = now + WINDOW
            waiting = set(map(id, self._line))
            self._sent = deque(place for place in self._sent if id(place) not in waiting)
            for place in self._line:
                place.at = self._next_moment(now)
                self._sent.append(place)
            self._moved.set()
            self._moved = threading.Event()
