"""A test's eyes and ears on a page in a real browser."""

from __future__ import annotations

import re
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from tests.web.evening import Evening

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

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


def comes(page: Page, true: str, seconds: float = 60.0) -> None:
    """Wait until an expression is true on the page, asked from outside: its policy lets nobody wait inside."""
    end = monotonic() + seconds
    while not page.evaluate(true):
        assert monotonic() < end, f"{true} did not come true: {page.text_content('main')}"
        page.wait_for_timeout(50)


def passes(page: Page, true: str, seconds: float = 60.0) -> None:
    """Wait until an expression was true for a moment: the page itself looks, far more often than can be asked."""
    page.evaluate(
        f"""new Promise((seen, failed) => {{
            const end = performance.now() + {seconds * 1000};
            const look = setInterval(() => {{
                if ({true}) seen();
                else if (performance.now() > end) failed(new Error("it did not come true"));
                else return;
                clearInterval(look);
            }}, 10);
        }})"""
    )


def shown(page: Page) -> float:
    """Seconds that the page shows."""
    text = page.text_content("#left") or ""
    sign = -1.0 if text.startswith("+") else 1.0
    parts = [int(part) for part in re.findall(r"\d+", text)]
    return sign * float(sum(part * 60**place for place, part in enumerate(reversed(parts))))


def phase_is(page: Page, phase: str) -> None:
    """Wait until the page shows that phase."""
    comes(page, f"document.body.dataset.phase === {phase!r}")


def heard(page: Page) -> int:
    """How many notes were played."""
    return int(page.evaluate("window.heard.length"))


class Looked(Protocol):
    """A session that can be looked at."""

    def look(self) -> dict[str, Any]:
        """As it is now."""
        ...


def off_by(page: Page, evening: Looked) -> float:
    """Seconds by which the second on the page is not the session's, as far as it can be told from outside."""
    before = float(evening.look()["left"])
    text = shown(page)
    after = float(evening.look()["left"])
    # The page shows 5 while more than 4 and at most 5 seconds are left.
    return max(0.0, text - 1 - before, after - text)
