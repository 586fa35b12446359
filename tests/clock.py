"""A clock that tests move by hand: time passes only where a test, or somebody who waits, says so."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue

from asana_tbp.system.clock import Clock, Item

BEGIN = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)
"""The moment at which every clock begins unless a test names another."""


class HandClock(Clock):
    """A clock without a machine behind it. Threads may share it.

    Whoever waits for something that has not happened moves the clock on to the end of the wait, at once.
    """

    def __init__(self, begin: datetime = BEGIN, speed: float = 1.0) -> None:
        self._begin = begin
        self.speed = speed
        self._passed = 0.0
        self._slept = 0.0
        self._jumped = 0.0
        self._lock = threading.Lock()
        self.until: float | None = None
        """The reading of `elapsed` that no wait moves the clock past, while it is set."""
        self.waits: list[float] = []
        """Seconds of every wait that was not ended by its event, in order."""

    def now(self) -> datetime:
        with self._lock:
            return self._begin + timedelta(seconds=self._passed + self._slept + self._jumped)

    def elapsed(self) -> float:
        with self._lock:
            return self._passed

    def asleep(self) -> float:
        with self._lock:
            return self._slept

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        with self._lock:
            self._passed += seconds

    def sleep(self, seconds: float) -> None:
        """Let the machine sleep: the wall clock goes on, elapsed time stands."""
        with self._lock:
            self._slept += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock, forwards or back: no time passes."""
        with self._lock:
            self._jumped += seconds

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if event.is_set():
            return True
        self._passes(seconds)
        return event.is_set()

    def receive(self, inbox: SimpleQueue[Item], seconds: float) -> Item | None:
        try:
            return inbox.get_nowait()
        except Empty:
            self._passes(seconds)
            return None

    def _passes(self, seconds: float) -> None:
        self.waits.append(seconds)
        with self._lock:
            at_most = seconds if self.until is None else self.until - self._passed
            self._passed += max(0.0, min(seconds, at_most))
