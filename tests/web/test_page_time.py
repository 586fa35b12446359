"""The page's count is the session's, whatever happens to the tab, the machine or the server."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import begin as process_of
from tests.cli.command import state_folder, until
from tests.faulty.server import held_port
from tests.web.browsing import comes, heard, off_by, open_page, phase_is, shown
from tests.web.evening import SECRET, Evening

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Begin = Callable[..., Evening]


def test_the_countdown_is_the_session_s(begin: Begin, context: BrowserContext) -> None:
    evening = begin(600.0)
    page = open_page(context, evening)
    end = monotonic() + 4
    worst = 0.0
    titles = set()
    while monotonic() < end:
        worst = max(worst, off_by(page, evening))
        titles.add(page.title())
        page.wait_for_timeout(37)
    assert worst < 0.25
    assert len(titles) >= 4
    assert all(re.fullmatch(r"(10:00|9:\d\d) Write chords", title) for title in titles)
    assert page.text_content("#section") == "Composition"
    assert page.text_content("#song") == "Midnight Galaxy"
    assert "Create melody" in (page.text_content("#next") or "")
    assert page.get_attribute("link[rel=icon]", "href", timeout=1000).startswith("data:image/png")  # type: ignore[union-attr]
    assert SECRET not in page.url


def test_a_reload_in_the_middle_of_a_timebox_changes_nothing(begin: Begin, context: BrowserContext) -> None:
    evening = begin(200.0)
    page = open_page(context, evening)
    page.reload()
    phase_is(page, "running")
    page.wait_for_timeout(300)
    assert off_by(page, evening) < 0.25
    assert heard(page) == 0


def test_a_lost_server_is_told_counted_over_and_found_again(begin: Begin, context: BrowserContext) -> None:
    evening = begin(200.0)
    page = open_page(context, evening)
    port = evening.server.port
    evening.stop_page()
    page.wait_for_selector("#lost:visible")
    assert "can't be reached" in (page.text_content("#lost") or "")
    before = shown(page)
    comes(page, f"document.getElementById('left').textContent !== {page.text_content('#left')!r}")
    assert before - 10 < shown(page) < before
    assert off_by(page, evening) < 0.25
    evening.serve_page(port)
    page.wait_for_selector("#lost", state="hidden")
    phase_is(page, "running")
    assert off_by(page, evening) < 0.25
    page.keyboard.press("Space")
    phase_is(page, "paused")


def test_a_killed_server_is_found_again_once_it_is_begun_again(
    begin: Begin, context: BrowserContext, request: pytest.FixtureRequest
) -> None:
    evening = begin(200.0, page=False, folder=state_folder() / "sessions")

    def serve(port: int) -> tuple[subprocess.Popen[str], str]:
        server = process_of("web", "--port", str(port))
        request.addfinalizer(server.communicate)
        request.addfinalizer(server.kill)
        assert server.stdout is not None
        return server, server.stdout.readline().strip()

    server, link = serve(0)
    page = context.new_page()
    page.goto(link)
    phase_is(page, "running")
    server.kill()
    server.communicate(timeout=60)
    port = int(link.split(":")[2].split("/")[0])
    request.addfinalizer(held_port(port).close)
    page.wait_for_selector("#lost:visible")
    before = shown(page)
    comes(page, f"document.getElementById('left').textContent !== {page.text_content('#left')!r}")
    assert before - 10 < shown(page) < before
    server, _ = serve(port)
    page.wait_for_selector("#lost", state="hidden")
    # The new server has to find the session first.
    until(lambda: off_by(page, evening) < 0.25)
    page.keyboard.press("Space")
    phase_is(page, "paused")
    assert evening.look()["phase"] == "paused"
    server.terminate()
    _, err = server.communicate(timeout=60)
    assert "Traceback" not in err


def test_a_frozen_tab_is_right_when_it_wakes(begin: Begin, context: BrowserContext) -> None:
    evening = begin(200.0)
    page = open_page(context, evening)
    line = context.new_cdp_session(page)
    line.send("Page.setWebLifecycleState", {"state": "frozen"})
    evening.steer({"do": "extend", "seconds": 60})
    end = monotonic() + 2
    until(lambda: monotonic() > end)
    line.send("Page.setWebLifecycleState", {"state": "active"})
    comes(page, "document.getElementById('left').textContent.startsWith('4:')")
    assert off_by(page, evening) < 0.25


def test_a_plain_countdown_begins_with_a_click_and_counts_right_after_a_sleep(
    begin: Begin, context: BrowserContext
) -> None:
    evening = begin(300.0)
    page = open_page(context, evening)
    page.clock.install(time=0)
    # Time passes only when the test says so.
    page.clock.pause_at(1000)
    page.goto(f"{evening.server.url}/5%20minutes")
    page.clock.run_for(5000)
    assert page.text_content("#left") == "5:00"
    page.click("#start")
    page.clock.run_for(10_000)
    assert page.text_content("#left") == "4:50"
    assert page.title().startswith("4:50")
    page.clock.fast_forward(200_000)
    assert page.text_content("#left") == "1:30"
    page.reload()
    assert shown(page) <= 90
    page.keyboard.press("Space")
    stood = page.text_content("#left")
    page.clock.run_for(5000)
    assert page.text_content("#left") == stood
    page.keyboard.press("Space")
    page.clock.run_for(91_000)
    assert page.text_content("#state") == "TIME IS UP"
    assert page.title() == "TIME IS UP"


@pytest.mark.parametrize(
    ("path", "left"), [("90s", "1:30"), ("pomodoro", "25:00"), ("1h30m", "1:30:00"), ("25minutes", "25:00")]
)
def test_an_address_is_a_countdown(begin: Begin, context: BrowserContext, path: str, left: str) -> None:
    page = open_page(context, begin(300.0))
    page.goto(page.url + path)
    comes(page, f"document.getElementById('left').textContent === {left!r}")
    assert page.locator("#start").is_visible()


def test_a_rotated_link_is_told(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    page = open_page(context, evening)
    port = evening.server.port
    evening.stop_page()
    evening.serve_page(port, "another-secret-" + "y" * 30)
    comes(page, "document.getElementById('lost').textContent.includes('web --link')")
