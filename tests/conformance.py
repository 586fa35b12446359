"""Holds the sandbox's traffic against Asana's own description of its API.

What was mended in the description and what is excused stands in one table each, with the reason. Inactive, and
it says why, where the description is not at hand.
"""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asana_tbp.sandbox import API_PREFIX
from tests.faulty.http import STRUCK

SPEC_PATH = Path(
    os.environ.get("TBP_ASANA_DESCRIPTION")
    or Path(__file__).resolve().parent.parent.parent / "shared" / "asana_openapi.yaml"
)
REASON = (
    "Asana's API description is neither beside this checkout (../shared/asana_openapi.yaml) "
    "nor where TBP_ASANA_DESCRIPTION says"
)

NULLABLE = [
    # (schema, property, why the description is wrong)
    (
        "ProjectResponse",
        "team",
        "projects without a team exist: non-organisations, and organisations since 2025",
    ),
    ("TimeTrackingEntryCompact", "attributable_to", "time is attributed to no project unless asked"),
    ("ProjectBase", "icon", "flagged nullable, but its list of values has no null"),
    ("StoryBase", "sticker_name", "a story without a sticker"),
    ("TaskBase", "approval_status", "a task that is no approval"),
]
UNDESCRIBED_STATUSES = {
    402: "plan limits are described on a few operations only",
    429: "described nowhere in this cut",
    502: "described nowhere in this cut",
    503: "described nowhere in this cut",
    504: "described nowhere in this cut",
}
UNDESCRIBED_ROUTES = {
    r"/user_task_lists/*/tasks/insert": "documented in 2019, behind a switch",
}
JUNK_QUERY = {
    "body": "the SDK copies a body given in its opts into the URL",
    "limit": "the SDK sends limit with every list, also where none is described",
    "opt_fields": "Asana takes it everywhere",
}


def _mended(spec: dict[str, Any]) -> dict[str, Any]:
    spec = copy.deepcopy(spec)
    schemas = spec["components"]["schemas"]
    for schema, name, _why in NULLABLE:
        for part in [schemas[schema], *schemas[schema].get("allOf", ())]:
            if name in part.get("properties", {}):
                old = part["properties"][name]
                if "enum" in old:
                    old["enum"] = [*old["enum"], None]
                empty = {"type": "object", "nullable": True, "maxProperties": 0}
                part["properties"][name] = {"nullable": True, "anyOf": [{**old, "nullable": True}, empty]}
    task = next(p for p in schemas["TaskBase"]["allOf"] if "memberships" in p.get("properties", {}))
    # Its text says create-only, its flag says read-only; and on create it holds gids, not records.
    memberships = task["properties"]["memberships"]
    memberships.pop("readOnly", None)
    inner = memberships["items"]["properties"]
    for name in ("project", "section"):
        inner[name] = {"anyOf": [{"type": "string"}, inner[name]]}
    _without_flags(spec)
    return spec


def _without_flags(node: Any) -> None:
    # openapi-core warns about both, and here a warning is a failure; `team` is deprecated and still needed.
    if isinstance(node, dict):
        for flag in ("allowEmptyValue", "deprecated"):
            if isinstance(node.get(flag), bool):
                del node[flag]
        for value in node.values():
            _without_flags(value)
    elif isinstance(node, list):
        for value in node:
            _without_flags(value)


def available() -> bool:
    """Whether the description is here. With TBP_NO_SKIP=1 a missing one is an error."""
    if SPEC_PATH.exists():
        return True
    if os.environ.get("TBP_NO_SKIP") == "1":
        raise FileNotFoundError(REASON)
    return False


@cache
def description() -> Description:
    """The mended description, loaded once a process."""
    return Description(_mended(yaml.load(SPEC_PATH.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)))


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    status: int
    content_type: str
    answer: bytes


_MADE_UP = re.compile(
    rb"(?<!\d)\d{16}(?!\d)|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    rb'|(?<="name":)\s?"(?:[^"\\]|\\.)*"|(?<=notes":)\s?"(?:[^"\\]|\\.)*"|(?<="text":)\s?"(?:[^"\\]|\\.)*"'
)
"""Gids, moments and words, which are others in every exchange and described alike: as any text, however long."""


class Description:
    """Asana's description, asked about single requests and answers.

    Of those that differ in gids, moments and words alone, one is judged.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        from openapi_core import Config, OpenAPI

        self.spec = spec
        self.schemas: dict[str, Any] = spec["components"]["schemas"]
        # That the description itself is sound is a test of its own.
        self._openapi = OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))
        self._judged: dict[bytes, list[str]] = {}
        self._operations: dict[tuple[str, bytes], dict[str, Any] | None] = {}

    def problems(self, exchange: Exchange, *, request: bool) -> list[str]:
        """What is wrong with the answer, and with the request where that is asked."""
        place = f"{exchange.method} {exchange.path}".encode()
        question = (place, repr(exchange.query).encode(), exchange.body)
        answer = (place, f"{exchange.status} {exchange.content_type}".encode(), exchange.answer)
        asked = self._judge(self.request_problems, exchange, question) if request else []
        return asked + self._judge(self.response_problems, exchange, answer)

    def _judge(
        self, judge: Callable[[Exchange], list[str]], exchange: Exchange, texts: tuple[bytes, ...]
    ) -> list[str]:
        parts = (judge.__name__.encode(), *(_MADE_UP.sub(b"0", text) for text in texts))
        alike = sha256(b"\0".join(parts)).digest()
        if alike not in self._judged:
            self._judged[alike] = judge(exchange)
        return self._judged[alike]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The description of what a path and method mean; None when there is none."""
        alike = method, _MADE_UP.sub(b"0", path.encode())
        if alike not in self._operations:
            self._operations[alike] = self._described(method, path)
        return self._operations[alike]

    def _described(self, method: str, path: str) -> dict[str, Any] | None:
        words = path.strip("/").split("/")
        best: dict[str, Any] | None = None
        for template, methods in self.spec["paths"].items():
            parts = template.strip("/").split("/")
            same = len(parts) == len(words) and all(
                p.startswith("{") or p == w for p, w in zip(parts, words, strict=True)
            )
            if same and method.lower() in methods and (best is None or "{" not in template):
                shared = methods.get("parameters", [])
                own = methods[method.lower()]
                best = {**own, "parameters": [*shared, *own.get("parameters", [])]}
        return best

    def request_problems(self, exchange: Exchange) -> list[str]:
        """What is wrong with the request."""
        found = [f"{problem}" for problem in self._ask(self._openapi.validate_request, exchange)]
        operation = self.operation(exchange.method, exchange.path)
        if operation is None:
            return found
        known = {self._resolve(p)["name"] for p in operation["parameters"]} | set(JUNK_QUERY)
        found += [f"unknown query parameter {name!r}" for name in exchange.query if name not in known]
        if exchange.body.strip() not in {b"", b"{}"} and "requestBody" in operation:
            data = json.loads(exchange.body).get("data", {})
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            wanted = self._properties(schema["properties"]["data"])
            found += [f"unknown body field {name!r}" for name in data if name not in wanted]
        return found

    def response_problems(self, exchange: Exchange) -> list[str]:
        """What is wrong with the answer."""
        if exchange.status in UNDESCRIBED_STATUSES:
            return self._error_problems(exchange)
        return self._ask(self._openapi.validate_response, exchange, with_answer=True)

    def _error_problems(self, exchange: Exchange) -> list[str]:
        errors = json.loads(exchange.answer).get("errors")
        good = isinstance(errors, list) and all(isinstance(e.get("message"), str) for e in errors)
        return [] if good else [f"a {exchange.status} without errors"]

    def _ask(self, ask: Callable[..., None], exchange: Exchange, *, with_answer: bool = False) -> list[str]:
        from openapi_core.exceptions import OpenAPIError

        question = (_Request(exchange), _Response(exchange)) if with_answer else (_Request(exchange),)
        try:
            ask(*question)
        except OpenAPIError as problem:
            cause = problem.__cause__
            details = [e.message for e in getattr(cause, "schema_errors", None) or ()]
            return [f"{type(problem).__name__}: {'; '.join(details) or cause or problem}"[:400]]
        return []

    def _resolve(self, thing: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in thing:
            node: Any = self.spec
            for word in thing["$ref"].removeprefix("#/").split("/"):
                node = node[word]
            thing = node
        return thing

    def _properties(self, schema: dict[str, Any]) -> set[str]:
        schema = self._resolve(schema)
        names = set(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            names |= self._properties(part)
        return names


class _Request:
    """What openapi-core asks a request for."""

    def __init__(self, exchange: Exchange) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        self.host_url = "http://127.0.0.1"
        self.path = API_PREFIX + exchange.path
        self.method = exchange.method.lower()
        self.content_type = "application/json"
        self.body = exchange.body or None
        # Who asks is not the description's business here: the sandbox checks tokens itself.
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(exchange.query), header=Headers({"Authorization": "Bearer watched"})
        )


class _Response:
    """What openapi-core asks an answer for."""

    def __init__(self, exchange: Exchange) -> None:
        self.status_code = exchange.status
        self.data = exchange.answer
        self.content_type = exchange.content_type.partition(";")[0]
        self.headers: dict[str, str] = {}


class Conformance:
    """An ASGI application around another one: checks each exchange under /api/1.0.

    `strict`: a malformed request is a violation even when it was refused; without it only when it was
    carried out, for tests that are about being refused.
    """

    def __init__(self, app: ASGIApp, *, strict: bool = True) -> None:
        self.app = app
        self.strict = strict
        self.violations: list[str] = []
        self.checked = 0
        self._excused = False
        self._description = description() if available() else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A HEAD only asks whether a host is there and what its clock says: it is no request to the API.
        described = scope["type"] == "http" and scope["method"] != "HEAD"
        if self._description is None or not described or not scope["path"].startswith(API_PREFIX):
            await self.app(scope, receive, send)
            return
        sent, got = bytearray(), bytearray()
        status, content_type = 0, ""

        async def listening() -> Message:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        async def speaking(message: Message) -> None:
            nonlocal status, content_type
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = {k.decode().lower(): v.decode() for k, v in message["headers"]}
                content_type = headers.get("content-type", "")
            if not scope.get(STRUCK):
                got.extend(message.get("body", b""))
            if (
                message["type"] == "http.response.body"
                and not message.get("more_body")
                and not scope.get(STRUCK)
            ):
                # Before the last byte leaves: who has the answer finds the verdict.
                query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
                path = scope["path"].removeprefix(API_PREFIX)
                self.check(
                    Exchange(scope["method"], path, query, bytes(sent), status, content_type, bytes(got))
                )
            await send(message)

        await self.app(scope, listening, speaking)

    def check(self, exchange: Exchange) -> None:
        """Hold one exchange against the description."""
        assert self._description is not None
        self.checked += 1
        words = exchange.path.split("/")
        for route in UNDESCRIBED_ROUTES:
            parts = route.split("/")
            if len(parts) == len(words) and all(p in {"*", w} for p, w in zip(parts, words, strict=True)):
                return
        if self._description.operation(exchange.method, exchange.path) is None:
            if self.strict or exchange.status != 404:
                self._note(exchange, ["no such route in the description"])
            return
        request = exchange.status < 400 or self.strict
        self._note(exchange, self._description.problems(exchange, request=request))

    def _note(self, exchange: Exchange, problems: list[str]) -> None:
        if not self._excused:
            self.violations += [
                f"{exchange.method} {exchange.path} -> {exchange.status}: {problem}" for problem in problems
            ]

    @contextmanager
    def excused(self, why: str) -> Iterator[None]:
        """Overlook violations for a while, for the reason given."""
        assert why
        self._excused = True
        try:
            yield
        finally:
            self._excused = False

    def assert_clean(self) -> None:
        """Fail with every violation so far."""
        assert not self.violations, "\n".join(self.violations)
