"""Running a session to its end: its parts put together, and how it came out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.errors import INTERRUPTED, OK, PARTLY_DONE, QUEUED, NotAuthorised
from asana_tbp.session.control_server import ControlServer
from asana_tbp.session.courier import Courier, Turn, resolve_failed, send, send_pending
from asana_tbp.session.log import SessionLog
from asana_tbp.session.messages import DeliveryOutcome, Face, Inbox
from asana_tbp.session.poller import Poller
from asana_tbp.session.runner import Runner
from asana_tbp.session.task_source import TaskSource, UnclearTask
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Entry, Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.system.lock import held
from asana_tbp.system.settings import Settings
from asana_tbp.timer.events import SessionOptions
from asana_tbp.timer.reconcile import RemoteTasks
from asana_tbp.timer.state import State

LAST_TRY = 8.0
"""Seconds that the end of a session waits for Asana to take what is left."""


def options_from_settings(settings: Settings) -> SessionOptions:
    """How a session behaves by the settings alone."""
    return SessionOptions(
        at_zero=settings.at_zero,
        auto_start=settings.auto_start,
        auto_break=settings.auto_break,
        warn=settings.warn * 60.0,
        rest=settings.break_time * 60.0,
        on_suspend=settings.on_suspend,
        extension=settings.extension * 60.0,
        comments=settings.comments,
        order=settings.order,
        default_minutes=settings.default_budget,
    )


def turn_of(folder: Path) -> Turn:
    """One process of this machine at a time sends a delivery, so that none is sent twice."""
    path = folder / "locks" / "delivery.lock"
    return lambda: held(path, seconds=30.0)


def deliver_outbox(database: Database, asana: Gateway, clock: Clock, turn: Turn) -> list[DeliveryOutcome]:
    """Send Asana what an earlier run could not; what became of it. Raises `NotAuthorised` for a refused token."""
    outcomes: list[DeliveryOutcome] = []
    outbox = Outbox(database)
    error = send_pending(outbox, partial(send, asana, outbox, clock), clock, outcomes.append, turn)
    # What reads Asana next meets another error as well; a token that is refused stops here.
    if isinstance(error, NotAuthorised):
        raise error
    if error is None:
        resolve_failed(outbox, asana, clock, outcomes.append)
    return outcomes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended: its state, what Asana does not have yet, what it will not take, what was left unclear."""

    state: State
    unsent: int
    failed: tuple[Entry, ...] = ()
    unclear: tuple[UnclearTask, ...] = ()

    @property
    def exit_code(self) -> int:
        """130 stopped, 5 where something was left undone, 6 done here and queued for Asana, else 0."""
        if self.state.ended == "stopped":
            return INTERRUPTED
        unanswered = any(over.why == "unanswered" for over in self.state.finished)
        if self.failed or self.unclear or unanswered:
            return PARTLY_DONE
        return QUEUED if self.unsent else OK


@dataclass
class SessionRun:
    """A session about to run: its log, where its tasks come from, the tick it begins at; a countdown has no `source`.

    `clock` may be fast; `folder` is the state folder.
    """

    title: str
    log: SessionLog
    clock: Clock
    folder: Path
    source: TaskSource | None = None
    begun: float = 0.0
    reading: RemoteTasks | None = None
    faces: list[Face] = field(default_factory=list)

    def run(self) -> Outcome:
        """Run the queue to its end, or until it is stopped."""
        outbox, inbox = self.log.outbox, Inbox()
        before = {entry.id for entry in outbox.parked()}
        with ExitStack() as stack:
            for face in self.faces:
                stack.enter_context(face.attached(inbox))
            address = self.folder / "sessions"
            server = stack.enter_context(ControlServer(address, self.log.session_id, self.title, inbox))
            courier = None
            if self.source is not None:
                courier = Courier(outbox, self.source.asana, Clock(), inbox.put, turn_of(self.folder))
                poller = Poller(self.source, Clock(), inbox.put)
                poller.start()
                stack.callback(poller.finish)
            runner = Runner(
                self.title, self.log, courier, self.clock, self.faces, inbox, self.begun, self.reading
            )
            if courier is not None:
                courier.start()
            runner.run()
            runner.send_pending(LAST_TRY)
            server.close()
            unsent = runner.shutdown(LAST_TRY)
        failed = tuple(entry for entry in outbox.parked() if entry.id not in before)
        return Outcome(runner.state, unsent, failed, self.source.unclear if self.source else ())
