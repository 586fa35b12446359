"""Whatever happens to whichever request: the same command again, and the board is as if nothing had happened.

One run of the real command for every kind of fault at every request it sends; how many those are is found out.
Nothing waits: the clock is moved by whoever waits, and a server that hangs is given up after a moment.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from asana_tbp.board.view import plain_board
from asana_tbp.bridge.connections import Limits
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.group import root_command
from asana_tbp.errors import OK
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.records import Project, Section, Task
from asana_tbp.sandbox.switches import Switches
from asana_tbp.store.database import open_database
from asana_tbp.system.environment import Environment
from tests.board.studio import studio_of
from tests.clock import HandClock
from tests.faulty.board import Board, Rows
from tests.faulty.faults import Fault, Kind
from tests.faulty.http import create_app
from tests.faulty.server import Embedded
from tests.needs import examples

HASTY = Limits(connect=1.0, silence=0.15)
"""Seconds to connect and to wait for an answer."""

FOR_THE_FAULT_MATRIX = {"drip", "stall", "endless", "huge", "bomb", "deep"}
"""What needs a process of its own, or a limit on time or size: tests/cli/test_fault_matrix.py."""

FAULTS: dict[str, dict[str, Any]] = {
    "500": {"kind": "status"},
    "500 after applying": {"kind": "status", "applied": True},
    "429": {"kind": "status", "status": 429},
    "429 with a wait": {"kind": "status", "status": 429, "retry_after": 7},
    "401": {"kind": "status", "status": 401},
    "402": {"kind": "status", "status": 402},
    "403": {"kind": "status", "status": 403},
    "404": {"kind": "status", "status": 404},
    "token revoked": {"kind": "revoke", "times": None},
    "dropped": {"kind": "drop"},
    "dropped after applying": {"kind": "drop", "applied": True},
    "no network from here on": {"kind": "drop", "times": None},
    "no answer from here on": {"kind": "drop", "applied": True, "times": None},
    "hangs": {"kind": "hang"},
    "hangs after applying": {"kind": "hang", "applied": True},
    "html": {"kind": "html"},
    "html after applying": {"kind": "html", "applied": True},
    "empty": {"kind": "empty"},
    "empty after applying": {"kind": "empty", "applied": True},
    "half an answer": {"kind": "truncated"},
    "half an answer after applying": {"kind": "truncated", "applied": True},
    "cut off": {"kind": "cut"},
    "cut off after applying": {"kind": "cut", "applied": True},
    "refused from here on": {"kind": "refused"},
    "refused after applying": {"kind": "refused", "applied": True},
    "late": {"kind": "delay", "seconds": 0.01},
    "unreadable": {"kind": "header", "headers": {"Content-Encoding": "gzip"}},
    "expired pages": {"kind": "expire_offsets"},
    "the read fails too": {"kind": "drop", "applied": True},
}
EXPIRED_PAGES = "expired pages"
THE_READ_FAILS_TOO = "the read fails too"
"""An answer is lost, and what is asked next to find out is refused for hours."""


class Machine(AppContext):
    """A producer's machine at the sandbox, with a clock moved by hand."""

    def __init__(self, folder: Path, asana: Gateway, clock: HandClock) -> None:
        super().__init__()
        self.env = Environment(
            {"ASANA_TBP_STATE_DIR": str(folder), "ASANA_TBP_CONFIG_DIR": str(folder / "config")}
        )
        self.clock = clock
        self._asana = asana

    @contextmanager
    def asana(self) -> Iterator[Gateway]:
        yield self._asana


COMMAND_LINE = root_command()


@dataclass(frozen=True)
class Scene:
    """Where a command begins: all that Asana has, and a local database."""

    rows: Rows
    local: Path


class Desk:
    """One sandbox for all runs, and a machine that is new for each."""

    def __init__(self, server: Embedded, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self._runs = 0
        self._clock = HandClock()
        self.asana = Gateway(
            HttpTransport(server.host, SANDBOX_TOKEN, self._clock, RateLimiter(self._clock, 1_000_000), HASTY)
        )
        self.world = self._machine()

    def _machine(self) -> Machine:
        self._runs += 1
        return Machine(self._folder / str(self._runs), self.asana, self._clock)

    def scene(self) -> Scene:
        """What is now, to come back to."""
        rows = self.server.board.saved()
        local = self.world.paths.database
        kept = self._folder / f"kept-{self._runs}-{len(rows)}.db"
        if local.exists():
            shutil.copy(local, kept)
        return Scene(rows, kept)

    def begin(self, scene: Scene) -> None:
        """Go back to where a command begins."""
        self.server.faults.clear()
        self.server.sandbox.control.log.clear()
        self.server.board.restore(scene.rows)
        self.world = self._machine()
        if scene.local.exists():
            self.world.paths.state.mkdir()
            shutil.copy(scene.local, self.world.paths.database)

    def run(self, *words: str) -> int:
        """A command; its exit code."""
        with pytest.raises(SystemExit) as end:
            COMMAND_LINE.main(list(words), "asana-tbp", obj=self.world)
        assert isinstance(end.value.code, int)
        return end.value.code

    @property
    def requests(self) -> list[str]:
        return [f"{seen.method} {seen.path}" for seen in self.server.sandbox.requests]

    def picture(self) -> dict[str, Any]:
        """What Asana has, and what is known of it here, without what is another with every run."""
        board = self.server.board
        with self.world.board() as board_here:
            known = plain_board(board_here.view())
        return {
            "Asana": {project.name: dict(board.listing(project)) for project in board.all(Project)},
            "archived": [project.name for project in board.all(Project) if project.archived],
            "completed": sorted(task.name for task in board.all(Task) if task.completed),
            "linked": sorted(project.name for project in board.all(Project) if "card: " in project.notes),
            "counts": {kind.kind: len(list(board.all(kind))) for kind in (Project, Section, Task)},
            "here": {
                stage["name"]: [(song["name"], song["tasks"], song["waiting"]) for song in stage["songs"]]
                for stage in known["stages"]
            },
        }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Embedded(create_app(Board(), Switches(rate_limits=False))) as server:
        yield Desk(server, tmp_path_factory.mktemp("sweep"))


@pytest.fixture(scope="module")
def scenes(desk: Desk) -> dict[str, Scene]:
    """A fresh account, one with a board made by hand, and a board of ours with three songs."""
    with open_database(desk.world.paths.database):
        # Made once, as it takes as long as all of a command.
        pass
    found = {"fresh": desk.scene()}
    with open_database(desk.world.paths.database) as database:
        studio = studio_of(desk.server, database)
        studio.project("By hand", {"Sketches": ["Fjord"], "Mixdown": ["Aurora", "Galaxy"], "Done": []})
        found["by hand"] = desk.scene()
        studio.project("Crowded", {"Sketches": [f"Idea {number}" for number in range(101)], "Mixdown": []})
        found["crowded"] = desk.scene()
    assert desk.run("board", "init", "Crowded") == OK
    found["crowded board"] = desk.scene()
    desk.begin(found["fresh"])
    assert desk.run("board", "init") == OK
    with open_database(desk.world.paths.database) as database:
        studio = studio_of(desk.server, database)
        for name in ("Fjord", "Aurora", "Galaxy"):
            studio.project(name, {"Composition": ["Write chords (20m)", "Write bass (25m)"]})
    found["unlisted"] = desk.scene()
    assert desk.run("board", "add", "Fjord", "--stage", "Mixing") == OK
    assert desk.run("board", "add", "Galaxy") == OK
    found["songs"] = desk.scene()
    assert desk.run("board", "archive", "Galaxy") == OK
    found["archived"] = desk.scene()
    return found


@dataclass(frozen=True)
class Command:
    """A command, the scene it begins in, and what is done where it failed: by default the same again.

    `refused` is what is done where Asana has understood and will not.
    """

    scene: str
    words: tuple[str, ...]
    again: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


IDEA = "pad like northern lights"
COMMANDS = {
    "init": Command("fresh", ("board", "init")),
    "init, made by hand": Command("by hand", ("board", "init", "By hand")),
    "init, of two pages": Command("crowded", ("board", "init", "Crowded")),
    "move, on two pages": Command("crowded board", ("board", "move", "Idea 7", "Mixdown")),
    "move": Command("songs", ("board", "move", "Galaxy", "Mixing")),
    "move to the top": Command("songs", ("board", "move", "Galaxy", "Mixing", "--top")),
    "add": Command("unlisted", ("board", "add", "Aurora", "--stage", "Mixing")),
    "add back": Command("archived", ("board", "add", "Galaxy")),
    "archive": Command("songs", ("board", "archive", "Galaxy")),
    "idea": Command("songs", ("idea", IDEA), again=("board",), refused=("board", "add", IDEA)),
}


SOME = (
    "500 after applying",
    "403",
    "404",
    "token revoked",
    "dropped",
    "no answer from here on",
    "hangs after applying",
    "refused after applying",
    "the read fails too",
)
"""One fault of each consequence."""

ALL_FAULTS = {"init", "move"}
"""Commands that meet every fault on each landing, those beside `SOME` at every third request; the makings of a board
and moves beside them in the deep check."""

CASES = [
    pytest.param(name, kind, marks=() if kind in SOME or name in ALL_FAULTS or paged else (pytest.mark.deep,))
    for name, command in COMMANDS.items()
    for kind in (tuple(FAULTS) if command.words[:2] in {("board", "init"), ("board", "move")} else SOME)
    # Pages expire where there are several, and nothing else is learnt from a second one.
    if (paged := kind == EXPIRED_PAGES) == command.scene.startswith("crowded")
]


@dataclass(frozen=True)
class Undisturbed:
    """The requests of a command that nothing happens to, and what is there afterwards."""

    requests: list[str]
    picture: dict[str, Any]


def test_no_kind_of_fault_is_left_out() -> None:
    assert {fault["kind"] for fault in FAULTS.values()} == set(get_args(Kind)) - FOR_THE_FAULT_MATRIX


@pytest.fixture(scope="module")
def undisturbed(desk: Desk, scenes: dict[str, Scene]) -> Callable[[str], Undisturbed]:
    """What a command sends and leaves behind when nothing happens to it; each is run once."""

    @cache
    def run(name: str) -> Undisturbed:
        command = COMMANDS[name]
        desk.begin(scenes[command.scene])
        assert desk.run(*command.words) == OK
        return Undisturbed(desk.requests, desk.picture())

    return run


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_every_request_may_fail(
    desk: Desk, scenes: dict[str, Scene], undisturbed: Callable[[str], Undisturbed], name: str, kind: str
) -> None:
    command, right, fault = COMMANDS[name], undisturbed(name), FAULTS[kind]
    # A read whose answer is lost is the same read, carried out or not.
    writes_only = fault.get("applied") and "times" not in fault
    requests = [
        (number, request)
        for number, request in enumerate(right.requests)
        if not (writes_only and request.startswith("GET"))
    ]
    for number, request in requests[:: 1 if kind in SOME or kind == EXPIRED_PAGES else examples(3, 1)]:
        desk.begin(scenes[command.scene])
        desk.server.faults.add(Fault(**{"times": 1, **fault}, after=number))
        if kind == THE_READ_FAILS_TOO:
            desk.server.faults.add(
                Fault("status", status=429, retry_after=9999, after=number + 1, times=None)
            )
        code = desk.run(*command.words)
        desk.server.faults.clear()
        desk.server.start()
        if code != OK:
            again = fault.get("status") in {402, 403, 404} and command.refused
            assert desk.run(*(again or command.again or command.words)) == OK
        picture = desk.picture()
        if picture != right.picture:
            # A song that Asana would not show is shown at the next look.
            assert desk.run("board") == OK
            picture = desk.picture()
        assert picture == right.picture, f"{kind} at {request}, number {number + 1}"
