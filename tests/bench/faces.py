"""What the two faces cost and how exact they are: `python -m tests.bench.faces [--seconds 60] [--evening 3600]`.

A real `start --web` in a terminal, its page open in a real Chromium, against a sandbox in a process of its own.
Prints how soon the terminal's first picture stands while Asana has not answered; the page's weight and first
paint; how far its countdown is from the session's; and what the session's process costs with both faces open.
`--evening` is one long sitting instead, beside `termdown` where that is installed (TERMDOWN=path of it).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any

from asana_tbp.session.control_client import running_sessions
from asana_tbp.store.database import open_database
from tests.bench.server import Remote, running
from tests.bench.terminals import PROGRAM, Terminal, machine, tell
from tests.browser import chromium
from tests.web.browsing import off_by, phase_is

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SILENCE = 5.0
"""Seconds that Asana takes to answer where the first picture is measured."""

SETTLED = 5.0
"""Seconds until starting is over: what it costs is not what running costs."""

PAINTS = 9


def first_pictures(remote: Remote, env: dict[str, str], starts: int) -> None:
    """From the command to the terminal's first picture."""
    remote.slow(SILENCE, 0.0)
    took = []
    # The first start compiles what has changed.
    for _ in range(starts + 1):
        with Terminal([*PROGRAM, "start"], env) as terminal:
            took.append(terminal.shows("READING ASANA"))
    remote.calm()
    del took[0]
    tell(
        f"first picture in the terminal: best {min(took):.2f}, median {median(took):.2f}, "
        f"worst {max(took):.2f} s of {starts}"
    )


@dataclass(frozen=True, slots=True)
class Running:
    """The session that runs, as it can be seen from outside."""

    folder: Path

    def look(self) -> dict[str, Any]:
        """As it is now, over its door."""
        (address,) = running_sessions(self.folder)
        session: dict[str, Any] = address.ask({"do": "look"})["session"]
        return session


def page_s_weight(context: BrowserContext, link: str) -> None:
    """Bytes of the page, and its first paint on loopback."""
    weight: dict[str, int] = {}
    page = context.new_page()
    page.on("response", lambda answer: weight.update({answer.url: _length(answer)}))
    paints = []
    for _ in range(PAINTS):
        page.goto(link)
        page.wait_for_timeout(400)
        paints.append(float(page.evaluate(PAINT) or 0.0))
    page.close()
    tell(f"page: {sum(weight.values())} bytes in {len(weight)} files")
    tell(
        f"page's first paint: best {min(paints):.0f}, median {median(paints):.0f}, worst {max(paints):.0f} ms"
    )


def _length(answer: Any) -> int:
    return int(answer.headers.get("content-length", 0))


def both(env: dict[str, str], folder: Path, seconds: float) -> None:
    """One session with both faces open."""
    subprocess.run([*PROGRAM, "scaffold", "edm-track"], env=env, check=True, capture_output=True)
    waits = threading.Event()
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        terminal = stack.enter_context(Terminal([*PROGRAM, "start", "--web"], env))
        terminal.shows("?token=")
        told = subprocess.run(
            [*PROGRAM, "web", "--link"], env=env, check=True, capture_output=True, text=True
        )
        link, session = told.stdout.strip(), Running(folder / "state" / "sessions")
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        page_s_weight(context, link)
        page = context.new_page()
        page.goto(link)
        phase_is(page, "running")
        end, worst, looks = monotonic() + seconds, 0.0, 0
        while monotonic() < end:
            worst, looks = max(worst, off_by(page, session)), looks + 1
            page.wait_for_timeout(50)
        tell(
            f"page's countdown: at most {worst * 1000:.0f} ms from the session's, "
            f"{looks} looks over {seconds:.0f} s"
        )
        waits.wait(SETTLED)
        began, before = monotonic(), terminal.cpu()
        waits.wait(seconds)
        share = (terminal.cpu() - before) / (monotonic() - began)
        now, most = terminal.memory()
        tell(
            f"idle for {seconds:.0f} s, both faces open: {share:.2%} of a core, {now:.0f} MB, at most {most:.0f} MB"
        )
        phase_is(page, "running")


def evening(env: dict[str, str], folder: Path, seconds: float) -> None:
    """A song worked on for so long in a terminal, its page open beside it, another timer beside both."""
    subprocess.run([*PROGRAM, "scaffold", "edm-track"], env=env, check=True, capture_output=True)
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        terminals = {"start --web": stack.enter_context(Terminal([*PROGRAM, "start", "--web"], env))}
        if termdown := os.environ.get("TERMDOWN") or shutil.which("termdown"):
            terminals["termdown"] = stack.enter_context(Terminal([termdown, f"{seconds + 60:.0f}s"], env))
        terminals["start --web"].shows("?token=")
        told = subprocess.run(
            [*PROGRAM, "web", "--link"], env=env, check=True, capture_output=True, text=True
        )
        page, session = browser.new_page(), Running(folder / "state" / "sessions")
        page.goto(told.stdout.strip())
        phase_is(page, "running")
        page.wait_for_timeout(1000 * SETTLED)
        before = {name: terminal.cpu() for name, terminal in terminals.items()}
        begun, offs = monotonic(), list[float]()
        while monotonic() < begun + seconds:
            page.wait_for_timeout(10_000)
            if session.look()["phase"] == "running":
                offs.append(off_by(page, session))
        took = monotonic() - begun
        tell(f"an evening of {took:.0f} s, 80 x 24 and a page of 1280 x 720:")
        for name, terminal in terminals.items():
            share = (terminal.cpu() - before[name]) / took
            tell(f"  {name:<12} CPU {share:7.2%} of a core, memory at most {terminal.memory()[1]:.0f} MB")
        tell(f"  page's countdown: at most {1000 * max(offs):.0f} ms from the session's, {len(offs)} looks")
    with open_database(folder / "state" / "asana-tbp.db") as database:
        rows = [
            (row["at"], row["kind"], json.loads(row["facts"])) for row in database.rows("SELECT * FROM event")
        ]
    lengths = {box["gid"]: 60.0 * box["minutes"] for box in rows[0][2]["queue"]}
    began: dict[str, datetime] = {}
    late = []
    for at, kind, facts in rows:
        if kind == "timebox-started":
            began[facts["gid"]] = datetime.fromisoformat(at)
        elif kind == "timebox-ended":
            spent = datetime.fromisoformat(at) - began[facts["gid"]]
            late.append(spent.total_seconds() - lengths[facts["gid"]])
    tell(
        f"  {len(late)} tasks ended, written down at most {1000 * max(late, default=0.0):.1f} ms after their time"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--starts", type=int, default=21)
    parser.add_argument(
        "--evening", type=float, default=0.0, help="seconds of one long sitting, instead of all else"
    )
    wanted = parser.parse_args()
    with running() as remote, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        remote.fresh(rate_limits=False)
        env = machine(folder, remote.host)
        if wanted.evening:
            evening(env, folder, wanted.evening)
            return
        if wanted.starts:
            first_pictures(remote, env, wanted.starts)
        if wanted.seconds:
            both(env, folder, wanted.seconds)


if __name__ == "__main__":
    main()
