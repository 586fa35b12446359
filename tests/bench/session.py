"""How exact the timer is, and what it costs: `python -m tests.bench.session [--boxes 200] [--beside 60]`.

Prints how late each box of one second ended, when its PUT left, and whether lateness adds up; then CPU and memory
of a real session in a real terminal, beside `termdown` where that is installed (TERMDOWN=path of it).
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, process_time

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.session.courier import Courier
from asana_tbp.session.log import open_log
from asana_tbp.session.messages import Face, Inbox
from asana_tbp.session.runner import Runner
from asana_tbp.store.database import open_database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.events import Event, SessionOptions, Timebox, TimeboxEnded
from asana_tbp.timer.state import Snapshot
from tests.bench.server import running
from tests.bench.terminals import PROGRAM, Terminal, machine, tell

SANDBOX_DELAY = 0.12


class Watched(Gateway):
    """A gateway that writes down when each completion leaves."""

    def __init__(self, host: str) -> None:
        clock = Clock()
        super().__init__(HttpTransport(host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
        self.left: dict[str, float] = {}

    def set_completed(self, gid: str, completed: bool, *, once: bool = False) -> None:
        self.left[gid] = monotonic()
        super().set_completed(gid, completed, once=once)


class Ends(Face):
    """A face that writes down when it was shown the end of each box."""

    pulse = 0.1

    def __init__(self) -> None:
        self.ends: list[tuple[str, float, float]] = []

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        if isinstance(event, TimeboxEnded):
            self.ends.append((event.gid, event.tick, monotonic()))

    def notice(self, sentence: str) -> None:
        tell(f"notice: {sentence}")


def precision(timeboxes: int) -> None:
    """Boxes of one second each, against a sandbox that takes 120 ms to answer."""
    with (
        running() as remote,
        tempfile.TemporaryDirectory() as folder,
        open_database(Path(folder) / "bench.db") as database,
    ):
        remote.fresh(rate_limits=False)
        remote.slow(SANDBOX_DELAY, 0.0)
        asana = Watched(remote.host)
        me = asana.me()
        project = asana.create_project(me.workspaces[0].gid, "Bench", "")
        section = asana.sections(project.gid)[0].gid
        made: list[str] = []
        threads = [
            threading.Thread(
                target=lambda at=at: made.append(
                    asana.create_task(project.gid, section, f"T{at} (1m)", "").gid
                )
            )
            for at in range(timeboxes)
        ]
        for at in range(0, timeboxes, 10):
            for thread in threads[at : at + 10]:
                thread.start()
            for thread in threads[at : at + 10]:
                thread.join()
        queue = tuple(Timebox(gid, gid, gid, 1, length=1.0) for gid in made)
        clock, inbox, face = Clock(), Inbox(), Ends()
        courier = Courier(Outbox(database), asana, clock, inbox.put)
        log = open_log(database, project.gid, "Bench", queue, clock.now(), SessionOptions(warn=0.0))
        runner = Runner("Bench", log, courier, clock, [face], inbox)
        origin, cpu = monotonic(), process_time()
        courier.start()
        runner.run()
        took, cpu = monotonic() - origin, process_time() - cpu
        unsent = runner.shutdown(10.0)
    late = [seen - origin - (at + 1) for at, (_, _, seen) in enumerate(face.ends)]
    put = [
        asana.left[gid] - origin - (at + 1) for at, (gid, _, _) in enumerate(face.ends) if gid in asana.left
    ]
    tell(f"{len(late)} boxes of 1 s, a sandbox that answers after {SANDBOX_DELAY * 1000:.0f} ms:")
    tell(f"  end shown after its deadline:  {_spread(late)}")
    tell(f"  first 20 / last 20, median:    {_median(late[:20]):.1f} / {_median(late[-20:]):.1f} ms")
    tell(f"  PUT left after the deadline:   {_spread(put)}")
    tell(f"  in all {took:.3f} s, {unsent} unsent, CPU {100 * cpu / took:.2f} % of a core")
    tell(f"  memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (sandbox apart)")


def _median(values: list[float]) -> float:
    return 1000 * sorted(values)[len(values) // 2]


def _spread(values: list[float]) -> str:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return f"median {_median(values):.1f}, 99 % {1000 * p99:.1f}, most {1000 * ordered[-1]:.1f} ms"


def beside(seconds: float) -> None:
    """A real session in a terminal of its own, and termdown in another, for as long."""
    with running() as remote, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        remote.fresh(rate_limits=False)
        env = machine(Path(folder), remote.host)
        subprocess.run([*PROGRAM, "scaffold", "edm-track"], env=env, check=True, capture_output=True)
        commands = {"asana-tbp start": [*PROGRAM, "start"], "asana-tbp timer": [*PROGRAM, "timer", "2h"]}
        if termdown := os.environ.get("TERMDOWN") or shutil.which("termdown"):
            commands["termdown"] = [termdown, "2h"]
        terminals = {name: stack.enter_context(Terminal(command, env)) for name, command in commands.items()}
        # What starting costs is not what running costs.
        waiting = threading.Event()
        waiting.wait(5.0)
        before = {name: terminal.cpu() for name, terminal in terminals.items()}
        begun = monotonic()
        waiting.wait(seconds)
        took = monotonic() - begun
        tell(f"real sessions in terminals of 80 x 24, for {took:.0f} s:")
        for name, terminal in terminals.items():
            share = (terminal.cpu() - before[name]) / took
            tell(f"  {name:<16} CPU {share:7.2%} of a core, memory at most {terminal.memory()[1]:.0f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boxes", type=int, default=200)
    parser.add_argument("--beside", type=float, default=60.0, help="seconds; 0 for not at all")
    wanted = parser.parse_args()
    if wanted.boxes:
        precision(wanted.boxes)
    if wanted.beside:
        beside(wanted.beside)


if __name__ == "__main__":
    main()
