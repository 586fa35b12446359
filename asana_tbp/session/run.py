"""Runs a session to its end, polls Asana meanwhile, and reports the outcome."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from asana_tbp.errors import INTERRUPTED, OK, PARTLY_DONE, QUEUED, NotAuthorised, TbpError
from asana_tbp.session.control_server import control_server
from asana_tbp.session.messages import Notice
from asana_tbp.session.runner import Runner
from asana_tbp.session.task_source import TaskSource, UnclearTask
from asana_tbp.store.database import DatabaseClosed
from asana_tbp.store.outbox import Entry
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import Settings
from asana_tbp.timer.events import SessionOptions
from asana_tbp.timer.reconcile import RemoteTasks
from asana_tbp.timer.state import State

EVERY = 20.0
"""Seconds between two readings."""

A_REQUEST = 4.5
"""Seconds a request must last on average: 15 a minute are a tenth of the free plan's limit, and we stay below."""

LONGEST = 60.0
"""Seconds between two readings while Asana can't be read."""

LAST_TRY = 8.0
"""Seconds that the end of a session waits for Asana to take what is left."""

LAST_ANSWERS = 1.0
"""Seconds that it waits for commands from other windows to get their answers."""


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


@dataclass
class Poller:
    """Polls Asana in a thread of its own, rarely enough to be polite. A failed reading changes nothing.

    `send` is called in that thread, with readings and notices.
    """

    source: TaskSource
    clock: Clock
    send: Callable[[RemoteTasks | Notice], None]
    _failed: int = 0

    def __post_init__(self) -> None:
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)

    def start(self) -> None:
        """Begin; the first reading comes after the usual pause."""
        self._thread.start()

    def finish(self) -> None:
        """Stop polling. Does not wait for a reading under way, which is not sent any more."""
        self._closing.set()

    def poll(self) -> float:
        """Read once and send what was read; seconds until the next time."""
        try:
            reading = self.source.read()
        except TbpError as error:
            # Asana can't be reached, or the database can't be written for a moment: it may pass.
            self._failed += 1
            if self._failed == 1:
                why = f"{error.sentence} {error.hint}" if isinstance(error, NotAuthorised) else error.sentence
                self.send(Notice(f"Changes in Asana are not seen for now: {why} The timer goes on."))
            return min(LONGEST, EVERY * 2.0 ** min(self._failed, 8))
        if self._failed:
            self._failed = 0
            self.send(Notice("Asana can be read again."))
        if not self._closing.is_set():
            self.send(reading)
        return max(EVERY, self.source.requests * A_REQUEST)

    def _run(self) -> None:
        pause = max(EVERY, self.source.requests * A_REQUEST)
        while not self.clock.wait(self._closing, pause):
            try:
                pause = self.poll()
            except DatabaseClosed:
                return


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended: its state, what Asana does not have yet, what it refused, what was left unclear."""

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


def run_session(runner: Runner, folder: Path, source: TaskSource | None = None) -> Outcome:
    """Run a session to its end, or until it is stopped; a countdown has no `source`. `folder` is the state folder."""
    outbox = runner.log.outbox
    before = {entry.id for entry in outbox.parked()}
    with ExitStack() as stack:
        for face in runner.faces:
            stack.enter_context(face.attached(runner.inbox))
        if source is not None:
            poller = Poller(source, Clock(), runner.inbox.put)
            poller.start()
            stack.callback(poller.finish)
        if runner.courier is not None:
            runner.courier.start()
        with control_server(folder / "sessions", runner.log.session_id, runner.song, runner.inbox) as clients:
            runner.run()
            runner.send_pending(LAST_TRY)
        runner.shutdown(LAST_TRY)
        # The answer to `stop` may still be on its way.
        runner.answer_last(clients, LAST_ANSWERS)
        unsent = outbox.count() if runner.courier else 0
    failed = tuple(entry for entry in outbox.parked() if entry.id not in before)
    return Outcome(runner.state, unsent, failed, source.unclear if source else ())
