"""The page on every screen: sizes, colours, motion, the overlay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.store.database import Database
from asana_tbp.timer.events import SessionOptions
from tests.web.browsing import comes, heard, off_by, open_page, phase_is
from tests.web.evening import SONG, Evening, queue_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

Begin = Callable[..., Evening]


def test_overtime_and_asking_are_unmistakable(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(at_zero="overtime", warn=0.0))
    page = open_page(context, evening)
    evening.leave(1.0)
    phase_is(page, "overtime")
    comes(page, "document.getElementById('left').textContent.startsWith('+0:0')")
    comes(page, "window.heard.length === 6")
    assert page.text_content("#state") == "OVERTIME"
    page.keyboard.press("d")
    phase_is(page, "running")
    assert heard(page) == 6


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
    page.tap("#actions [data-press=space]")
    phase_is(page, "paused")
    evening.steer({"do": "hold"})
    page.wait_for_selector("#answers [data-press=space], #answers [data-press=h]")
    assert page.evaluate(fits) == []
    context.close()


@pytest.mark.parametrize("width", [320, 390, 420, 640, 1280])
def test_hours_fit_in_a_window_of_any_width(begin: Begin, browser: Any, width: int) -> None:
    evening = begin(5399.0)
    context = browser.new_context(viewport={"width": width, "height": 640})
    page = open_page(context, evening)
    assert str(page.text_content("#left")).startswith("1:29:")
    box = page.evaluate(
        "(({left, right}) => [left, right])((() => { const range = document.createRange();"
        " range.selectNodeContents(document.getElementById('left')); return range.getBoundingClientRect(); })())"
    )
    assert 0 <= box[0] < box[1] <= width
    context.close()


@pytest.mark.parametrize("size", [(2560, 720), (1600, 620), (1280, 640), (1280, 800), (800, 600)])
def test_answers_and_what_comes_next_do_not_cover_each_other(
    begin: Begin, browser: Any, size: tuple[int, int]
) -> None:
    evening = begin(300.0, 300.0)
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = open_page(context, evening)
    page.keyboard.press(" ")
    phase_is(page, "paused")
    top, bottom, below = page.evaluate(
        "[['answers', 'top'], ['answers', 'bottom'], ['course', 'top']].map(([id, side]) =>"
        " document.getElementById(id).getBoundingClientRect()[side])"
    )
    assert top < bottom <= below
    assert page.evaluate("document.getElementById('section').getBoundingClientRect().top") >= 0
    context.close()


def test_a_budget_that_was_assumed_is_marked(
    asana: Gateway, database: Database, tmp_path: Path, context: BrowserContext
) -> None:
    first, second, *_ = queue_in(asana, database, [300.0, 300.0], SONG)
    queue = (replace(first, assumed=True), second)
    with Evening(tmp_path / "sessions", database, queue) as evening:
        page = open_page(context, evening)
        assert page.text_content("#section") == "Composition · no time in its name"
        page.keyboard.press("d")
        comes(page, "document.getElementById('section').textContent === 'Composition'")


def test_at_time_up_the_answers_are_the_largest_buttons(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(at_zero="ask", warn=0.0))
    page = open_page(context, evening)
    assert page.locator("#answers").is_hidden()
    evening.leave(1.0)
    phase_is(page, "asking")
    assert page.locator("#answers .primary").inner_text().startswith("Done")
    assert page.locator("nav button[data-press=d]").count() == 0
    page.click("#answers .primary")
    phase_is(page, "running")


@pytest.mark.parametrize("size", [(480, 270), (740, 360), (320, 160), (1280, 400), (2560, 1440)])
def test_nothing_covers_the_countdown_in_a_window_of_any_size(
    begin: Begin, browser: Any, size: tuple[int, int]
) -> None:
    evening = begin(4000.0, queue_title="A very long title of a task that somebody wrote into Asana " * 4)
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = open_page(context, evening)
    places: list[list[float]] = page.evaluate(
        """() => ['title', 'left', 'state', 'course'].map((id) => document.getElementById(id)
            .getBoundingClientRect()).filter((box) => box.height).map((box) => [box.top, box.bottom])"""
    )
    assert places[0][0] >= 0
    assert places[-1][1] <= size[1]
    assert places == sorted(places)
    assert all(one[1] <= other[0] + 1 for one, other in pairwise(places))
    left = page.evaluate(
        "(({left, right}) => [left, right])(document.getElementById('left').getBoundingClientRect())"
    )
    assert 0 <= left[0] < left[1] <= size[0]
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    context.close()


def test_the_overlay_is_transparent_and_says_nothing(
    begin: Begin, context: BrowserContext, tmp_path: Path
) -> None:
    evening = begin(300.0, 300.0, options=SessionOptions(warn=0.0))
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
    evening = begin(0.5, options=SessionOptions(at_zero="ask", warn=0.0))
    for wish, animation in (("reduce", "none"), ("no-preference", "alarm")):
        context = browser.new_context(reduced_motion=wish)
        page = open_page(context, evening)
        phase_is(page, "asking")
        assert page.evaluate("getComputedStyle(document.getElementById('fill')).animationName") == animation
        context.close()
