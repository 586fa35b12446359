"""README's pictures of the terminal face and of the demo, from a real session on the sandbox. Needs Chromium.

A picture's time stands still (a clock moved by hand), so that the same product gives the same picture.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.session.courier import Courier
from asana_tbp.session.log import open_log
from asana_tbp.session.messages import Face, Inbox
from asana_tbp.session.runner import Runner
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.templates.library import Library
from asana_tbp.store.database import open_database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import Settings
from asana_tbp.timer.state import Snapshot
from asana_tbp.tui.app import Services, SessionApp
from tests.browser import chromium
from tests.clock import HandClock
from tests.faulty.server import embedded

SONG = "Midnight Galaxy"
INTO = 5130.0
"""Seconds into the session at which the pictures are taken."""

CELL = (9, 18)
"""Pixels of a character."""


PAINTED = {
    "█": "background:currentColor",
    "▀": "background:linear-gradient(currentColor 50%,transparent 50%)",
    "▄": "background:linear-gradient(transparent 50%,currentColor 50%)",
}


class Watcher(Face):
    """A face that remembers the last moment."""

    def __init__(self) -> None:
        self.last: Snapshot | None = None

    def happened(self, event: object, snapshot: Snapshot) -> None:
        self.last = snapshot

    def tick(self, snapshot: Snapshot) -> None:
        self.last = snapshot


def moment() -> Snapshot:
    """A song of the shipped template on the sandbox, some way into its session."""
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.bridge.http import HttpTransport
    from asana_tbp.bridge.rate_limit import RateLimiter
    from tests.scaffold.songs import scaffold
    from tests.session.parts import queue_of

    watcher, clock = Watcher(), HandClock()
    with tempfile.TemporaryDirectory() as folder, embedded() as server:
        machine = Clock()
        asana = Gateway(HttpTransport(server.host, SANDBOX_TOKEN, machine, RateLimiter(machine, 1_000_000)))
        song = replace(open_template(Library().find("edm-track")).song_map(), song=SONG)
        with open_database(Path(folder) / "pictures.db") as database:
            made = scaffold(asana, database, song)
            names = {section.gid: section.name for section in asana.sections(made.project_gid)}
            queue = queue_of(asana.tasks(made.project_gid), asana.me().gid, names)
            log = open_log(database, made.project_gid, SONG, queue, clock.now())
            inbox: Inbox = SimpleQueue()
            courier = Courier(Outbox(database), asana, machine, inbox.put)
            runner = Runner(SONG, log, courier, clock, [watcher], inbox)
            courier.start()
            while clock.elapsed() < INTO:
                runner.step()
            assert runner.shutdown(10.0) == 0
            runner.step()
    assert watcher.last is not None
    return watcher.last


def terminal(snapshot: Snapshot, settings: Settings, size: tuple[int, int]) -> list[list[tuple[str, str]]]:
    """The terminal face as rows of styled pieces."""
    rows: list[list[tuple[str, str]]] = []

    async def run() -> None:
        app = SessionApp(lambda _command: None, lambda: None, lambda: None, settings, Services())
        async with app.run_test(size=size) as pilot:
            app.show(snapshot)
            await pilot.pause()
            for strip in app.screen._compositor.render_strips():
                pieces = []
                for segment in strip:
                    style = segment.style
                    css = style.get_html_style() if style else ""
                    pieces.append((segment.text, css))
                rows.append(pieces)

    asyncio.run(run())
    return rows


def page_of(rows: list[list[tuple[str, str]]], background: str, colour: str) -> str:
    """Rows of a terminal as HTML."""
    lines = ["".join(_span(text, css) for text, css in row) for row in rows]
    body = "".join(f"<div>{line or '&nbsp;'}</div>" for line in lines)
    return (
        "<!doctype html><meta charset=utf-8><style>body{margin:0;padding:9px;"
        f"background:{background};color:{colour};font:15px/18px 'DejaVu Sans Mono',monospace}}"
        "div{white-space:pre;height:18px;overflow:hidden}span{display:inline-block;height:18px}</style>"
        f"<body>{body}</body>"
    )


def _span(text: str, css: str) -> str:
    """A styled piece. Blocks are painted: a font leaves hairlines between its own."""
    out = ""
    for run in re.findall(r"█+|▀+|▄+|[^█▀▄]+", text):
        paint = PAINTED.get(run[0])
        shown = html.escape(run) if paint is None else " " * len(run)
        out += f'<span style="{html.escape(css)};{paint or ""}">{shown}</span>'
    return out


def draw(page: str, file: Path, size: tuple[int, int]) -> None:
    """Let Chromium draw a page into a file."""
    width, height = size[0] * CELL[0] + 18, size[1] * CELL[1] + 18
    with chromium() as browser:
        shown = browser.new_page(viewport={"width": width, "height": height})
        shown.set_content(page)
        shown.screenshot(path=file)


def timer_in_a_terminal(folder: Path) -> None:
    """The timer's face, dark, as most studios are."""
    size = (80, 24)
    draw(
        page_of(terminal(moment(), Settings(theme="dark"), size), "#14171c", "#d8dee9"),
        folder / "terminal.png",
        size,
    )


def demo(folder: Path) -> None:
    """The end of `asana-tbp demo`."""
    done = subprocess.run(
        [sys.executable, "-m", "asana_tbp", "demo", "--speed", "20000"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "80"},
    )
    lines = ["$ asana-tbp demo", *done.stdout.splitlines()]
    first, last = lines[:14], lines[-9:]
    shown = [*first, "  ...", *last]
    rows = [[(line[:80], "")] for line in shown]
    draw(page_of(rows, "#14171c", "#d8dee9"), folder / "demo.png", (80, len(rows)))


def terminal_pictures(folder: Path) -> None:
    """Make them all."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    timer_in_a_terminal(folder)
    demo(folder)
