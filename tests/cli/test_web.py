"""`start --web` and `web`: the page beside a real session, from the command line."""

from __future__ import annotations

import re
import signal
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from asana_tbp.system.loopback import listening
from tests.cli.command import begin, run, state_folder
from tests.faulty.server import Embedded


def status_of(link: str) -> tuple[int, str]:
    """What the link gives, and the cookie that comes with it."""
    parts = urlsplit(link)
    line = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    line.request("GET", f"{parts.path}?{parts.query}")
    answer = line.getresponse()
    answer.read()
    cookie = answer.getheader("Set-Cookie", "") or ""
    line.close()
    return answer.status, cookie


def link_in(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{40,}", line)
    assert found, line
    return found[0]


def test_the_page_is_a_face_of_the_session(
    studio: Embedded, song_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("scaffold", str(song_file)).code == 0
    taken = listening(0)
    monkeypatch.setenv("ASANA_TBP_WEB_PORT", str(taken.getsockname()[1]))
    with taken:
        session = begin("start", "--web", "--plain")
        assert session.stdout is not None
        lines: list[str] = []
        while "token=" not in "".join(lines):
            lines.append(session.stdout.readline())
            assert lines[-1], session.stderr.read() if session.stderr else ""
        assert "is taken" in lines[0]
        link = link_in(lines[-1])
        status, cookie = status_of(link)
        assert status == 200
        assert "HttpOnly" in cookie
        assert run("web", "--link").out.strip() == link
        session.send_signal(signal.SIGINT)
        out, err = session.communicate(timeout=60)
        assert session.returncode == 130, err
    assert "Traceback" not in out + err


def test_the_page_can_be_begun_before_the_session() -> None:
    page = begin("web", "--port", "0")
    assert page.stdout is not None
    link = link_in(page.stdout.readline())
    assert status_of(link)[0] == 200
    page.send_signal(signal.SIGINT)
    _, err = page.communicate(timeout=60)
    assert "Traceback" not in err
    assert page.returncode == 130


def test_the_link_lasts_until_a_new_one_is_asked_for() -> None:
    first = run("web", "--link").out
    assert run("web", "--link").out == first
    assert (state_folder() / "page.json").stat().st_mode & 0o077 == 0
    assert run("web", "--link", "--new-link").out != first
    (state_folder() / "page.json").write_text("{", encoding="utf-8")
    assert link_in(run("web", "--link").out)


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "1.5"])
def test_a_wrong_port_is_told(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_TBP_WEB_PORT", port)
    result = run("web")
    assert result.code == 2
    result.says("ASANA_TBP_WEB_PORT", "port")
