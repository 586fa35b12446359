"""Few requests, never too many at once, and limits that never fail a song."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.switches import Landing, Switches
from asana_tbp.store.database import Database, open_database
from asana_tbp.system.clock import FastClock
from tests.faulty.board import Board
from tests.faulty.control import RequestLog
from tests.faulty.faults import Fault
from tests.faulty.http import create_app
from tests.faulty.server import Embedded
from tests.needs import examples
from tests.scaffold.songs import scaffold, shape_asked, song_of_size

OWN = "own"
TRIES = 9
"""On a busy machine threads wake up late, and a stray task costs a move: the calmest of a few counts.

No more are made than it takes.
"""


def since(sandbox: Embedded, number: int) -> list[RequestLog]:
    return sandbox.sandbox.requests[number:]


def test_a_small_song_takes_few_requests(asana: Gateway, sandbox: Embedded, tmp_path: Path) -> None:
    workspace = sandbox.board.workspace.gid
    first: list[int] = []
    following: list[int] = []
    for attempt in range(TRIES):
        sandbox.faults.clear()
        # The latency keeps what is sent in order in order, as on the way to Asana.
        sandbox.faults.add(Fault("delay", seconds=0.1, times=None))
        with open_database(tmp_path / f"{attempt}.db") as database:
            for counts in (first, following):
                before = len(sandbox.sandbox.requests)
                source = f"file:/{attempt}-{len(following)}-{len(counts)}-{counts is first}.yaml"
                scaffold(asana, database, song_of_size(3, 5), source, workspace=workspace)
                counts.append(len(since(sandbox, before)))
        if min(first) <= 24 and min(following) <= 22:
            break
    assert min(first) <= 24
    assert min(following) <= 22


def fewest_moves(asana: Gateway, database: Database) -> int:
    """Moves that another song takes, at its calmest."""
    fewest = 1
    for attempt in range(TRIES):
        source = f"file:/next-{attempt}.yaml"
        fewest = min(fewest, scaffold(asana, database, song_of_size(2, 6), source).moves)
        if fewest == 0:
            break
    return fewest


@pytest.mark.parametrize("landing", ["top", "bottom"])
def test_where_tasks_land_is_remembered(
    asana: Gateway, sandbox: Embedded, database: Database, landing: Any
) -> None:
    sandbox.switches = replace(sandbox.switches, task_landing=landing)
    sandbox.faults.add(Fault("delay", seconds=0.05, times=None))
    scaffold(asana, database, song_of_size(2, 6), "file:/1.yaml")
    before = len(sandbox.sandbox.requests)
    assert fewest_moves(asana, database) == 0
    probes = [seen for seen in since(sandbox, before) if re.fullmatch("/sections/[0-9]+/tasks", seen.path)]
    assert probes == []


def test_a_rule_that_changed_is_repaired_and_learnt_anew(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    sandbox.faults.add(Fault("delay", seconds=0.05, times=None))
    song = song_of_size(2, 6)
    scaffold(asana, database, song, "file:/1.yaml")
    sandbox.switches = replace(sandbox.switches, task_landing="bottom")
    changed = scaffold(asana, database, song, "file:/2.yaml")
    assert changed.moves > 0
    assert changed.shortcomings == ()
    assert fewest_moves(asana, database) == 0


def test_never_more_than_fifteen_writes_at_once(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    sandbox.faults.add(Fault("delay", seconds=0.05, jitter=0.05, times=None))
    sandbox.switches = replace(
        sandbox.switches, rate_limits=True, requests_per_minute=100_000, task_landing="shuffled"
    )
    made = scaffold(asana, database, song_of_size(6, 8), my_tasks=OWN)
    assert made.shortcomings == ()
    assert 429 not in {seen.status for seen in sandbox.sandbox.requests}


@pytest.mark.parametrize("landing", get_args(Landing))
@pytest.mark.parametrize(
    ("plan", "sections", "tasks"), [("free", 4, 30), ("paid", examples(4, 6), examples(30, 50))]
)
def test_limits_never_fail_a_song(
    tmp_path: Path, landing: Landing, plan: Any, sections: int, tasks: int
) -> None:
    """The account's limits run on the same fast clock as the product."""
    clock = FastClock(40)
    switches = Switches(plan=plan, task_landing=landing)
    song = song_of_size(sections, tasks)
    with (
        Embedded(create_app(Board(), switches, ticks=clock.elapsed)) as server,
        open_database(tmp_path / "asana-tbp.db") as database,
    ):
        asana = Gateway(
            HttpTransport(
                server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, {"free": 150, "paid": 1500}[plan])
            )
        )
        made = scaffold(asana, database, song, clock=clock, my_tasks=OWN)
        assert made.shortcomings == ()
        assert made.my_tasks == ""
        shown = server.board.listing(server.board.project(song.song))
        assert shown == list(shape_asked(song).items())
        refused = Counter(
            f"{seen.method} {seen.path} {seen.body} {sorted(seen.query.items())}"
            for seen in server.sandbox.requests
            if seen.status == 429
        )
        # What is sent together at a window's edge may come a moment too early, once.
        assert max(refused.values(), default=0) <= 2


def test_an_interrupt_lets_running_requests_end_and_the_next_run_goes_on(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    song = song_of_size(3, 6)

    def interrupting(done: int, _total: int) -> None:
        if done == 8:
            import _thread

            _thread.interrupt_main()

    workspace = sandbox.board.workspace.gid
    sandbox.faults.add(Fault("delay", seconds=0.05, times=None))
    with pytest.raises(KeyboardInterrupt):
        scaffold(asana, database, song, workspace=workspace, progress=interrupting)
    assert not [thread for thread in threading.enumerate() if thread.name == "lane"]
    unknown = database.rows("SELECT key FROM journal WHERE gid IS NULL")
    assert unknown == []
    made = scaffold(asana, database, song, workspace=workspace)
    assert made.shortcomings == ()
    shown = sandbox.board.listing(sandbox.board.project(song.song))
    assert shown == list(shape_asked(song).items())
