"""The screen: kept awake while a box runs, used whole when asked, and a tab whose icon counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.web.browsing import comes, open_page, phase_is
from tests.web.evening import Evening

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Begin = Callable[..., Evening]

# Remembers each lock that the browser has given.
WITNESS = """
window.locks = [];
const request = WakeLock.prototype.request;
WakeLock.prototype.request = async function (kind) {
  const lock = await request.call(this, kind);
  window.locks.push(lock);
  return lock;
};
"""
HELD = "window.locks.filter((lock) => !lock.released).length"


def watched_page(context: BrowserContext, evening: Evening, path: str = "/") -> Page:
    """The page in a browser that lets it keep the screen awake, and a witness of that."""
    context.grant_permissions(["screen-wake-lock"])
    context.add_init_script(WITNESS)
    return open_page(context, evening, path)


def test_the_screen_stays_awake_while_a_timebox_runs_and_no_longer(
    begin: Begin, context: BrowserContext
) -> None:
    evening = begin(300.0, 300.0)
    page = watched_page(context, evening)
    phase_is(page, "running")
    comes(page, f"{HELD} === 1")
    page.keyboard.press("Space")
    phase_is(page, "paused")
    comes(page, f"{HELD} === 0")
    page.keyboard.press("Space")
    phase_is(page, "running")
    comes(page, f"{HELD} === 1")


def test_the_screen_may_sleep_where_that_is_wished(begin: Begin, context: BrowserContext) -> None:
    page = watched_page(context, begin(300.0))
    comes(page, f"{HELD} === 1")
    page.keyboard.press("m")
    page.uncheck("#awake")
    comes(page, f"{HELD} === 0")
    page.reload()
    phase_is(page, "running")
    page.wait_for_timeout(300)
    assert page.evaluate("window.locks.length") == 0
    page.keyboard.press("m")
    page.check("#awake")
    comes(page, f"{HELD} === 1")


def test_a_lock_that_was_taken_back_is_asked_for_again_when_the_tab_is_looked_at(
    begin: Begin, context: BrowserContext
) -> None:
    page = watched_page(context, begin(300.0))
    comes(page, f"{HELD} === 1")
    # As the browser does with a tab that is hidden; one that is driven is always shown.
    page.evaluate("window.locks[0].release()")
    comes(page, f"{HELD} === 0")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    comes(page, f"{HELD} === 1")


def test_no_lock_is_left_behind_however_fast_things_change(begin: Begin, context: BrowserContext) -> None:
    page = watched_page(context, begin(300.0))
    page.keyboard.press("Space")
    phase_is(page, "paused")
    for wishes, held in (("true, true, true", 1), ("false", 0), ("true, false", 0), ("false, true", 1)):
        page.evaluate(
            f"import('/files/screen.js').then((s) => {{ for (const on of [{wishes}]) s.keepAwake(on) }})"
        )
        comes(page, f"{HELD} === {held}")
        page.wait_for_timeout(300)
        assert page.evaluate(HELD) == held, wishes


@pytest.mark.parametrize("path", ["/", "/25minutes"])
def test_f_and_a_button_use_the_whole_screen(begin: Begin, context: BrowserContext, path: str) -> None:
    evening = begin(300.0)
    page = open_page(context, evening)
    page.goto(evening.server.url + path)
    comes(page, "document.body.dataset.phase !== 'none'")
    for element in ("document.documentElement", "null"):
        page.keyboard.press("f")
        comes(page, f"document.fullscreenElement === {element}")
    for element in ("document.documentElement", "null"):
        page.click("#screen, footer [data-press=f]")
        comes(page, f"document.fullscreenElement === {element}")


def test_a_countdown_keeps_the_screen_awake_while_it_runs(begin: Begin, context: BrowserContext) -> None:
    evening = begin(300.0)
    page = watched_page(context, evening)
    page.goto(f"{evening.server.url}/25minutes")
    page.wait_for_timeout(1200)
    assert page.evaluate(HELD) == 0
    page.keyboard.press("Space")
    comes(page, f"{HELD} === 1")
    page.keyboard.press("Space")
    comes(page, f"{HELD} === 0")


def icon(page: Page) -> str:
    """The tab's icon."""
    return page.get_attribute("link[rel=icon]", "href") or ""


EDGE = """async () => {
  const image = new Image();
  image.src = document.querySelector('link[rel=icon]').href;
  await image.decode();
  const pen = document.createElement('canvas').getContext('2d');
  pen.drawImage(image, 0, 0);
  return [...pen.getImageData(32, 11, 1, 1).data.slice(0, 3)];
}"""
DARK, AMBER = [11, 13, 16], [242, 180, 92]


def test_the_tab_s_icon_counts_minutes_and_then_seconds(begin: Begin, context: BrowserContext) -> None:
    evening = begin(3000.0)
    page = open_page(context, evening)
    seen = [icon(page)]
    assert seen[0].startswith("data:image/png")
    page.wait_for_timeout(1500)
    assert icon(page) == seen[0], "minutes do not move with the seconds"
    evening.leave(200.0)
    comes(page, f"document.querySelector('link[rel=icon]').href !== {seen[-1]!r}")
    seen.append(icon(page))
    assert page.evaluate(EDGE) == DARK
    evening.leave(50.0)
    comes(page, "document.body.hasAttribute('data-urgent')")
    assert page.evaluate(EDGE) == AMBER, "the last minute fills the icon"
    for _ in range(4):
        comes(page, f"document.querySelector('link[rel=icon]').href !== {seen[-1]!r}")
        seen.append(icon(page))
    evening.steer({"do": "pause"})
    comes(page, f"document.querySelector('link[rel=icon]').href !== {seen[-1]!r}")
    assert len(set(seen)) == len(seen)
