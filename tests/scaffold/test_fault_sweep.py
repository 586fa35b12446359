"""Whatever happens to whichever request: the same command again, and the song is as if nothing had happened.

One run for every request number and kind of failure: of a small song in CI, of 60 tasks in the deep check. The
clock runs fast, so that waiting costs little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.errors import AsanaError
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.records import Project, Section, Task
from asana_tbp.sandbox.switches import Switches
from asana_tbp.store.database import open_database
from asana_tbp.system.clock import FastClock
from tests.faulty.board import Board
from tests.faulty.control import RequestLog
from tests.faulty.faults import Fault
from tests.faulty.http import create_app
from tests.faulty.server import Embedded
from tests.needs import DEEP, examples
from tests.scaffold.songs import scaffold, shape_asked, song_of_size

FAST = 200.0
SONG = song_of_size(4, 15) if DEEP else song_of_size(3, 4)
SMALL = song_of_size(2, 4)
TITLE = SONG.song
PARTS = 3
"""Every third request in one test, so that several run at once."""


@dataclass(frozen=True)
class Weather:
    """A kind of failure; `for_ever` where it lasts until the command is given again."""

    kind: str
    status: int = 500
    applied: bool = False
    for_ever: bool = False

    def at(self, number: int) -> Fault:
        times = None if self.for_ever else 1
        retry_after = 1 if self.status == 429 else None
        return Fault(
            self.kind,  # type: ignore[arg-type]
            status=self.status,
            applied=self.applied,
            after=number - 1,
            times=times,
            retry_after=retry_after,
        )


KINDS = {
    "500 not applied": Weather("status"),
    "500 applied": Weather("status", applied=True),
    "dropped before": Weather("drop"),
    "dropped after applying": Weather("drop", applied=True),
    "429": Weather("status", status=429),
    "401 then a good token": Weather("revoke", for_ever=True),
    "no network from here on": Weather("drop", for_ever=True),
    "no answers from here on": Weather("drop", applied=True, for_ever=True),
}


TWINS = {"dropped before", "dropped after applying", "429"}
"""Kinds that the client takes for a 500, or sends again by itself: on a landing every third request tells as much."""


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    with Embedded(create_app(Board(), Switches(rate_limits=False, task_landing="top"))) as server:
        yield server


@dataclass
class Desk:
    """One producer's machine in front of a fresh Asana."""

    server: Embedded
    folder: Path

    def __post_init__(self) -> None:
        self.server.sandbox.control.reset()

    def scaffold(self, *, my_tasks: str) -> None:
        song = SONG if my_tasks == "leave" else SMALL
        clock = FastClock(FAST)
        asana = Gateway(HttpTransport(self.server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
        workspace = self.server.board.workspace.gid
        with open_database(self.folder / "asana-tbp.db") as database:
            scaffold(
                asana,
                database,
                song,
                clock=clock,
                my_tasks=my_tasks,
                workspace=workspace,
            )

    @property
    def requests(self) -> list[RequestLog]:
        return self.server.sandbox.requests

    def is_as_undisturbed(self, *, my_tasks: str) -> None:
        """Nothing missing, nothing twice, all in order, and nothing left to do."""
        song = SONG if my_tasks == "leave" else SMALL
        board = self.server.board
        asked = shape_asked(song)
        assert board.listing(board.project(TITLE)) == list(asked.items())
        assert len(list(board.all(Project))) == 1
        assert len(list(board.all(Task))) == sum(map(len, asked.values()))
        assert {task.assignee for task in board.all(Task)} == {board.user.gid}
        mine = board.my_tasks()
        assert mine is not None
        queue = [[name for tasks in asked.values() for name in tasks]] if my_tasks == "own" else []
        assert [tasks for name, tasks in board.listing(mine) if name == TITLE] == queue
        in_project = len([s for s in board.all(Section) if s.container == board.project(TITLE).gid])
        assert in_project == len(asked)
        before = len(self.requests)
        self.scaffold(my_tasks=my_tasks)
        assert {seen.method for seen in self.requests[before:]} == {"GET"}
        assert len(self.requests) - before <= 4


@pytest.fixture(scope="module")
def undisturbed(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The methods of the requests of a run without failures, by what it does in My Tasks."""
    methods = {}
    for my_tasks in ("leave", "own"):
        desk = Desk(server, tmp_path_factory.mktemp(my_tasks))
        desk.scaffold(my_tasks=my_tasks)
        methods[my_tasks] = [seen.method for seen in desk.requests]
        desk.is_as_undisturbed(my_tasks=my_tasks)
    return methods


def lookups(requests: list[RequestLog]) -> int:
    """Reads beside those of an undisturbed run: its default section, the probe, and a look at all a round."""
    reads = [seen.path for seen in requests if seen.method == "GET"]
    begun = next(at for at, seen in enumerate(requests) if seen.path == "/tasks")
    rounds = [path for path in reads if path.startswith("/projects/") and path.endswith("/tasks")]
    rounds += [
        seen.path
        for seen in requests[begun + len(SONG.sections) :]
        if seen.method == "GET" and seen.path.endswith("/sections")
    ]
    return len(reads) - len(rounds) - 2


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("my_tasks", ["leave", "own"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_request_may_fail(
    server: Embedded, undisturbed: dict[str, list[str]], tmp_path: Path, kind: str, my_tasks: str, part: int
) -> None:
    weather = KINDS[kind]
    methods = undisturbed[my_tasks]
    # A network that stays away is much like one lost answer: every fourth request tells as much.
    step = 4 if kind.endswith("from here on") else examples(3, 1) if kind in TWINS else 1
    # Of a read nothing is applied: it is as the kind that is not.
    writes_only = weather.applied and not weather.for_ever
    numbers = [at for at, method in enumerate(methods, 1) if not (writes_only and method == "GET")]
    for number in numbers[part * step :: PARTS * step]:
        folder = tmp_path / str(number)
        desk = Desk(server, folder)
        fault = server.faults.add(weather.at(number))
        try:
            desk.scaffold(my_tasks=my_tasks)
        except AsanaError:
            assert weather.for_ever, f"{kind} at {number}"
        else:
            if my_tasks == "leave":
                assert lookups(desk.requests) <= 2, f"{kind} at {number}"
        server.faults.remove(fault)
        if weather.for_ever:
            desk.scaffold(my_tasks=my_tasks)
        try:
            desk.is_as_undisturbed(my_tasks=my_tasks)
        except AssertionError as failure:
            raise AssertionError(f"{kind} at request {number}") from failure
