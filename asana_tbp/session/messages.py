"""What a running session can be told, and by whom: commands, readings of Asana, news of deliveries.

Knows the messages. Must not know what follows from them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from asana_tbp.session.courier import DeliveryOutcome
from asana_tbp.session.snapshot import Snapshot
from asana_tbp.timer.commands import Command
from asana_tbp.timer.reconcile import RemoteTasks


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command: whether it was carried out, why not, and the moment after it."""

    ok: bool
    sentence: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command on its way to the session. `reply` is called once, in the session's thread."""

    command: Command
    reply: Callable[[Answer], None] = lambda _answer: None


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user that is no event."""

    sentence: str


Message = CommandRequest | RemoteTasks | Notice | DeliveryOutcome
Inbox = SimpleQueue[Message]
"""Whatever a session is told, from any thread or signal handler."""


def ask(inbox: Inbox, command: Command, seconds: float = 5.0) -> Answer | None:
    """Send a command and wait for its answer; None when the session is over or busy for that long."""
    answered: SimpleQueue[Answer] = SimpleQueue()
    there = threading.Event()

    def reply(answer: Answer) -> None:
        answered.put(answer)
        there.set()

    inbox.put(CommandRequest(command, reply))
    return answered.get_nowait() if there.wait(seconds) else None


class Messenger(Protocol):
    """What carries the outbox to Asana; `delivery.Courier` is one."""

    def wake(self) -> None:
        """There is something to deliver."""
        ...

    def finish(self, seconds: float) -> int:
        """Stop after a last try of at most `seconds`; how much is still pending."""
        ...
