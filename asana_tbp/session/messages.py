"""What a running session receives, commands, readings of Asana and news of deliveries, and who it is shown to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Protocol

from asana_tbp.errors import AsanaError
from asana_tbp.store.outbox import Entry
from asana_tbp.timer.commands import Command
from asana_tbp.timer.events import Event
from asana_tbp.timer.reconcile import RemoteTasks
from asana_tbp.timer.snapshot import Snapshot

EXECUTES = 2.0
"""Seconds that a command which the session has begun to execute may take."""


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


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user that is no event."""

    sentence: str


DeliveryOutcome = Delivered | Parked | Waiting | Notice


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command: whether it was carried out, what it did or why not, and the moment after it."""

    ok: bool
    sentence: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command on its way to the session. `reply` is called once, in the session's thread.

    Either the session or whoever gave the command claims it: a command that was given up is never executed.
    `is_wanted` says whether somebody still waits for its answer.
    """

    command: Command
    reply: Callable[[Answer], None] = lambda _answer: None
    is_wanted: Callable[[], bool] = lambda: True
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def claim(self) -> bool:
        """Take the command, to execute it or to withdraw it; False where the other side has it already."""
        return self._lock.acquire(blocking=False)


Message = CommandRequest | RemoteTasks | DeliveryOutcome
Inbox = SimpleQueue[Message]
"""Whatever a session receives, from any thread or signal handler."""


def ask(
    inbox: Inbox, command: Command, seconds: float = 5.0, is_wanted: Callable[[], bool] = lambda: True
) -> Answer | None:
    """Send a command and wait for its answer; None when there was none for so long, and the command is withdrawn."""
    answers: SimpleQueue[Answer] = SimpleQueue()
    answered = threading.Event()

    def reply(answer: Answer) -> None:
        answers.put(answer)
        answered.set()

    request = CommandRequest(command, reply, is_wanted)
    inbox.put(request)
    if not answered.wait(seconds) and not request.claim():
        # It is being executed at this moment.
        answered.wait(EXECUTES)
    return answers.get_nowait() if answered.is_set() else None


class Face(Protocol):
    """Something that shows a session: lines in a pipe, a live terminal, a page. Called in the timer's thread."""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        """An event was recorded; the snapshot is the moment after it."""

    def delivery(self, outcome: DeliveryOutcome) -> None:
        """Asana was told something, or could not be."""

    def notice(self, sentence: str) -> None:
        """Something worth knowing that is no event: why a command was refused, that Asana can't be read."""

    def tick(self, snapshot: Snapshot) -> None:
        """Time has passed."""
