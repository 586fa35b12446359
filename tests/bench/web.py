"""What the page costs and how exact it is: `python -m tests.bench.web [--seconds 60]`.

Prints the page's weight and first paint, how far the countdown is from the session's, and what the session's
process costs with the page open.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, process_time

from asana_tbp.session.events import Box
from asana_tbp.store.database import open_database
from tests.web.conftest import ARGUMENTS, BROWSERS
from tests.web.evening import Evening
from tests.web.test_page import off_by, open_page

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def tell(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def memory() -> float:
    """Megabytes of this process that are in memory now."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds = parser.parse_args().seconds
    from playwright.sync_api import sync_playwright

    program = next(path for name in BROWSERS if (path := shutil.which(name)))
    boxes = tuple(Box(str(at), f"Task {at} (25m)", f"Task {at}", 25, "Composition") for at in range(15))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(open_database(folder / "asana-tbp.db"))
        evening = stack.enter_context(Evening(folder / "sessions", database, boxes))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        weight: dict[str, int] = {}
        page = context.new_page()
        page.on(
            "response",
            lambda answer: weight.update({answer.url: int(answer.headers.get("content-length", 0))}),
        )
        paints = []
        for _ in range(7):
            page.goto(evening.server.link())
            page.wait_for_timeout(400)
            paints.append(float(page.evaluate(PAINT) or 0.0))
        tell(f"page weight: {sum(weight.values())} bytes in {len(weight)} files")
        tell(f"first paint: median {sorted(paints)[3]:.0f} ms, worst {max(paints):.0f} ms")
        page.close()
        page = open_page(context, evening)
        end, worst, looks = monotonic() + seconds, 0.0, 0
        while monotonic() < end:
            worst, looks = max(worst, off_by(page, evening)), looks + 1
            page.wait_for_timeout(50)
        tell(
            f"countdown: at most {worst * 1000:.0f} ms from the session's, {looks} looks over {seconds:.0f} s"
        )
        began, worked = monotonic(), process_time()
        page.wait_for_timeout(seconds * 1000)
        share = (process_time() - worked) / (monotonic() - began)
        tell(f"idle with the page open: {share:.2%} of a core, {memory():.0f} MB (with the measuring itself)")
        browser.close()


if __name__ == "__main__":
    main()
