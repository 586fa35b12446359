"""Serves the page in a thread of its own, on loopback alone."""

from __future__ import annotations

from typing import Self

from asana_tbp.system.clock import Clock
from asana_tbp.system.http_server import Service
from asana_tbp.system.loopback import LOOPBACK, listening
from asana_tbp.web.guard import Guard
from asana_tbp.web.pages import Song, Tell, create_app, no_song
from asana_tbp.web.publisher import ViewPublisher

IDLE_SECONDS = 15
"""An idle connection is closed after this many seconds."""

MOST = 128
"""Answers at once; more are refused."""

LONGEST_HEAD = 16 * 1024
"""Bytes."""

FAREWELL = 0.5
"""Seconds that streams have for their last word."""


class PageServer:
    """The page on `http://127.0.0.1:port` for the length of a block; where the port is taken, on any other."""

    def __init__(
        self, stage: ViewPublisher, tell: Tell, clock: Clock, secret: str, port: int, song: Song = no_song
    ) -> None:
        self._stage = stage
        self._tell = tell
        self._song = song
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
            Guard(create_app(self._stage, self._tell, self._clock, self._song), self._secret, self.port),
            listener,
            "page",
            opened=self._stage.open,
            farewell=FAREWELL,
            idle=IDLE_SECONDS,
            at_once=MOST,
            longest_head=LONGEST_HEAD,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._service is not None:
            self._stage.close()
            self._service.stop()
            self._service = None
