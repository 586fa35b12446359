"""Rate limits: how fast one process may talk to Asana.

Knows Asana's limits (Asana docs: rate limits): requests a minute by plan, 15 writes and 50 reads at once;
rejected requests count too. Must not know what a request asks for.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from asana_tbp.bridge.retry import Patience

FREE_PER_MINUTE = 150
PAID_PER_MINUTE = 1500
WRITES_AT_ONCE = 15
READS_AT_ONCE = 50

WINDOW = 60.5
"""Seconds in which a minute's requests are counted: a little over, as requests travel at uneven speed."""


@dataclass(eq=False, slots=True)
class _Place:
    """When a request goes, or went, out; in seconds of the clock."""

    at: float


class Pacer:
    """One for the whole process. Threads may share it.

    `waiting` is told the seconds whenever a request must wait a second or more for the limit.
    """

    def __init__(
        self,
        clock: Patience,
        per_minute: int = FREE_PER_MINUTE,
        waiting: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._waiting = waiting
        self._sent: deque[_Place] = deque(maxlen=per_minute)
        self._line: list[_Place] = []
        self._not_before = clock.elapsed()
        self._lock = threading.Lock()
        self._never = threading.Event()
        self._writes = threading.BoundedSemaphore(WRITES_AT_ONCE)
        self._reads = threading.BoundedSemaphore(READS_AT_ONCE)

    @contextmanager
    def slot(self, *, write: bool) -> Iterator[None]:
        """Hold while one request is under way; entering waits until the limits allow it."""
        with self._writes if write else self._reads:
            place = self._take_place()
            try:
                while (wait := self._left(place)) > 0:
                    if wait >= 1:
                        self._waiting(wait)
                    self._clock.wait(self._never, wait)
            finally:
                with self._lock:
                    self._line.remove(place)
            yield

    def hold(self, seconds: float) -> None:
        """Let nothing pass for `seconds`: Asana has answered 429."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock.elapsed() + seconds)
            # The whole line moves, each as far as the first: what it kept apart stays apart.
            late = max(0.0, self._not_before - self._line[0].at) if self._line else 0.0
            for place in self._line:
                place.at += late
        if seconds >= 1:
            self._waiting(seconds)

    def _take_place(self) -> _Place:
        # A place in line is taken before waiting for it: requests go out in the order they were asked for.
        with self._lock:
            at = max(self._clock.elapsed(), self._not_before)
            if self._sent:
                at = max(at, self._sent[-1].at)
            if len(self._sent) == self._per_minute:
                at = max(at, self._sent[0].at + WINDOW)
            place = _Place(at)
            self._sent.append(place)
            self._line.append(place)
            return place

    def _left(self, place: _Place) -> float:
        with self._lock:
            return place.at - self._clock.elapsed()
