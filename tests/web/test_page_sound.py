"""What is heard of the page, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from asana_tbp.timer.events import SessionOptions
from tests.cli.command import until
from tests.web.browsing import comes, heard, open_page, passes, phase_is, shown
from tests.web.evening import Evening

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Begin = Callable[..., Evening]


def test_zero_is_heard_and_the_next_timebox_begins(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(warn=1.0))
    page = open_page(context, evening)
    evening.leave(3.0)
    passes(page, "window.heard.length === 1 && document.body.hasAttribute('data-urgent')")
    comes(page, "document.getElementById('title').textContent === 'Create melody'")
    comes(page, "window.heard.length > 1")
    assert heard(page) == 7
    share = page.evaluate(
        "parseFloat(document.getElementById('fill').style.transform.slice('scaleX('.length))"
    )
    assert 0 <= share < 0.1, "the bar of the next task begins anew"


def test_nothing_is_heard_on_hold_nor_for_what_was_done_by_hand(
    begin: Begin, context: BrowserContext
) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(warn=1.0))
    page = open_page(context, evening)
    page.keyboard.press("h")
    phase_is(page, "held")
    evening.leave(2.0)
    comes(page, "/^[+]0:(?!00)/.test(document.getElementById('left').textContent)")
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


def test_two_tabs_show_the_same_and_one_of_them_sounds(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(warn=0.0))
    one, two = open_page(context, evening), open_page(context, evening)
    evening.leave(1.0)
    for page in (one, two):
        comes(page, "document.getElementById('title').textContent === 'Create melody'")
    until(lambda: heard(one) + heard(two) >= 6)
    one.wait_for_timeout(400)
    assert heard(one) + heard(two) == 6
    one.keyboard.press("Space")
    phase_is(two, "paused")


def test_time_that_is_up_while_the_server_is_lost_is_heard_once(
    begin: Begin, context: BrowserContext
) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(warn=0.0))
    page = open_page(context, evening)
    port = evening.server.port
    evening.leave(3.0)
    comes(page, "document.getElementById('left').textContent.startsWith('0:0')")
    evening.stop_page()
    comes(page, "window.heard.length === 6")
    assert shown(page) == 0
    evening.serve_page(port)
    comes(page, "document.getElementById('title').textContent === 'Create melody'")
    page.wait_for_timeout(300)
    assert heard(page) == 6
