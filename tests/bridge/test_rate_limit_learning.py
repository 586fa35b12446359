"""The pacer finds out how much the account may ask, against the sandbox's own limits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import FREE_PER_MINUTE, PAID_PER_MINUTE, RateLimiter
from asana_tbp.errors import RateLimited
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.faults import Fault
from asana_tbp.sandbox.http import create_app
from asana_tbp.sandbox.server import Embedded
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches
from asana_tbp.system.clock import FastClock
from tests.clock import HandClock

SPEED = 5.0
"""So fast that a minute is soon over, so slow that a busy machine asks more in one than the free plan takes."""


class Account:
    """A running sandbox with limits, and a gateway whose clock both share."""

    def __init__(self, plan: Literal["free", "paid"], per_minute: int | None) -> None:
        self.clock = FastClock(SPEED)
        self.server = Embedded(create_app(SandboxState(), Switches(plan=plan), ticks=self.clock.elapsed))
        self.learnt: list[int] = []
        self.waited: list[float] = []
        self.pacer = RateLimiter(self.clock, per_minute, self.waited.append, self.learnt.append)

    def gateway(self, pacer: RateLimiter) -> Gateway:
        return Gateway(HttpTransport(self.server.host, SANDBOX_TOKEN, self.clock, pacer))

    def ask(self, times: int, threads: int = 10) -> None:
        gateway = self.gateway(self.pacer)

        def some() -> None:
            for _ in range(times // threads):
                gateway.me()

        asking = [threading.Thread(target=some) for _ in range(threads)]
        for each in asking:
            each.start()
        for each in asking:
            each.join()

    @property
    def statuses(self) -> Counter[int]:
        return Counter(seen.status for seen in self.server.sandbox.requests)


@contextmanager
def account(plan: Any, per_minute: int | None) -> Iterator[Account]:
    clocked = Account(plan, per_minute)
    with clocked.server:
        yield clocked


def test_the_free_plan_is_learnt_by_a_single_refusal() -> None:
    with account("free", None) as asked:
        asked.ask(200)
        # One is refused to learn by; at this speed of the clock another may come back a moment too early.
        assert asked.statuses[200] == 200
        assert 1 <= asked.statuses[429] <= 3
        assert asked.learnt == [FREE_PER_MINUTE]


def test_a_paid_plan_is_learnt_without_waiting() -> None:
    with account("paid", None) as asked:
        asked.ask(400)
        assert asked.statuses == {200: 400}
        assert asked.learnt == [PAID_PER_MINUTE]
        assert asked.waited == []


def test_a_plan_that_was_remembered_too_big_is_unlearnt() -> None:
    with account("free", None) as asked:
        asked.pacer.believe(PAID_PER_MINUTE)
        asked.ask(200)
        assert asked.statuses[200] == 200
        # Those under way together are refused, and one of them may come back a moment too early.
        assert asked.statuses[429] <= 2 * 10
        assert asked.learnt == [FREE_PER_MINUTE]


def test_a_limit_that_was_set_is_kept() -> None:
    with account("paid", 100) as asked:
        asked.pacer.believe(PAID_PER_MINUTE)
        asked.ask(120)
        assert asked.statuses == {200: 120}
        assert (asked.pacer.per_minute, asked.learnt) == (100, [])


def test_requests_of_other_programs_are_made_room_for() -> None:
    with account("free", FREE_PER_MINUTE) as asked:
        other = asked.gateway(RateLimiter(asked.clock, 1_000_000))
        for _ in range(FREE_PER_MINUTE):
            other.me()
        asked.ask(20)
        assert asked.statuses[200] == FREE_PER_MINUTE + 20
        # Those under way together are refused once; afterwards they come one at a time.
        assert asked.statuses[429] <= 2 * 10
        assert asked.learnt == []


def test_a_probe_that_is_lost_leaves_it_to_the_next() -> None:
    with account("paid", None) as asked:
        asked.server.faults.add(Fault("drop", nth=FREE_PER_MINUTE + 1))
        asked.ask(200)
        assert asked.learnt == [PAID_PER_MINUTE]


def test_only_one_request_probes() -> None:
    clock = HandClock()
    learnt: list[int] = []
    pacer = RateLimiter(clock, None, learnt=learnt.append)
    for _ in range(FREE_PER_MINUTE):
        with pacer.slot(write=False):
            pass
    with pacer.slot(write=False):
        assert clock.elapsed() == 0
        with pacer.slot(write=False):
            assert clock.elapsed() > 60
    assert learnt == [PAID_PER_MINUTE]
    with pytest.raises(RateLimited), pacer.slot(write=False):
        raise RateLimited("Asana asks for fewer requests.")
    assert pacer.per_minute == PAID_PER_MINUTE
