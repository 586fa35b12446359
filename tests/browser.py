"""A real browser without a screen, for tests, pictures and benches."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.needs import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The one without a screen does a page's work in half the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Each page has one process, begun when it is needed: no spare ones, and none for where a page came from.
    "--renderer-process-limit=1",
    "--disable-site-isolation-trials",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, for the length of the block; a test is skipped where there is none."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    need(program, "no Chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
