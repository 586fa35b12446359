"""Serves the page: uvicorn in a thread of its own, on loopback alone.

Knows sockets, threads and how long a visitor may take. Must not know what is served. Nobody who connects can
take a place from the producer's page by being slow or many: whoever has not asked for anything yet leaves first.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from asana_tbp.session.knocking import LOOPBACK
from asana_tbp.system.clock import Clock
from asana_tbp.web.guard import Guard
from asana_tbp.web.pages import Tell, create_app
from asana_tbp.web.stage import Stage

HEAD_SECONDS = 5.0
"""From a connection to the end of its first request's head."""

ANSWER_SECONDS = 15.0
"""From a request to the end of its answer, unless the answer is one that lasts; and between two requests."""

MOST = 64
"""Connections at once."""

LONGEST_HEAD = 16 * 1024


class _Visitor(H11Protocol):
    """A connection that is given up when it takes too long. uvicorn alone waits for ever for a first request."""

    born = 0.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.born = self.loop.time()
        self._within(HEAD_SECONDS)
        if len(self.connections) > MOST:
            waiting = [each for each in self.connections if isinstance(each, _Visitor) and not each.busy]
            oldest = min(waiting, key=lambda visitor: visitor.born, default=self)
            oldest.transport.abort()

    @property
    def busy(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before and self.busy:
            self._within(ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._within(ANSWER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        super().connection_lost(exc)

    def _within(self, seconds: float) -> None:
        self._cancel()
        self._timer = self.loop.call_later(seconds, self._too_late)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        if not (self.busy and self.scope["state"].get("lasts")):
            self.transport.abort()


class _Uvicorn(uvicorn.Server):
    """Starts and stops at once: uvicorn's own loop looks for a stop ten times a second."""

    def __init__(self, config: uvicorn.Config, stage: Stage) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._stage = stage
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._stage.open()
        self.ready.set()

    async def main_loop(self) -> None:
        await self._stopping.wait()

    def stop(self) -> None:
        """From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        # Streams say their last word; nobody else is waited for.
        if tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=0.5)
        # Some may just have been let in, and closing takes the loop a few rounds.
        for _ in range(5):
            for connection in list(self.server_state.connections):
                transport: asyncio.Transport = connection.transport
                transport.abort()
            tasks = list(self.server_state.tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)


def listening(port: int) -> tuple[socket.socket, bool]:
    """A socket on loopback, and whether it has the port wanted; where that is taken, any other."""
    try:
        return _bound(port), True
    except OSError:
        return _bound(0), False


def _bound(port: int) -> socket.socket:
    # Where the protocol is named, asyncio turns off the delay that would hold small answers back.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class PageServer:
    """The page on `http://127.0.0.1:port` for the length of a block."""

    def __init__(self, stage: Stage, tell: Tell, clock: Clock, secret: str, port: int) -> None:
        self._stage = stage
        self._tell = tell
        self._clock = clock
        self._secret = secret
        self.wanted = port
        self.port = port
        self.as_wanted = True
        self._uvicorn: _Uvicorn | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the page is, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    def link(self, path: str = "/") -> str:
        """The link that lets a browser in."""
        return f"{self.url}{path}?token={self._secret}"

    def __enter__(self) -> Self:
        listener, self.as_wanted = listening(self.wanted)
        self.port = listener.getsockname()[1]
        app = Guard(create_app(self._stage, self._tell, self._clock), self._secret, self.port)
        self._uvicorn = server = _Uvicorn(_config(app), self._stage)
        self._thread = threading.Thread(target=server.run, args=([listener],), name="page", daemon=True)
        self._thread.start()
        server.ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        if self._uvicorn is None or self._thread is None:
            return
        self._stage.close()
        self._uvicorn.stop()
        self._thread.join(5)
        self._uvicorn = self._thread = None


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Visitor,
        loop="asyncio",
        lifespan="off",
        ws="none",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=int(ANSWER_SECONDS),
        limit_concurrency=MOST * 2,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
