"""Asana's API without HTTP: a request in plain values in, an answer out.

The order of the checks is Asana's: route, token, limits, body, operation. Each request is one transaction: a
refused one leaves nothing behind.
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
from asana_tbp.sandbox.routes import find_operation
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TOP_LEVEL = frozenset({"data", "options"})


class Storage(Protocol):
    """Where the board lasts between requests: wraps each one, and writes it down before it is answered."""

    def request(self) -> AbstractContextManager[None]: ...


@dataclass
class RawRequest:
    """One request as it came. `body` is what `raw` holds as JSON, once `authorize` has parsed it."""

    method: str
    path: str
    query: dict[str, str]
    raw: bytes
    token: str | None
    base_url: str = ""
    body: Any = None

    @property
    def is_write(self) -> bool:
        """Whether it counts among the writes."""
        return self.method in WRITES


class Api:
    """Answers requests on one board."""

    def __init__(
        self, board: SandboxState, switches: Switches, limits: Limits, storage: Storage | None
    ) -> None:
        self.board = board
        self.switches = switches
        self.limits = limits
        self.storage = storage
        self.page_epoch = 0

    def authorize(self, raw: RawRequest) -> None:
        """Check route, token and limits, and parse the body. Pair with `limits.leave` when it returns.

        An unknown route is a 404 even without a token, as recorded from the live service.
        """
        if find_operation(raw.method, raw.path) is None:
            raise no_route()
        token = self._token(raw)
        raw.body = _parsed(raw.raw)
        self.limits.charge(self.switches, token)
        self.limits.enter(self.switches, token, is_write=raw.is_write)

    def answer(self, raw: RawRequest) -> Answer:
        """Carry out one request, all of it or nothing."""
        try:
            with self.persisted():
                return self._answer(raw)
        except ApiProblem as problem:
            return Answer(problem.status, problem.payload, dict(problem.headers))

    def persisted(self) -> AbstractContextManager[None]:
        """Around anything that changes the board: what it does lasts, where there is a storage."""
        return nullcontext() if self.storage is None else self.storage.request()

    def _token(self, raw: RawRequest) -> str:
        if raw.token is None or raw.token not in self.board.tokens:
            raise not_authorized()
        return raw.token

    def _answer(self, raw: RawRequest) -> Answer:
        user = self.board.need(User, self.board.tokens[self._token(raw)])
        data, options = _envelope(raw.body)
        match = find_operation(raw.method, raw.path)
        if match is None:
            raise no_route()
        operation, params = match
        request = Request(
            board=self.board,
            switches=self.switches,
            user=user,
            path=raw.path,
            params=params,
            query=raw.query,
            data=data,
            options=options,
            base_url=raw.base_url,
            page_epoch=self.page_epoch,
        )
        with self.board.transaction():
            return operation(request)


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


def _envelope(body: Any) -> tuple[dict[str, Any], dict[str, Any]]:
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
