"""The sandbox over HTTP: Asana's API under /api/1.0.

A request is carried out without an await between its check and its write, so requests never interleave.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from asana_tbp.sandbox.account import API_PREFIX
from asana_tbp.sandbox.api import Api, RawRequest, Storage
from asana_tbp.sandbox.limits import Limits
from asana_tbp.sandbox.problems import ApiProblem, no_route
from asana_tbp.sandbox.request import Answer
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

JSON_TYPE = "application/json; charset=UTF-8"


class Sandbox(Starlette):
    """The application on `board`. `ticks` is the clock of the rate limits, in seconds."""

    def __init__(
        self,
        board: SandboxState,
        switches: Switches | None = None,
        *,
        storage: Storage | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(exception_handlers={Exception: self.crashed})
        self.board = board
        self.api = Api(board, switches or Switches(), Limits(ticks), storage)
        board.chance.seed(self.switches.seed)
        # No route: a route's pattern does not take a path with a line break in it.
        self.router.default = self._answer

    @property
    def switches(self) -> Switches:
        """The switches in force; assign to change them between requests."""
        return self.api.switches

    @switches.setter
    def switches(self, switches: Switches) -> None:
        self.api.switches = switches

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            # Gone before the whole body was here: nothing was asked.
            return
        path = scope["path"]
        if not path.startswith(API_PREFIX + "/"):
            await problem_response(no_route())(scope, receive, send)
            return
        raw = RawRequest(
            method=request.method,
            path=path.removeprefix(API_PREFIX),
            query=dict(request.query_params),
            raw=body,
            token=_bearer(request.headers.get("authorization", "")),
            base_url=str(request.base_url).rstrip("/") + API_PREFIX,
        )
        response = await self.respond(raw, request)
        if response is not None:
            await response(scope, receive, send)

    async def respond(self, raw: RawRequest, _connection: Request) -> Response | None:
        """The response to one request; None where the connection is gone."""
        try:
            self.api.authorize(raw)
        except ApiProblem as problem:
            return problem_response(problem)
        try:
            return json_response(self.api.answer(raw))
        finally:
            self.api.limits.leave(raw.token or "", is_write=raw.is_write)

    async def crashed(self, _request: Request, problem: Exception) -> Response:
        """A failure of the sandbox itself: a 500 as Asana's own, and a traceback in the log."""
        logging.getLogger(__name__).error("the sandbox itself failed", exc_info=problem)
        return problem_response(ApiProblem(500, "Server Error"))


def _bearer(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def problem_response(problem: ApiProblem) -> Response:
    """An error in Asana's shape."""
    return json_response(Answer(problem.status, problem.payload, dict(problem.headers)))


def json_response(answer: Answer) -> Response:
    """An answer as bytes."""
    body = json.dumps(answer.payload, ensure_ascii=False).encode()
    return Response(body, status_code=answer.status, headers={**answer.headers, "Content-Type": JSON_TYPE})
