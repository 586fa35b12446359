"""A service that stops lets everybody go, also whoever is just being let in."""

from __future__ import annotations

import gc
import socket
import warnings
from contextlib import ExitStack

import pytest

from asana_tbp.system.http_server import Service
from asana_tbp.system.loopback import LOOPBACK, listening


async def hello(scope: object, receive: object, send: object) -> None:
    """An application nobody asks anything."""


class Stopper:
    """An application that, asked once, stops its service at the very moment in which others arrive."""

    def __init__(self, others: int) -> None:
        self.listener = listening(0)
        self.place = self.listener.getsockname()
        self.others = others
        self.came: list[socket.socket] = []
        self.service = Service(self).start(self.listener, "stopper")

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        # The service's loop stands still meanwhile: it learns of the stop and of the arrivals in one round.
        self.came += [socket.create_connection(self.place, 5) for _ in range(self.others)]
        self.service.begin_to_stop()


@pytest.mark.parametrize("others", [1, 5, 40])
def test_whoever_is_just_being_let_in_is_let_go_of(others: int) -> None:
    with warnings.catch_warnings(record=True) as left_open, ExitStack() as stack:
        warnings.simplefilter("always")
        stopper = Stopper(others)
        asker = stack.enter_context(socket.create_connection(stopper.place, 5))
        asker.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        while asker.recv(4096):
            pass
        stopper.service.stop()
        assert len(stopper.came) == others
        for line in stopper.came:
            stack.enter_context(line)
            try:
                assert line.recv(1) == b""
            except ConnectionResetError:
                continue
        del stopper
        gc.collect()
    assert [str(each.message) for each in left_open] == []


def test_it_stops_twice_and_frees_its_port() -> None:
    listener = listening(0)
    port = listener.getsockname()[1]
    service = Service(hello).start(listener, "short")
    service.stop()
    service.stop()
    with listening(port), pytest.raises(OSError, match="in use"):
        listening(port)


def test_nothing_but_this_machine_is_listened_to() -> None:
    with listening(0) as listener:
        assert listener.getsockname()[0] == LOOPBACK == "127.0.0.1"
