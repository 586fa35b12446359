"""Many visitors, slow ones, a taken port: the page is served, refuses what is too much, and stops at once."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from time import monotonic

from asana_tbp.system.loopback import listening
from asana_tbp.web.pages import PageServer
from tests.web.evening import ask, bare_page, cookie_of
from tests.web.stream import Stream


def test_a_body_that_never_comes_is_not_waited_for() -> None:
    with bare_page() as server, socket.create_connection(("127.0.0.1", server.port), 60) as line:
        head = (
            f"POST /command HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n"
            f"Cookie: {cookie_of(server)}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        )
        line.sendall(head.encode())
        assert line.recv(64).split()[1] == b"400"


def test_more_streams_than_anybody_needs_are_refused() -> None:
    with bare_page() as server, ExitStack() as stack:
        for _ in range(16):
            stack.enter_context(Stream(server)).view()
        assert ask(server, "/events").status == 503
        assert ask(server, "/now").status == 200


def test_a_taken_port_is_left_and_told() -> None:
    taken = listening(0)
    port = taken.getsockname()[1]
    with taken, bare_page(port=port) as server:
        assert server.port != port
    with bare_page(port=port) as server:
        assert server.port == port


def test_it_listens_on_loopback_alone() -> None:
    listener = listening(0)
    with listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_it_stops_at_once_whoever_is_there() -> None:
    with ExitStack() as stack:
        server: PageServer = stack.enter_context(bare_page())
        stack.enter_context(Stream(server)).view()
        line = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 60))
        line.sendall(b"GET")
        began = monotonic()
        server.__exit__()
        assert monotonic() - began < 10, "an open stream does not hold it up"
