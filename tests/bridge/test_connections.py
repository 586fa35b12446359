"""Answers that cost too much end in one sentence; the machine's proxy and certificates are used."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import pytest

from asana_tbp.bridge.connections import CERTIFICATE_VARIABLES, Limits, certificates, greet, proxy_for
from asana_tbp.errors import AnswerLost, NotSent, UsageError
from tests.bridge.test_http import CREATES, ME, connected, told
from tests.bridge.wire import Reaction, Wire, answer
from tests.clock import HandClock

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
START = b'{"data": {"gid": "5", "name": "'


def forever(before: bytes, piece: bytes) -> Reaction:
    """Send `before`, then `piece` again and again until the client leaves."""

    def react(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(before)
        while not closing.is_set():
            connection.sendall(piece)

    return react


def ticking() -> Callable[[], float]:
    """A clock on which a second passes with every look."""
    seconds = count()
    return lambda: float(next(seconds))


@pytest.mark.parametrize("use", ["read", "create"])
@pytest.mark.parametrize(
    "reaction",
    [forever(HEAD + b"\r\n" + START, b"x"), forever(HEAD + b"X-Slow: ", b"x"), forever(b"", b"H")],
    ids=["body", "header", "status line"],
)
def test_an_answer_that_drips_is_asked_for_once(reaction: Reaction, use: str) -> None:
    with Wire(reaction) as wire:
        gateway, _ = connected(wire.host, Limits(now=ticking(), seconds=20))
        error = told(gateway, CREATES["task"] if use == "create" else lambda g: g.me())
        assert isinstance(error, AnswerLost)
        assert "takes too long" in error.sentence
        assert len(wire.requests) == 1


BOMB = gzip.compress(START + b"x" * 3_000_000 + b'"}}')


@pytest.mark.parametrize(
    "reaction",
    [
        forever(HEAD + b"\r\n" + START, b"x" * 65536),
        forever(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        answer(200, START + b"x" * 3_000_000 + b'"}}'),
        answer(200, BOMB, headers={"Content-Encoding": "gzip"}),
        answer(400, BOMB, headers={"Content-Encoding": "gzip"}),
        answer(200, b"[" * 200_000),
        answer(200, b'{"data":' * 100_000),
    ],
    ids=["endless", "endless chunks", "huge", "gzip bomb", "bomb in a refusal", "deep", "deep objects"],
)
def test_an_answer_too_large_for_asana_is_given_up(reaction: Reaction) -> None:
    assert len(BOMB) < 10_000
    with Wire(reaction) as wire:
        gateway, _ = connected(wire.host, Limits(size=1_000_000))
        error = told(gateway, lambda g: g.me())
        assert isinstance(error, AnswerLost)
        assert "too large" in error.sentence
        assert len(wire.requests) == 1


def test_what_asana_sends_at_most_is_read() -> None:
    record = {"data": {"gid": "5", "name": "x" * 900_000, "email": "", "workspaces": []}}
    with Wire(answer(200, record)) as wire:
        gateway, _ = connected(wire.host, Limits(size=1_000_000))
        assert len(gateway.me().name) == 900_000


@pytest.mark.parametrize(
    "reaction",
    [
        answer(200, b"<!doctype html><p>Welcome to the hotel"),
        answer(302, b"", headers={"Location": "http://login.hotel.test"}),
        answer(511, b"<html>log in</html>"),
    ],
    ids=["page", "redirect", "511"],
)
def test_a_networks_login_page_is_named(reaction: Reaction) -> None:
    with Wire(reaction) as wire:
        gateway, _ = connected(wire.host)
        error = told(gateway, lambda g: g.me())
        assert "A web page answers instead of Asana" in error.sentence
        assert "log in" in error.hint


class TestProxy:
    def test_requests_go_through_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Wire(answer(200, ME)) as proxy:
            monkeypatch.setenv("http_proxy", f"http://ada:s3cr3t-proxy@127.0.0.1:{proxy.port}")
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            gateway, _ = connected("http://asana.test/api/1.0")
            assert gateway.me().name == "Ada"
            (request,) = proxy.requests
            assert request.target.startswith("http://asana.test/api/1.0/users/me")
            assert request.headers["proxy-authorization"].startswith("Basic ")

    def test_a_greeting_goes_through_it_and_carries_no_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = HandClock()
        date = format_datetime(clock.now() + timedelta(hours=2), usegmt=True)
        with Wire(answer(404, {}, headers={"Date": date})) as proxy:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            greeting = greet("http://asana.test/api/1.0", clock.now, Limits())
            assert greeting.ahead == pytest.approx(7200, abs=1)
            (request,) = proxy.requests
            assert (request.method, request.target) == ("HEAD", "http://asana.test/api/1.0")
            assert "authorization" not in request.headers

    @pytest.mark.parametrize("date", ["yesterday", "Sat, 31 Jan 2026 12:00:00 -0000"])
    def test_a_greeting_is_an_answer_also_where_its_date_is_no_use(self, date: str) -> None:
        with Wire(answer(200, {}, headers={"Date": date})) as wire:
            assert greet(wire.host, HandClock().now, Limits()).ahead is None

    def test_one_that_refuses_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Wire(answer(403, b"")) as proxy:
            monkeypatch.setenv("https_proxy", f"http://ada:s3cr3t-proxy@127.0.0.1:{proxy.port}")
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            gateway, _ = connected("https://asana.test/api/1.0")
            error = told(gateway, CREATES["task"])
            assert isinstance(error, NotSent), "nothing came to Asana"
            assert "proxy" in error.sentence
            assert "s3cr3t-proxy" not in error.sentence + error.hint
            assert {request.method for request in proxy.requests} == {"CONNECT"}
            assert all("authorization" not in request.headers for request in proxy.requests)

    def test_this_machine_is_reached_without_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        with Wire(answer(200, ME)) as wire:
            gateway, _ = connected(wire.host)
            assert gateway.me().name == "Ada"

    @pytest.mark.parametrize(
        ("left_out", "proxy"), [("", "http://proxy.test:3128"), ("app.asana.com", None), (".asana.com", None)]
    )
    def test_no_proxy_leaves_an_address_out(
        self, left_out: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
        monkeypatch.setenv("no_proxy", left_out)
        assert proxy_for("https://app.asana.com/api/1.0") == proxy

    def test_a_kind_that_is_not_supported_is_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.setenv("https_proxy", "socks5://ada:s3cr3t-proxy@127.0.0.1:1080")
        with pytest.raises(UsageError, match="socks5 proxy") as refused:
            connected("https://app.asana.com/api/1.0")
        assert "s3cr3t-proxy" not in refused.value.sentence + refused.value.hint


@pytest.mark.parametrize("name", CERTIFICATE_VARIABLES)
def test_certificates_of_the_environment_that_are_no_use_are_named(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for other in CERTIFICATE_VARIABLES:
        monkeypatch.delenv(other, raising=False)
    path = tmp_path / "company.pem"
    monkeypatch.setenv(name, str(path))
    with pytest.raises(UsageError, match=f"{name} .* no such file"):
        certificates()
    path.write_text("not a certificate", encoding="utf-8")
    with pytest.raises(UsageError, match=f"{name} .* can't be read"):
        certificates()
