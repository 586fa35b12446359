"""What to do after each kind of failure.

Knows which failures are worth another try, and how long to wait. Must not know the SDK or any endpoint.
Pure but for `persist`, which waits on the clock it is given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum
from typing import Protocol, TypeVar

from asana_tbp.errors import AnswerLost, AsanaError, NotSent, RateLimited

Answer = TypeVar("Answer")

NOT_SENT_FOR = 6.0
"""Seconds after which an unreachable Asana is reported: an impatient user beats a slow network."""

ANSWER_LOST_TRIES = 4
RATE_LIMITED_TRIES = 20
LONGEST_BACKOFF = 30.0


class Patience(Protocol):
    """The part of a clock that waiting needs; `system.clock` has the real ones."""

    def elapsed(self) -> float:
        """Seconds that never jump."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for `event`, at most `seconds`; whether it was set."""
        ...


class Effect(Enum):
    """What sending a request twice would do."""

    READ = "read"
    REPEATABLE = "repeatable"
    CREATE = "create"


def next_wait(error: AsanaError, effect: Effect, tries: int, elapsed: float) -> float | None:
    """Seconds to wait before another try, or None to give up.

    `tries` counts those made, from 1; `elapsed` is seconds since the first. A create whose answer was
    lost is never sent again from here: only a caller who has read Asana may do that.
    """
    backoff = min(LONGEST_BACKOFF, 0.25 * 2**tries)
    if isinstance(error, NotSent):
        return backoff if elapsed + backoff <= NOT_SENT_FOR else None
    if isinstance(error, RateLimited):
        if tries >= RATE_LIMITED_TRIES:
            return None
        return backoff if error.retry_after is None else max(error.retry_after, 0.1)
    if isinstance(error, AnswerLost) and effect is not Effect.CREATE:
        return backoff if tries < ANSWER_LOST_TRIES else None
    return None


def persist(
    send: Callable[[], Answer],
    effect: Effect,
    clock: Patience,
    *,
    stop: threading.Event | None = None,
    limited: Callable[[float], None] = lambda _seconds: None,
) -> Answer:
    """Send until it succeeds or `next_wait` gives up; the last error is raised.

    `limited` is told the seconds each time Asana asks for patience. `stop` ends the waiting early with
    the error at hand.
    """
    gate = stop or threading.Event()
    first = clock.elapsed()
    tries = 0
    while True:
        tries += 1
        try:
            return send()
        except AsanaError as error:
            wait = next_wait(error, effect, tries, clock.elapsed() - first)
            if wait is None:
                raise
            if isinstance(error, RateLimited):
                limited(wait)
            if clock.wait(gate, wait):
                raise
