"""Rate limits: so many requests a minute and token, so many at once; rejected ones count.

Asana docs: rate limits.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from asana_tbp.sandbox.problems import too_many
from asana_tbp.sandbox.switches import Switches

MINUTE = 60.0


class Limits:
    """Counts by token. `ticks` is a clock in seconds that never goes back."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self.ticks = ticks
        self._spent: dict[str, deque[float]] = {}
        self._running: dict[tuple[str, bool], int] = {}

    def charge(self, switches: Switches, token: str) -> None:
        """Count one request; 429 with the whole seconds to wait when it is one too many."""
        if not switches.rate_limits:
            return
        now = self.ticks()
        spent = self._spent.setdefault(token, deque())
        while spent and now - spent[0] >= MINUTE:
            spent.popleft()
        spent.append(now)
        for window, most in ((MINUTE, switches.per_minute), (10.0, switches.requests_per_ten_seconds)):
            recent = [moment for moment in spent if now - moment < window]
            if most is not None and len(recent) > most:
                oldest = recent[min(len(recent) - most, len(recent) - 1)]
                raise too_many(max(1, math.ceil(window - (now - oldest))))

    def enter(self, switches: Switches, token: str, *, is_write: bool) -> None:
        """Take a place among the requests at once; 429 when there is none. Pair with `leave`."""
        running = self._running.get((token, is_write), 0) + 1
        most = switches.concurrent_writes if is_write else switches.concurrent_reads
        if switches.rate_limits and running > most:
            raise too_many(1 if switches.concurrent_retry_after else None)
        self._running[token, is_write] = running

    def leave(self, token: str, *, is_write: bool) -> None:
        """Give the place back."""
        self._running[token, is_write] = max(0, self._running.get((token, is_write), 0) - 1)
