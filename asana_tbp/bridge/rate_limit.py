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

from asana_tbp.bridge.retry import Waiter
from asana_tbp.errors import RateLimited

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
    probe: bool = False


class RateLimiter:
    """One for the whole process. Threads may share it.

    `per_minute` is the account's limit, None where it is to be learnt: what the free plan allows goes out, then
    one request alone, and its answer tells the plan. `waiting` is told the seconds whenever a request must wait
    a second or more for the limit; `learnt` the limit once it is known.
    """

    def __init__(
        self,
        clock: Waiter,
        per_minute: int | None = FREE_PER_MINUTE,
        waiting: Callable[[float], None] = lambda _seconds: None,
        learnt: Callable[[int], None] = lambda _per_minute: None,
    ) -> None:
        self._clock = clock
        self._per_minute = per_minute or FREE_PER_MINUTE
        self._unknown = per_minute is None
        self._settled = per_minute is not None
        self._probing = False
        self._waiting = waiting
        self._learnt = learnt
        self._sent: deque[_Place] = deque()
        self._taken: deque[float] = deque(maxlen=FREE_PER_MINUTE + 1)
        self._line: list[_Place] = []
        self._not_before = clock.elapsed()
        self._gently_until = clock.elapsed()
        self._lock = threading.Lock()
        self._moved = threading.Event()
        self._writes = threading.BoundedSemaphore(WRITES_AT_ONCE)
        self._reads = threading.BoundedSemaphore(READS_AT_ONCE)

    @property
    def per_minute(self) -> int:
        """The limit believed in now."""
        return self._per_minute

    def believe(self, per_minute: int) -> None:
        """Start from what the workspace has shown before; a limit that was set stays."""
        with self._lock:
            if self._unknown:
                self._per_minute, self._unknown = per_minute, False

    @contextmanager
    def slot(self, *, write: bool) -> Iterator[None]:
        """Hold while one request is under way; entering waits until the limits allow it."""
        with self._writes if write else self._reads:
            place = self._take_place()
            try:
                while True:
                    with self._lock:
                        wait, moved = place.at - self._clock.elapsed(), self._moved
                        # A probe's answer may end the wait at once: that is not worth a word.
                        told = wait >= 1 and not self._probing
                    if wait <= 0:
                        break
                    if told:
                        self._waiting(wait)
                    self._clock.wait(moved, wait)
            finally:
                with self._lock:
                    self._line.remove(place)
            try:
                try:
                    yield
                finally:
                    # Asana has counted it somewhere between: the later moment is the safe one.
                    with self._lock:
                        place.at = max(place.at, self._clock.elapsed())
            except RateLimited:
                self._was_refused(place)
                raise
            except BaseException:
                self._not_told(place)
                raise
            self._was_taken(place)

    def hold(self, seconds: float) -> None:
        """Let nothing pass for `seconds`: Asana has answered 429."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock.elapsed() + seconds)
            # The whole line moves, each as far as the first: what it kept apart stays apart.
            late = max(0.0, self._not_before - self._line[0].at) if self._line else 0.0
            for place in self._line:
                place.at += late
            if self._gently_until > self._clock.elapsed():
                self._gently_until = self._not_before + WINDOW
        if seconds >= 1:
            self._waiting(seconds)

    def _take_place(self) -> _Place:
        # A place in line is taken before waiting for it: requests go out in the order they were asked for.
        with self._lock:
            now = self._clock.elapsed()
            place = _Place(self._next_moment(now))
            if self._unknown and not self._probing and place.at > max(now, self._not_before):
                place.at, place.probe, self._probing = max(now, self._not_before), True, True
            self._sent.append(place)
            while len(self._sent) > PAID_PER_MINUTE + self._per_minute:
                self._sent.popleft()
            self._line.append(place)
            return place

    def _next_moment(self, now: float) -> float:
        at = max(now, self._not_before)
        if self._sent:
            at = max(at, self._sent[-1].at)
            if at < self._gently_until:
                at = max(at, self._sent[-1].at + WINDOW / self._per_minute)
        if len(self._sent) >= self._per_minute:
            at = max(at, self._sent[-self._per_minute].at + WINDOW)
        return at

    def _was_taken(self, place: _Place) -> None:
        with self._lock:
            self._taken.append(self._clock.elapsed())
            if not place.probe:
                return
            self._probing = False
            self._per_minute, self._unknown = PAID_PER_MINUTE, False
            self._realign()
        self._learnt(PAID_PER_MINUTE)

    def _was_refused(self, place: _Place) -> None:
        with self._lock:
            now = self._clock.elapsed()
            lately = [at for at in self._taken if now - at < WINDOW]
            sent = sum(1 for place in self._sent if place.at <= now and now - place.at < WINDOW)
            # More sent than the free plan takes, and no more taken: it is the free plan, or less than was thought.
            free = not self._settled and sent > FREE_PER_MINUTE >= len(lately)
            if place.probe:
                self._probing = False
            if not free:
                # Somebody else's requests count as well, or a limit nobody documents: the line goes on slowly.
                self._gently_until = now + WINDOW
                self._realign()
                return
            known = self._per_minute == FREE_PER_MINUTE and not self._unknown
            self._per_minute, self._unknown = FREE_PER_MINUTE, False
            self._realign()
        if not known:
            self._learnt(FREE_PER_MINUTE)

    def _not_told(self, place: _Place) -> None:
        """The answer says nothing about limits: another request has to find them out."""
        if place.probe:
            with self._lock:
                self._probing = False
                self._realign()

    def _realign(self) -> None:
        """Give everyone in line a new moment, in the same order, and wake them."""
        now = self._clock.elapsed()
        waiting = set(map(id, self._line))
        self._sent = deque(place for place in self._sent if id(place) not in waiting)
        for place in self._line:
            place.at = self._next_moment(now)
            self._sent.append(place)
        self._moved.set()
        self._moved = threading.Event()
