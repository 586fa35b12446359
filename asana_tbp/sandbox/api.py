"""Asana's API without HTTP: a request in plain values in, an answer out; and its batches.

Knows the order of Asana's checks: token, limits, body, route, operation. Must not know sockets or files. Each
request is one transaction: a refused one leaves nothing behind.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from asana_tbp.sandbox.limits import Limits
from asana_tbp.sandbox.problems import ApiProblem, bad, no_route, not_authorized
from asana_tbp.sandbox.records import User
from asana_tbp.sandbox.request import Answer, Request
from asana_tbp.sandbox.routes import find
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BATCH_LIMIT = 10
_TOP_LEVEL = frozenset({"data", "options"})


class Keeper(Protocol):
    """Where the board is kept between requests: wraps each one, and makes it last before it is answered."""

    def request(self) -> AbstractContextManager[None]: ...


@dataclass
class Asked:
    """One request in plain values. `body` is what `raw` holds as JSON, once `admit` has looked."""

    method: str
    path: str
    query: dict[str, str]
    raw: bytes
    token: str | None
    base_url: str = ""
    body: Any = None


class Api:
    """Answers requests on one board."""

    def __init__(
        self, board: SandboxState, switches: Switches, limits: Limits, keeper: Keeper | None
    ) -> None:
        self.board = board
        self.switches = switches
        self.limits = limits
        self.keeper = keeper
        self.page_epoch = 0

    def answer(self, asked: Asked) -> Answer:
        """Carry out one request, all of it or nothing."""
        try:
            with self.kept():
                return self._answer(asked)
        except ApiProblem as problem:
            return Answer(problem.status, problem.payload, dict(problem.headers))

    def kept(self) -> AbstractContextManager[None]:
        """Around anything that changes the board: what it does lasts, where the board is kept."""
        return nullcontext() if self.keeper is None else self.keeper.request()

    def admit(self, asked: Asked) -> tuple[int, int]:
        """(writes, reads) this request holds while it runs; 429 when the limits say no.

        An unknown route is a 404 even without a token, as recorded from the live service.
        """
        if asked.path != "/batch" and find(asked.method, asked.path) is None:
            raise no_route()
        token = self._token(asked)
        asked.body = _decoded(asked.raw)
        costs = [a.get("method", "get").upper() in WRITES for a in _actions(asked)]
        if not costs:
            costs = [asked.method in WRITES]
        writes = sum(costs)
        # The batch call itself is free: its actions are what counts. Asana docs: batch requests.
        self.limits.charge(self.switches, token, len(costs))
        self.limits.enter(self.switches, token, writes=writes, reads=len(costs) - writes)
        return writes, len(costs) - writes

    def _token(self, asked: Asked) -> str:
        if asked.token is None or asked.token not in self.board.tokens:
            raise not_authorized()
        return asked.token

    def _answer(self, asked: Asked) -> Answer:
        user = self.board.need(User, self.board.tokens[self._token(asked)])
        data, options = _opened(asked.body)
        if asked.method == "POST" and asked.path == "/batch":
            return self._batch(asked, user, data)
        return self._one(asked, user, data, options)

    def _one(self, asked: Asked, user: User, data: dict[str, Any], options: dict[str, Any]) -> Answer:
        found = find(asked.method, asked.path)
        if found is None:
            raise no_route()
        operation, params = found
        call = Request(
            board=self.board,
            switches=self.switches,
            user=user,
            method=asked.method,
            path=asked.path,
            params=params,
            query=asked.query,
            data=data,
            options=options,
            base_url=asked.base_url,
            page_epoch=self.page_epoch,
        )
        with self.board.transaction():
            return operation(call)

    def _batch(self, asked: Asked, user: User, data: dict[str, Any]) -> Answer:
        """Every action for itself, in no order; results in the order asked. Asana docs: createBatchRequest."""
        actions = data.get("actions")
        if not isinstance(actions, list) or not actions:
            raise bad("actions: Missing input")
        if len(actions) > BATCH_LIMIT:
            raise bad(f"actions: Too many actions, the maximum is {BATCH_LIMIT}")
        order = list(range(len(actions)))
        self.board.chance.shuffle(order)
        results: list[dict[str, Any]] = [{} for _ in actions]
        for index in order:
            results[index] = self._action(asked, user, actions[index])
        return Answer(200, {"data": results})

    def _action(self, asked: Asked, user: User, action: Any) -> dict[str, Any]:
        try:
            answer = self._one(*_unpacked(asked, user, action))
        except ApiProblem as problem:
            answer = Answer(problem.status, problem.payload)
        headers = {key.lower(): value for key, value in answer.headers.items()}
        return {"status_code": answer.status, "headers": headers, "body": answer.payload}


def _unpacked(asked: Asked, user: User, action: Any) -> tuple[Asked, User, dict[str, Any], dict[str, Any]]:
    if not isinstance(action, dict) or not isinstance(action.get("relative_path"), str):
        raise bad("relative_path: Missing input")
    path, method = action["relative_path"], str(action.get("method", "")).upper()
    if method not in WRITES | {"GET", "HEAD"}:
        raise bad(f"method: Invalid value: {action.get('method')}")
    if "?" in path:
        raise bad("relative_path: Query parameters belong in data or options")
    if path == "/batch":
        raise bad("relative_path: Batch requests cannot be nested")
    data, options = action.get("data") or {}, action.get("options") or {}
    if not isinstance(data, dict) or not isinstance(options, dict):
        raise bad("data: Not an object")
    query = {k: _as_query(v) for k, v in data.items()} if method == "GET" else {}
    body = {} if method == "GET" else data
    inner = Asked(method, path, query, b"", asked.token, asked.base_url)
    return inner, user, body, options


def _as_query(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _decoded(raw: bytes) -> Any:
    if not raw.strip():
        return None
    try:
        body = json.loads(raw)
        # A lone surrogate is JSON, and cannot be written down again.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad("Could not parse request data, invalid JSON") from None
    return body


def _actions(asked: Asked) -> list[dict[str, Any]]:
    if asked.path != "/batch" or not isinstance(asked.body, dict):
        return []
    data = asked.body.get("data")
    actions = data.get("actions") if isinstance(data, dict) else None
    return [a for a in actions if isinstance(a, dict)] if isinstance(actions, list) else []


def _opened(body: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The `data` and `options` of a body; 400 for anything else at the top."""
    if body is None:
        return {}, {}
    if not isinstance(body, dict):
        raise bad("Could not parse request data, invalid JSON")
    for key in body:
        if key not in _TOP_LEVEL:
            raise bad(
                f"Unrecognized request field {key} . The only allowed keys at the top level are: "
                "data, options."
            )
    data, options = body.get("data"), body.get("options")
    if not isinstance(data or {}, dict) or not isinstance(options or {}, dict):
        raise bad("data: Not an object")
    return data or {}, options or {}
