"""Visitors who are many, slow or never finish: the producer's page is served, and the timer does not notice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from statistics import median
from time import monotonic

from asana_tbp.system.loopback import listening
from asana_tbp.timer.events import SessionOptions, TimeboxEnded
from asana_tbp.web import server as serving
from asana_tbp.web.server import PageServer
from tests.cli.command import until
from tests.web.evening import SECRET, Evening, ask, bare_page
from tests.web.stream import Stream

Begin = Callable[..., Evening]

BOGUS = [
    b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % (b"a" * 500),
    b"POST /command HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 no request at all\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nCookie: " + b"x" * 20_000 + b"\r\n\r\n",
]
REQUESTS = 10_000
LATE = 0.05
"""Seconds: what a busy machine of two cores makes a thread wait; without a flood it is a few milliseconds."""


def flood(port: int, count: int) -> int:
    """Send requests nobody should answer, one connection each; how many the server took."""
    taken = 0
    for number in range(count):
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as line:
                line.sendall(BOGUS[number % len(BOGUS)])
                taken += bool(line.recv(64))
        except OSError:
            continue
    return taken


def lateness(evening: Evening) -> list[float]:
    """Seconds by which each box ended later than it should, by the machine's clock, from the first on."""
    ends = [at for at, event, _ in evening.face.events if isinstance(event, TimeboxEnded)]
    return [later - earlier - 0.25 for earlier, later in pairwise(ends)]


def test_ten_thousand_bogus_requests_do_not_move_the_timer(begin: Begin) -> None:
    evening = begin(0.25, options=SessionOptions(warn=0.0, completes=False), timeboxes=400)
    port = evening.server.port
    floods = [threading.Thread(target=flood, args=(port, REQUESTS // 2)) for _ in range(2)]
    began = monotonic()
    for each in floods:
        each.start()
    answers = []
    while any(each.is_alive() for each in floods):
        asked = monotonic()
        answers.append((ask(evening.server, "/now").status, monotonic() - asked))
        floods[0].join(0.2)
    took = monotonic() - began
    late = lateness(evening)
    assert {status for status, _ in answers} == {200}
    assert max(seconds for _, seconds in answers) < 2
    assert len(late) >= min(20, took / 0.5)
    assert sorted(late)[len(late) // 2] < LATE
    # Lateness does not add up: each box begins where the one before it should have ended.
    behind = [at - event.tick for at, event, _ in evening.face.events if isinstance(event, TimeboxEnded)]
    assert median(behind[-20:]) - median(behind[:20]) < LATE


def test_a_hundred_that_never_finish_take_nobody_s_place(begin: Begin) -> None:
    evening = begin(300.0)
    with ExitStack() as stack:
        stream = stack.enter_context(Stream(evening.server))
        stream.view()
        lines = []
        for _ in range(100):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", evening.server.port), 5))
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0")
            lines.append(line)
        asked = monotonic()
        assert ask(evening.server, "/now").status == 200
        assert monotonic() - asked < 1
        stream.beats(2)
        # One byte at a time does not help either.
        end = monotonic() + serving.HEAD_SECONDS + 2
        open_lines = set(lines)

        def drip() -> bool:
            for line in list(open_lines):
                try:
                    line.sendall(b".")
                    line.settimeout(0.001)
                    if line.recv(1) == b"":
                        open_lines.discard(line)
                except TimeoutError:
                    continue
                except OSError:
                    open_lines.discard(line)
            return not open_lines

        until(drip, serving.HEAD_SECONDS + 5)
        assert monotonic() < end + 3
        stream.beats(1)


def test_a_body_that_never_comes_is_not_waited_for() -> None:
    with bare_page() as server, socket.create_connection(("127.0.0.1", server.port), 10) as line:
        head = (
            f"POST /command HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n"
            f"Cookie: asana-tbp-{server.port}={SECRET}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
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
        assert not server.as_wanted
    with bare_page(port=port) as server:
        assert server.port == port
        assert server.as_wanted


def test_it_listens_on_loopback_alone() -> None:
    listener = listening(0)
    with listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_it_stops_at_once_whoever_is_there() -> None:
    with ExitStack() as stack:
        server: PageServer = stack.enter_context(bare_page())
        stack.enter_context(Stream(server)).view()
        line = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 5))
        line.sendall(b"GET")
        began = monotonic()
        server.__exit__()
        assert monotonic() - began < 1.5
