"""The sandbox over HTTP: Asana's API under /api/1.0.

The order of the checks is Asana's: route, token, limits, body, operation. Each request is one transaction, carried
out without an await between its check and its write: requests never interleave, a refused one leaves nothing behind.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from asana_tbp.sandbox.account import API_PREFIX
from asana_tbp.sandbox.limits import Limits
from asana_tbp.sandbox.persistence import Persistence
from asana_tbp.sandbox.problems import Answer, ApiProblem, bad, no_route, not_authorized
from asana_tbp.sandbox.records import User
from asana_tbp.sandbox.request import RawRequest, Request
from asana_tbp.sandbox.routes import find_operation
from asana_tbp.sandbox.state import SandboxState, utc_now
from asana_tbp.sandbox.switches import Switches

_TOP_LEVEL = frozenset({"data", "options"})
JSON_TYPE = "application/json; charset=UTF-8"


class Sandbox(Starlette):
    """The application on `board`, which lasts in a `storage`. `ticks` is the clock of the rate limits, in seconds.

    Assign `switches` to change them between requests.
    """

    def __init__(
        self,
        board: SandboxState,
        switches: Switches | None = None,
        *,
        storage: Persistence | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(exception_handlers={Exception: self.crashed})
        self.board = board
        self.switches = switches or Switches()
        self.limits = Limits(ticks)
        self.storage = storage
        self.page_epoch = 0
        board.chance.seed(self.switches.seed)
        # No route: a route's pattern does not take a path with a line break in it.
        self.router.default = self._answer_http

    def authorize(self, raw: RawRequest) -> None:
        """Check route, token and limits, and parse the body. Pair with `limits.leave` when it returns.

        An unknown route is a 404 even without a token, as recorded from the live service.
        """
        find_operation(raw.method, raw.path)
        token = self._token(raw)
        raw.body = _parsed(raw.raw)
        self.limits.charge(self.switches, token)
        self.limits.enter(self.switches, token, is_write=raw.is_write)

    def answer(self, raw: RawRequest) -> Answer:
        """Carry out one request, all of it or nothing."""
        try:
            with self.persisted():
                return self._carry_out(raw)
        except ApiProblem as problem:
            return problem.answer

    def persisted(self) -> AbstractContextManager[None]:
        """Around anything that changes the board: what it does lasts, where there is a storage."""
        return nullcontext() if self.storage is None else self.storage.request()

    def _token(self, raw: RawRequest) -> str:
        if raw.token is None or raw.token not in self.board.tokens:
            raise not_authorized()
        return raw.token

    def _carry_out(self, raw: RawRequest) -> Answer:
        user = self.board.need(User, self.board.tokens[self._token(raw)])
        data = _envelope(raw.body)
        operation, params = find_operation(raw.method, raw.path)
        request = Request(self.board, self.switches, user, raw, params, data, self.page_epoch)
        with self.board.transaction():
            return operation(request)

    async def _answer_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            # Gone before the whole body was here: nothing was asked.
            return
        path = scope["path"]
        if not path.startswith(API_PREFIX + "/"):
            await json_response(no_route().answer)(scope, receive, send)
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

    async def respond(self, raw: RawRequest, _connection: HttpRequest) -> Response | None:
        """The response to one request; None where the connection is gone."""
        try:
            self.authorize(raw)
        except ApiProblem as problem:
            return json_response(problem.answer)
        try:
            return json_response(self.answer(raw))
        finally:
            self.limits.leave(raw.token or "", is_write=raw.is_write)

    async def crashed(self, _request: HttpRequest, problem: Exception) -> Response:
        """A failure of the sandbox itself: a 500 as Asana's own, and a traceback in the log."""
        logging.getLogger(__name__).error("the sandbox itself failed", exc_info=problem)
        return json_response(ApiProblem(500, "Server Error").answer)


def _bearer(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def json_response(answer: Answer) -> Response:
    """An answer as bytes."""
    body = json.dumps(answer.payload, ensure_ascii=False).encode()
    usual = {"Content-Type": JSON_TYPE, "Date": format_datetime(utc_now(), usegmt=True)}
    return Response(body, status_code=answer.status, headers=dict(answer.headers) | usual)


def _parsed(raw: bytes) -> Any:
    if not raw.strip():
        return None
    try:
        body = json.loads(raw)
        # A lone surrogate is JSON, and cannot be written down again.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad("Could not parse request data, invalid JSON") from None
    return body


def _envelope(body: Any) -> dict[str, Any]:
    """The `data` of a body; 400 for anything else at the top than that and options."""
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise bad("Could not parse request data, invalid JSON")
    for key in body:
        if key not in _TOP_LEVEL:
            raise bad(
                f"Unrecognized request field {key} . The only allowed keys at the top level are: "
                "data, options."
            )
    data = body.get("data") or {}
    if not isinstance(data, dict):
        raise bad("data: Not an object")
    return data
