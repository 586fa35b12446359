"""The sandbox over HTTP: Asana's API under /api/1.0, the control API under /control.

A request is carried out without an await between its check and its write, so requests never interleave;
delays and hanging happen before and after.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from asana_tbp.sandbox.account import API_PREFIX
from asana_tbp.sandbox.api import Api, RawRequest, Storage
from asana_tbp.sandbox.broken_answers import JSON_TYPE, NEEDS_SOCKET, broken_answer
from asana_tbp.sandbox.control import Control, RequestLog
from asana_tbp.sandbox.faults import BROKEN, ENDINGS, Fault, Faults
from asana_tbp.sandbox.limits import Limits
from asana_tbp.sandbox.problems import ApiProblem, no_route, not_authorized, too_many
from asana_tbp.sandbox.request import Answer
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

DROP = "sandbox.drop"  # the scope's extension through which the server lets go of its socket
REFUSE = "sandbox.refuse"  # the one through which the server stops listening for so many seconds
STRUCK = "sandbox.struck"  # the kinds of fault that hit a request, left in its scope for who watches
_POLL = 0.02


class Dropped(ConnectionError):
    """The connection was dropped on purpose, and there was no socket to close: an in-process client."""


class Sandbox(Starlette):
    """The application, with its parts at hand: `board`, `api`, `faults`, `control`."""

    board: SandboxState
    api: Api
    faults: Faults
    control: Control

    @property
    def switches(self) -> Switches:
        """The switches in force; assign to change them between requests."""
        return self.api.switches

    @switches.setter
    def switches(self, switches: Switches) -> None:
        self.api.switches = switches

    @property
    def requests(self) -> list[RequestLog]:
        """Every request seen under /api/1.0 since the last reset."""
        return list(self.control.log)


def create_app(
    board: SandboxState,
    switches: Switches | None = None,
    faults: Faults | None = None,
    *,
    storage: Storage | None = None,
    ticks: Callable[[], float] = time.monotonic,
) -> Sandbox:
    """The sandbox on `board`. `ticks` is the clock of the rate limits, in seconds."""
    api = Api(board, switches or Switches(), Limits(ticks), storage)
    board.chance.seed(api.switches.seed)
    adapter = HttpAdapter(api, faults or Faults(seed=api.switches.seed))
    app = Sandbox(
        routes=[Mount("/control", routes=adapter.control.routes())],
        exception_handlers={Exception: adapter.crashed},
    )
    # No route for the rest: a route's pattern does not take a path with a line break in it.
    app.router.default = adapter
    app.board, app.api, app.faults, app.control = board, api, adapter.faults, adapter.control
    return app


class HttpAdapter:
    """An ASGI application: one request under /api/1.0 from bytes to bytes, with the faults that strike it."""

    def __init__(self, api: Api, faults: Faults) -> None:
        self.api = api
        self.faults = faults
        self.control = Control(api, faults)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            # Gone before the whole body was here: nothing was asked.
            return
        path = scope["path"]
        if not path.startswith(API_PREFIX + "/"):
            await _problem_response(no_route())(scope, receive, send)
            return
        raw = RawRequest(
            method=request.method,
            path=path.removeprefix(API_PREFIX),
            query=dict(request.query_params),
            raw=body,
            token=_bearer(request.headers.get("authorization", "")),
            base_url=str(request.base_url).rstrip("/") + API_PREFIX,
        )
        entry = self.control.record(raw)
        striking = self.faults.striking(raw.method, raw.path)
        entry.faults = scope[STRUCK] = tuple(fault.kind for fault in striking)
        response = await self._respond(raw, entry, striking, scope, receive)
        if response is None:
            return
        entry.status = response.status_code
        await response(scope, receive, send)

    async def _respond(
        self, raw: RawRequest, entry: RequestLog, striking: list[Fault], scope: Scope, receive: Receive
    ) -> Response | None:
        """The response, or None when the connection was dropped instead."""
        by_kind = {fault.kind: fault for fault in striking}
        if "expire_offsets" in by_kind:
            self.api.page_epoch += 1
        try:
            if "revoke" in by_kind:
                raise not_authorized()
            self.api.authorize(raw)
        except ApiProblem as problem:
            return _with_headers(_problem_response(problem), by_kind.get("header"))
        try:
            if "delay" in by_kind:
                await asyncio.sleep(self.faults.delay_of(by_kind["delay"]))
            ending = next((f for f in striking if f.kind in ENDINGS), None)
            if ending is not None and not ending.applied:
                return await self._end(ending, None, scope, receive)
            response = _json_response(self.api.answer(raw))
            if ending is not None:
                entry.applied = True
                return await self._end(ending, bytes(response.body), scope, receive)
        finally:
            self.api.limits.leave(raw.token or "", is_write=raw.is_write)
        return _with_headers(response, by_kind.get("header"))

    async def _end(
        self, fault: Fault, carried: bytes | None, scope: Scope, receive: Receive
    ) -> Response | None:
        drop = scope.get("extensions", {}).get(DROP)
        if fault.kind in BROKEN:
            if drop is None and fault.kind in NEEDS_SOCKET:
                raise Dropped(f"an in-process client would wait for ever: {fault.kind}")
            return broken_answer(fault, carried, lambda: self.faults.scripted(fault), drop or (lambda: None))
        if fault.kind == "status":
            return _with_headers(_problem_response(_scripted_problem(fault)), fault)
        if fault.kind == "hang":
            if drop is None:
                raise Dropped("the sandbox hangs, and an in-process client would for ever")
            gone = asyncio.ensure_future(_gone(receive))
            while not gone.done() and self.faults.scripted(fault):
                await asyncio.wait({gone}, timeout=_POLL)
            gone.cancel()
        if drop is None:
            raise Dropped("the sandbox dropped this connection")
        refuse = scope["extensions"].get(REFUSE)
        if fault.kind == "refused" and refuse is not None:
            # The server closes its listener before the connections: who sees the drop meets nobody at the port.
            refuse(fault.seconds)
        else:
            drop()
        await _gone(receive)
        return None

    async def crashed(self, _request: Request, problem: Exception) -> Response:
        """A failure of the sandbox itself: a 500 as Asana's own, and a traceback in the log."""
        if not isinstance(problem, Dropped):
            logging.getLogger(__name__).error("the sandbox itself failed", exc_info=problem)
        return _problem_response(ApiProblem(500, "Server Error"))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _bearer(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _scripted_problem(fault: Fault) -> ApiProblem:
    problem = too_many(None) if fault.status == 429 else ApiProblem(fault.status, f"Scripted {fault.status}")
    if fault.message is not None:
        problem = ApiProblem(fault.status, fault.message)
    if fault.retry_after is not None:
        problem.headers["Retry-After"] = str(fault.retry_after)
    return problem


def _problem_response(problem: ApiProblem) -> Response:
    return _json_response(Answer(problem.status, problem.payload, dict(problem.headers)))


def _json_response(answer: Answer) -> Response:
    body = json.dumps(answer.payload, ensure_ascii=False).encode()
    response = Response(body, status_code=answer.status, headers=answer.headers)
    response.headers["Content-Type"] = JSON_TYPE
    return response


def _with_headers(response: Response, fault: Fault | None) -> Response:
    if fault is not None:
        response.headers.update(fault.headers)
    return response
