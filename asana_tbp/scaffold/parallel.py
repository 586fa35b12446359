"""Several requests at once on plain threads, started in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import zip_longest
from queue import SimpleQueue

from asana_tbp.system.clock import Clock

AT_ONCE = 15
"""Asana takes 15 writes at once (Asana docs: rate limits)."""

APART = 0.03
"""Seconds between two starts in one lane: enough for most requests to arrive in the order they were sent."""

LAST_WORDS = 3.0
"""Seconds that requests under way get to be answered and journalled when the producer interrupts."""

LOOK = 0.2
"""Seconds between two looks at a thread: on Windows nothing interrupts a longer wait."""

Work = Callable[[], object]


class Workers:
    """Runs work at once. The first error stops what has not begun, and is raised when the rest has ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def run(self, *chains: Sequence[Work]) -> None:
        """The chains at once, each strictly in order."""
        self._carry_out([[partial(_do_in_order, chain) for chain in chains if chain]])

    def spread(self, *lanes: Sequence[Work]) -> None:
        """The lanes at once, and the work of each, too: it is started in order, `APART` seconds apart."""
        rounds = zip_longest(*(lane for lane in lanes if lane))
        self._carry_out([[work for work in works if work] for works in rounds])

    def _carry_out(self, rounds: Sequence[Sequence[Work]]) -> None:
        queue: SimpleQueue[Work | None] = SimpleQueue()
        stop = threading.Event()
        failures: list[BaseException] = []

        def take_and_work() -> None:
            while (work := queue.get()) is not None:
                try:
                    if not stop.is_set():
                        work()
                except BaseException as error:  # noqa: BLE001 - it is raised again in the calling thread
                    failures.append(error)
                    stop.set()

        count = min(AT_ONCE, sum(map(len, rounds)))
        threads = [threading.Thread(target=take_and_work, name="lane", daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        try:
            for number, works in enumerate(rounds):
                if number:
                    self._clock.wait(stop, APART)
                for work in works:
                    queue.put(work)
            self._end(queue, threads)
        except BaseException:
            # An interrupt: what is under way may still be answered and journalled, nothing new begins.
            stop.set()
            self._end(queue, threads, LAST_WORDS)
            raise
        if failures:
            raise failures[0]

    def _end(
        self,
        queue: SimpleQueue[Work | None],
        threads: Iterable[threading.Thread],
        seconds: float = float("inf"),
    ) -> None:
        threads = list(threads)
        for _ in threads:
            queue.put(None)
        until = self._clock.elapsed() + seconds * self._clock.speed
        for thread in threads:
            while thread.is_alive() and self._clock.elapsed() < until:
                thread.join(LOOK)


def _do_in_order(chain: Sequence[Work]) -> None:
    for work in chain:
        work()
