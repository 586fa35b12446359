"""Serves an application over HTTP, in a thread or until a signal; starts and stops at once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn


class _Server(uvicorn.Server):
    """uvicorn's own loop looks for a stop ten times a second, and then waits for everybody to leave."""

    def __init__(
        self, app: Any, opened: Callable[[], None], farewell: float = 0.0, idle: int = 30, **limits: Any
    ) -> None:
        config = uvicorn.Config(
            app,
            # The one implementation that is always there; `shutdown` closes its transports.
            http="h11",
            loop="asyncio",
            lifespan="off",
            ws="none",
            interface="asgi3",
            # Requests cut off by a stop are no errors worth a line.
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=idle,
            **limits,
        )
        super().__init__(config)
        self.ready = threading.Event()
        self._opened = opened
        self._farewell = farewell
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_ignore_lost_connections)
        self._opened()
        self.ready.set()

    async def main_loop(self) -> None:
        await self._stopping.wait()

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.stop()

    def stop(self) -> None:
        """From any thread."""
        # A loop that is closed has stopped.
        with contextlib.suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        for listener in (each for server in self.servers for each in server.sockets):
            # Where a loop has no readers, it lets nobody in by halves either.
            with contextlib.suppress(NotImplementedError):
                loop.remove_reader(listener)
        # Whoever has been accepted gets in, which takes two rounds: a server that is closed before leaves a
        # connection with an open socket and nobody to close it.
        for _ in range(2):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        if self._farewell and self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=self._farewell)
        # Nobody else is waited for: idle connections have nothing to say, and hanging ones never would.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # An aborted connection is closed in the round after.
        await asyncio.sleep(0)


def _ignore_lost_connections(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """On Windows, asyncio reports each closed tab of a browser as an error, with a traceback on stderr."""
    if not isinstance(context.get("exception"), ConnectionError):
        loop.default_exception_handler(context)


class Service:
    """An application that a thread of its own serves on a listener, until it is stopped.

    `opened` is called in its loop before anybody is let in. On a stop, answers under way have `farewell` seconds
    to end. `idle`: seconds between two requests; `at_once`: answers at a time; `longest_head`: bytes.
    """

    def __init__(
        self,
        app: Any,
        listener: socket.socket,
        name: str,
        *,
        opened: Callable[[], None] = lambda: None,
        farewell: float = 0.0,
        idle: int = 30,
        at_once: int | None = None,
        longest_head: int | None = None,
    ) -> None:
        limits = {"limit_concurrency": at_once, "h11_max_incomplete_event_size": longest_head}
        self._server = _Server(app, opened, farewell, idle, **limits)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name=name, daemon=True)
        self._thread.start()
        self._server.ready.wait(10)

    def stop(self) -> None:
        """Let everybody go and free the port. From any thread but its own."""
        self._server.stop()
        self._thread.join(10)


def serve_until_signal(app: Any, listener: socket.socket, opened: Callable[[], None]) -> None:
    """Serve in this thread until a signal, which is raised again then. `opened` is called once one is waited for."""
    _Server(app, opened).run([listener])
