"""Serves the page in a thread of its own, on loopback alone.

Knows ports, connections and how long a visitor may take. Must not know what is served. Nobody who connects can
take a place from the producer's page by being slow or many: whoever has not asked for anything yet leaves first.
"""

from __future__ import annotations

import asyncio
from typing import Self

from asana_tbp.system.clock import Clock
from asana_tbp.system.http_server import Connection, Service
from asana_tbp.system.loopback import LOOPBACK, listening
from asana_tbp.web.guard import Guard
from asana_tbp.web.pages import Tell, create_app
from asana_tbp.web.publisher import ViewPublisher

HEAD_SECONDS = 5.0
"""From a connection to the end of its first request's head."""

ANSWER_SECONDS = 15.0
"""From a request to the end of its answer, unless the answer is one that lasts; and between two requests."""

MOST = 64
"""Connections at once."""

LONGEST_HEAD = 16 * 1024
"""Bytes."""

FAREWELL = 0.5
"""Seconds that streams have for their last word."""


class _Visitor(Connection):
    """Given up when it takes too long. Left alone it waits for ever for a first request."""

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


class PageServer:
    """The page on `http://127.0.0.1:port` for the length of a block; where the port is taken, on any other."""

    def __init__(self, stage: ViewPublisher, tell: Tell, clock: Clock, secret: str, port: int) -> None:
        self._stage = stage
        self._tell = tell
        self._clock = clock
        self._secret = secret
        self.wanted = port
        self.port = port
        self.as_wanted = True
        self._service: Service | None = None

    @property
    def url(self) -> str:
        """Where the page is, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    def link(self, path: str = "/") -> str:
        """The link that lets a browser in."""
        return f"{self.url}{path}?token={self._secret}"

    def __enter__(self) -> Self:
        try:
            listener, self.as_wanted = listening(self.wanted), True
        except OSError:
            listener, self.as_wanted = listening(0), False
        self.port = listener.getsockname()[1]
        self._service = Service(
            Guard(create_app(self._stage, self._tell, self._clock), self._secret, self.port),
            listener,
            "page",
            visitor=_Visitor,
            opened=self._stage.open,
            farewell=FAREWELL,
            idle=int(ANSWER_SECONDS),
            at_once=MOST * 2,
            longest_head=LONGEST_HEAD,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._service is not None:
            self._stage.close()
            self._service.stop()
            self._service = None
