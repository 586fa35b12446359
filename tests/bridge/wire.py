"""A server that does to a connection what no well-behaved server does.

What a server that keeps to HTTP can do is played by the sandbox.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Request:
    """What came over the wire. `target` is path and query as they were sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """`data` of the JSON body."""
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found


Reaction = Callable[[socket.socket, threading.Event], None]
"""What is done to the connection after a request was read whole; the event is set when the wire closes."""


def answer(
    status: int = 200,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> Reaction:
    """Answer with a body: JSON, or bytes just as they are. `length` lies about it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Length": str(len(content) if length is None else length), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    def react(connection: socket.socket, _closing: threading.Event) -> None:
        connection.sendall(f"HTTP/1.1 {status} X\r\n{head}Connection: close\r\n\r\n".encode() + content)

    return react


def drop(connection: socket.socket, _closing: threading.Event) -> None:
    """Close without an answer."""


def reset(connection: socket.socket, _closing: threading.Event) -> None:
    """Close as a machine does that knows nothing of the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang(_connection: socket.socket, closing: threading.Event) -> None:
    """Never answer."""
    closing.wait(30)


def raw(content: bytes) -> Reaction:
    """Send these bytes, past any encryption, and close."""

    def react(connection: socket.socket, _closing: threading.Event) -> None:
        with socket.socket(fileno=connection.detach()) as bare:
            bare.sendall(content)

    return react


class Wire:
    """A listening socket on loopback. The reactions answer one request each; the last answers all that follow."""

    def __init__(self, *reactions: Reaction, secure: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._reactions = list(reactions)
        self._secure = secure
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[Request] = []

    @property
    def host(self) -> str:
        return f"{'https' if self._secure else 'http'}://localhost:{self.port}/api/1.0"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        # A connection of our own wakes the thread that waits for one.
        with socket.create_connection(("127.0.0.1", self.port), timeout=60):
            pass
        for thread in self._threads:
            thread.join(60)
        self._listener.close()

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closing.is_set():
                connection.close()
                return
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        try:
            if self._secure:
                connection = self._secure.wrap_socket(connection, server_side=True)
            request = _read(connection)
            if request:
                self.requests.append(request)
                reaction = self._reactions[0] if len(self._reactions) == 1 else self._reactions.pop(0)
                reaction(connection, self._closing)
        except (OSError, ValueError):
            # The client has left, would not have our certificate, or speaks no HTTP.
            pass
        finally:
            connection.close()


def _read(connection: socket.socket) -> Request | None:
    with connection.makefile("rb") as stream:
        first = stream.readline().decode().split()
        if len(first) != 3:
            return None
        headers: dict[str, str] = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
        return Request(first[0], first[1], headers, body)
