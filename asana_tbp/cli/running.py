"""Runs a session in this process: builds its parts, lets Ctrl-C stop it, sums it up.

Knows how the parts fit. Must not know how the project was chosen.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from asana_tbp.cli.faces import LiveFace, clock_text, face_for
from asana_tbp.cli.output import out, say
from asana_tbp.errors import INTERRUPTED, OK, QUEUED, NotAuthorised
from asana_tbp.session.delivery import Courier, Delivered, Outcome, Parked, Waiting
from asana_tbp.session.log import open_log
from asana_tbp.session.outbox import Outbox
from asana_tbp.session.recovery import close_lost_sessions
from asana_tbp.session.runner import Command, Inbox, Runner
from asana_tbp.songmap.wording import printable
from asana_tbp.system.clock import Clock, SystemClock

if TYPE_CHECKING:
    from asana_tbp.bridge.asana import Asana, Project
    from asana_tbp.session.timebox import Box, State
    from asana_tbp.store.database import Database

LAST_TRY = 8.0
"""Seconds that the end of a session waits for Asana to take what is left."""

REDRAWS = 10
"""Times a second that a live face is redrawn."""


def settle_the_past(database: Database, asana: Asana, project: Project, clock: Clock) -> None:
    """End what an earlier run left open: lost sessions, and completions that Asana was not told of."""
    from asana_tbp.session.delivery import deliver

    for box in close_lost_sessions(database, project.gid, clock.now()):
        say(f"The last session broke off during {printable(box.name)}; it is not completed and starts again.")
    told: list[Outcome] = []
    deliver(Outbox(database), asana, clock, told.append)
    for outcome in told:
        match outcome:
            case Delivered(entry):
                say(f"Sent to Asana now: {printable(entry.task_name)} is complete.")
            case Parked(entry, reason):
                say(f"Asana will not complete {printable(entry.task_name)}: {printable(reason)}")
            case Waiting(_, error):
                # What reads Asana next meets the same error; a token that is refused stops here.
                if isinstance(error, NotAuthorised):
                    raise error


@dataclass(frozen=True, slots=True)
class Ending:
    """How a session ended: its state, and how many completions Asana does not have yet."""

    state: State
    unsent: int

    @property
    def exit_code(self) -> int:
        """130 stopped, 6 done here and queued for Asana, else 0."""
        if self.state.ended == "stopped":
            return INTERRUPTED
        return QUEUED if self.unsent else OK


def run_session(
    database: Database, asana: Asana, project: Project, queue: tuple[Box, ...], clock: Clock, *, plain: bool
) -> Ending:
    """Run the queue to its end or to Ctrl-C, and say what was done."""
    outbox = Outbox(database)
    news: SimpleQueue[Outcome] = SimpleQueue()
    inbox: Inbox = SimpleQueue()
    courier = Courier(outbox, asana, SystemClock(), news.put)
    log = open_log(database, project.gid, project.name, queue, clock.now())
    face = face_for(plain=plain)
    pulse = clock.speed / (REDRAWS if isinstance(face, LiveFace) else 1)
    runner = Runner(project.name, log, outbox, courier, clock, face, inbox, news, pulse)
    with stopped_by_signals(inbox):
        courier.start()
        with face if isinstance(face, LiveFace) else nullcontext():
            state = runner.run()
        unsent = runner.settle(LAST_TRY)
    summarise(state, unsent)
    return Ending(state, unsent)


def summarise(state: State, unsent: int) -> None:
    """The last words of a session on stdout."""
    spent = sum(finished.spent for finished in state.finished)
    total = len(state.finished) + len(state.queue)
    out(f"{len(state.done)} of {total} tasks done in {clock_text(spent)}.")
    for finished in state.finished:
        if not finished.done:
            out(f"Not completed: {printable(finished.box.name)}, left after {clock_text(finished.spent)}.")
    if unsent:
        out(f"{unsent} completions wait here; the next start sends them to Asana.")


@contextmanager
def stopped_by_signals(inbox: Inbox) -> Iterator[None]:
    """The first Ctrl-C, hang-up or termination asks the session to stop; a second one ends the program at once."""

    def ask(number: int, _frame: Any) -> None:
        # A SimpleQueue may be put to from a signal handler; an Event or a lock may not.
        inbox.put(Command.STOP)
        signal.signal(number, signal.default_int_handler)

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    for number in before:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)
