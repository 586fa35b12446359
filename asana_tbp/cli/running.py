"""Runs a session in this process: builds its parts, lets Ctrl-C stop it, sums it up.

Knows how the parts fit. Must not know how the tasks were chosen.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from asana_tbp.cli.lines import intent
from asana_tbp.cli.output import out, say
from asana_tbp.cli.stage import PlainStage, Stage
from asana_tbp.errors import INTERRUPTED, OK, QUEUED, NotAuthorised
from asana_tbp.session.countdown import clock_text
from asana_tbp.session.delivery import Courier, Delivered, Outcome, Parked, Remark, Turn, Waiting
from asana_tbp.session.door import Door
from asana_tbp.session.inbox import Inbox
from asana_tbp.session.outbox import Outbox
from asana_tbp.session.runner import Runner
from asana_tbp.session.watch import Watch
from asana_tbp.songmap.wording import printable, quoted
from asana_tbp.system.clock import Clock, SystemClock

if TYPE_CHECKING:
    from asana_tbp.bridge.asana import Asana
    from asana_tbp.session.following import Reading
    from asana_tbp.session.log import SessionLog
    from asana_tbp.session.reading import Reader
    from asana_tbp.session.snapshot import Face
    from asana_tbp.session.state import State
    from asana_tbp.store.database import Database

LAST_TRY = 8.0
"""Seconds that the end of a session waits for Asana to take what is left."""


def turn_of(state_folder: Path) -> Turn:
    """One process of this machine at a time sends an entry of the outbox, so that none is sent twice."""
    from asana_tbp.system.lock import held

    path = state_folder / "locks" / "delivery.lock"
    return lambda: held(path, seconds=30.0)


def settle_the_past(database: Database, asana: Asana, clock: Clock, turn: Turn) -> None:
    """Tell Asana what an earlier run could not. A refused token stops here."""
    from asana_tbp.session.delivery import deliver

    told: list[Outcome] = []
    deliver(Outbox(database), asana, clock, told.append, turn=turn)
    for outcome in told:
        match outcome:
            case Delivered(entry):
                done = {"complete": "is complete", "reopen": "is open again", "time": "has your time"}
                what = done.get(entry.intent, "has your comment")
                say(f"Sent to Asana now: {printable(entry.task_name)} {what}.")
            case Parked(entry, reason):
                say(f"Asana will not {intent(entry)}: {printable(reason)}")
            case Remark(sentence):
                say(sentence)
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


@dataclass
class Sitting:
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
    asana: Asana | None = None
    reader: Reader | None = None
    begun: float = 0.0
    reading: Reading | None = None
    others: tuple[Face, ...] = ()
    stage: Stage = field(default_factory=PlainStage)

    def run(self) -> Ending:
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
            stack.enter_context(Door(self.folder / "sessions", self.log.session_id, self.title, inbox))
            if self.reader is not None:
                watch = Watch(self.reader, machine, inbox.put)
                watch.start()
                stack.callback(watch.finish)
            if courier is not None:
                courier.start()
            state = runner.run()
            unsent = runner.settle(LAST_TRY)
        summarise(state, unsent)
        return Ending(state, unsent)


def summarise(state: State, unsent: int) -> None:
    """The last words of a session on stdout."""
    spent = sum(finished.spent for finished in state.finished)
    total = len(state.standing) + len(state.queue)
    out(f"{len(state.done)} of {total} tasks done in {clock_text(spent)}.")
    for finished in state.standing:
        if not finished.done:
            out(f"Not completed: {printable(finished.box.name)}, left after {clock_text(finished.spent)}.")
    for finished in state.finished:
        if finished.come_back:
            out(f"To come back to: {printable(finished.box.name)}")
        if finished.why == "scrapped":
            song = printable(finished.box.song)
            out(f"Scrapped: {song}. To take it off the board: asana-tbp board archive {quoted(song)}")
    if unsent:
        out(f"{unsent} completions wait here; the next start sends them to Asana.")
