"""Reads a page's stream of views, as a browser does."""

from __future__ import annotations

import json
import socket
from typing import Any

from asana_tbp.web.pages import PageServer
from tests.web.evening import cookie_of


class Stream:
    """An open stream; counts the views it has seen."""

    def __init__(self, server: PageServer) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port), 60)
        lines = [
            "GET /events HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            f"Cookie: {cookie_of(server)}",
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self._lines = self._socket.makefile("rb")
        self.views_seen = 0

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()

    def word(self) -> tuple[str, dict[str, Any]]:
        """The next event and its values."""
        name = ""
        while line := self._lines.readline():
            if line.startswith(b"event: "):
                name = line[7:].strip().decode()
            if line.startswith(b"data: "):
                values: dict[str, Any] = json.loads(line[6:])
                self.views_seen += name == "view"
                return name, values
        raise AssertionError("the stream ended")

    def view(self) -> dict[str, Any]:
        """The next view."""
        while True:
            name, values = self.word()
            if name == "view":
                view: dict[str, Any] = values["view"]
                return view

    def beats(self, count: int) -> None:
        """Wait for so many beats."""
        while count:
            count -= self.word()[0] == "beat"
