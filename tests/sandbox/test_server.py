"""The running server: quick to start and stop, back on its port, silent."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.switches import Switches
from tests.faulty.board import Board
from tests.faulty.http import create_app
from tests.faulty.server import embedded, serve


def name_of_me(host: str) -> str:
    request = urllib.request.Request(host + "/users/me", headers={"Authorization": f"Bearer {SANDBOX_TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        name: str = json.load(answer)["data"]["name"]
        return name


def test_importing_the_package_stays_cheap() -> None:
    code = (
        "import sys, asana_tbp.sandbox\n"
        "print([m for m in sys.modules if m.split('.')[0] in {'starlette', 'uvicorn', 'anyio'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


EARLIER: set[threading.Thread] = set()
"""Servers that other tests left in this process, which don't count here."""


@pytest.fixture(autouse=True)
def servers_of_other_tests() -> None:
    """What runs before a test is not left behind by it."""
    EARLIER.clear()
    EARLIER.update(threading.enumerate())


def serving_threads() -> list[threading.Thread]:
    """The servers that this test began and that have not ended."""
    return [
        thread for thread in threading.enumerate() if thread.name == "asana-sandbox" and thread not in EARLIER
    ]


def test_starts_and_stops_and_comes_back_on_its_port() -> None:
    server = serve(create_app(Board()))
    assert server.host == f"{server.url}/api/1.0" == f"http://127.0.0.1:{server.port}/api/1.0"
    port = server.port
    assert name_of_me(server.host) == "Sandbox Producer"
    server.start()
    server.stop()
    assert serving_threads() == []
    server.stop()
    assert not server.running
    with pytest.raises(OSError, match="refused"):
        name_of_me(server.host)
    with server:
        assert server.port == port
        assert name_of_me(server.host) == "Sandbox Producer"


def test_stopping_does_not_wait_for_idle_connections() -> None:
    with serve(create_app(Board())) as server:
        idle = socket.create_connection(("127.0.0.1", server.port))
        idle.sendall(b"GET /api/1.0/users/me HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"401" in idle.recv(4096)
        server.stop()
        # An idle connection is kept for 30 s: a server that waited for it would still be running.
        assert serving_threads() == []
        idle.close()


def test_a_taken_port_is_an_error() -> None:
    with serve(create_app(Board())) as server, pytest.raises(OSError, match="in use"):
        serve(create_app(Board()), server.port)


def test_signals_stay_the_callers() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with embedded():
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert serving_threads() == []


def test_silent(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with embedded(switches=Switches(plan="paid")) as server, caplog.at_level(logging.WARNING):
        assert server.switches.plan == "paid"
        name_of_me(server.host)
        raw = socket.create_connection(("127.0.0.1", server.port))
        raw.sendall(b"nonsense\r\n\r\n")
        raw.recv(4096)
        raw.close()
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


FOREVER = """
from asana_tbp.sandbox.http import Sandbox
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.http import serve_forever
serve_forever(Sandbox(SandboxState()), 0, lambda url: print(url, flush=True))
"""


def test_who_is_killed_before_the_body_has_asked_nothing(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Board())
    with serve(app) as server:
        with socket.create_connection(("127.0.0.1", server.port), 60) as line:
            line.sendall(
                b"POST /api/1.0/tasks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 20\r\n\r\n{"
            )
        name_of_me(server.host)
    assert [seen.path for seen in app.requests] == ["/users/me"]
    assert not caplog.records


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serving_until_a_signal(how: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", FOREVER],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ},
    )
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert name_of_me(url + "/api/1.0") == "Sandbox Producer"
        process.send_signal(how)
        process.wait(60)
    assert process.returncode in {-how, 1, 130}
