"""Who is kept out: strangers, other sites, other names of this machine; and what every answer carries."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from asana_tbp.web.pages import PageServer
from tests.web.evening import SECRET, ask, bare_page, cookie_of

READS = ["/", "/overlay", "/events", "/now", "/25minutes", "/files/page.js", "/files/page.css"]
TOGGLE = json.dumps({"do": "toggle"})


@pytest.fixture
def told() -> list[Any]:
    """The commands that reached the session."""
    return []


@pytest.fixture
def page(told: list[Any]) -> Iterator[PageServer]:
    def tell(message: Any) -> tuple[bool, str]:
        told.append(message)
        return True, ""

    with bare_page(tell) as server:
        yield server


def test_what_is_printed_of_the_server_hides_the_secret(page: PageServer) -> None:
    assert str(page.port) in repr(page)
    assert SECRET not in repr(page)


@pytest.mark.parametrize("path", READS)
def test_nobody_reads_without_the_secret(page: PageServer, path: str) -> None:
    name = f"asana-tbp-{page.port}"
    for cookie in (
        "",
        "asana-tbp-1=x",
        f"{name}=",
        f"{name}={SECRET}",
        f"{name}=x.{'0' * 64}",
        f"{name}=a.b",
    ):
        answer = ask(page, path, Cookie=cookie)
        assert answer.status == 403
        assert SECRET not in answer.body
        assert "set-cookie" not in answer.headers
    assert ask(page, path).status == 200


@pytest.mark.parametrize("cookie", ["", "asana-tbp=1", "nonsense; ;=;\x01", "a" * 4000, "naïve"])
def test_nobody_commands_without_the_secret(page: PageServer, told: list[Any], cookie: str) -> None:
    assert ask(page, "/command", "POST", TOGGLE, Cookie=cookie).status == 403
    assert not told


def test_the_link_lets_in_once_and_the_cookie_from_then_on(page: PageServer) -> None:
    for path in ("/", "/overlay", "/25m"):
        answer = ask(page, f"{path}?token={SECRET}", Cookie="")
        assert answer.status == 200
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"asana-tbp-{page.port}=")
        assert SECRET not in str(answer.headers)
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert SECRET not in answer.body
    for path in (f"/now?token={SECRET}", f"/events?token={SECRET}", f"/files/page.js?token={SECRET}"):
        assert ask(page, path, Cookie="").status == 403
    for wrong in ("/?token=", "/?token=wrong", f"/?token={SECRET}x", f"/?Token={SECRET}", "/?token=%ff%00"):
        assert ask(page, wrong, Cookie="").status == 403
    assert ask(page, f"/command?token={SECRET}", "POST", TOGGLE, Cookie="").status == 403


def test_each_browser_has_a_cookie_of_its_own_that_is_no_link(page: PageServer) -> None:
    one, other = cookie_of(page), cookie_of(page)
    assert one != other
    value = one.partition("=")[2]
    assert ask(page, f"/?token={value}", Cookie="").status == 403
    for cookie in (one, other):
        assert ask(page, "/now", Cookie=cookie).status == 200
        assert ask(page, "/now", Cookie=f"{cookie}0").status == 403


def test_a_cookie_is_good_for_one_port_and_outlives_the_server() -> None:
    with bare_page() as page, bare_page() as beside:
        cookie = cookie_of(page)
        value, port = cookie.partition("=")[2], page.port
        assert ask(beside, "/now", Cookie=f"asana-tbp-{beside.port}={value}").status == 403
    with bare_page(port=port) as again:
        assert ask(again, "/now", Cookie=cookie).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]:{port}",
        "127.0.0.1.evil.example:{port}",
        "0.0.0.0:{port}",
    ],
)
def test_a_name_that_was_made_to_mean_this_machine_is_refused(page: PageServer, host: str) -> None:
    for path in ("/", "/now", "/events"):
        assert ask(page, path, Host=host.format(port=page.port)).status == 421
    assert ask(page, "/now", Host=f"localhost:{page.port}").status == 200


def test_two_hosts_at_once_are_refused(page: PageServer) -> None:
    lines = f"GET /now HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nHost: evil.example\r\n\r\n"
    with socket.create_connection(("127.0.0.1", page.port), 60) as line:
        line.sendall(lines.encode())
        assert line.recv(100).split()[1] in {b"400", b"421"}


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://localhost:{port}",
        "https://127.0.0.1:{port}",
    ],
)
def test_commands_of_other_origins_are_refused(page: PageServer, told: list[Any], origin: str) -> None:
    assert ask(page, "/command", "POST", TOGGLE, Origin=origin.format(port=page.port)).status == 403
    assert not told
    assert ask(page, "/command", "POST", TOGGLE).status == 200
    assert told == [{"do": "toggle"}]


def test_another_site_can_not_even_send_the_form_of_a_command(page: PageServer, told: list[Any]) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert ask(page, "/command", "POST", TOGGLE, Content_Type=kind).status == 400
    for body in (
        "",
        "[]",
        "{}",
        '{"do":"look"}',
        '{"do":"nonsense"}',
        '{"do":["stop"]}',
        "[" * 500,
        "x" * 600,
    ):
        assert ask(page, "/command", "POST", body).status == 400
    assert not told
    for more in ('"seconds":1e400', '"seconds":NaN', f'"seconds":1{"0" * 400}', '"seconds":"5"'):
        assert ask(page, "/command", "POST", '{"do":"extend",' + more + "}").status == 400
    assert ask(page, "/command", "POST", '{"do":"extend","on":"yes","secret":"x"}').status == 200
    assert told == [{"do": "extend", "seconds": 120.0}]


def test_a_command_may_come_in_pieces_without_its_length(page: PageServer, told: list[Any]) -> None:
    for body, status in ((TOGGLE, b"200"), (TOGGLE + " " * 600, b"400")):
        head = (
            f"POST /command HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nOrigin: {page.url}\r\n"
            f"Cookie: {cookie_of(page)}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", page.port), 60) as line:
            line.sendall(f"{head}{len(body):x}\r\n{body}\r\n0\r\n\r\n".encode())
            assert line.recv(64).split()[1] == status
    assert told == [{"do": "toggle"}]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
def test_other_methods_are_refused(page: PageServer, method: str) -> None:
    assert ask(page, "/", method).status == 405
    assert ask(page, "/command").status in {404, 405}


@pytest.mark.parametrize(
    "path", ["/", "/overlay", "/25minutes", "/now", "/files/page.js", "/nothing", "/command"]
)
@pytest.mark.parametrize("cookie", [None, ""])
def test_every_answer_carries_what_keeps_others_out(page: PageServer, path: str, cookie: str | None) -> None:
    answer = ask(page, path) if cookie is None else ask(page, path, Cookie=cookie)
    headers = answer.headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert ("frame-ancestors 'none'" in policy) == (path != "/overlay")
    assert headers.get("x-frame-options") == (None if path == "/overlay" else "DENY")
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/files/../pages.py",
        "/files/..%2fpages.py",
        "/files/%2e%2e/pages.py",
        "/files/....//pages.py",
        "/files/..\\pages.py",
        "/files/%00page.js",
        "/files//etc/passwd",
        "/files/page.html",
        "/../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//evil.example/",
        "/files/",
    ],
)
def test_nothing_but_the_page_s_own_files_is_given_out(page: PageServer, path: str) -> None:
    answer = ask(page, path)
    assert answer.status in {404, 307}
    assert "evil" not in answer.headers.get("location", "")
    assert "root:" not in answer.body
    assert "import" not in answer.body


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("/25minutes", 1500),
        ("/1h30m", 5400),
        ("/5%20minutes", 300),
        ("/30", 1800),
        ("/90m", 5400),
        ("/1.5h", 5400),
        ("/90s", 90),
        ("/pomodoro", 1500),
        ("/1h_30m", 5400),
    ],
)
def test_a_plain_countdown_is_as_long_as_its_address_says(page: PageServer, path: str, seconds: int) -> None:
    answer = ask(page, path)
    assert answer.status == 200
    assert f'data-seconds="{seconds}"' in answer.body


@pytest.mark.parametrize("path", ["/21:30", "/9pm", "/until_21:30"])
def test_a_countdown_to_a_time_of_day_ends_then_however_late_the_page_is_opened(
    page: PageServer, path: str
) -> None:
    body = ask(page, path).body
    moment = int(body.partition('data-until="')[2].partition('"')[0])
    until = datetime.fromtimestamp(moment, UTC).astimezone()
    assert (until.hour, until.minute, until.second) == ((21, 0, 0) if path == "/9pm" else (21, 30, 0))
    assert 'data-until="0"' in ask(page, "/25m").body


@pytest.mark.parametrize(
    "path", ["/0", "/soon", "/-5m", "/25h", "/<script>", "/%3Cscript%3E", "/5m/6m", "/" + "9" * 3000]
)
def test_what_is_no_time_is_no_countdown(page: PageServer, path: str) -> None:
    answer = ask(page, path)
    assert answer.status == 404
    assert "script" not in answer.body
    assert answer.headers["content-type"].startswith("text/plain")
