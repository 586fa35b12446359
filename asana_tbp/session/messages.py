"""The messages of a running session: commands, readings of Asana, outcomes of deliveries; and its faces."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import NamedTuple

from asana_tbp.errors import AsanaError, NotAuthorised
from asana_tbp.store.outbox import Entry
from asana_tbp.system.clock import Clock
from asana_tbp.text import escape_controls
from asana_tbp.timer.commands import Command, Stop
from asana_tbp.timer.events import Event
from asana_tbp.timer.reconcile import RemoteTasks
from asana_tbp.timer.state import Snapshot

EXECUTES = 2.0
"""Seconds that a command may take once the session has begun to execute it."""

MASHED = 2.0
"""Seconds after the second Ctrl-C within which a further one changes nothing: the end takes a moment."""

INTENTS = {
    "complete": "complete {}",
    "reopen": "reopen {}",
    "time": "write down your time on {}",
    "comment": "comment on {}",
    "card": "put {} on the board",
}


def intent_of(entry: Entry) -> str:
    """What a delivery asks Asana to do: `complete Write bassline (25m)`."""
    return INTENTS[entry.intent].format(escape_controls(entry.task_name))


class Delivery(NamedTuple):
    """What became of an entry: Asana has it; or it failed for a `reason`; or it waits after an `error`.

    One that waits is tried again automatically, or at the next start.
    """

    entry: Entry
    reason: str = ""
    error: AsanaError | None = None

    @property
    def is_delivered(self) -> bool:
        return not self.reason and self.error is None

    @property
    def sentence(self) -> str:
        """What the user should know of it; "" where all is well."""
        error = self.error
        if error is None:
            return (
                f"Asana will not {intent_of(self.entry)}: {escape_controls(self.reason)}"
                if self.reason
                else ""
            )
        name = escape_controls(self.entry.task_name)
        # What to do belongs here only where waiting does not help.
        hint = f" {error.hint}" if isinstance(error, NotAuthorised) and error.hint else ""
        return f"{escape_controls(error.sentence)} {name} waits here and is sent later.{hint}"


class Notice(NamedTuple):
    """A sentence for the user that does not belong to an event."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command: whether it was executed, what it did or why not, and the snapshot after it."""

    ok: bool
    sentence: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command on its way to the session, which executes it unless it has been cancelled.

    `is_awaited` says whether somebody still waits for its answer.
    """

    command: Command
    answer: Future[Answer] = field(default_factory=Future)
    is_awaited: Callable[[], bool] = lambda: True


Message = CommandRequest | RemoteTasks | Delivery | Notice
Inbox = SimpleQueue[Message]
"""Whatever a session receives, from any thread or signal handler."""


def ask(
    inbox: Inbox, command: Command, seconds: float = 5.0, is_awaited: Callable[[], bool] = lambda: True
) -> Answer | None:
    """Send a command and wait `seconds` for its answer; without one, withdraw the command and return None."""
    request = CommandRequest(command, is_awaited=is_awaited)
    inbox.put(request)
    with suppress(TimeoutError):
        return request.answer.result(seconds)
    if not request.answer.cancel():
        # It is being executed at this moment.
        with suppress(TimeoutError):
            return request.answer.result(EXECUTES)
    return None


class Face:
    """Something that shows a session: lines in a pipe, a live terminal, a page, a noise.

    Called in the timer's thread. `pulse` is how often `tick` is called where time is fast, in seconds of the machine;
    else it is called about once a second.
    """

    pulse = 1.0
    in_hurry = False
    """Whether the user has asked twice to stop: then nothing waits for Asana any more."""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        """An event was recorded; the snapshot is the moment after it."""

    def notice(self, sentence: str) -> None:
        """Show a sentence that is not about an event: why a command was refused, what Asana did not accept."""

    def tick(self, snapshot: Snapshot) -> None:
        """Time has passed."""

    def attached(self, inbox: Inbox) -> AbstractContextManager[None]:  # noqa: ARG002  for those with keys
        """For the length of the block keys and signals reach the session."""
        return nullcontext()


class StoppableFace(Face):
    """The face where a session was started: there it is stopped by Ctrl-C, a hang-up or a termination."""

    def __init__(self) -> None:
        self._inbox: Inbox | None = None
        self._stopped: float | None = None

    def ask_to_stop(self) -> bool:
        """Ask the session to stop; the second time, without waiting for Asana.

        Returns True where there is no session yet, or where that did not help: then the program is to end at once.
        """
        if self._inbox is None:
            return True
        now = Clock().elapsed()
        if self._stopped is None:
            self._stopped = now
            # A SimpleQueue may be put to from a signal handler; an Event or a lock may not.
            self._inbox.put(CommandRequest(Stop()))
        elif not self.in_hurry:
            self.in_hurry, self._stopped = True, now
        else:
            return now - self._stopped > MASHED
        return False
