"""The page in a real browser, beside a real session on the sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from asana_tbp.bridge.asana import Asana
from asana_tbp.session.events import Policy
from tests.cli.command import until
from tests.web.evening import SECRET, Evening

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Begin = Callable[..., Evening]

# Counts what WebAudio is asked to play, and when.
EARS = """
window.heard = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.heard.push([performance.now(), this.frequency.value]);
  return start.call(this, at);
};
"""


def open_page(context: BrowserContext, evening: Evening, path: str = "/") -> Page:
    """The page, shown and counting, in a browser that hears."""
    page = context.new_page()
    page.add_init_script(EARS)
    page.goto(evening.server.link(path))
    comes(page, "document.body.dataset.phase !== 'none'")
    return page


def comes(page: Page, true: str, seconds: float = 10.0) -> None:
    """Wait until an expression is true on the page, asked from outside: its policy lets nobody wait inside."""
    end = monotonic() + seconds
    while not page.evaluate(true):
        assert monotonic() < end, f"{true} did not come true: {page.text_content('main')}"
        page.wait_for_timeout(20)


def shown(page: Page) -> float:
    """Seconds that the page shows."""
    text = page.text_content("#left") or ""
    sign = -1.0 if text.startswith("-") else 1.0
    parts = [int(part) for part in re.findall(r"\d+", text)]
    return sign * float(sum(part * 60**place for place, part in enumerate(reversed(parts))))


def phase_is(page: Page, phase: str) -> None:
    """Wait until the page shows that phase."""
    comes(page, f"document.body.dataset.phase === {phase!r}")


def heard(page: Page) -> int:
    """How many notes were played."""
    return int(page.evaluate("window.heard.length"))


def off_by(page: Page, evening: Evening) -> float:
    """Seconds by which the second on the page is not the session's, as far as it can be told from outside."""
    before = float(evening.look()["left"])
    text = shown(page)
    after = float(evening.look()["left"])
    # The page shows 5 while more than 4 and at most 5 seconds are left.
    return max(0.0, text - 1 - before, after - text)


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


def test_every_key_and_every_button_is_a_command(begin: Begin, context: BrowserContext, asana: Asana) -> None:
    evening = begin(300.0, 300.0, 300.0)
    page = open_page(context, evening)
    page.keyboard.press("Space")
    phase_is(page, "paused")
    assert evening.look()["phase"] == "paused"
    page.click("#toggle")
    phase_is(page, "running")
    page.keyboard.press("+")
    until(lambda: evening.look()["added"] == 120.0)
    page.click("text=−2m")
    until(lambda: evening.look()["added"] == 0.0)
    comes(page, "document.getElementById('left').textContent.startsWith('4:')")
    page.keyboard.press("b")
    page.wait_for_selector("#back[aria-pressed=true]")
    page.keyboard.press("h")
    phase_is(page, "held")
    page.click("#hold")
    phase_is(page, "running")
    page.keyboard.press("d")
    comes(page, "document.getElementById('title').textContent === 'Create melody'")
    assert evening.look()["finished"][0]["come_back"] is True
    page.keyboard.press("u")
    comes(page, "document.getElementById('course-words').textContent.startsWith('0 of')")
    page.keyboard.press("s")
    comes(page, "document.getElementById('title').textContent === 'Write chords'")
    page.keyboard.press("-")
    page.keyboard.press("l")
    page.wait_for_selector("#list[open]")
    rows = page.locator("#boxes li").all_text_contents()
    assert any("Write chords" in row and "come back" in row for row in rows)
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    assert evening.look()["running"]["title"] == "Write chords"
    page.keyboard.press("q")
    page.wait_for_selector("#stop-ask[open]")
    page.click("text=Go on")
    assert evening.look()["phase"] == "running"
    page.keyboard.press("q")
    page.click("#stop-ask button[data-do=stop]")
    phase_is(page, "ended")
    evening.finish()
    (project,) = asana.projects(asana.me().workspaces[0].gid)
    done = [task.name for task in asana.tasks(project.gid) if task.completed]
    assert done == []


def test_a_refusal_is_told(begin: Begin, context: BrowserContext) -> None:
    page = open_page(context, begin(300.0))
    page.keyboard.press("u")
    page.wait_for_selector("#said:visible")
    assert "Nothing was completed" in (page.text_content("#said") or "")


def test_zero_is_heard_and_the_next_box_begins(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, 300.0, policy=Policy(warn=1.0))
    page = open_page(context, evening)
    evening.leave(3.0)
    comes(page, "window.heard.length === 1")
    assert page.get_attribute("body", "data-urgent") is not None
    comes(page, "document.getElementById('title').textContent === 'Create melody'")
    comes(page, "window.heard.length > 1")
    assert heard(page) == 7
    assert page.evaluate("document.getElementById('fill').style.transform.startsWith('scaleX(0.0')")


def test_nothing_is_heard_on_hold_nor_for_what_was_done_by_hand(
    begin: Begin, context: BrowserContext
) -> None:
    evening = begin(300.0, 300.0, policy=Policy(warn=1.0))
    page = open_page(context, evening)
    page.keyboard.press("h")
    phase_is(page, "held")
    evening.leave(2.0)
    comes(page, "document.getElementById('left').textContent.startsWith('-0:01')")
    assert heard(page) == 0
    page.keyboard.press("d")
    comes(page, "document.getElementById('title').textContent === 'Create melody'")
    page.keyboard.press("d")
    comes(page, "document.getElementById('title').textContent === 'Design bass'")
    assert heard(page) == 0


def test_volume_zero_is_silent_and_the_test_button_sounds(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    page = open_page(context, evening)
    page.keyboard.press("m")
    page.click("#test")
    comes(page, "window.heard.length === 6")
    page.evaluate(
        "const v = document.getElementById('volume'); v.value = 0; v.dispatchEvent(new Event('input'))"
    )
    page.click("#test")
    comes(page, "document.getElementById('sound-state').textContent === 'The volume is off.'")
    assert heard(page) == 6


def test_overtime_and_asking_are_unmistakable(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, 300.0, policy=Policy(at_zero="overtime", warn=0.0))
    page = open_page(context, evening)
    evening.leave(1.0)
    phase_is(page, "overtime")
    comes(page, "document.getElementById('left').textContent.startsWith('-0:0')")
    comes(page, "window.heard.length === 6")
    assert page.text_content("#state") == "Overtime"
    page.keyboard.press("d")
    phase_is(page, "running")
    assert heard(page) == 6


def test_a_reload_in_the_middle_of_a_box_changes_nothing(begin: Begin, context: BrowserContext) -> None:
    evening = begin(200.0)
    page = open_page(context, evening)
    page.reload()
    phase_is(page, "running")
    page.wait_for_timeout(300)
    assert off_by(page, evening) < 0.25
    assert heard(page) == 0


def test_two_tabs_show_the_same_and_one_of_them_sounds(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, 300.0, policy=Policy(warn=0.0))
    one, two = open_page(context, evening), open_page(context, evening)
    evening.leave(1.0)
    for page in (one, two):
        comes(page, "document.getElementById('title').textContent === 'Create melody'")
    until(lambda: heard(one) + heard(two) >= 6)
    one.wait_for_timeout(400)
    assert heard(one) + heard(two) == 6
    one.keyboard.press("Space")
    phase_is(two, "paused")


def test_a_lost_server_is_told_counted_over_and_found_again(begin: Begin, context: BrowserContext) -> None:
    evening = begin(200.0)
    page = open_page(context, evening)
    port = evening.server.port
    evening.stop_page()
    page.wait_for_selector("#lost:visible")
    assert "can't be reached" in (page.text_content("#lost") or "")
    before = shown(page)
    comes(page, f"document.getElementById('left').textContent !== {page.text_content('#left')!r}")
    assert shown(page) == before - 1
    assert off_by(page, evening) < 0.25
    evening.serve_page(port)
    page.wait_for_selector("#lost", state="hidden", timeout=15_000)
    assert off_by(page, evening) < 0.25
    page.keyboard.press("Space")
    phase_is(page, "paused")


def test_time_that_is_up_while_the_server_is_lost_is_heard_once(
    begin: Begin, context: BrowserContext
) -> None:
    evening = begin(300.0, 300.0, policy=Policy(warn=0.0))
    page = open_page(context, evening)
    port = evening.server.port
    evening.leave(3.0)
    comes(page, "document.getElementById('left').textContent.startsWith('0:0')")
    evening.stop_page()
    comes(page, "window.heard.length === 6")
    assert shown(page) == 0
    evening.serve_page(port)
    comes(page, "document.getElementById('title').textContent === 'Create melody'", 15)
    page.wait_for_timeout(300)
    assert heard(page) == 6


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


def test_a_break_a_sleep_and_waiting_are_shown(begin: Begin, context: BrowserContext) -> None:
    evening = begin(1.0, 300.0, policy=Policy(warn=0.0, rest=30.0, auto_break=False, auto_start=False))
    page = open_page(context, evening)
    phase_is(page, "waiting")
    assert page.text_content("#state") == "A break waits for you"
    page.keyboard.press("Space")
    phase_is(page, "break")
    assert page.text_content("#title") == "Break"
    page.keyboard.press("s")
    phase_is(page, "waiting")
    assert page.text_content("#title") == "Create melody"
    page.click("#toggle")
    phase_is(page, "running")


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\u202egnp.exe \x1b[31mred\x07"


def test_a_title_is_never_markup(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, queue_title=HOSTILE)
    page = context.new_page()
    alerts: list[Any] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    page.on("pageerror", lambda error: alerts.append(error.message))
    page.goto(evening.server.link())
    phase_is(page, "running")
    title = page.text_content("#title") or ""
    assert title.startswith("<img src=x onerror=alert(1)><script>alert(2)</script>")
    assert "\\u202e" in title
    assert "\\x1b" in title
    assert not set(title) & set("\u202e\x1b\x07")
    page.keyboard.press("l")
    assert page.locator("#boxes script, #boxes img, #title img, #title script").count() == 0
    assert "\u202e" not in page.title()
    overlay = open_page(context, evening, "/overlay")
    assert overlay.locator("#title *").count() == 0
    assert not alerts


def test_nothing_is_asked_of_anybody_else(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    asked: list[str] = []
    weight: dict[str, int] = {}
    words: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: words.append(message.text))
    page.on(
        "response", lambda answer: weight.update({answer.url: int(answer.headers.get("content-length", 0))})
    )
    page.goto(evening.server.link())
    phase_is(page, "running")
    page.keyboard.press("m")
    page.click("#test")
    page.wait_for_timeout(300)
    ours = (f"{evening.server.url}/", "data:")
    assert [url for url in asked if not url.startswith(ours)] == []
    assert sum(weight.values()) < 60_000
    assert words == []
    cookies = context.cookies()
    assert [(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [(True, "Strict")]
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_phone_needs_no_scrolling(begin: Begin, browser: Any, scheme: str) -> None:
    evening = begin(300.0, queue_title="A very long title of a task that somebody wrote into Asana " * 4)
    context = browser.new_context(viewport={"width": 360, "height": 640}, color_scheme=scheme, has_touch=True)
    page = open_page(context, evening)
    fits = """() => [...document.querySelectorAll('main, main *')].filter((each) => {
        const box = each.getBoundingClientRect();
        const out = box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
        return box.width && out;
    }).map((each) => each.id || each.tagName)"""
    assert page.evaluate(fits) == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.tap("#toggle")
    phase_is(page, "paused")
    evening.steer({"do": "hold"})
    page.wait_for_selector("#hold[aria-pressed=true]")
    assert page.evaluate(fits) == []
    context.close()


def test_the_overlay_is_transparent_and_says_nothing(
    begin: Begin, context: BrowserContext, tmp_path: Path
) -> None:
    evening = begin(300.0, 300.0, policy=Policy(warn=0.0))
    page = open_page(context, evening, "/overlay")
    evening.leave(1.0)
    for place in ("document.documentElement", "document.body", "document.querySelector('main')"):
        assert page.evaluate(f"getComputedStyle({place}).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert page.locator("button").count() == 0
    comes(page, "document.getElementById('title').textContent === 'Create melody'")
    assert page.evaluate("window.heard.length") == 0
    page.wait_for_timeout(100)
    assert off_by(page, evening) < 0.25


def test_motion_is_left_out_where_it_is_not_wanted(begin: Begin, browser: Any) -> None:
    evening = begin(0.5, policy=Policy(at_zero="ask", warn=0.0))
    for wish, animation in (("reduce", "none"), ("no-preference", "breathe")):
        context = browser.new_context(reduced_motion=wish)
        page = open_page(context, evening)
        phase_is(page, "asking")
        assert page.evaluate("getComputedStyle(document.getElementById('left')).animationName") == animation
        context.close()


def test_a_plain_countdown_begins_with_a_click_and_counts_right_after_a_sleep(
    begin: Begin, context: BrowserContext
) -> None:
    evening = begin(300.0)
    page = open_page(context, evening)
    page.clock.install()
    page.goto(f"{evening.server.url}/5%20minutes")
    page.clock.run_for(5000)
    assert page.text_content("#left") == "5:00"
    page.click("#toggle")
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
    assert page.text_content("#state") == "Time is up"
    assert page.title() == "Time is up"


def test_a_rotated_link_is_told(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    page = open_page(context, evening)
    port = evening.server.port
    evening.stop_page()
    evening.serve_page(port, "another-secret-" + "y" * 30)
    comes(page, "document.getElementById('lost').textContent.includes('web --link')", 15)


def test_what_the_page_gets_has_no_more_than_it_shows(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    words: list[str] = []
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.eventSourceMessageReceived", lambda message: words.append(message["data"]))
    page.goto(evening.server.link())
    phase_is(page, "running")
    until(lambda: page.evaluate("1") and any("view" in word for word in words))
    view = json.loads(next(word for word in words if "view" in word))["view"]
    text = json.dumps(view)
    assert evening.queue[0].gid not in text
    assert "sandbox" not in text
