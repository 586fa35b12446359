"""The control face: scripting a running sandbox from outside, and seeing what it was asked.

Knows faults, switches, the log of requests. Never under /api/1.0, and never shows a token.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from asana_tbp.sandbox.api import Api, Asked
from asana_tbp.sandbox.faults import Fault, Faults
from asana_tbp.sandbox.switches import problem_with

KEPT = 10_000


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
    """What the control face works on."""

    def __init__(self, api: Api, faults: Faults) -> None:
        self.api = api
        self.faults = faults
        self.seen: deque[RequestLog] = deque(maxlen=KEPT)
        self.count = 0

    def note(self, asked: Asked) -> RequestLog:
        """Write a request into the log."""
        self.count += 1
        body = asked.raw.decode("utf-8", "replace")
        seen = RequestLog(self.count, asked.method, asked.path, dict(asked.query), body)
        self.seen.append(seen)
        return seen

    def reset(self) -> None:
        """A fresh board, no faults, no log, nothing spent; the switches stay."""
        with self.api.kept():
            self.api.board.clear()
        self.api.limits.clear()
        self.faults.clear()
        self.seen.clear()
        self.count = 0

    def routes(self) -> list[Route]:
        """The face, to be mounted under /control."""
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
            wanted = await _json(request)
            known = {f.name for f in fields(Fault)} - {"seen", "struck"}
            for each in wanted if isinstance(wanted, list) else [wanted]:
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
            problem = problem_with(changes) if isinstance(changes, dict) else "not an object"
            if problem is not None:
                return JSONResponse({"error": problem}, 400)
            self.api.switches = replace(self.api.switches, **changes)
        return JSONResponse(asdict(self.api.switches))

    async def _requests(self, request: Request) -> JSONResponse:
        if request.method == "DELETE":
            self.seen.clear()
        return JSONResponse([asdict(each) for each in self.seen])

    async def _reset(self, _request: Request) -> JSONResponse:
        self.reset()
        return JSONResponse({})


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
