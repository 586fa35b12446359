"""Several requests at once on plain threads, started in order."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest
from queue import SimpleQueue
from typing import Any

from asana_tbp.system.clock import Clock

AT_ONCE = 15
"""Asana takes 15 writes at once (Asana docs: rate limits)."""

APART = 0.03
"""Seconds between two starts in one lane: enough for most requests to arrive in the order they were sent."""

LAST_WORDS = 3.0
"""Seconds to wait, after Ctrl-C, for the answers of requests under way and to journal them."""

Work = Callable[[], object]


class Workers:
    """Runs work at once. The first error stops what has not begun, and is raised when the rest has ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def read(self, *reads: Callable[[], Any]) -> list[Any]:
        """What each of several functions returns, all called at once."""
        results: list[Any] = [None] * len(reads)

        def keep(at: int, read: Callable[[], Any]) -> None:
            results[at] = read()

        self.run(*([partial(keep, at, read)] for at, read in enumerate(reads)))
        return results

    def run(self, *chains: Sequence[Work]) -> None:
        """The chains at once, each strictly in order."""
        self._carry_out([(0, chain) for chain in chains if chain])

    def spread(self, *lanes: Sequence[Work]) -> None:
        """The lanes at once, and the work of each, too: it is started in order, `APART` seconds apart."""
        rounds = enumerate(zip_longest(*(lane for lane in lanes if lane)))
        self._carry_out([(at, [work]) for at, works in rounds for work in works if work])

    def _carry_out(self, chains: Sequence[tuple[int, Sequence[Work]]]) -> None:
        """Chains by their round; rounds begin `APART` seconds apart."""
        stop, turn = threading.Event(), threading.Lock()
        failures: list[BaseException] = []
        ended = SimpleQueue[threading.Thread]()
        queue, now = iter(chains), 0

        def take() -> Sequence[Work]:
            nonlocal now
            with turn:
                at, chain = next(queue, (now, ()))
                if at != now:
                    self._clock.wait(stop, APART)
                now = at
                return () if stop.is_set() else chain

        def take_and_work() -> None:
            try:
                while chain := take():
                    for work in chain:
                        work()
            except BaseException as error:  # noqa: BLE001 - it is raised again in the calling thread
                failures.append(error)
                stop.set()
            finally:
                ended.put(threading.current_thread())

        running = set[threading.Thread]()
        try:
            for _ in range(min(AT_ONCE, len(chains))):
                thread = threading.Thread(target=take_and_work, name="lane", daemon=True)
                running.add(thread)
                thread.start()
            self._wait(running, ended)
        except BaseException:
            # An interrupt: what is under way may still be answered and journalled, nothing new begins.
            stop.set()
            self._wait(running, ended, LAST_WORDS)
            raise
        if failures:
            raise failures[0]

    def _wait(
        self,
        running: set[threading.Thread],
        ended: SimpleQueue[threading.Thread],
        seconds: float = float("inf"),
    ) -> None:
        # Not by joining each: an interrupt in a join lets a running thread look as if it had ended.
        until = self._clock.elapsed() + seconds * self._clock.speed
        while running and (thread := self._clock.receive(ended, until - self._clock.elapsed())):
            thread.join()
            running.discard(thread)
