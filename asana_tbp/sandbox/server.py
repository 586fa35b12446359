"""A running sandbox: in a thread, on loopback, on a port of its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from starlette.types import ASGIApp

from asana_tbp.sandbox import API_PREFIX
from asana_tbp.sandbox.http import Sandbox
from asana_tbp.sandbox.state import SandboxState, utc_now
from asana_tbp.system.http_server import Service, serve_until_signal
from asana_tbp.system.loopback import LOOPBACK, listening


class Server:
    """A sandbox on `http://127.0.0.1:port`. Running until `stop`; `start` brings it back on the same port."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self.app = app
        self.port = port
        self._service: Service | None = None
        self._changing = threading.Lock()

    @property
    def url(self) -> str:
        """The root, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def host(self) -> str:
        """What the official client calls `configuration.host`."""
        return self.url + API_PREFIX

    def start(self) -> None:
        """Listen and answer. OSError when the port is taken."""
        with self._changing:
            self._listen()

    def stop(self) -> None:
        """Drop every connection and let the port go. What was answered stays done. May be called by any thread."""
        # Held to the end: of two stops at once, the second must not take away what a start made in between.
        with self._changing:
            self._end_service()

    def served(self) -> ASGIApp:
        """The application as the port answers with it."""
        return self.app

    def _listen(self) -> None:
        if self._service is None:
            listener = listening(self.port)
            self.port = listener.getsockname()[1]
            self._service = Service(self.served(), listener, "asana-sandbox")

    def _end_service(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            service.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve_forever(app: ASGIApp, port: int, ready: Callable[[str], Any] | None = None) -> None:
    """Serve in this thread until a signal; `ready` is called with the root URL once it is open."""
    listener = listening(port)
    url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    serve_until_signal(app, listener, lambda: ready(url) if ready is not None else None)


@contextlib.contextmanager
def embedded(path: Path | None = None, now: Callable[[], datetime] = utc_now) -> Iterator[Server]:
    """A running sandbox whose board lasts in the file `path`, or in memory when None.

    Raises TbpError when the file can't be used.
    """
    with SandboxState(now, path) as board, Server(Sandbox(board)) as server:
        yield server
