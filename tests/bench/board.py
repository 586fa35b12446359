"""How fast is the board with 200 songs of 30 tasks, and how much does it ask of Asana?

Run it: python -m tests.bench.board [SONGS [TASKS]]. It prints figures and judges nothing by itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pexpect

from asana_tbp.board.local import LocalBoard
from asana_tbp.board.refresh import refresh
from asana_tbp.board.setup import BoardSetup
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.switches import Switches
from asana_tbp.store.database import open_database
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import FREE_PLAN, STAGES, Settings
from tests.faulty.board import Board
from tests.faulty.http import create_app
from tests.faulty.server import Embedded

ROUNDS = 7


def say(line: str) -> None:
    """A line of figures."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(songs: int, tasks: int) -> None:
    """Build the board, look at it for the first time, again, and show it in a terminal."""
    # Everything was made the day before: a first look asks for changes since ten minutes ago.
    board = Board(lambda: datetime.now(UTC) - timedelta(days=1))
    app = create_app(board, Switches(rate_limits=False))
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, Embedded(app) as server:
        state = Path(folder) / "state"
        asana = Gateway(HttpTransport(server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
        me = asana.me()
        with open_database(state / "asana-tbp.db") as database:
            local = LocalBoard(database, clock, Settings(), state)
            made = BoardSetup(asana, local.store, clock).make(me.workspaces[0].gid, me.gid, "Songs", STAGES)
            for number in range(songs):
                project = asana.create_project(me.workspaces[0].gid, f"Song {number}", "")
                section = asana.sections(project.gid)[0].gid
                for at in range(tasks):
                    asana.create_task(project.gid, section, f"Task {at} (20m)", "")
                stage = made.stages[number % len(made.stages)].gid
                asana.create_task(made.board.gid, stage, f"Song {number}", f"Project: {project.link}")
            begun = time.perf_counter()
            looks = 0
            left = 1
            while left:
                before = len(app.requests)
                looks, left = looks + 1, refresh(local, asana)
                sent = len(app.requests) - before
                say(f"first look {looks}: {sent} requests (limit {FREE_PLAN}/min), {left} left")
            say(f"first looks took {time.perf_counter() - begun:.2f} s")
            for _ in range(2):
                before = len(app.requests)
                begun = time.perf_counter()
                refresh(local, asana)
                took = time.perf_counter() - begun
                say(f"refresh, nothing changed: {len(app.requests) - before} requests, {took:.2f} s")
        env = {**os.environ, "ASANA_TBP_HOST": server.host, "ASANA_ACCESS_TOKEN": SANDBOX_TOKEN}
        env |= {"ASANA_TBP_STATE_DIR": str(state), "ASANA_TBP_CONFIG_DIR": folder, "HOME": folder}
        for columns in (80, 160):
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                terminal = pexpect.spawn(
                    sys.executable, ["-m", "asana_tbp", "board"], dimensions=(50, columns), env=env
                )
                terminal.expect("Song 0")
                times.append(time.perf_counter() - begun)
                terminal.expect(pexpect.EOF)
                terminal.close()
            say(
                f"first paint in {columns} columns: median {sorted(times)[ROUNDS // 2]:.2f} s,"
                f" worst {max(times):.2f} s of {ROUNDS}"
            )


if __name__ == "__main__":
    main(*(int(word) for word in [*sys.argv[1:], *("200", "30")[len(sys.argv) - 1 :]]))
