"""Sends the outbox to Asana, in order, while the timer runs."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import FINAL, create_once
from asana_tbp.errors import AnswerLost, AsanaError, NotAuthorised, NotSent, RateLimited, Refused, TbpError
from asana_tbp.session.messages import Delivery, Notice
from asana_tbp.store.database import DatabaseClosed
from asana_tbp.store.outbox import Entry, Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.system.lock import held
from asana_tbp.text import escape_controls

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
"""Seconds between two tries while Asana can't be reached: all is delivered within ten of its return."""

PASSED_AFTER = 2
"""Failures after which other tasks' entries may pass one that Asana fails over again and again."""

PARKED_AFTER = 12
"""Failures after which an entry is parked; each is several requests in a row."""

A_LOOK = 0.25
"""Seconds between two checks whether a wait is over."""

Tell = Callable[[Delivery | Notice], None]


def send_pending(
    outbox: Outbox, send_one: Callable[[Entry], None], clock: Clock, tell: Tell, folder: Path | None = None
) -> AsanaError | None:
    """Send every pending entry, oldest first; returns the error that the rest waits for, None if none is left.

    Stops at the first entry that can't be sent now, so that order is kept. No entry ever passes an earlier one
    of the same task. `send_one` raises the `AsanaError` classes. Processes that share the state
    `folder` send one at a time, so that nothing is sent twice.
    """
    held_up: dict[str, AsanaError] = {}
    for pending in outbox.pending():
        task = pending.task_gid or pending.key
        if task in held_up:
            continue
        with held(folder / "locks" / "delivery.lock", seconds=30.0) if folder else nullcontext(True) as ours:
            # Another process may have sent it while we waited for our turn.
            entry = outbox.entry(pending.id)
            if entry is None or entry.state != "pending":
                continue
            if not ours:
                return NotSent("Another asana-tbp is sending its changes.")
            try:
                send_one(entry)
            except (*FINAL, AnswerLost, NotSent, RateLimited, NotAuthorised) as error:
                reason, failures = error.sentence if isinstance(error, FINAL) else "", 0
                if isinstance(error, AnswerLost):
                    outbox.count_failure(entry)
                    failures = entry.tries + 1
                    reason = (
                        f"Asana failed {failures} times: {error.sentence}" if failures >= PARKED_AFTER else ""
                    )
                if reason:
                    outbox.finish(entry, clock.now(), reason)
                    tell(Delivery(entry, reason))
                    continue
                tell(Delivery(entry, error=error))
                if failures < PASSED_AFTER:
                    return error
                held_up[task] = error
            else:
                outbox.finish(entry, clock.now())
                tell(Delivery(entry))
    return next(iter(held_up.values()), None)


def send(asana: Gateway, outbox: Outbox, clock: Clock, entry: Entry) -> None:
    """Make the entry's change in Asana; if it was sent before without an answer, look for it first.

    Raises the `AsanaError` classes; after `AnswerLost` the entry may be in effect.
    """
    seen = entry.seen
    if entry.intent == "time":
        raise Refused("Time entries are no longer sent to Asana; your times stay in the local database.")
    if entry.intent == "comment" and seen is None:
        # Which comments were there before the first try: somebody may have written the same words.
        seen = frozenset(comment.gid for comment in asana.comments(entry.task_gid))

    text = entry.content.get("text", "")
    change: Callable[[], Any] = partial(asana.add_comment, entry.task_gid, text)
    if entry.intent != "comment":
        change = partial(asana.set_completed, entry.task_gid, entry.intent == "complete", once=True)

    def find() -> bool | None:
        if entry.intent != "comment":
            return asana.task(entry.task_gid).completed == (entry.intent == "complete") or None
        there = asana.comments(entry.task_gid)
        return any(comment.gid not in (seen or ()) and comment.text == text for comment in there) or None

    create_once(
        change,
        find,
        clock,
        remember=lambda unsure: outbox.remember(entry, unsure=unsure, seen=seen),
        unsure=entry.unsure,
    )


def resolve_failed(outbox: Outbox, asana: Gateway, clock: Clock, tell: Tell) -> None:
    """Count failed entries as delivered if Asana has their change by now, because somebody made it there."""
    for entry in outbox.parked():
        if entry.intent not in {"complete", "reopen"}:
            continue
        try:
            completed = asana.task(entry.task_gid).completed
        except FINAL:
            continue
        except AsanaError:
            # Nobody waits for this; the next start looks again.
            return
        if completed == (entry.intent == "complete"):
            outbox.retry(entry)
            outbox.finish(entry, clock.now())
            state = "complete" if completed else "open"
            tell(Notice(f"{escape_controls(entry.task_name)} is {state} in Asana by now."))


def deliver_outbox(outbox: Outbox, asana: Gateway, clock: Clock, folder: Path) -> list[Delivery | Notice]:
    """Send what an earlier run could not; returns the outcomes. Raises `NotAuthorised` for a refused token."""
    outcomes: list[Delivery | Notice] = []
    error = send_pending(outbox, partial(send, asana, outbox, clock), clock, outcomes.append, folder)
    # Any other error comes up again when Asana is read next; a token that is refused stops here.
    if isinstance(error, NotAuthorised):
        raise error
    if error is None:
        resolve_failed(outbox, asana, clock, outcomes.append)
    return outcomes


@dataclass
class Courier:
    """Delivers in a thread of its own, so that a slow network never holds up the timer.

    `clock` is the machine's: a fast session does not make Asana faster. `tell` is called in the thread.
    """

    outbox: Outbox
    asana: Gateway
    clock: Clock
    tell: Tell
    folder: Path | None = None
    _patience: float = 0.0

    def __post_init__(self) -> None:
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._send = partial(send, self.asana, self.outbox, self.clock)
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Start sending, beginning with what is pending already."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """Send what was added to the outbox."""
        self._wake.set()

    def finish(self, seconds: float, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Try once more, wait for it at most `seconds` or until it `is_enough`, and stop."""
        self._patience = seconds
        self._closing.set()
        self._wake.set()
        for _ in range(ceil(seconds / A_LOOK)):
            self._thread.join(A_LOOK)
            if is_enough() or not self._thread.is_alive():
                return

    def _run(self) -> None:
        pause: float | None = None
        last_try = 0.0
        while True:
            if pause is None:
                self._wake.wait()
            else:
                self.clock.wait(self._wake, pause)
            # Cleared before sending, so that no later wake-up is lost, above all not that of `finish`.
            self._wake.clear()
            closing = self._closing.is_set()
            error: TbpError | None
            try:
                error = send_pending(self.outbox, self._send, self.clock, self.tell, self.folder)
            except DatabaseClosed:
                # `finish` has not waited for a slow answer. The entry is pending still and is sent again.
                return
            except TbpError as trouble:
                # A full disk, a lock that can't be made: nothing is lost, and it may pass.
                self.tell(Notice(trouble.sentence))
                error = trouble
            if closing:
                # Only after a lost answer look again at once: whether Asana has the change decides the outcome.
                last_try = last_try or self.clock.elapsed() + self._patience
                if not isinstance(error, AnswerLost) or self.clock.elapsed() > last_try:
                    return
            pause = None if error is None else min(LONGEST_PAUSE, 2 * pause if pause else FIRST_PAUSE)
