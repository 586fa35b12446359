"""The sandbox over HTTP with the faults that strike it, and the control API under /control.

Delays and hanging happen before and after a request is carried out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope

from asana_tbp.sandbox import http
from asana_tbp.sandbox.http import json_response
from asana_tbp.sandbox.problems import ApiProblem, too_many
from asana_tbp.sandbox.request import Request as AsanaRequest
from asana_tbp.sandbox.switches import Switches
from tests.faulty.board import Board
from tests.faulty.broken_answers import NEEDS_SOCKET, broken_answer
from tests.faulty.control import Control, RequestLog
from tests.faulty.faults import BROKEN, ENDINGS, Fault, Faults

DROP = "sandbox.drop"  # the scope's extension through which the server lets go of its socket
REFUSE = "sandbox.refuse"  # the one through which the server stops listening for so many seconds
STRUCK = "sandbox.struck"  # the kinds of fault that hit a request, left in its scope for who watches
_POLL = 0.02


class Dropped(ConnectionError):
    """The connection was dropped on purpose, and there was no socket to close: an in-process client."""


class Sandbox(http.Sandbox):
    """The application, with its parts at hand: `board`, `faults`, `control`."""

    board: Board

    def __init__(
        self,
        board: Board,
        switches: Switches | None = None,
        faults: Faults | None = None,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(board, switches, ticks=ticks)
        self.faults = faults or Faults(seed=board.switches.seed)
        self.control = Control(self, self.faults)
        self.router.routes.append(Mount("/control", routes=self.control.routes()))

    @property
    def switches(self) -> Switches:
        """The switches in force; assign to change them."""
        return self.board.switches

    @switches.setter
    def switches(self, switches: Switches) -> None:
        self.board.switches = switches

    @property
    def requests(self) -> list[RequestLog]:
        """Every request seen under /api/1.0 since the last reset."""
        return list(self.control.log)

    async def respond(self, raw: AsanaRequest, _connection: Request) -> Response | None:
        entry = self.control.record(raw)
        striking = self.faults.striking(raw.method, raw.path)
        scope, receive = _connection.scope, _connection.receive
        entry.faults = scope[STRUCK] = tuple(fault.kind for fault in striking)
        response = await self._respond(raw, entry, striking, scope, receive)
        if response is not None:
            entry.status = response.status_code
        return response

    async def _respond(
        self, raw: AsanaRequest, entry: RequestLog, striking: list[Fault], scope: Scope, receive: Receive
    ) -> Response | None:
        """The response, or None when the connection was dropped instead."""
        by_kind = {fault.kind: fault for fault in striking}
        if "expire_offsets" in by_kind:
            self.board.page_epoch += 1
        try:
            if "revoke" in by_kind:
                raise ApiProblem(401, "Not Authorized")
            with self.authorized(raw):
                if "delay" in by_kind:
                    await self._delay(by_kind["delay"])
                ending = next((f for f in striking if f.kind in ENDINGS), None)
                if ending is not None and not ending.applied:
                    return await self._end(ending, None, scope, receive)
                response = json_response(self.answer(raw))
                if ending is not None:
                    entry.applied = True
                    return await self._end(ending, bytes(response.body), scope, receive)
        except ApiProblem as problem:
            response = json_response(problem.answer)
        return _with_headers(response, by_kind.get("header"))

    async def _delay(self, fault: Fault) -> None:
        """Wait as long as the fault says, or until it is removed."""
        left = self.faults.delay_of(fault)
        if left <= 1:
            await asyncio.sleep(left)
            return
        end = time.monotonic() + left
        while self.faults.scripted(fault) and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(left, _POLL))

    async def _end(
        self, fault: Fault, carried: bytes | None, scope: Scope, receive: Receive
    ) -> Response | None:
        drop = scope.get("extensions", {}).get(DROP)
        if fault.kind in BROKEN:
            if drop is None and fault.kind in NEEDS_SOCKET:
                raise Dropped(f"an in-process client would wait for ever: {fault.kind}")
            return broken_answer(fault, carried, lambda: self.faults.scripted(fault), drop or (lambda: None))
        if fault.kind == "status":
            return _with_headers(json_response(_scripted_problem(fault).answer), fault)
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

    async def crashed(self, request: Request, problem: Exception) -> Response:
        if isinstance(problem, Dropped):
            return json_response(ApiProblem(500, "Server Error").answer)
        return await super().crashed(request, problem)


def create_app(
    board: Board,
    switches: Switches | None = None,
    faults: Faults | None = None,
    *,
    ticks: Callable[[], float] = time.monotonic,
) -> Sandbox:
    """The sandbox on `board`. `ticks` is the clock of the rate limits, in seconds."""
    return Sandbox(board, switches, faults, ticks=ticks)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _scripted_problem(fault: Fault) -> ApiProblem:
    problem = too_many(None) if fault.status == 429 else ApiProblem(fault.status, f"Scripted {fault.status}")
    if fault.message is not None:
        problem = ApiProblem(fault.status, fault.message)
    if fault.retry_after is not None:
        problem.answer.headers["Retry-After"] = str(fault.retry_after)
    return problem


def _with_headers(response: Response, fault: Fault | None) -> Response:
    if fault is not None:
        response.headers.update(fault.headers)
    return response
