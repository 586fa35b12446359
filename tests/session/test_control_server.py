"""The control server: only who has the secret is heard, nobody holds up others, and what the dead left is removed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asana_tbp.session.control_client import SessionAddress, SessionSilent, running_sessions
from asana_tbp.session.control_server import LONGEST_PATH, STRANGERS, control_server
from asana_tbp.session.messages import Inbox, Notice
from asana_tbp.store.database import Database
from asana_tbp.timer.commands import Stop
from tests.cli.command import until
from tests.session.parts import Desk, timeboxes


@pytest.fixture(params=["socket", "port"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder with a path that is short enough for a socket, and one that is not."""
    with tempfile.TemporaryDirectory(prefix="tbp-") as short:
        yield Path(short) if request.param == "socket" else tmp_path / ("long" * LONGEST_PATH)[:LONGEST_PATH]


def address_in(folder: Path) -> SessionAddress:
    (address,) = running_sessions(folder)
    assert bool(address.socket) == (len(str(folder)) < 60)
    return address


class Served:
    """A session whose commands are carried out in a thread of their own."""

    def __init__(self, database: Database) -> None:
        self.desk = Desk(database, timeboxes(5, 5))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(0.01):
            self.desk.runner._drain()

    def end(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture
def served(database: Database) -> Iterator[Served]:
    session = Served(database)
    yield session
    session.end()


def test_only_who_sends_the_secret_first_is_heard(folder: Path, served: Served) -> None:
    with control_server(folder, 1, "Song", served.desk.inbox):
        address = address_in(folder)
        for path in filter(None, (str(address.path), address.socket)):
            assert Path(path).stat().st_mode & 0o077 == 0
        for line in (b'{"do": "stop"}\n', b"guess\n{}\n", b'{"do": "stop", "secret": "guess"}\n', b"[]\n"):
            with address.connect() as stranger:
                stranger.sendall(line)
                assert stranger.recv(100) == b""
        assert address.ask({"do": "look"})["session"]["phase"] == "running"
    assert running_sessions(folder) == ()
    assert list(folder.iterdir()) == []


def test_strangers_that_say_nothing_keep_nobody_out(
    folder: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A busy machine takes its time to begin so many threads.
    for side in ("client", "server"):
        monkeypatch.setattr(f"asana_tbp.session.control_{side}.PATIENCE", 60.0)
    with ExitStack() as stack:
        stack.enter_context(control_server(folder, 1, "Song", served.desk.inbox))
        address = address_in(folder)
        idle = [stack.enter_context(address.connect()) for _ in range(3 * STRANGERS)]
        assert address.ask({"do": "pause"})["ok"]
        assert address.ask({"do": "look"})["session"]["phase"] == "paused"
        assert idle[0].recv(1) == b"", "the oldest was closed at once"
        assert idle[-1].recv(1) == b"", "and the last one for its silence"


def test_what_dead_processes_left_is_removed(folder: Path, served: Served) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait(timeout=60)
    folder.mkdir(exist_ok=True)
    left = folder / f"0000000007-{dead.pid}.door"
    values = {"session_id": 7, "song": "Old", "pid": dead.pid, "port": 1, "secret": "s"}
    left.write_text(json.dumps(values), encoding="utf-8")
    with control_server(folder, 1, "Song", served.desk.inbox):
        assert [address.session_id for address in running_sessions(folder)] == [1]
    left.write_text(json.dumps(values), encoding="utf-8")
    assert running_sessions(folder)[0].look() is None
    assert running_sessions(folder) == ()


def test_an_address_of_a_process_that_lives_is_never_removed(folder: Path) -> None:
    """Nobody accepts, or nobody listens: its process lives, so it may yet."""
    folder.mkdir(exist_ok=True)
    path = folder / f"0000000007-{os.getpid()}.session"
    values = {"session_id": 7, "song": "Song", "pid": os.getpid(), "secret": "s"}
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
        port = listener.getsockname()[1]
        path.write_text(json.dumps({**values, "port": port}), encoding="utf-8")
        (address,) = running_sessions(folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("asana_tbp.session.control_client.PATIENCE", 0.2)
            with pytest.raises(SessionSilent):
                address.ask({"do": "look"})
    assert running_sessions(folder) == (address,)
    assert address.look() is None
    assert running_sessions(folder) == (address,)


@pytest.mark.parametrize("at", ["", "0000000001-{pid}.session/kept"])
def test_a_session_whose_address_cannot_be_written_runs_without_one(tmp_path: Path, at: str) -> None:
    """There is a file where its folder would be, or a folder where its file would be."""
    place = tmp_path / "sessions" / at.format(pid=os.getpid())
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("", encoding="utf-8")
    inbox = Inbox()
    with control_server(tmp_path / "sessions", 1, "Song", inbox):
        notice = inbox.get_nowait()
        assert isinstance(notice, Notice)
        assert notice.sentence.startswith("Other windows can't see or steer this session. ")
        assert running_sessions(tmp_path / "sessions") == ()
    assert place.exists()
    until(lambda: "control-server" not in {thread.name for thread in threading.enumerate()})


def test_a_server_ends_with_its_block(folder: Path) -> None:
    with control_server(folder, 1, "Song", Inbox()):
        address = address_in(folder)
    assert address.look() is None
    until(lambda: "control-server" not in {thread.name for thread in threading.enumerate()})


def test_who_still_waits_for_an_answer_is_known_after_the_block(folder: Path, database: Database) -> None:
    """A program that ended before would leave `stop` without its answer."""
    desk, answers = Desk(database, timeboxes(5)), []
    with control_server(folder, 1, "Song", desk.inbox) as clients:
        address = address_in(folder)
        asking = threading.Thread(target=lambda: answers.append(address.ask({"do": "stop"})))
        asking.start()
        request = desk.inbox.get(timeout=60)
        with address.connect() as stranger:
            stranger.sendall(b"guess\n")
            assert stranger.recv(1) == b""
    (client,) = clients
    desk.runner._handle(request)
    client.join(60)
    asking.join(60)
    assert answers[0]["ok"]


def test_what_is_asked_in_the_last_moment_is_answered(folder: Path, database: Database) -> None:
    """And nobody waits any longer than until then."""
    desk, answers = Desk(database, timeboxes(5)), []
    with control_server(folder, 1, "Song", desk.inbox) as clients:
        address = address_in(folder)
        desk.say(Stop())
        desk.runner.shutdown(0.0)
        looking = threading.Thread(target=lambda: answers.append(address.look()))
        looking.start()
        until(lambda: not desk.inbox.empty())
    desk.runner.answer_last(clients, 1e6)
    looking.join(60)
    assert (answers[0] or {})["phase"] == "ended"
    assert not clients
