"""The control API: scripting a running sandbox from outside, and reading what it was asked.

It is never under /api/1.0, and never shows a token.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from asana_tbp.sandbox.http import Limits, Sandbox
from asana_tbp.sandbox.request import Request as AsanaRequest
from asana_tbp.sandbox.switches import Switches
from tests.faulty.board import Board
from tests.faulty.faults import Fault, Faults

LOG_LENGTH = 10_000


@dataclass
class RequestLog:
    """One request under /api/1.0. `status` 0 = not answered (yet); `applied` = carried out, answer lost."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    body: str
    status: int = 0
    applied: bool = False
    faults: tuple[str, ...] = ()


class Control:
    """The sandbox's faults, switches and request log, and the routes to them."""

    def __init__(self, sandbox: Sandbox, faults: Faults) -> None:
        self.sandbox = sandbox
        self.faults = faults
        self.log: deque[RequestLog] = deque(maxlen=LOG_LENGTH)
        self.count = 0

    def record(self, raw: AsanaRequest) -> RequestLog:
        """Append a request to the log."""
        self.count += 1
        body = raw.raw.decode("utf-8", "replace")
        entry = RequestLog(self.count, raw.method, raw.path, dict(raw.query), body)
        self.log.append(entry)
        return entry

    def reset(self) -> None:
        """A fresh board, no faults, no log, nothing spent; the switches stay."""
        board = self.sandbox.board
        assert isinstance(board, Board)
        with board.transaction():
            board.clear()
        self.sandbox.limits = Limits(self.sandbox.limits.ticks)
        self.faults.clear()
        self.log.clear()
        self.count = 0

    def routes(self) -> list[Route]:
        """To be mounted under /control."""
        return [
            Route("/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route("/switches", self._switches, methods=["GET", "PUT"]),
            Route("/requests", self._requests, methods=["GET", "DELETE"]),
            Route("/reset", self._reset, methods=["POST"]),
        ]

    async def _faults(self, request: Request) -> JSONResponse:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "POST":
            scripted = await _json(request)
            known = {f.name for f in fields(Fault)} - {"seen", "struck"}
            for each in scripted if isinstance(scripted, list) else [scripted]:
                if not isinstance(each, dict) or "kind" not in each or set(each) - known:
                    return JSONResponse({"error": f"a fault has kind and {', '.join(sorted(known))}"}, 400)
                try:
                    self.faults.add(Fault(**each))
                except ValueError as problem:
                    return JSONResponse({"error": str(problem)}, 400)
        return JSONResponse(self.faults.listed())

    async def _switches(self, request: Request) -> JSONResponse:
        if request.method == "PUT":
            changes = await _json(request)
            problem = _problem_with(changes) if isinstance(changes, dict) else "not an object"
            if problem is not None:
                return JSONResponse({"error": problem}, 400)
            self.sandbox.board.switches = replace(self.sandbox.board.switches, **changes)
        return JSONResponse(asdict(self.sandbox.board.switches))

    async def _requests(self, request: Request) -> JSONResponse:
        if request.method == "DELETE":
            self.log.clear()
        return JSONResponse([asdict(each) for each in self.log])

    async def _reset(self, _request: Request) -> JSONResponse:
        self.reset()
        return JSONResponse({})


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def _problem_with(changes: dict[str, Any]) -> str | None:
    """The sentence that says why `changes` cannot be given to `dataclasses.replace`, or None."""
    known = {field.name for field in fields(Switches)}
    hints = get_type_hints(Switches)
    for name, value in changes.items():
        if name not in known:
            return f"{name}: no such switch"
        hint = hints[name]
        if get_origin(hint) is Literal:
            if value not in get_args(hint):
                return f"{name}: one of {', '.join(map(str, get_args(hint)))}"
        elif not isinstance(value, hint) or (hint is not bool and isinstance(value, bool)):
            return f"{name}: {getattr(hint, '__name__', hint)}"
    return None
