"""Requests to Asana through its official SDK, whose pitfalls are handled here.

All calls go through `ApiClient.call_api`, not the generated methods: those change the dicts they are
given, send some bodies a second time in the URL, and turn lists into lazy requests. Importing the SDK
costs a third of a second, so this module is imported only by commands that talk to Asana.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, TypeVar
from urllib.parse import urlencode

from asana import ApiClient, Configuration

from asana_tbp.bridge.connections import Connections, Limits
from asana_tbp.bridge.http_errors import failure
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.bridge.retry import MOST_TRIES, next_wait
from asana_tbp.bridge.values import gid_of, value_of
from asana_tbp.errors import AsanaError, NotFound, RateLimited
from asana_tbp.system.clock import Clock

PAGE = 100

Value = TypeVar("Value")
Parse = type[Value] | Callable[[dict[str, Any]], Value]
"""What one of Asana's records is read as: one of our values, or what a function makes of it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `{gid}` in its path stands for the gid.

    With `once` it is not sent again after a lost answer, as twice would be too often. With `exact` the answer is read
    to the letter; otherwise each no-break space becomes a space, as in the SDK.
    """

    method: str
    path: str
    gid: str
    query: Mapping[str, str]
    body: dict[str, Any] | None = None
    once: bool = False
    exact: bool = False


class HttpTransport:
    """Sends requests, one after another or from several threads. `token_source` says in words which token.

    `sent` counts every try; none is sent beyond `most_requests`. `log` gets a line for each.
    """

    def __init__(
        self,
        host: str,
        token: str,
        clock: Clock,
        pacer: RateLimiter,
        limits: Limits | None = None,
        token_source: str = "",
        log: Callable[[str], None] | None = None,
    ) -> None:
        self._host, self._log = host, log or (lambda _line: None)
        self._clock, self._pacer = clock, pacer
        self._limits = limits or Limits()
        self._client = _quiet_client(host, token)
        # The SDK's own connections retry silently, wait forever for an answer and ignore proxies; ours don't.
        self._client.rest_client.pool_manager = Connections(host, self._limits, token_source)
        self.sent = 0
        self.most_requests: int | None = None

    def read(
        self, parse: Parse[Value], path: str, gid: str = "", *, exact: bool = False, **query: str
    ) -> Value:
        """One object; `exact` as in `Request`."""
        return self._parsed(parse, self._send(Request("GET", path, gid, query, exact=exact))["data"])

    def pages(self, parse: Parse[Value], path: str, gid: str = "", **query: str) -> Iterator[Value]:
        """All objects of a list, page by page as they are taken."""
        offset: dict[str, str] = {}
        while True:
            answer = self._send(Request("GET", path, gid, {**query, "limit": str(PAGE), **offset}))
            records = answer["data"]
            if not isinstance(records, list):
                raise failure("not asana", self._host)
            for record in records:
                yield self._parsed(parse, record)
            following = answer.get("next_page")
            if not following:
                return
            if not isinstance(following, dict) or following.get("offset") in (None, offset.get("offset")):
                # It would ask for the same page forever.
                raise failure("not asana", self._host)
            offset = {"offset": str(following["offset"])}

    def create(
        self, parse: Parse[Value], path: str, gid: str, fields: Mapping[str, Any], **query: str
    ) -> Value:
        """A new object. Sent once: raises `AnswerLost` where it may exist already."""
        answer = self._send(Request("POST", path, gid, query, {"data": dict(fields)}, once=True))
        return self._parsed(parse, answer["data"])

    def write(
        self, method: str, path: str, gid: str, fields: Mapping[str, Any], *, once: bool = False, **query: str
    ) -> None:
        """Change an object. Sent again after a lost answer, except with `once`: then `AnswerLost` is raised."""
        record = self._send(Request(method, path, gid, query, {"data": dict(fields)}, once))["data"]
        # Moves are answered with an empty record.
        if record != {} or once:
            self._parsed(gid_of, record)

    def _parsed(self, parse: Parse[Value], record: object) -> Value:
        if not isinstance(record, dict) or not record.get("gid"):
            raise failure("not asana", self._host)
        try:
            return value_of(parse, record) if isinstance(parse, type) else parse(record)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
            # A field of the wrong type or an invalid date: some program stands between us and Asana.
            raise failure("not asana", self._host) from None

    def _decoded(self, content: bytes, *, exact: bool) -> dict[str, Any]:
        """The JSON of a successful answer."""
        try:
            text = content.decode()
            answer = json.loads(text if exact else text.replace("\xa0", " "))
            if "\\ud" in text.lower():
                # Half a character is valid JSON, but can't be saved or sent again.
                answer = json.loads(json.dumps(answer, ensure_ascii=False).encode(errors="replace"))
        except RecursionError:
            raise failure("too much", self._host) from None
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or "data" not in answer:
            raise failure("web page" if content.lstrip()[:1] == b"<" else "not asana", self._host)
        return answer

    def _send(self, request: Request) -> dict[str, Any]:
        """Send until it succeeds or `next_wait` gives up; the last error is raised.

        Time spent waiting for the rate limit does not count towards giving up.
        """
        if "{gid}" in request.path and not request.gid:
            raise NotFound("Asana has nothing without a gid.")
        kind: type[AsanaError] | None = None
        tries, all_tries, elapsed = 0, 0, 0.0
        while True:
            all_tries += 1
            try:
                with self._pacer.slot(write=request.method != "GET"):
                    begun = self._clock.elapsed()
                    return self._call(request)
            except AsanaError as error:
                if type(error) is not kind:
                    kind, tries, elapsed = type(error), 0, 0.0
                tries += 1
                elapsed += self._clock.elapsed() - begun
                wait = next_wait(error, tries, elapsed, once=request.once)
                if isinstance(error, RateLimited):
                    self._pacer.hold(wait or 0.0)
                if wait is None or all_tries >= MOST_TRIES:
                    raise
                self._clock.wait(Event(), wait)
                elapsed += wait

    def _call(self, request: Request) -> dict[str, Any]:
        """Send once, and log what became of it; never what was sent or answered."""
        if self.most_requests is not None and self.sent >= self.most_requests:
            raise AsanaError("No more requests may be sent.")
        self.sent += 1
        begun, outcome = self._limits.now(), "ok"
        try:
            response = self._client.call_api(
                request.path,
                request.method,
                path_params={"gid": request.gid},
                query_params=dict(request.query),
                header_params={"Accept": "application/json; charset=utf-8"},
                body=request.body,
                auth_settings=["personalAccessToken"],
                _return_http_data_only=True,
                _preload_content=False,
                _request_timeout=(self._limits.connect, self._limits.silence),
            )
            return self._decoded(response.data, exact=request.exact)
        except AsanaError as error:
            outcome = f"{type(error).__name__}: {error.sentence}"
            raise
        finally:
            path = request.path.replace("{gid}", request.gid)
            query = f"?{urlencode(request.query)}" if request.query else ""
            self._log(f"{request.method} {path}{query} {self._limits.now() - begun:.3f} s {outcome}")


def _quiet_client(host: str, token: str) -> Any:
    configuration = Configuration()
    for name in ("asana", "urllib3"):
        logger = logging.getLogger(name)
        logger.removeHandler(configuration.logger_stream_handler)
        logger.addHandler(logging.NullHandler())
    configuration.host = host
    configuration.access_token = token
    client = ApiClient(configuration)
    # The thread pool serves only calls we don't make, and is noisy when the interpreter exits.
    client.pool.close()
    client.pool.join()
    del client.pool
    return client
