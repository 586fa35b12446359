"""A running sandbox with scripted failures, in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

from starlette.types import ASGIApp, Receive, Scope, Send

from asana_tbp.sandbox import API_PREFIX
from asana_tbp.sandbox.state import utc_now
from asana_tbp.sandbox.switches import Switches
from asana_tbp.system.http_server import Service
from asana_tbp.system.loopback import LOOPBACK, listening
from tests.faulty.board import Board
from tests.faulty.faults import Faults
from tests.faulty.http import DROP, REFUSE, Sandbox, create_app


def held_port(port: int = 0) -> socket.socket:
    """A socket that keeps a port of loopback free for us until it is closed; 0 = any free one.

    Whoever asks for any port gets another one, and whoever connects is refused. On Linux we can listen there all the
    same; elsewhere a port that was named is not held.
    """
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform == "linux":
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux" or port == 0:
        holder.bind((LOOPBACK, port))
    return holder


class _SocketAccess:
    """Lets the application close the socket it is asked on, and the port: `scope["extensions"]`."""

    def __init__(self, app: ASGIApp, refuse: Callable[[float], None] | None = None) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:
            extensions = scope.setdefault("extensions", {})
            extensions[DROP] = transport.close
            if self.refuse is not None:
                extensions[REFUSE] = self.refuse
        await self.app(scope, receive, send)


class Server:
    """A sandbox on `http://127.0.0.1:port`. Running until `stop`; `start` brings it back on the same port.

    It can be cut off: faults drop its connections and refuse new ones.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self.app = app
        self.port = port
        self._service: Service | None = None
        self._changing = threading.Lock()
        self._return: threading.Timer | None = None
        self._held: socket.socket | None = None

    @property
    def url(self) -> str:
        """The root, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def host(self) -> str:
        """What the official client calls `configuration.host`."""
        return self.url + API_PREFIX

    @property
    def running(self) -> bool:
        """Whether requests are answered."""
        return self._service is not None

    def start(self) -> None:
        """Listen and answer. OSError when the port is taken."""
        with self._changing:
            self._listen()

    def _listen(self) -> None:
        if self._service is None:
            listener = listening(self.port)
            self.port = listener.getsockname()[1]
            self._let_go()
            self._service = Service(_SocketAccess(self.app, self.refuse_for)).start(listener, "asana-sandbox")

    def _end_service(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            service.stop()
            # Other tests look for free ports all the time.
            self._held = held_port(self.port)

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._let_go()

    def refuse_for(self, seconds: float) -> None:
        """Drop every connection and refuse new ones for `seconds`; 0 = until `start`. From any thread."""
        # Not in the calling thread, which may be the server's own.
        threading.Thread(target=self._go_away, args=(seconds,), name="sandbox-away", daemon=True).start()

    def _go_away(self, seconds: float) -> None:
        with self._changing:
            if self._service is None:
                return
            self._end_service()
            if seconds:
                self._return = threading.Timer(seconds, self._come_back)
                self._return.daemon = True
                self._return.start()

    def _come_back(self) -> None:
        with self._changing:
            # A stop in between has taken the appointment away.
            if self._return is threading.current_thread():
                self._listen()

    def stop(self) -> None:
        """Drop every connection and let the port go. What was answered stays done. May be called by any thread."""
        # Held to the end: of two stops at once, the second must not take away what a start made in between.
        with self._changing:
            if self._return is not None:
                self._return.cancel()
                self._return = None
            self._end_service()


def serve(app: ASGIApp, port: int = 0) -> Server:
    """Start a server on loopback; port 0 = any free one."""
    server = Server(app, port)
    server.start()
    return server


class Embedded(Server):
    """A server together with what it serves."""

    def __init__(self, sandbox: Sandbox, port: int = 0, served: ASGIApp | None = None) -> None:
        super().__init__(served or sandbox, port)
        self.sandbox = sandbox

    @property
    def board(self) -> Board:
        """The things on it."""
        return self.sandbox.board

    @property
    def faults(self) -> Faults:
        """The scripted failures."""
        return self.sandbox.faults

    @property
    def switches(self) -> Switches:
        """The switches in force; assign to change them."""
        return self.sandbox.switches

    @switches.setter
    def switches(self, switches: Switches) -> None:
        self.sandbox.switches = switches


@contextlib.contextmanager
def embedded(
    path: Path | None = None,
    now: Callable[[], datetime] = utc_now,
    *,
    switches: Switches | None = None,
    port: int = 0,
    wrap: Callable[[ASGIApp], ASGIApp] | None = None,
) -> Iterator[Embedded]:
    """A running sandbox whose board lasts in the file `path`, or in memory when None.

    `wrap` puts something of the caller's around the application, to watch the traffic. Raises ValueError
    or sqlite3.DatabaseError when the file holds no board of the sandbox.
    """
    with Board(now, path) as board:
        sandbox = create_app(board, switches)
        with Embedded(sandbox, port, wrap(sandbox) if wrap else None) as server:
            yield server
