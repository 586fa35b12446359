"""Which failures of a request are worth another try, and how long to wait for it.

Pure but for `with_retries`, which waits on the clock it is given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from typing import Protocol, TypeVar

from asana_tbp.errors import AnswerLost, AsanaError, NotSent, RateLimited

Answer = TypeVar("Answer")

NOT_SENT_FOR = 6.0
"""Seconds after which an unreachable Asana is reported: an impatient user beats a slow network."""

ANSWER_LOST_TRIES = 4
RATE_LIMITED_TRIES = 20
MOST_TRIES = 30
"""Tries of one request, whatever mixture of failures it meets."""

LONGEST_BACKOFF = 30.0

LONGEST_PATIENCE = 300.0
"""Seconds that Asana may ask us to wait: its limits pass within a minute, and nobody watches an hour pass."""


class Waiter(Protocol):
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

    `tries` counts those in a row that ended with this failure, from 1; `elapsed` is the seconds they and
    the waits between them took. A create whose answer was lost is never sent again from here: only a
    caller who has read Asana may do that.
    """
    if tries >= error.most_tries:
        return None
    backoff = min(LONGEST_BACKOFF, 0.25 * 2 ** min(tries, 10))
    if isinstance(error, NotSent):
        return backoff if elapsed + backoff <= NOT_SENT_FOR else None
    if isinstance(error, RateLimited):
        wait = backoff if error.retry_after is None else max(error.retry_after, 0.1)
        return wait if tries < RATE_LIMITED_TRIES and wait <= LONGEST_PATIENCE else None
    if isinstance(error, AnswerLost) and effect is not Effect.CREATE:
        return backoff if tries < ANSWER_LOST_TRIES else None
    return None


def with_retries(
    send: Callable[[], Answer],
    effect: Effect,
    clock: Waiter,
    *,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    limited: Callable[[float], None] = lambda _seconds: None,
) -> Answer:
    """Send until it succeeds or `next_wait` gives up; the last error is raised.

    `turn` is held while a request is under way; waiting to enter it uses up no patience. `limited` is told
    the seconds each time Asana asks for patience.
    """
    kind: type[AsanaError] | None = None
    tries, all_tries, elapsed = 0, 0, 0.0
    while True:
        all_tries += 1
        try:
            with turn():
                begun = clock.elapsed()
                return send()
        except AsanaError as error:
            if type(error) is not kind:
                kind, tries, elapsed = type(error), 0, 0.0
            tries += 1
            elapsed += clock.elapsed() - begun
            wait = next_wait(error, effect, tries, elapsed)
            if wait is None or all_tries >= MOST_TRIES:
                raise
            if isinstance(error, RateLimited):
                limited(wait)
            clock.wait(threading.Event(), wait)
            elapsed += wait
