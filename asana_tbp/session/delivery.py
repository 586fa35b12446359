"""Telling Asana what the outbox holds, in order, beside the running timer.

Knows which failures are worth waiting for and which are final. Must not know the timer. `completed: true`
may be sent twice, so an entry whose answer was lost is simply sent again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from asana_tbp.bridge.asana import Asana
from asana_tbp.errors import (
    AnswerLost,
    AsanaError,
    NotAuthorised,
    NotFound,
    NotSent,
    PlanLimit,
    RateLimited,
    Refused,
)
from asana_tbp.session.outbox import Entry, Outbox
from asana_tbp.store.database import DatabaseClosed
from asana_tbp.system.clock import Clock

FINAL = (NotFound, Refused, PlanLimit)
"""Asana has understood and will not: sending again changes nothing."""

AGAIN_AFTER = 10.0
"""Seconds between two tries while Asana can't be reached."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Asana has the entry."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Parked:
    """Asana will never have the entry, for this reason."""

    entry: Entry
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The entry waits; the next try follows by itself, or at the next start."""

    entry: Entry
    error: AsanaError


Outcome = Delivered | Parked | Waiting


def deliver(outbox: Outbox, asana: Asana, clock: Clock, tell: Callable[[Outcome], None]) -> bool:
    """Send everything that is pending, oldest first; whether nothing is left waiting.

    Stops at the first entry that can't be sent now, so that order is kept.
    """
    for entry in outbox.pending():
        try:
            asana.complete_task(entry.task_gid)
        except FINAL as error:
            reason = error.sentence
            outbox.parked(entry, reason, clock.now())
            tell(Parked(entry, reason))
        except (NotSent, AnswerLost, RateLimited, NotAuthorised) as error:
            tell(Waiting(entry, error))
            return False
        else:
            outbox.delivered(entry, clock.now())
            tell(Delivered(entry))
    return True


class Courier:
    """Delivers in a thread of its own, so that a slow network never holds the timer.

    `clock` is the machine's: a fast session does not make Asana faster. `tell` is called in the thread.
    """

    def __init__(self, outbox: Outbox, asana: Asana, clock: Clock, tell: Callable[[Outcome], None]) -> None:
        self._outbox = outbox
        self._asana = asana
        self._clock = clock
        self._tell = tell
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin, with whatever is pending already."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """There is something to deliver."""
        self._wake.set()

    def finish(self, seconds: float) -> int:
        """Try once more, wait at most `seconds` for it, and stop; the number of entries still pending."""
        self._closing.set()
        self._wake.set()
        self._thread.join(seconds)
        return len(self._outbox.pending())

    def _run(self) -> None:
        empty = True
        while True:
            if empty:
                self._wake.wait()
            else:
                self._clock.wait(self._wake, AGAIN_AFTER)
            closing = self._closing.is_set()
            self._wake.clear()
            try:
                empty = deliver(self._outbox, self._asana, self._clock, self._tell)
            except DatabaseClosed:
                # `finish` has not waited for a slow answer. The entry is pending still and is sent again.
                return
            if closing:
                return
