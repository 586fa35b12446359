"""The parts of a session for tests: a song in Asana, a face that remembers, and a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from asana_tbp.bridge.asana import Asana
from asana_tbp.session.commands import Command
from asana_tbp.session.delivery import Courier, Outcome
from asana_tbp.session.events import Box, Event, Policy
from asana_tbp.session.following import Reading
from asana_tbp.session.inbox import Ask, Inbox
from asana_tbp.session.log import SessionLog, open_log
from asana_tbp.session.order import Order, ShownOrder
from asana_tbp.session.outbox import Outbox
from asana_tbp.session.reading import Reader, Source
from asana_tbp.session.runner import Runner
from asana_tbp.session.snapshot import Snapshot
from asana_tbp.session.state import State
from asana_tbp.store.database import Database
from asana_tbp.system.clock import SystemClock
from tests.clock import BEGIN, HandClock


@dataclass
class Notebook:
    """A face that remembers what it was shown, and does something at each tick if told to."""

    events: list[Event] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ticked: Callable[[Snapshot], None] = lambda _snapshot: None

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        self.events.append(event)
        self.snapshots.append(snapshot)

    def delivery(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    def notice(self, sentence: str) -> None:
        self.notices.append(sentence)

    def tick(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)
        self.ticked(snapshot)

    def of(self, *kinds: type) -> list[Event]:
        """The events of these kinds, in order."""
        return [event for event in self.events if isinstance(event, kinds)]


@dataclass
class Desk:
    """A session driven turn by turn, without threads: nothing is delivered unless the test says so."""

    database: Database
    queue: tuple[Box, ...]
    policy: Policy = field(default_factory=Policy)
    clock: HandClock = field(default_factory=HandClock)
    face: Notebook = field(default_factory=Notebook)
    inbox: Inbox = field(default_factory=Inbox)
    stood_still: float = 30.0
    log: SessionLog = field(init=False)
    runner: Runner = field(init=False)

    def __post_init__(self) -> None:
        self.log = open_log(self.database, "1", "Song", self.queue, BEGIN, self.policy)
        self.take_up(self.log)

    def take_up(self, log: SessionLog, begun: float = 0.0) -> None:
        """Run a log from `begun` on."""
        self.log = log
        outbox = Outbox(self.database)
        self.runner = Runner(
            "Song", log, outbox, self, self.clock, self.face, self.inbox, 30.0, begun, self.stood_still
        )
        self.rest()

    def wake(self) -> None:
        """As a messenger: nothing."""

    def finish(self, seconds: float) -> int:
        """As a messenger: nothing."""
        return 0

    @property
    def state(self) -> State:
        return self.log.state

    @property
    def now(self) -> Snapshot:
        """The moment it is."""
        return self.runner._snapshot(self.runner._tick())

    def work(self, seconds: float) -> None:
        """Let time pass."""
        end = self.clock.elapsed() + seconds
        self.clock.until = end
        while self.state.ended is None and self.clock.elapsed() < end:
            self.runner.turn()
        self.rest()

    def rest(self) -> None:
        """Let happen what happens at this moment."""
        self.clock.until = self.clock.elapsed()
        before = -1
        while self.state.ended is None and (before != len(self.face.events) or not self.inbox.empty()):
            before = len(self.face.events)
            self.runner.turn()

    def say(self, command: Command) -> str:
        """Give a command; why it was refused, or ""."""
        answers: list[str] = []
        self.inbox.put(Ask(command, lambda answer: answers.append(answer.sentence)))
        self.rest()
        return answers[0]

    def hear(self, reading: Reading) -> None:
        """Take a reading of Asana."""
        self.inbox.put(reading)
        self.rest()


def boxes(*minutes: int) -> tuple[Box, ...]:
    """Boxes of so many minutes, with the gids 1, 2, ..."""
    return tuple(
        Box(str(at), f"T{at} ({budget}m)", f"T{at}", budget, "Composition")
        for at, budget in enumerate(minutes, 1)
    )


def reader(asana: Asana, database: Database, project_gid: str, order: Order = "my-tasks") -> Reader:
    """What a session of a project reads."""
    me = asana.me()
    my_list = asana.my_tasks_list(me.workspaces[0].gid)
    source = Source(project_gid, "Song", my_list)
    return Reader(asana, [source], me.gid, order, lambda _gid: {}, ShownOrder(database), SystemClock(), 25)


def sent_by(asana: Asana, database: Database, tell: Callable[[Outcome], None]) -> Courier:
    """The real courier."""
    return Courier(Outbox(database), asana, SystemClock(), tell)
