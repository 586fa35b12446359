"""Every command that talks to Asana, under everything that can go wrong on the way.

Each cell: no traceback, one of the documented exit codes, a sentence where it failed; and after the fault is over and
the command (or `outbox retry`) has run again, Asana holds what it would have held without the fault: nothing
lost, nothing twice. A landing runs a sample, `python -m tests.check --deep` every cell.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from asana_tbp.sandbox.records import Project
from tests.cli.command import Result, process, run
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded

SONG = "Midnight Galaxy"
MAP = """\
song: Midnight Galaxy
sections:
  Composition:
    - Write chords (20m)
    - Write bassline (25m)
  Mixing:
    - Levels (15m)
"""


@dataclass(frozen=True)
class Command:
    """A command, what has to be there before it, and which of its requests the fault strikes."""

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    strikes: str = "GET"  # the method of the request that is struck, the first of its kind
    edit: tuple[str, str] = ("", "")  # what is changed in the map between the two
    again: tuple[str, ...] = ()  # what its error tells a user to run; the same words where that is empty

    @property
    def writes(self) -> bool:
        return self.strikes != "GET"


SCAFFOLD = ("scaffold", "midnight-galaxy.yaml")
INIT = ("board", "init")
COMMANDS = {
    "scaffold": Command(SCAFFOLD, strikes="POST"),
    "scaffold again": Command(SCAFFOLD, (SCAFFOLD,)),
    "scaffold a changed map": Command(
        SCAFFOLD, (SCAFFOLD,), strikes="PUT", edit=("Write chords (20m)", "Write chords (35m)")
    ),
    "plan": Command(("plan", "midnight-galaxy.yaml"), (SCAFFOLD,)),
    "pull": Command(("pull", SONG), (SCAFFOLD,)),
    "pull --into": Command(("pull", SONG, "--into", "midnight-galaxy.yaml", "--yes"), (SCAFFOLD,)),
    "songs": Command(("songs",), (INIT, SCAFFOLD)),
    "songs archive": Command(("songs", "archive", SONG, "--keep"), (INIT, SCAFFOLD), strikes="PUT"),
    "start": Command(("start", SONG, "--speed", "100000", "--plain"), (SCAFFOLD,), strikes="PUT"),
    "board init": Command(INIT, strikes="POST"),
    "board": Command(("board",), (INIT, SCAFFOLD)),
    "board move": Command(("board", "move", SONG, "Mixing"), (INIT, SCAFFOLD), strikes="POST"),
    "idea": Command(("idea", "rain on tin"), (INIT,), strikes="POST", again=("board", "add", "rain on tin")),
    "next": Command(("next",), (INIT, SCAFFOLD)),
    "workspaces": Command(("workspaces",)),
    "auth status": Command(("auth", "status")),
}


@contextmanager
def _scripted(server: Embedded, command: Command, **fault: Any) -> Iterator[None]:
    server.faults.add(Fault(method=command.strikes, **fault))
    yield
    server.faults.clear()


@contextmanager
def _no_server(server: Embedded) -> Iterator[None]:
    server.stop()
    yield
    server.start()


@contextmanager
def _no_names(_server: Embedded) -> Iterator[None]:
    resolve = socket.getaddrinfo

    def unresolved(*_arguments: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    socket.getaddrinfo = unresolved
    try:
        yield
    finally:
        socket.getaddrinfo = resolve


@contextmanager
def _no_secure_connection(server: Embedded) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASANA_TBP_HOST", server.host.replace("http://", "https://"))
        yield


@contextmanager
def _nobody_accepts(_server: Embedded) -> Iterator[None]:
    """A port whose queue is full: a connection is neither taken nor refused."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    waiting = [socket.socket() for _ in range(4)]
    for each in waiting:
        each.setblocking(False)
        each.connect_ex(("127.0.0.1", port))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASANA_TBP_HOST", f"http://127.0.0.1:{port}/api/1.0")
        yield
    for each in (*waiting, listener):
        each.close()


@dataclass(frozen=True)
class Trouble:
    """What goes wrong: by itself (`around`), or scripted in the sandbox (`fault`)."""

    fault: dict[str, Any] | None = None
    around: Callable[[Embedded], Any] | None = None
    takes_long: bool = False  # real time-outs pass: in a process of its own, in the deep check only
    alone: bool = False  # in a process of its own: garbage of other tests may end where the stack does


def _status(status: int, **more: Any) -> Trouble:
    return Trouble({"kind": "status", "status": status, **more})


TROUBLES = {
    "connection refused": Trouble(around=_no_server),
    "DNS failure": Trouble(around=_no_names),
    "TLS failure": Trouble(around=_no_secure_connection),
    "connect timeout": Trouble(around=_nobody_accepts, takes_long=True),
    "read timeout": Trouble({"kind": "hang"}, takes_long=True),
    "read timeout after applying": Trouble({"kind": "hang", "applied": True}, takes_long=True),
    "dropped": Trouble({"kind": "drop"}),
    "dropped after applying": Trouble({"kind": "drop", "applied": True}),
    "refused from then on": Trouble({"kind": "refused"}),
    "refused from then on, after applying": Trouble({"kind": "refused", "applied": True}),
    **{str(status): _status(status) for status in (400, 401, 402, 403, 404, 451, 500, 502, 503, 504)},
    "500 after applying": _status(500, applied=True),
    "503 for ever": _status(503, times=None),
    "429": _status(429),
    "429 with Retry-After": _status(429, retry_after=1),
    "429 with an absurd Retry-After": _status(429, retry_after=1_000_000, times=None),
    "HTML": Trouble({"kind": "html", "times": None}),
    "HTML after applying": Trouble({"kind": "html", "applied": True}),
    "half of the JSON": Trouble({"kind": "truncated"}),
    "half of the JSON after applying": Trouble({"kind": "truncated", "applied": True}),
    "cut off": Trouble({"kind": "cut"}),
    "empty": Trouble({"kind": "empty"}),
    "empty after applying": Trouble({"kind": "empty", "applied": True}),
    "deep JSON": Trouble({"kind": "deep"}, alone=True),
    "huge": Trouble({"kind": "huge", "size": 30_000_000}),
    "gzip bomb": Trouble({"kind": "bomb", "size": 200_000_000}),
    "endless": Trouble({"kind": "endless"}, takes_long=True),
    "drip": Trouble({"kind": "drip", "seconds": 1.0}, takes_long=True),
    "stall": Trouble({"kind": "stall", "applied": True}, takes_long=True),
}

DOCUMENTED = {0, 1, 4, 5, 6}
SAMPLE = 7


def _cells() -> Iterator[Any]:
    for row, command in enumerate(COMMANDS):
        for column, trouble in enumerate(TROUBLES):
            # A sample that meets each row and each column.
            sampled = (column + 3 * row) % SAMPLE == 0 and not TROUBLES[trouble].takes_long
            marks = () if sampled else (pytest.mark.deep,)
            yield pytest.param(command, trouble, id=f"{command}-{trouble}", marks=marks)


def picture(server: Embedded) -> list[Any]:
    """All that Asana holds, without gids: projects, sections and tasks in their order, what is done."""
    board = server.board
    return sorted(
        (
            project.name,
            project.archived,
            [
                (section.name, [(task.name, task.completed) for task in board.tasks_in(section)])
                for section in board.sections_of(project)
            ],
        )
        for project in board.all(Project)
    )


@pytest.fixture
def prepared(studio: Embedded) -> Callable[[Command], None]:
    def prepare(command: Command) -> None:
        Path("midnight-galaxy.yaml").write_text(MAP, encoding="utf-8")
        for words in command.before:
            assert run(*words).code == 0
        Path("midnight-galaxy.yaml").write_text(
            MAP.replace(*command.edit) if command.edit[0] else MAP, encoding="utf-8"
        )

    return prepare


def _recover(command: Command, result: Result) -> None:
    """What a user does once it works again: send what waits, or run the command again."""
    if result.code == 6 or command.words[0] == "start":
        # A command that can reach Asana sends what waits.
        run("outbox", "retry")
        run("board")
    if result.code not in {0, 6} and (command.words[0], result.code) != ("start", 5):
        again = run(*(command.again or command.words))
        assert again.code == 0, again


def _expected(command: Command, server: Embedded) -> list[Any]:
    """What the command leaves when nothing happens to it, worked out on the words of this file alone."""
    done, archived = command.words[0] == "start", command.words[:2] == ("songs", "archive")
    chords = (command.edit[1] or "Write chords (20m)", done)
    composition, mixing = [chords, ("Write bassline (25m)", done)], [("Levels (15m)", done)]
    song = (SONG, archived, [("Composition", composition), ("Mixing", mixing)])
    stages: dict[str, list[Any]] = {
        "Idea Incubation": [], "Composition": [], "Arrangement": [], "Mixing": [],
    }  # fmt: skip
    has_song = SCAFFOLD in (command.words, *command.before)
    has_board = INIT in (command.words, *command.before)
    if has_board and has_song:
        stage = "Mixing" if command.words[:2] == ("board", "move") else "Idea Incubation"
        stages[stage].append((SONG, archived))
    if command.words[0] == "idea":
        stages["Idea Incubation"].append((command.words[1], False))
    projects = [song] if has_song else []
    if has_board:
        projects.append(("Songs", False, list(stages.items())))
    return sorted(projects)


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_expected_is_what_happens_undisturbed(
    studio: Embedded, prepared: Callable[[Command], None], name: str
) -> None:
    command = COMMANDS[name]
    prepared(command)
    assert run(*command.words).code == 0
    assert picture(studio) == _expected(command, studio)


@pytest.mark.parametrize(("name", "trouble"), list(_cells()))
def test_nothing_is_lost_and_nothing_is_done_twice(
    studio: Embedded, prepared: Callable[[Command], None], name: str, trouble: str
) -> None:
    command, wrong = COMMANDS[name], TROUBLES[trouble]
    prepared(command)
    disturbance = (
        wrong.around(studio) if wrong.around is not None else _scripted(studio, command, **wrong.fault or {})
    )
    with disturbance:
        in_process = not (wrong.takes_long or wrong.alone)
        result = run(*command.words) if in_process else process(*command.words, seconds=90)
    studio.start()
    assert result.code in DOCUMENTED, result
    assert "Traceback" not in result.out + result.err, result
    assert "Internal error" not in result.err, result
    if result.code != 0:
        assert "." in result.out + result.err, result
        assert len(result.err.splitlines()) <= 12, result.err
    _recover(command, result)
    assert picture(studio) == _expected(command, studio)
