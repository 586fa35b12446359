"""Several requests at once, without losing the order they are sent in.

Knows threads and spacing. Must not know what the work is. Work of one lane is started in order, a fraction
of an answer's time apart, so that it mostly arrives in order too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from asana_tbp.system.clock import Clock

AT_ONCE = 15
"""Asana takes 15 writes at once (Asana docs: rate limits)."""

Work = Callable[[], None]


class Lanes:
    """Runs lanes of work. `answer_time` starts as a guess in seconds and follows what is measured."""

    def __init__(self, clock: Clock, answer_time: float = 0.1) -> None:
        self._clock = clock
        self._answer_time = answer_time
        self._failure: BaseException | None = None
        self._lock = threading.Lock()

    def run(self, lanes: Sequence[Sequence[Work]], *, abreast: int = 1) -> None:
        """Do all work; the first error stops every lane and is raised once running work has ended.

        `abreast` is how much of one lane may be under way at once, as far as Asana's limit allows.
        """
        waiting = [_Lane(self._clock, work) for work in lanes if work]
        if not waiting:
            return
        abreast = max(1, min(abreast, AT_ONCE // len(waiting)))
        turns = [lane for lane in waiting for _ in range(abreast)]
        workers = [
            threading.Thread(target=self._work, args=(turns, abreast), name="lane", daemon=True)
            for _ in range(min(AT_ONCE, len(turns)))
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self._failure:
            raise self._failure

    def _work(self, turns: list[_Lane], abreast: int) -> None:
        while self._failure is None:
            with self._lock:
                if not turns:
                    return
                lane = turns.pop(0)
            while self._failure is None and (work := lane.next(self._answer_time / abreast)):
                begun = self._clock.elapsed()
                try:
                    work()
                except BaseException as error:  # noqa: BLE001 - it is raised again in the calling thread
                    self._failure = self._failure or error
                self._answer_time += (self._clock.elapsed() - begun - self._answer_time) / 4


class _Lane:
    def __init__(self, clock: Clock, work: Sequence[Work]) -> None:
        self._clock = clock
        self._work = iter(work)
        self._lock = threading.Lock()
        self._never = threading.Event()
        self._last: float | None = None

    def next(self, spacing: float) -> Work | None:
        with self._lock:
            work = next(self._work, None)
            if work and self._last is not None:
                self._clock.wait(self._never, self._last + spacing - self._clock.elapsed())
            self._last = self._clock.elapsed()
            return work
