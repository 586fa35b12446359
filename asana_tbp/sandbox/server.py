"""A running sandbox: uvicorn in a thread, on loopback, on a port of its own.

Knows sockets and threads. Must not know the API. Never binds anything but 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from asana_tbp.sandbox.account import API_PREFIX
from asana_tbp.sandbox.app import DROP, Sandbox, create_app
from asana_tbp.sandbox.board import Board, utc_now
from asana_tbp.sandbox.faults import Faults
from asana_tbp.sandbox.shelf import Shelf
from asana_tbp.sandbox.switches import Switches

LOOPBACK = "127.0.0.1"


class _Uvicorn(uvicorn.Server):
    """Starts and stops at once: uvicorn's own loop looks for a stop ten times a second only."""

    def __init__(self, config: uvicorn.Config, *, until_signal: bool) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._until_signal = until_signal
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.ready.set()

    async def main_loop(self) -> None:
        if self._until_signal:
            await super().main_loop()
        else:
            await self._stopping.wait()

    def stop(self) -> None:
        """From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Nobody is waited for: idle connections have nothing to say, and hanging ones never would.
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        # One that was just being let in shows only after the loop has gone round.
        for _ in range(5):
            for connection in list(self.server_state.connections):
                transport: asyncio.Transport = connection.transport
                transport.abort()
            await asyncio.sleep(0)
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _WithDrop:
    """Lets the application close the socket it is asked on: `scope["extensions"][DROP]`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:
            scope.setdefault("extensions", {})[DROP] = transport.close
        await self.app(scope, receive, send)


def _config(app: ASGIApp) -> uvicorn.Config:
    # h11 is always there and its transport is at hand. Requests cut off by `stop` are no errors worth a line.
    return uvicorn.Config(
        _WithDrop(app),
        http="h11",
        loop="asyncio",
        lifespan="off",
        ws="none",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=30,
    )


def _listening(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it an answer takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class Server:
    """A sandbox on `http://127.0.0.1:port`. Running until `stop`; `start` brings it back on the same port."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self.app = app
        self.port = port
        self._uvicorn: _Uvicorn | None = None
        self._thread: threading.Thread | None = None
        self._changing = threading.Lock()

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
        return self._thread is not None

    def start(self) -> None:
        """Listen and answer. OSError when the port is taken."""
        with self._changing:
            if self._thread is not None:
                return
            listener = _listening(self.port)
            self.port = listener.getsockname()[1]
            self._uvicorn = server = _Uvicorn(_config(self.app), until_signal=False)
            self._thread = threading.Thread(
                target=server.run, args=([listener],), name="asana-sandbox", daemon=True
            )
            self._thread.start()
            server.ready.wait(10)

    def stop(self) -> None:
        """Drop every connection and let the port go. What was answered stays done. May be called by any thread."""
        # Held to the end: of two stops at once, the second must not take away what a start made in between.
        with self._changing:
            if self._thread is None or self._uvicorn is None:
                return
            self._uvicorn.stop()
            self._thread.join(10)
            self._thread = self._uvicorn = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(app: ASGIApp, port: int = 0) -> Server:
    """Start a server on loopback; port 0 = any free one."""
    server = Server(app, port)
    server.start()
    return server


def serve_forever(app: ASGIApp, port: int, ready: Callable[[str], Any] | None = None) -> None:
    """Serve in this thread until a signal; `ready` is told the root URL once the port is bound."""
    listener = _listening(port)
    if ready is not None:
        ready(f"http://{LOOPBACK}:{listener.getsockname()[1]}")
    _Uvicorn(_config(app), until_signal=True).run([listener])


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
    or sqlite3.DatabaseError when the file is none of ours.
    """
    board = Board(now)
    with contextlib.ExitStack() as stack:
        shelf = None if path is None else stack.enter_context(Shelf(path, board))
        sandbox = create_app(board, switches, keeper=shelf)
        server = Embedded(sandbox, port, wrap(sandbox) if wrap else None)
        yield stack.enter_context(server)
