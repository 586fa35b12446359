"""Several requests at once, without losing the order they are sent in.

A lane is either done one after the other, or
streamed: started in order, a fraction of an answer's time apart, so that it mostly arrives in order too.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from asana_tbp.system.clock import Clock

AT_ONCE = 15
"""Asana takes 15 writes at once (Asana docs: rate limits)."""

LAST_WORDS = 3.0
"""Seconds that requests under way get to be answered and journalled when the producer interrupts."""

CLOSEST = 0.004
"""Seconds below which threads wake up in any order."""

Work = Callable[[], object]
Answer = TypeVar("Answer")


class ParallelCreates:
    """Runs lanes of work. The first error stops every lane and is raised once running work has ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pulse = _Pulse()

    def run(self, *lanes: Sequence[Work]) -> None:
        """Each lane in strict order, the lanes at once."""
        self._start([_Lane(deque(lane), strict=True) for lane in lanes if lane])

    def stream(self, lanes: Sequence[Stream]) -> None:
        """Each lane started in order, its work overlapping."""
        made: dict[int, _Lane] = {}
        for stream in lanes:
            before = [made[id(other)] for other in stream.after if id(other) in made]
            made[id(stream)] = _Lane(
                deque(stream.work), strict=stream.strict, spaced=stream.spaced, last=stream.last, after=before
            )
        self._start([lane for lane in made.values() if lane.unfinished])

    def alone(self, work: Callable[[], Answer]) -> Answer:
        """What the calling thread asks; how long the answer takes is learnt from."""
        begun = self._clock.elapsed()
        answer = work()
        self._pulse.felt(self._clock.elapsed() - begun)
        return answer

    def _start(self, lanes: list[_Lane]) -> None:
        if lanes:
            _Shift(lanes, self._clock, self._pulse).carry_out()


@dataclass(frozen=True, slots=True)
class Stream:
    """Work to start in order, once the streams `after`, named before it, have ended; `last` when it all has.

    `strict` where each piece waits for the one before; not `spaced` where the order of arrival does not matter.
    """

    work: Sequence[Work]
    last: Work | None = None
    after: Sequence[Stream] = ()
    strict: bool = False
    spaced: bool = True


@dataclass(eq=False, slots=True)
class _Lane:
    work: deque[Work]
    strict: bool = False
    spaced: bool = False
    last: Work | None = None
    after: Sequence[_Lane] = ()
    not_before: float = float("-inf")
    running: int = 0

    @property
    def unfinished(self) -> bool:
        return bool(self.work or self.last)

    @property
    def open(self) -> bool:
        if any(lane.unfinished or lane.running for lane in self.after):
            return False
        if self.work:
            return not (self.strict and self.running)
        return self.last is not None and not self.running

    def take(self) -> Work:
        self.running += 1
        if self.work:
            return self.work.popleft()
        work, self.last = self.last, None
        assert work is not None
        return work


class _Pulse:
    """How long an answer takes, in seconds, and how much that varies. RFC 6298 has the averages."""

    def __init__(self) -> None:
        self.mean = 0.0
        self.spread = 0.0

    def felt(self, seconds: float) -> None:
        if not self.mean:
            self.mean, self.spread = seconds, seconds / 8
        # What waited for a limit or a retry says nothing about the way to Asana.
        elif seconds < 8 * self.mean:
            self.spread += (abs(seconds - self.mean) - self.spread) / 4
            self.mean += (seconds - self.mean) / 8

    @property
    def spacing(self) -> float:
        """Seconds apart at which two requests mostly arrive in order."""
        return max(CLOSEST, min(self.mean / 2, max(5 * self.spread, self.mean / 8)))


@dataclass(slots=True)
class _Shift:
    """One carrying out of several lanes."""

    lanes: list[_Lane]
    clock: Clock
    pulse: _Pulse
    failure: BaseException | None = None
    stopped: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)
    never: threading.Event = field(default_factory=threading.Event)

    def carry_out(self) -> None:
        count = sum(1 if lane.strict else max(1, len(lane.work)) for lane in self.lanes)
        workers = [
            threading.Thread(target=self._work, name="lane", daemon=True) for _ in range(min(AT_ONCE, count))
        ]
        for worker in workers:
            worker.start()
        try:
            for worker in workers:
                # In slices: on Windows Ctrl-C is not seen while a thread is joined.
                while worker.is_alive():
                    worker.join(0.2)
        except BaseException:
            # An interrupt: what is under way may still be answered and journalled, nothing new begins.
            self.stopped = True
            until = self.clock.elapsed() + LAST_WORDS * self.clock.speed
            for worker in workers:
                worker.join(max(0.0, until - self.clock.elapsed()) / self.clock.speed)
            raise
        if self.failure:
            raise self.failure

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            lane, work, wait = taken
            if wait > 0:
                self.clock.wait(self.never, wait)
            begun = self.clock.elapsed()
            try:
                if not self.stopped:
                    work()
            except BaseException as error:  # noqa: BLE001 - it is raised again in the calling thread
                self.failure = self.failure or error
                self.stopped = True
            with self.changed:
                self.pulse.felt(self.clock.elapsed() - begun)
                lane.running -= 1
                self.changed.notify_all()

    def _take(self) -> tuple[_Lane, Work, float] | None:
        with self.changed:
            while not self.stopped:
                unfinished = [lane for lane in self.lanes if lane.unfinished]
                if not unfinished:
                    return None
                ready = [lane for lane in unfinished if lane.open]
                if not ready:
                    self.changed.wait()
                    continue
                lane = min(ready, key=lambda lane: lane.not_before)
                now = self.clock.elapsed()
                begin = max(now, lane.not_before)
                if lane.spaced:
                    lane.not_before = begin + self.pulse.spacing
                return lane, lane.take(), begin - now
            return None
