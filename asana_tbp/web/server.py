"""Serves the page in a thread of its own, on loopback alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from asana_tbp.system.clock import Clock
from asana_tbp.system.http_server import Service
from asana_tbp.system.loopback import LOOPBACK, listening
from asana_tbp.web.guard import Guard
from asana_tbp.web.pages import Song, Tell, create_app
from asana_tbp.web.publisher import ViewPublisher

IDLE_SECONDS = 15
"""An idle connection is closed after this many seconds."""

MOST = 128
"""Answers at once; more are refused."""

LONGEST_HEAD = 16 * 1024
"""Bytes."""

FAREWELL = 0.5
"""Seconds that streams have for their last word."""


@dataclass
class PageServer:
    """The page on `http://127.0.0.1:port` for the length of a block; where the port is taken, on any other."""

    stage: ViewPublisher
    tell: Tell
    clock: Clock
    secret: str = field(repr=False)
    port: int
    song: Song = lambda _project_gid, _task_gid: None
    as_wanted: bool = True
    _service: Service | None = None

    @property
    def url(self) -> str:
        """Where the page is, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    def link(self, path: str = "/") -> str:
        """The link that lets a browser in."""
        return f"{self.url}{path}?token={self.secret}"

    def __enter__(self) -> Self:
        try:
            listener = listening(self.port)
        except OSError:
            listener, self.as_wanted = listening(0), False
        self.port = listener.getsockname()[1]
        self._service = Service(
            Guard(create_app(self.stage, self.tell, self.clock, self.song), self.secret, self.port),
            listener,
            "page",
            opened=self.stage.open,
            farewell=FAREWELL,
            idle=IDLE_SECONDS,
            at_once=MOST,
            longest_head=LONGEST_HEAD,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._service is not None:
            self.stage.close()
            self._service.stop()
            self._service = None
