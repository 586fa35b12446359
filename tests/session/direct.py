"""The gateway without sockets: its requests go straight into the sandbox's API, or get lost on the way.

Thousands of sessions a minute need that. What HTTP and the SDK add is tested elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asana_tbp.bridge.http import HttpTransport, Request
from asana_tbp.bridge.http_errors import error_of_status
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.errors import AnswerLost, NotSent
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.http import Sandbox
from asana_tbp.sandbox.records import Task
from asana_tbp.sandbox.request import Request as AsanaRequest
from asana_tbp.sandbox.switches import Switches
from tests.clock import HandClock
from tests.faulty.board import Board


@dataclass
class Wire:
    """What lies between the gateway and the sandbox: up or down, and which writes lose their answer.

    `losses` says for the next writes whether each is applied before its answer is lost. `flips` are the tasks
    whose completion a request of ours changed, in order.
    """

    sandbox: Sandbox
    up: bool = True
    authorised: bool = True
    losses: list[bool] = field(default_factory=list)
    flips: list[tuple[str, bool]] = field(default_factory=list)
    requests: int = 0

    def carry(
        self, method: str, path: str, body: dict[str, Any] | None, query: Mapping[str, str]
    ) -> dict[str, Any]:
        self.requests += 1
        if not self.up:
            raise NotSent("Asana can't be reached.")
        if not self.authorised:
            raise error_of_status(401, None, {}, "here")
        lost = self.losses.pop(0) if method != "GET" and self.losses else None
        if lost is False:
            raise AnswerLost("lost before it was applied")
        asked = AsanaRequest(self.sandbox.board, SANDBOX_TOKEN, method, path, dict(query), body=body)
        before = {task.gid: task.completed for task in self.sandbox.board.all(Task)}
        answer = self.sandbox.answer(asked)
        for task in self.sandbox.board.all(Task):
            if before.get(task.gid, False) != task.completed:
                self.flips.append((task.gid, task.completed))
        if lost is True:
            raise AnswerLost("lost after it was applied")
        if answer.status >= 400:
            raise error_of_status(answer.status, json.dumps(answer.payload), answer.headers, "here")
        return answer.payload


class DirectTransport(HttpTransport):
    """The real transport over a `Wire`."""

    def __init__(self, wire: Wire) -> None:
        clock = HandClock()
        super().__init__("http://127.0.0.1:9/api/1.0", SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000))
        self._wire = wire

    def _call(self, request: Request) -> dict[str, Any]:
        path = request.path.replace("{gid}", request.gid)
        return self._wire.carry(request.method, path, request.body, request.query)


def wire_to(board: Board, **switches: Any) -> Wire:
    """A wire to a sandbox of this board without rate limits."""
    return Wire(Sandbox(board, Switches(rate_limits=False, **switches)))
