"""What all tests share: a machine of their own and the real parts.

No test reaches the developer's home, keyring or any network beyond loopback.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from hypothesis.internal.detection import is_hypothesis_test

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.switches import Switches
from asana_tbp.store.database import Database, open_database
from asana_tbp.system.clock import Clock
from tests.check import is_measured
from tests.conformance import Conformance
from tests.faulty.board import Board
from tests.faulty.http import create_app
from tests.faulty.server import Embedded
from tests.needs import DEEP, examples

settings.register_profile(
    "house",
    deadline=None,
    max_examples=examples(50, 500),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job ignores Ctrl-C, and so would every command that a test starts and stops.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is loaded for the tests lives until their end: not to look through it again and again saves a tenth.
gc.disable()

MEASURED = pytest.StashKey[bool]()
MEASURED_CASES = 4
"""Cases of one test whose coverage is measured on each landing: the others reach the same lines."""

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the cases that are measured; leave tests of the marker `deep` to `python -m tests.check --deep`.

    A property is tried on tens of examples, which reach what its room's plain tests reach: none is measured.
    """
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for each in cases.values():
        for item in each[:: -(-len(each) // MEASURED_CASES)]:
            is_property = is_hypothesis_test(getattr(item, "obj", None))
            item.stash[MEASURED] = is_measured(item.path) and not is_property
    if DEEP:
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    if deep:
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if item not in deep]


def pytest_collection_finish() -> None:
    """From here on, collect what the tests leave behind, and nothing else."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Where coverage is measured, leave out the cases that are measured in the deep check only."""
    measuring = Coverage.current()
    if measuring is None or DEEP or item.stash.get(MEASURED, False):
        return (yield)
    start = os.environ.pop("COVERAGE_PROCESS_START")
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
        os.environ["COVERAGE_PROCESS_START"] = start


@pytest.fixture(autouse=True)
def own_machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, no ASANA_* variable, no keyring, and a folder without `.env` to stand in."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("ASANA", "XDG_", "PYTHON_KEYRING")) or name in {
            "NO_COLOR",
            "FORCE_COLOR",
            "COLUMNS",
        }:
            monkeypatch.delenv(name)
    # Once it is loaded here, readline tells children the size of this window, behind Python's back.
    for name in ("COLUMNS", "LINES"):
        os.unsetenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ASANA_TBP_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(home / "state"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.chdir(home)
    return home


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that opens a connection to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        assert host in {"127.0.0.1", "::1", "localhost", "local"}, f"a test reached out to {host}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@contextmanager
def gateway_to(
    server: Embedded, token: str = SANDBOX_TOKEN, per_minute: int = 1_000_000, clock: Clock | None = None
) -> Iterator[Gateway]:
    """The real SDK over HTTP to a sandbox; waits before another try are as long as the clock says."""
    clock = clock or Clock()
    yield Gateway(HttpTransport(server.host, token, clock, RateLimiter(clock, per_minute)))


@contextmanager
def watched_sandbox(switches: Switches) -> Iterator[Embedded]:
    """A running sandbox whose every exchange is held against Asana's description of its API."""
    app = create_app(Board(), switches)
    server = Embedded(app)
    server.app = conformance = Conformance(app)
    with server:
        yield server
    conformance.assert_clean()


@pytest.fixture
def sandbox() -> Iterator[Embedded]:
    """A running sandbox with its board in memory and no rate limit in the way."""
    with watched_sandbox(Switches(rate_limits=False)) as server:
        yield server


@pytest.fixture
def asana(sandbox: Embedded) -> Iterator[Gateway]:
    """The real SDK over HTTP to the test's sandbox."""
    with gateway_to(sandbox) as gateway:
        yield gateway


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An open database of the test's own."""
    with open_database(tmp_path / "asana-tbp.db") as database:
        yield database
