"""Runs a session in this process: builds its parts, lets Ctrl-C stop it, sums it up.

Knows how the parts fit. Must not know how the tasks were chosen.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import out, say
from asana_tbp.cli.output.display import PlainDisplay, SessionDisplay
from asana_tbp.cli.output.session_text import intent
from asana_tbp.errors import INTERRUPTED, OK, QUEUED, NotAuthorised
from asana_tbp.session.control_server import ControlServer
from asana_tbp.session.courier import Courier, Delivered, DeliveryOutcome, Parked, Remark, Turn, Waiting
from asana_tbp.session.messages import Inbox
from asana_tbp.session.poller import Poller
from asana_tbp.session.runner import Runner
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock, SystemClock
from asana_tbp.text import escape_controls, quote
from asana_tbp.timer.countdown import clock_text

if TYPE_CHECKING:
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.session.log import SessionLog
    from asana_tbp.session.snapshot import Face
    from asana_tbp.session.task_source import TaskSource
    from asana_tbp.store.database import Database
    from asana_tbp.timer.reconcile import RemoteTasks
    from asana_tbp.timer.state import State

LAST_TRY = 8.0
"""Seconds that the end of a session waits for Asana to take what is left."""


def turn_of(state_folder: Path) -> Turn:
    """One process of this machine at a time sends an entry of the outbox, so that none is sent twice."""
    from asana_tbp.system.lock import held

    path = state_folder / "locks" / "delivery.lock"
    return lambda: held(path, seconds=30.0)


def deliver_outbox(database: Database, asana: Gateway, clock: Clock, turn: Turn) -> None:
    """Tell Asana what an earlier run could not. A refused token stops here."""
    from asana_tbp.session.courier import deliver

    told: list[DeliveryOutcome] = []
    deliver(Outbox(database), asana, clock, told.append, turn=turn)
    for outcome in told:
        match outcome:
            case Delivered(entry):
                done = {"complete": "is complete", "reopen": "is open again"}
                what = done.get(entry.intent, "has your comment")
                say(f"Sent to Asana now: {escape_controls(entry.task_name)} {what}.")
            case Parked(entry, reason):
                say(f"Asana will not {intent(entry)}: {escape_controls(reason)}")
            case Remark(sentence):
                say(sentence)
            case Waiting(_, error):
                # What reads Asana next meets the same error; a token that is refused stops here.
                if isinstance(error, NotAuthorised):
                    raise error


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended: its state, and how many completions Asana does not have yet."""

    state: State
    unsent: int

    @property
    def exit_code(self) -> int:
        """130 stopped, 6 done here and queued for Asana, else 0."""
        if self.state.ended == "stopped":
            return INTERRUPTED
        return QUEUED if self.unsent else OK


@dataclass
class SessionRun:
    """What a session is run with.

    `asana` and `reader` are None for a timer without Asana. `folder` is the state folder; `begun` the tick it
    goes on from; `reading` what Asana has now, where the session goes on from an earlier one. `others` are
    faces beside the `stage`'s.
    """

    database: Database
    clock: Clock
    title: str
    log: SessionLog
    folder: Path
    asana: Gateway | None = None
    reader: TaskSource | None = None
    begun: float = 0.0
    reading: RemoteTasks | None = None
    others: tuple[Face, ...] = ()
    stage: SessionDisplay = field(default_factory=PlainDisplay)

    def run(self) -> Outcome:
        """Run the queue to its end or to Ctrl-C, and say what was done."""
        outbox = Outbox(self.database)
        inbox: Inbox = SimpleQueue()
        machine = SystemClock()
        courier = None
        if self.asana is not None:
            courier = Courier(outbox, self.asana, machine, inbox.put, turn_of(self.folder))
        face, pulse = self.stage.face, self.stage.pulse
        runner = Runner(
            self.title, self.log, outbox, courier, self.clock, face, inbox, pulse, begun=self.begun
        )
        for other in self.others:
            runner.audience.join(other)
        if self.reading is not None:
            inbox.put(self.reading)
        with ExitStack() as stack:
            stack.enter_context(self.stage.heed(inbox))
            stack.enter_context(
                ControlServer(self.folder / "sessions", self.log.session_id, self.title, inbox)
            )
            if self.reader is not None:
                watch = Poller(self.reader, machine, inbox.put)
                watch.start()
                stack.callback(watch.finish)
            if courier is not None:
                courier.start()
            state = runner.run()
            unsent = runner.settle(LAST_TRY)
        summarise(state, unsent)
        return Outcome(state, unsent)


def summarise(state: State, unsent: int) -> None:
    """The last words of a session on stdout."""
    spent = sum(finished.spent for finished in state.finished)
    total = len(state.standing) + len(state.queue)
    out(f"{len(state.done)} of {total} tasks done in {clock_text(spent)}.")
    for finished in state.standing:
        if not finished.done:
            out(
                f"Not completed: {escape_controls(finished.timebox.name)}, left after {clock_text(finished.spent)}."
            )
    for finished in state.finished:
        if finished.come_back:
            out(f"To come back to: {escape_controls(finished.timebox.name)}")
        if finished.why == "scrapped":
            song = escape_controls(finished.timebox.song)
            out(f"Scrapped: {song}. To take it off the board: asana-tbp board archive {quote(song)}")
    if unsent:
        out(f"{unsent} completions wait here; the next start sends them to Asana.")
