"""A countdown on stderr while Asana's limit holds requests back.

Many threads may wait at once: one countdown serves all.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from asana_tbp.cli.output.console import say
from asana_tbp.system.clock import Clock

SENTENCE = "Asana allows {per_minute} requests a minute; continuing in {seconds:.0f} s."
SAME = 5.0
"""Seconds by which an announced wait may grow without being announced again, where nothing is redrawn."""


class RateLimitNotice:
    """To be called with the seconds of each wait. `show` replaces the line on the terminal while it is set."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._never = threading.Event()
        self._until = float("-inf")
        self._counting = False
        self.show: Callable[[str], None] | None = None

    def __call__(self, seconds: float) -> None:
        with self._lock:
            until = self._clock.elapsed() + seconds
            announced = until <= self._until + SAME
            self._until = max(self._until, until)
            if not sys.stderr.isatty():
                if not announced:
                    say(self._sentence(seconds))
                return
            if self._counting:
                return
            self._counting = True
        threading.Thread(target=self._count, name="countdown", daemon=True).start()

    def _count(self) -> None:
        while (left := self._left()) > 0:
            self._draw(self._sentence(left))
            self._clock.wait(self._never, min(1.0, left))
        self._draw("")

    def _sentence(self, seconds: float) -> str:
        return SENTENCE.format(per_minute=self._per_minute, seconds=seconds)

    def _left(self) -> float:
        with self._lock:
            left = self._until - self._clock.elapsed()
            self._counting = left > 0
            return left

    def _draw(self, text: str) -> None:
        if self.show is not None:
            self.show(text)
        else:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
