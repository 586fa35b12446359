"""README's pictures, made from real sessions on the sandbox: `python -m tests.pictures [FOLDER]`.

Needs Chromium. Knows what is worth a picture. Must not know how a face is drawn.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from asana_tbp.sandbox.switches import Switches
from asana_tbp.session.events import Policy
from asana_tbp.store.database import open_database
from tests.browser import chromium
from tests.cli.command import until
from tests.conftest import ROOT, gateway_to, watched_sandbox
from tests.tui.pictures import terminal_pictures
from tests.web.evening import Evening, queue_in

FOLDER = ROOT / "tests" / "pictures"
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
    # Work that was there before counts as worked: the picture shows a box in its middle.
    evening = stack.enter_context(
        Evening(folder / "sessions", database, queue, asana, policy=Policy(extension=3600.0))
    )
    evening.steer({"do": "done"})
    until(lambda: evening.look()["link"] == "sent")
    evening.leave(768.0)
    return evening


def browser_pictures(folder: Path) -> None:
    """The page on a second screen and on a phone."""
    with ExitStack() as stack:
        evening = evening_in(stack)
        browser = stack.enter_context(chromium())
        picture(browser, evening, folder / "page.png", (960, 540))
        picture(browser, evening, folder / "page-phone.png", (360, 640), scheme="light")


def picture(
    browser: Any, evening: Evening, file: Path, size: tuple[int, int], scheme: str = "dark", path: str = "/"
) -> None:
    """One picture of a page that shows the session."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    page.goto(evening.server.link(path))
    page.wait_for_selector("body[data-phase=running]")
    page.wait_for_timeout(500)
    page.screenshot(path=file, omit_background=path == "/overlay")
    context.close()


def main() -> None:
    """Make them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    terminal_pictures(folder)
    browser_pictures(folder)


if __name__ == "__main__":
    main()
