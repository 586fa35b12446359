"""Serves an application over HTTP."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, Self

import uvicorn


class Service(uvicorn.Server):
    """An application that is served at once and stops at once: `start` for a thread of its own, `run` until a signal.

    uvicorn's own loop checks for a stop only ten times a second, and then waits for all clients to leave. `opened` is
    called in the loop before the first client. On a stop, answers under way have `farewell` seconds to end. `limits`
    are uvicorn's settings.
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
            # Requests cut off by a stop are not worth logging.
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
        """Close all connections and free the port. Call it from any thread but the server's own."""
        self.begin_to_stop()
        if self._thread is not None:
            self._thread.join(10)

    def begin_to_stop(self) -> None:
        """Stop without waiting for the end, from any thread."""
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
            # A loop without readers (on Windows) does not leave a connection half accepted either.
            with contextlib.suppress(NotImplementedError):
                loop.remove_reader(listener)
        # Connections already accepted are set up first, which takes two rounds of the loop: closing the server before
        # that would leave an open socket that nobody closes.
        for _ in range(2):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        if self._farewell and self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=self._farewell)
        # Other connections are not waited for: idle ones have nothing to send, and hanging ones never end.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # An aborted connection is closed in the next round of the loop.
        await asyncio.sleep(0)


def _ignore_lost_connections(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """On Windows, asyncio reports each closed tab of a browser as an error, with a traceback on stderr."""
    if not isinstance(context.get("exception"), ConnectionError):
        loop.default_exception_handler(context)
