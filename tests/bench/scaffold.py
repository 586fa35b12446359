"""`python -m tests.bench.scaffold`: what a scaffold takes, beside a plain script over the official SDK in the same run.

The sandbox is a process of its own and answers 120 ms late, and up to 30 ms more. Time counts from the first
request to the last; starting Python and importing the SDK are left out for all. Each target is printed beside the
figure; `--quick` leaves the 300 tasks out, and `--all` adds every landing rule.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import get_args

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.bridge.values import Project, Section, Task
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.switches import Landing
from asana_tbp.scaffold.apply import Scaffold
from asana_tbp.scaffold.base import UNKNOWN, Base, Entry
from asana_tbp.scaffold.compare.matching import match
from asana_tbp.scaffold.compare.plan import NO_DECISIONS, Remote
from asana_tbp.scaffold.compare.planner import Planner
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import begin_song, find_songs
from asana_tbp.songmap.model import SongMap
from asana_tbp.store.database import Database, open_database
from asana_tbp.system.clock import Clock
from tests.bench.scripts import Script
from tests.bench.server import Remote as Server
from tests.bench.server import running
from tests.scaffold.songs import shape_asked, shape_of, song_of_size

LATENCY, JITTER = 0.120, 0.030
HEAD = f"{'':44} {'wall s':>7} {'x script':>8} {'requests':>8} {'writes':>6} {'429':>4}  order"


@dataclass(frozen=True, slots=True)
class Target:
    """The most that a row may take: requests, refusals, writes, and times the script's wall."""

    requests: float = float("inf")
    refusals: float = float("inf")
    writes: float = float("inf")
    factor: float = float("inf")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run took."""

    wall: float
    requests: int
    writes: int
    refusals: int
    order: str


@dataclass(slots=True)
class Bench:
    """Runs of one song against one sandbox. `plan` is the account's, whose limit is kept where there is one."""

    server: Server
    song: SongMap
    plan: str = "free"
    limits: bool = True
    script_wall: float = 0.0

    def fresh(self, **switches: object) -> str:
        """An empty Asana; the workspace's gid."""
        # A reset keeps the switches of the row before.
        usual = {"assignee_section_landing": "top", "assignee_section_on_create": "accepted"}
        self.server.fresh(plan=self.plan, rate_limits=self.limits, **(usual | switches))
        return self._reader().me().workspaces[0].gid

    def script(self, *, my_tasks: bool = False, lanes: bool = False) -> None:
        """The baseline: the same creates from a plain script."""
        workspace = self.fresh(task_landing="bottom", assignee_section_landing="bottom")
        script = Script(self.server.host, lanes=lanes, my_tasks=my_tasks)
        try:
            figures = self._measure(lambda: script.make(workspace, self.song))
        finally:
            script.close()
        self.script_wall = self.script_wall or figures.wall
        self._print("script, " + ("a thread a section" if lanes else "one call after another"), figures)

    def product(
        self,
        label: str,
        target: Target,
        *,
        my_tasks: str = "own",
        next_song: bool = False,
        **switches: object,
    ) -> None:
        """The product in a workspace it does not know, and again with nothing to do."""
        workspace = self.fresh(**switches)
        with TemporaryDirectory() as folder, open_database(Path(folder) / "bench.db") as database:

            def make(source: str) -> str:
                return self._make(database, workspace, my_tasks, source)

            self._print(label, self._measure(lambda: make("bench:1")), target)
            tasks = len([task for section in self.song.sections for task in section.tasks])
            second = Target(requests=4 + tasks // 100, writes=0)
            self._print("  again", self._measure(lambda: make("bench:1")), second)
            if next_song:
                self._print("  next song", self._measure(lambda: make("bench:2")))

    def _make(self, database: Database, workspace: str, my_tasks: str, source: str) -> str:
        clock = Clock()
        limit = 150 if self.plan == "free" else 1500
        asana = Gateway(HttpTransport(self.server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, limit)))
        desired = desired_of(self.song)
        known = find_songs(database, source)
        song = known[0] if known else begin_song(database, source, workspace, desired.title, clock.now())
        work = Scaffold(asana, database, song, desired, clock, my_tasks)
        return work.apply(work.plan()).project_gid

    def _reader(self) -> Gateway:
        """Reads what came of it, and counts nowhere."""
        clock = Clock()
        return Gateway(HttpTransport(self.server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))

    def _measure(self, work: Callable[[], str]) -> Figures:
        self.server.slow(LATENCY, JITTER)
        self.server.forget_requests()
        begun = perf_counter()
        try:
            gid, failure = work(), ""
        except Exception as error:  # noqa: BLE001 - a script that breaks is a result, too
            gid, failure = "", type(error).__name__
        wall = perf_counter() - begun
        requests = self.server.requests()
        self.server.calm()
        return Figures(
            wall,
            len(requests),
            sum(each["method"] != "GET" for each in requests),
            sum(each["status"] == 429 for each in requests),
            failure or self._order(gid),
        )

    def _order(self, gid: str) -> str:
        shown = [each for each in shape_of(self._reader(), gid).items() if each[0] != "Untitled section"]
        return "right" if shown == list(shape_asked(self.song).items()) else "WRONG"

    def _print(self, label: str, figures: Figures, target: Target = Target()) -> None:
        factor = figures.wall / self.script_wall
        measured = {
            "requests": figures.requests,
            "refusals": figures.refusals,
            "writes": figures.writes,
            "factor": factor,
        }
        missed = [
            f"MISSED: {name} {value:.4g} > {most:g}"
            for name, value in measured.items()
            if value > (most := getattr(target, name))
        ]
        sys.stdout.write(
            f"  {label:42} {figures.wall:7.2f} {factor:8.2f} {figures.requests:8} {figures.writes:6} "
            f"{figures.refusals:4}  {figures.order} {' '.join(missed)}\n"
        )
        sys.stdout.flush()


@contextmanager
def case(title: str) -> Iterator[None]:
    sys.stdout.write(f"{title}\n{HEAD}\n")
    yield
    sys.stdout.write("\n")


def plan_thousand_tasks() -> None:
    """The comparison of a thousand tasks that are all there, each with new notes."""
    desired = desired_of(song_of_size(10, 100))
    sections = tuple(Section(f"s{at}", each.name) for at, each in enumerate(desired.sections))
    homes = {each.key: there.gid for each, there in zip(desired.sections, sections, strict=True)}
    tasks = tuple(
        Task(gid=f"t{at}", name=task.name, section_gid=homes[task.section_key], notes="old", assignee_gid="1")
        for at, task in enumerate(desired.tasks)
    )
    entries = {
        each.key: Entry(each.key, homes[each.key], True, True, base=Base(each.name))
        for each in desired.sections
    }
    for at, task in enumerate(desired.tasks):
        base = task.base(homes[task.section_key], at)
        entries[task.key] = Entry(task.key, f"t{at}", True, True, base=base)
    begun = process_time()
    remote = Remote(Project("1", desired.title), sections, tasks)
    planned = Planner(match(desired, remote, entries), remote, entries, UNKNOWN, NO_DECISIONS).plan()
    spent = process_time() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"plan of 1,000 tasks: {spent:.3f} s of CPU (target: under 1), {len(planned.changes)} changes, "
        f"{most:.0f} MB at most in this process\n"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the 300 tasks")
    parser.add_argument("--all", action="store_true", help="every landing rule, and the next song")
    options = parser.parse_args()
    plan_thousand_tasks()
    with running() as server:
        with case("60 tasks in 4 sections with My Tasks, free limit"):
            bench = Bench(server, song_of_size(4, 15))
            bench.script(my_tasks=True)
            landings = get_args(Landing) if options.all else ("top", "bottom")
            for mine, landing in product(("top", "bottom"), landings):
                same = Target(requests=85, refusals=2, factor=1.25)
                target = same if mine == landing else Target(requests=150)
                bench.product(
                    f"project {landing}, My Tasks {mine}",
                    target,
                    next_song=options.all,
                    task_landing=landing,
                    assignee_section_landing=mine,
                )
            bench.product(
                "assignee_section refused", Target(), task_landing="top", assignee_section_on_create="refused"
            )
        with case("60 tasks in 4 sections, My Tasks left alone, no limit"):
            bench = Bench(server, song_of_size(4, 15), limits=False)
            bench.script()
            bench.script(lanes=True)
            for landing in landings:
                bench.product(
                    f"project {landing}", Target(factor=0.25), my_tasks="leave", task_landing=landing
                )
        if options.quick:
            return
        with case("300 tasks in 6 sections, paid limit"):
            bench = Bench(server, song_of_size(6, 50), plan="paid")
            bench.script()
            for my_tasks in ("leave", "own"):
                target = Target(requests=360)
                bench.product(f"My Tasks: {my_tasks}", target, my_tasks=my_tasks, task_landing="top")


if __name__ == "__main__":
    main()
