"""`python -m tests.bench.scaffold`: the product against plain scripts over the official SDK.

The sandbox is a process of its own and answers 120 ms late, and up to 30 ms more. Time counts from the first
request to the last; starting Python and importing the SDK are left out for all. `--quick` leaves the two largest out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import get_args

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.switches import Landing
from asana_tbp.scaffold.apply import Scaffold, ScaffoldOptions
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import begin_song, find_songs
from asana_tbp.songmap.model import SongMap
from asana_tbp.store.database import Database, open_database
from asana_tbp.system.clock import SystemClock
from tests.bench.scripts import Script
from tests.bench.server import Remote, running
from tests.scaffold.songs import shape_asked, shape_of, song_of_size

LATENCY, JITTER = 0.120, 0.030
HEAD = f"{'':34} {'landing':9} {'wall s':>7} {'requests':>8} {'429':>4} {'per s':>6}  order"


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    song: SongMap
    plan: str
    limits: bool


CASES = (
    Case("15 tasks / 3 sections", song_of_size(3, 5), "free", limits=False),
    Case("60 / 4", song_of_size(4, 15), "free", limits=False),
    Case("300 / 6, paid limit", song_of_size(6, 50), "paid", limits=True),
    Case("60 / 4, free limit", song_of_size(4, 15), "free", limits=True),
)


class Bench:
    """One case against one sandbox."""

    def __init__(self, remote: Remote, case: Case) -> None:
        self.remote = remote
        self.case = case
        # Reads what came of it, and counts nowhere.
        self.looking = Gateway(
            HttpTransport(remote.host, SANDBOX_TOKEN, SystemClock(), RateLimiter(SystemClock(), 1_000_000))
        )

    def row(self, name: str, landing: str, work: Callable[[], str]) -> float:
        """Carry out `work`, which gives the project's gid, and print what it took; wall seconds."""
        self.remote.forget_requests()
        begun = perf_counter()
        try:
            gid, failure = work(), ""
        except Exception as error:  # noqa: BLE001 - a script that breaks is a result, too
            gid, failure = "", type(error).__name__
        wall = perf_counter() - begun
        statuses = self.remote.statuses()
        self.remote.calm()
        order = failure or ("right" if self.is_right(gid) else "WRONG")
        sys.stdout.write(
            f"  {name:32} {landing:9} {wall:7.2f} {len(statuses):8} {statuses.count(429):4} "
            f"{len(statuses) / wall:6.1f}  {order}\n"
        )
        sys.stdout.flush()
        return wall

    def is_right(self, gid: str) -> bool:
        shown = [item for item in shape_of(self.looking, gid).items() if item[0] != "Untitled section"]
        return shown == list(shape_asked(self.case.song).items())

    def fresh(self, landing: str, mine: str = "top", create: str = "accepted") -> str:
        """An empty Asana; the workspace's gid. `mine` is where My Tasks lands, `create` what a create takes."""
        self.remote.fresh(
            task_landing=landing,
            assignee_section_landing=mine,
            assignee_section_on_create=create,
            plan=self.case.plan,
            rate_limits=self.case.limits,
        )
        return self.looking.me().workspaces[0].gid

    def slow(self) -> None:
        self.remote.slow(LATENCY, JITTER)

    def script(self, landing: str, *, lanes: bool) -> float:
        workspace = self.fresh(landing)
        script = Script(self.remote.host, lanes=lanes)
        self.slow()
        name = "script, a lane a section" if lanes else "script, one call after the other"
        try:
            return self.row(name, landing, lambda: script.make(workspace, self.case.song))
        finally:
            script.close()

    def product(
        self, landing: str, *, my_tasks: str = "leave", mine: str = "top", create: str = "accepted"
    ) -> float:
        """The first song in a workspace, the next, and the next again with nothing to do."""
        workspace = self.fresh(landing, mine, create)
        first = 0.0
        with TemporaryDirectory() as folder, open_database(Path(folder) / "bench.db") as database:
            label = "asana-tbp" if my_tasks == "leave" else f"My Tasks {mine}, {create}"
            sources = [f"bench:{number}" for number in (1, 2, 2)]
            for name, source in zip(("first song", "next song", "again"), sources, strict=True):
                self.slow()
                work = partial(self.make, database, workspace, my_tasks, source)
                wall = self.row(f"{label}, {name}", landing, work)
                first = wall if name == "first song" else first
        return first

    def make(self, database: Database, workspace: str, my_tasks: str, source: str) -> str:
        clock = SystemClock()
        asana = Gateway(HttpTransport(self.remote.host, SANDBOX_TOKEN, clock, RateLimiter(clock)))
        desired = desired_of(self.case.song)
        known = find_songs(database, source)
        song = known[0] if known else begin_song(database, source, workspace, desired.title, clock.now())
        work = Scaffold(asana, database, song, desired, clock, ScaffoldOptions(my_tasks=my_tasks))
        return work.apply(work.plan(begun=bool(known))).project_gid


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the two small cases")
    quick = parser.parse_args().quick
    with running() as remote:
        for case in CASES[:2] if quick else CASES:
            sys.stdout.write(f"{case.name}\n{HEAD}\n")
            bench = Bench(remote, case)
            plain = bench.script("bottom", lanes=False)
            bench.script("bottom", lanes=True)
            walls = [bench.product(landing) for landing in get_args(Landing)]
            for mine, create in (("top", "accepted"), ("bottom", "accepted"), ("top", "refused")):
                for landing in ("top", "bottom"):
                    bench.product(landing, my_tasks="own", mine=mine, create=create)
            sys.stdout.write(
                f"  script / asana-tbp: {plain / max(walls):.1f} to {plain / min(walls):.1f}\n\n"
            )


if __name__ == "__main__":
    main()
