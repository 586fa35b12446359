"""README's pictures, made from real sessions on the sandbox: `python -m tests.pictures [FOLDER]`.

Needs Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from asana_tbp.sandbox.switches import Switches
from asana_tbp.session.log import open_log
from asana_tbp.session.runner import Runner
from asana_tbp.store.database import open_database
from tests.browser import chromium
from tests.cli.command import until
from tests.clock import HandClock
from tests.conftest import ROOT, gateway_to, watched_sandbox
from tests.tui.pictures import terminal_pictures
from tests.web.evening import TITLE, Evening, Quiet, queue_in

FOLDER = ROOT / "tests" / "pictures"
INTO = 1932.0
"""Seconds into the session at which the page's picture is taken."""

SONG = {
    "Composition": ["Write chord progression", "Create piano melody", "Write bassline"],
    "Sound Design": ["Design sound for bassline", "Design pad", "Risers and impacts"],
}


def evening_in(stack: ExitStack) -> Evening:
    """A song on the sandbox whose second task runs, with its time half gone."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    sandbox = stack.enter_context(watched_sandbox(Switches(rate_limits=False)))
    asana = stack.enter_context(gateway_to(sandbox))
    database = stack.enter_context(open_database(folder / "asana-tbp.db"))
    queue = queue_in(asana, database, [1200.0, 1500.0, 1500.0], SONG)
    clock = HandClock()
    log = open_log(database, "pictures", TITLE, queue, clock.now())
    before = Runner(TITLE, log, None, clock, [Quiet(pulse=1.0)], SimpleQueue())
    while clock.elapsed() < INTO:
        before.step()
    evening = stack.enter_context(
        Evening(folder / "sessions", database, queue, asana, log=log, begun=clock.elapsed())
    )
    until(lambda: evening.look()["link"] == "sent")
    return evening


def browser_pictures(folder: Path) -> None:
    """The page on a second screen."""
    with ExitStack() as stack:
        evening = evening_in(stack)
        browser = stack.enter_context(chromium())
        page = browser.new_page(viewport={"width": 960, "height": 540}, color_scheme="dark")
        page.goto(evening.server.link())
        page.wait_for_selector("body[data-phase=running]")
        page.wait_for_timeout(500)
        page.screenshot(path=folder / "page.png")


def main() -> None:
    """Make them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    terminal_pictures(folder)
    browser_pictures(folder)


if __name__ == "__main__":
    main()
