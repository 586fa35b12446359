"""Which failures of a request are worth another try, how long to wait for it, and how to create something only once."""

import threading
from collections.abc import Callable
from typing import TypeVar

from asana_tbp.errors import AnswerLost, AsanaError, NotFound, NotSent, PlanLimit, RateLimited, Refused
from asana_tbp.system.clock import Clock

Answer = TypeVar("Answer")

NOT_SENT_FOR = 6.0
"""Seconds after which an unreachable Asana is reported, so that the user need not wait long."""

ANSWER_LOST_TRIES = 4
RATE_LIMITED_TRIES = 20
MOST_TRIES = 30
"""The most tries of one request, for all kinds of failures together."""

FINAL = (NotFound, Refused, PlanLimit)
"""Asana has understood the request and refused it: sending it again changes nothing."""

CREATE_TRIES = 4
LATE = 0.5
"""Seconds to wait after a lost answer before reading Asana, so that a late result shows."""

LONGEST_BACKOFF = 30.0

LONGEST_PATIENCE = 300.0
"""Seconds that Asana may ask us to wait: its limits pass within a minute, and nobody watches an hour pass."""


def next_wait(error: AsanaError, tries: int, elapsed: float, *, once: bool) -> float | None:
    """Seconds to wait before another try, or None to give up.

    `tries` counts those in a row that ended with this failure, from 1; `elapsed` is the seconds they and
    the waits between them took. What is sent `once`, such as a create, is never sent again from here if its answer
    was lost: only a caller who has read Asana may do that.
    """
    if tries >= error.most_tries:
        return None
    backoff = min(LONGEST_BACKOFF, 0.25 * 2 ** min(tries, 10))
    if isinstance(error, NotSent):
        return backoff if elapsed + backoff <= NOT_SENT_FOR else None
    if isinstance(error, RateLimited):
        wait = backoff if error.retry_after is None else max(error.retry_after, 0.1)
        return wait if tries < RATE_LIMITED_TRIES and wait <= LONGEST_PATIENCE else None
    if isinstance(error, AnswerLost) and not once:
        return backoff if tries < ANSWER_LOST_TRIES else None
    return None


def create_once(
    create: Callable[[], Answer],
    find: Callable[[], Answer | None],
    clock: Clock,
    *,
    remember: Callable[[bool], None] = lambda _unsure: None,
    unsure: bool = False,
) -> Answer:
    """Create something exactly once, although Asana has no idempotency keys; the last error is raised.

    Write down that it is about to be sent, send it, and where the answer was lost, read Asana before sending again. A
    read that fails is no answer: what was written down stays.

    `remember` writes down whether Asana may have it without our knowing: True before it is sent, False once it
    was certainly not made; it is left out where whoever tries next looks for it anyway. `find` reads whether Asana
    has it. `unsure` is what was written down before: then Asana is read before anything is sent. Raises what `create`
    and `find` raise.
    """
    if unsure and (there := find()) is not None:
        return there
    tries = 0
    while True:
        tries += 1
        remember(True)
        try:
            return create()
        except AnswerLost as error:
            unsure = True
            if error.most_tries == 1:
                # Reading would take as long again: whoever tries next reads first.
                raise
            clock.wait(threading.Event(), LATE)
            if (there := find()) is not None:
                return there
            if tries >= CREATE_TRIES:
                raise
        except AsanaError:
            # Refused, or not even sent. An earlier try may still be carried out late.
            if not unsure:
                remember(False)
            raise
