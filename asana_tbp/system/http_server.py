"""Serves an application over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, Self

import uvicorn


class Service(uvicorn.Server):
    """An application that is served at once and stops at once: `start` for a thread of its own, `run` until a signal.

    uvicorn's own loop looks for a stop ten times a second, and then waits for everybody to leave. `opened` is called
    in the loop before anybody is let in. On a stop, answers under way have `farewell` seconds to end. `limits` are
    uvicorn's settings.
    """

    def __init__(
        self, app: Any, opened: Callable[[], None] = lambda: None, farewell: float = 0.0, **limits: Any
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
            **{"timeout_keep_alive": 30, **limits},
        )
        super().__init__(config)
        self._ready = threading.Event()
        self._opened = opened
        self._farewell = farewell
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, listener: socket.socket, name: str) -> Self:
        """Serve on a listener in a thread, and return once it does."""
        self._thread = threading.Thread(target=self.run, args=([listener],), name=name, daemon=True)
        self._thread.start()
        self._ready.wait(10)
        return self

    def stop(self) -> None:
        """Let everybody go and free the port. From any thread but its own."""
        self.begin_to_stop()
        if self._thread is not None:
            self._thread.join(10)

    def begin_to_stop(self) -> None:
        """The same from any thread, without waiting for it."""
        # A loop that is closed has stopped.
        with contextlib.suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_ignore_lost_connections)
        self._opened()
        self._ready.set()

    async def main_loop(self) -> None:
        await self._stopping.wait()

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.begin_to_stop()

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
