"""The parts of a session for tests: a song in Asana, a face that remembers, and a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Task
from asana_tbp.session.courier import Courier, send, send_pending
from asana_tbp.session.log import SessionLog, open_log
from asana_tbp.session.messages import CommandRequest, Delivery, Face, Inbox, Notice
from asana_tbp.session.runner import Runner
from asana_tbp.session.task_source import SongFacts, Source, TaskSource
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.commands import Command
from asana_tbp.timer.events import Event, SessionOptions, Timebox
from asana_tbp.timer.reconcile import RemoteTasks
from asana_tbp.timer.state import Snapshot, State
from tests.clock import BEGIN, HandClock


@dataclass
class Notebook(Face):
    """A face that remembers what it was shown, and does something at each tick if told to."""

    events: list[Event] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ticked: Callable[[Snapshot], None] = lambda _snapshot: None
    pulse: float = 30.0

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        self.events.append(event)
        self.snapshots.append(snapshot)

    def notice(self, sentence: str) -> None:
        self.notices.append(sentence)

    def tick(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)
        self.ticked(snapshot)

    def of(self, *kinds: type) -> list[Event]:
        """The events of these kinds, in order."""
        return [event for event in self.events if isinstance(event, kinds)]


class IdleCourier(Courier):
    """Delivers nothing, and counts how often it was woken."""

    def __init__(self, database: Database) -> None:
        super().__init__(Outbox(database), NotImplemented, Clock(), print)
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1

    def finish(self, seconds: float, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Nothing is under way."""


@dataclass
class Desk:
    """A session driven turn by turn, without threads: nothing is delivered unless the test says so."""

    database: Database
    queue: tuple[Timebox, ...]
    options: SessionOptions = field(default_factory=SessionOptions)
    clock: HandClock = field(default_factory=HandClock)
    face: Notebook = field(default_factory=Notebook)
    inbox: Inbox = field(default_factory=Inbox)
    stood_still: float = 30.0
    log: SessionLog = field(init=False)
    runner: Runner = field(init=False)
    courier: IdleCourier = field(init=False)

    def __post_init__(self) -> None:
        self.log = open_log(self.database, "1", "Song", self.queue, BEGIN, self.options)
        self.take_up(self.log)

    def take_up(self, log: SessionLog, begun: float = 0.0, reading: RemoteTasks | None = None) -> None:
        """Run a log from `begun` on."""
        self.log = log
        self.courier = IdleCourier(self.database)
        self.runner = Runner(
            "Song", log, self.courier, self.clock, [self.face], self.inbox, begun, reading, self.stood_still
        )
        self.rest()

    @property
    def state(self) -> State:
        return self.log.state

    @property
    def now(self) -> Snapshot:
        """The moment it is."""
        return self.runner.snapshot()

    def work(self, seconds: float) -> None:
        """Let time pass."""
        end = self.clock.elapsed() + seconds
        self.clock.until = end
        while self.state.ended is None and self.clock.elapsed() < end:
            self.runner.step()
        self.rest()

    def rest(self) -> None:
        """Let happen what happens at this moment."""
        self.clock.until = self.clock.elapsed()
        before = -1
        while self.state.ended is None and (before != len(self.face.events) or not self.inbox.empty()):
            before = len(self.face.events)
            self.runner.step()

    def say(self, command: Command) -> str:
        """Give a command; why it was refused, or ""."""
        request = CommandRequest(command)
        self.inbox.put(request)
        self.rest()
        answer = request.answer.result(0)
        return "" if answer.ok else answer.sentence

    def hear(self, reading: RemoteTasks) -> None:
        """Take a reading of Asana."""
        self.inbox.put(reading)
        self.rest()


def timeboxes(*minutes: int) -> tuple[Timebox, ...]:
    """Boxes of so many minutes, with the gids 1, 2, ..."""
    return tuple(
        Timebox(str(at), f"T{at} ({budget}m)", f"T{at}", budget, "Composition")
        for at, budget in enumerate(minutes, 1)
    )


def reader(asana: Gateway, database: Database, project_gid: str, order: str = "my-tasks") -> TaskSource:
    """What a session of a project reads."""
    me = asana.me()
    my_list = asana.my_tasks_list(me.workspaces[0].gid)
    source = Source(project_gid, "Song", my_list)
    return TaskSource(asana, database, Clock(), me.gid, [source], SessionOptions(order=order))


def queue_of(
    tasks: Iterable[Task], me_gid: str, sections: Mapping[str, str] | None = None, song: str = ""
) -> tuple[Timebox, ...]:
    """The queue of a session of these tasks, in their order."""
    source = Source("", song)
    reads = TaskSource(NotImplemented, NotImplemented, Clock(), me_gid, [source])
    return reads.queue(tasks, sections or {}, source, SongFacts())


def deliver(
    outbox: Outbox,
    asana: Gateway,
    clock: Clock,
    tell: Callable[[Delivery | Notice], None],
    folder: Path | None = None,
) -> bool:
    """Send every change that a session wants of Asana; whether nothing is left waiting."""
    return send_pending(outbox, partial(send, asana, outbox, clock), clock, tell, folder) is None


def sent_by(asana: Gateway, database: Database, tell: Callable[[Delivery | Notice], None]) -> Courier:
    """The real courier."""
    return Courier(Outbox(database), asana, Clock(), tell)
