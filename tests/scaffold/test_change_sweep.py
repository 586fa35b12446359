"""Whatever happens to a request while a changed map is carried over: the same command again, and all is as asked."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.errors import AsanaError
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.records import Project, Section, Task
from asana_tbp.sandbox.switches import Switches
from asana_tbp.scaffold.apply import Scaffold
from asana_tbp.scaffold.compare.plan import Decisions
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import begin_song, find_songs
from asana_tbp.scaffold.pull.update import MapUpdater
from asana_tbp.scaffold.request import source_of
from asana_tbp.songmap.model import Section as MapSection
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.model import Task as MapTask
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.templates.library import Library
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.store.database import open_database
from asana_tbp.system.clock import FastClock
from asana_tbp.system.settings import load_settings
from tests.faulty.board import Board
from tests.faulty.faults import Fault
from tests.faulty.http import create_app
from tests.faulty.server import Embedded
from tests.needs import DEEP, examples

SOURCE = "file:/song.yaml"


def song(sections: dict[str, list[tuple[str, int]]], *inspiration: str) -> SongMap:
    return SongMap(
        song="Changed",
        inspiration=inspiration,
        sections=tuple(
            MapSection(
                name=name, tasks=tuple(MapTask(title=title, minutes=minutes) for title, minutes in tasks)
            )
            for name, tasks in sections.items()
        ),
    )


BEFORE = song({"A": [("One", 10), ("Two", 20), ("Three", 30)], "B": [("Four", 40)], "C": [("Five", 50)]})
# A rename, a budget, a move, a renamed section, new tasks, a new section, one pruned, another order, words.
AFTER = song(
    {
        "A": [("Three", 30), ("Uno", 10)],
        "Bee": [("Four", 45), ("Two", 20), ("Six", 60)],
        "C": [("Seven", 5), ("Eight", 5)],
        "D": [("Nine", 9)],
    },
    "a tin roof",
)
DECISIONS = Decisions(renames=("One=Uno", "B=Bee"), yes=True, prune=True)


@dataclass(frozen=True)
class Weather:
    """Faults that begin at a request; `lasting` where they end only when the command has given up."""

    faults: tuple[Fault, ...]
    lasting: bool = False


def weather(kind: str, number: int) -> Weather:
    after = number - 1
    lost = Fault("drop", applied=True, after=after)
    match kind:
        case "500 not applied":
            return Weather((Fault("status", after=after),))
        case "500 applied":
            return Weather((Fault("status", applied=True, after=after),))
        case "answer lost":
            return Weather((lost,))
        case "answer lost, then nothing is read":
            return Weather((lost, Fault("status", method="GET", after=0, times=None)), lasting=True)
        case "answer lost, then refused":
            return Weather((Fault("refused", applied=True, after=after, seconds=0.05),), lasting=True)
    raise ValueError(kind)


KINDS = (
    "500 not applied",
    "500 applied",
    "answer lost",
    "answer lost, then nothing is read",
    "answer lost, then refused",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    with Embedded(create_app(Board(), Switches(rate_limits=False))) as server:
        yield server


@dataclass
class Machine:
    """One producer's machine in front of a fresh Asana."""

    server: Embedded
    folder: Path

    def scaffold(self, song_map: SongMap, decisions: Decisions) -> None:
        clock = FastClock(200)
        asana = Gateway(HttpTransport(self.server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
        with open_database(self.folder / "asana-tbp.db") as database:
            desired = desired_of(song_map)
            known = find_songs(database, self.source)
            workspace = self.server.board.workspace.gid
            entry = (
                known[0] if known else begin_song(database, self.source, workspace, "Changed", clock.now())
            )
            work = Scaffold(asana, database, entry, desired, clock, "own")
            work.apply(work.plan(decisions))

    def pull(self) -> None:
        """The map's file as `pull --into` leaves it."""
        clock = FastClock(200)
        asana = Gateway(HttpTransport(self.server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
        with open_database(self.folder / "asana-tbp.db") as database:
            config = load_settings(self.folder / "none.toml", {})
            updater = MapUpdater(asana, database, config, Library(), clock)
            project = asana.project(self.server.board.project("Changed").gid)
            updater.accept(updater.propose(project, self.map))

    @property
    def map(self) -> Path:
        return self.folder / "song.yaml"

    @property
    def source(self) -> str:
        return source_of(str(self.map), self.map, None) if self.map.exists() else SOURCE

    def prepare_pull(self) -> None:
        """A song of a file, changed in Asana: a name, a budget, a place, a section; one new, one gone."""
        self.folder.mkdir()
        self.map.write_text(render_song_map(BEFORE), encoding="utf-8")
        self.prepare()
        board = self.server.board
        project = board.project("Changed")
        homes = {section.name: section for section in board.sections_of(project)}
        board.task("One (10m)").name = "Uno (15m)"
        homes["C"].name = "Sea"
        two, four = board.task("Two (20m)"), board.task("Four (40m)")
        clock = FastClock(200)
        asana = Gateway(HttpTransport(self.server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
        asana.place_task(project.gid, homes["B"].gid, two.gid, four.gid)
        asana.create_task(project.gid, homes["A"].gid, "New (5m)", "by hand")
        asana.delete_task(board.task("Five (50m)").gid)
        self.server.sandbox.requests.clear()

    def has_pulled(self, text: str) -> None:
        assert self.map.read_text(encoding="utf-8") == text
        before = len(self.server.sandbox.requests)
        self.scaffold(open_template(self.map).song_map(), Decisions())
        assert {seen.method for seen in self.server.sandbox.requests[before:]} == {"GET"}

    def prepare(self) -> None:
        self.server.sandbox.control.reset()
        self.scaffold(BEFORE, Decisions())
        self.server.sandbox.requests.clear()

    def is_as_asked(self) -> None:
        board = self.server.board
        asked = [(s.name, [task.name for task in s.tasks]) for s in AFTER.sections]
        assert board.listing(board.project("Changed")) == asked
        assert len(list(board.all(Project))) == 1
        open_ones = [task for task in board.all(Task) if not task.trashed]
        assert len(open_ones) == sum(len(names) for _, names in asked)
        project = board.project("Changed")
        assert len([s for s in board.all(Section) if s.container == project.gid]) == len(asked)
        assert "a tin roof" in project.notes
        mine = board.my_tasks()
        assert mine is not None
        assert dict(board.listing(mine))["Changed"] == [name for _, names in asked for name in names]
        before = len(self.server.sandbox.requests)
        self.scaffold(AFTER, Decisions())
        assert {seen.method for seen in self.server.sandbox.requests[before:]} == {"GET"}


def listens(server: Embedded) -> None:
    """Wait until the server takes connections again."""
    address = urlsplit(server.host)
    never = threading.Event()
    for _ in range(1000):
        try:
            socket.create_connection((address.hostname or "", address.port or 0), timeout=1).close()
        except OSError:
            never.wait(0.01)
        else:
            return
    pytest.fail("the server does not come back")


@pytest.mark.parametrize("kind", KINDS)
def test_every_request_of_a_change_may_fail(server: Embedded, tmp_path: Path, kind: str) -> None:
    sweep(
        server, tmp_path, kind, Machine.prepare, lambda it: it.scaffold(AFTER, DECISIONS), Machine.is_as_asked
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_request_of_a_pull_into_the_map_may_fail(server: Embedded, tmp_path: Path, kind: str) -> None:
    undisturbed = Machine(server, tmp_path / "undisturbed")
    undisturbed.prepare_pull()
    undisturbed.pull()
    text = undisturbed.map.read_text(encoding="utf-8")
    for word in ("Uno (15m)", "Sea:", "task: New", "by hand"):
        assert word in text
    assert "Five" not in text
    sweep(server, tmp_path, kind, Machine.prepare_pull, Machine.pull, lambda it: it.has_pulled(text))


def sweep(
    server: Embedded,
    folder: Path,
    kind: str,
    prepare: Callable[[Machine], None],
    work: Callable[[Machine], None],
    check: Callable[[Machine], None],
) -> None:
    """Let each request of some work fail once; the same work again must leave everything as asked."""
    machine = Machine(server, folder / "machine")
    prepare(machine)
    begun = server.board.saved()
    shutil.copytree(machine.folder, folder / "begun")
    work(machine)
    count = len(server.sandbox.requests)
    reads = [seen.method == "GET" for seen in server.sandbox.requests]
    check(machine)
    assert count > 5
    # What stays away, or is a 500 instead, is much like one lost answer, and a read that failed is sent again by the
    # client alone: on a landing every third request tells as much.
    read_numbers = [number for number in range(1, count + 1) if reads[number - 1]]
    writes = [number for number in range(1, count + 1) if not reads[number - 1]]
    some = examples(3, 1)
    numbers = {
        "500 not applied": [*read_numbers[::some], *writes],
        # Of a read nothing is applied, and nothing but its answer is lost.
        "500 applied": writes[::some],
        "answer lost": [*(read_numbers if DEEP else ()), *writes],
    }.get(kind, range(1, count + 1, some))
    for number in numbers:
        listens(server)
        server.sandbox.control.reset()
        server.board.restore(begun)
        shutil.rmtree(machine.folder)
        shutil.copytree(folder / "begun", machine.folder)
        sky = weather(kind, number)
        first, *others = sky.faults
        added = [server.faults.add(first)]
        if others:
            # Reads fail from the lost answer on: those before it are counted.
            seen = sum(reads[:number])
            added.append(server.faults.add(Fault("status", method="GET", after=seen, times=None)))
        failed = False
        try:
            work(machine)
        except AsanaError:
            failed = True
        for fault in added:
            server.faults.remove(fault)
        assert not failed or sky.lasting, f"{kind} at {number}"
        if failed:
            listens(server)
            work(machine)
        try:
            check(machine)
        except AssertionError as failure:
            raise AssertionError(f"{kind} at request {number} of {count}") from failure
