"""A running sandbox: on loopback, on a port of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from asana_tbp.sandbox import API_PREFIX
from asana_tbp.sandbox.http import Sandbox
from asana_tbp.sandbox.state import SandboxState, utc_now
from asana_tbp.system.http_server import Service
from asana_tbp.system.loopback import LOOPBACK, listening


@dataclass(frozen=True, slots=True)
class Server:
    """A sandbox that answers; `host` is what the official client calls `configuration.host`."""

    app: Sandbox
    host: str


def _root(listener: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def serve_forever(app: ASGIApp, port: int, ready: Callable[[str], Any]) -> None:
    """Serve in this thread until a signal; `ready` is called with the root URL once it is open.

    Raises OSError when the port is taken.
    """
    listener = listening(port)
    Service(app, lambda: ready(_root(listener))).run([listener])


@contextmanager
def embedded(path: Path | None = None, now: Callable[[], datetime] = utc_now) -> Iterator[Server]:
    """A sandbox that runs in a thread, and whose board lasts in the file `path`, or in memory when None.

    Raises TbpError when the file can't be used.
    """
    with SandboxState(now, path) as board:
        app, listener = Sandbox(board), listening(0)
        service = Service(app).start(listener, "asana-sandbox")
        try:
            yield Server(app, _root(listener) + API_PREFIX)
        finally:
            service.stop()
