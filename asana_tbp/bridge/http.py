"""Requests to Asana through its official SDK, whose traps end here.

All calls go through `ApiClient.call_api`, not the generated methods: those change the dicts they are
given, send some bodies a second time in the URL, and turn lists into lazy requests. Importing the SDK
costs a third of a second, so this module is imported only by commands that talk to Asana.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import urllib3
from asana import ApiClient, Configuration
from asana.rest import ApiException

from asana_tbp.bridge.connections import Connections, Limits
from asana_tbp.bridge.http_errors import error_of_status, failure, no_secure_connection, proxy_failed
from asana_tbp.bridge.rate_limit import READS_AT_ONCE, WRITES_AT_ONCE, RateLimiter
from asana_tbp.bridge.retry import Effect, Waiter, with_retries
from asana_tbp.bridge.values import gid_of, value_of
from asana_tbp.errors import AsanaError, NotFound

PAGE = 100

Value = TypeVar("Value")
Parse = type[Value] | Callable[[dict[str, Any]], Value]
"""What one of Asana's records is read as: one of our values, or what a function makes of it."""

Body = dict[str, Any] | None


class _Reading(threading.local):
    """Of a thread's request: whether its text is wanted to the letter, and whether the answer was a page for people."""

    exact = False
    web_page = False


class HttpTransport:
    """Sends requests, one after another or from several threads. `token_source` says in words which token.

    `sent` counts every try; none is sent beyond `most_requests`.
    """

    def __init__(
        self,
        host: str,
        token: str,
        clock: Waiter,
        pacer: RateLimiter,
        limits: Limits | None = None,
        token_source: str = "",
        log: Callable[[str], None] | None = None,
    ) -> None:
        self._host = host
        self._token_source = token_source
        self._log = log
        self._clock = clock
        self._pacer = pacer
        self._limits = limits or Limits()
        self._client = _quiet_client(host, token, self._limits)
        self._reading = _Reading()
        self._client.deserialize = self._read_body
        self.sent = 0
        self.most_requests: int | None = None

    def read(
        self, parse: Parse[Value], path: str, gid: str = "", *, exact: bool = False, **query: str
    ) -> Value:
        """One object. `exact`: to the letter; the SDK's own way gives a space for each no-break space."""
        self._reading.exact = exact
        try:
            return self._parsed(parse, self._send("GET", path, gid, None, query, Effect.READ)["data"])
        finally:
            self._reading.exact = False

    def pages(self, parse: Parse[Value], path: str, gid: str = "", **query: str) -> Iterator[Value]:
        """All objects of a list, page by page as they are taken."""
        offset: dict[str, str] = {}
        while True:
            answer = self._send("GET", path, gid, None, {**query, "limit": str(PAGE), **offset}, Effect.READ)
            records = answer["data"]
            if not isinstance(records, list):
                raise failure("not asana", self._host)
            for record in records:
                yield self._parsed(parse, record)
            following = answer.get("next_page")
            if not following:
                return
            if not isinstance(following, dict) or following.get("offset") in (None, offset.get("offset")):
                # The same page for ever would be asked for.
                raise failure("not asana", self._host)
            offset = {"offset": str(following["offset"])}

    def create(
        self, parse: Parse[Value], path: str, gid: str, fields: Mapping[str, Any], **query: str
    ) -> Value:
        """A new object. Sent once: raises `AnswerLost` where it may exist already."""
        answer = self._send("POST", path, gid, {"data": dict(fields)}, query, Effect.CREATE)
        return self._parsed(parse, answer["data"])

    def write(
        self, method: str, path: str, gid: str, fields: Mapping[str, Any], *, once: bool = False, **query: str
    ) -> None:
        """Change an object. Sent again after a lost answer, but for `once`: then `AnswerLost` is raised."""
        effect = Effect.CREATE if once else Effect.REPEATABLE
        record = self._send(method, path, gid, {"data": dict(fields)}, query, effect)["data"]
        # Moves are answered with an empty record.
        if record != {} or once:
            self._parsed(gid_of, record)

    def _parsed(self, parse: Parse[Value], record: object) -> Value:
        if not isinstance(record, dict) or not record.get("gid"):
            raise failure("not asana", self._host)
        try:
            return value_of(parse, record) if isinstance(parse, type) else parse(record)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
            # A field of another type, or a date that is none: some program between us and Asana.
            raise failure("not asana", self._host) from None

    def _read_body(self, response: Any, _response_type: str) -> Any:
        self._reading.web_page = response.data.lstrip()[:1] == b"<"
        try:
            text = response.data.decode()
            return json.loads(text if self._reading.exact else text.replace("\xa0", " "))
        except RecursionError:
            raise failure("too much", self._host) from None
        except ValueError:
            return None

    def _send(
        self, method: str, path: str, gid: str, body: Body, query: Mapping[str, str], effect: Effect
    ) -> dict[str, Any]:
        if "{gid}" in path and not gid:
            raise NotFound("Asana has nothing without a gid.")
        return with_retries(
            lambda: self._logged(method, path, gid, body, query),
            effect,
            self._clock,
            turn=lambda: self._pacer.slot(write=effect is not Effect.READ),
            limited=self._pacer.hold,
        )

    def _logged(
        self, method: str, path: str, gid: str, body: Body, query: Mapping[str, str]
    ) -> dict[str, Any]:
        """Call, and write down what became of it; never what was sent or answered."""
        begun, outcome = self._limits.now(), "ok"
        try:
            return self._call(method, path, gid, body, query)
        except AsanaError as error:
            outcome = f"{type(error).__name__}: {error.sentence}"
            raise
        finally:
            if self._log is not None:
                seconds = self._limits.now() - begun
                asked = f"?{urlencode(query)}" if query else ""
                self._log(f"{method} {path.replace('{gid}', gid)}{asked} {seconds:.3f} s {outcome}")

    def _call(self, method: str, path: str, gid: str, body: Body, query: Mapping[str, str]) -> dict[str, Any]:
        if self.most_requests is not None and self.sent >= self.most_requests:
            raise AsanaError("No more requests may be sent.")
        self.sent += 1
        try:
            answer = self._client.call_api(
                path,
                method,
                path_params={"gid": gid},
                query_params=dict(query),
                header_params={"Accept": "application/json; charset=utf-8"},
                body=body,
                response_type="object",
                auth_settings=["personalAccessToken"],
                _return_http_data_only=True,
                _request_timeout=(self._limits.connect, self._limits.silence),
            )
        except ApiException as error:
            if not error.status:
                # The SDK's word for every failure of TLS; what failed is the error it met.
                raise no_secure_connection(self._host, getattr(error.__context__, "args", ())) from None
            raise error_of_status(
                error.status, error.body, error.headers or {}, self._host, self._token_source
            ) from None
        except urllib3.exceptions.ProxyError as error:
            raise proxy_failed(self._host, error.original_error) from None
        except (urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.LocationValueError):
            raise failure("unreachable", self._host) from None
        except urllib3.exceptions.ReadTimeoutError:
            silent = failure("too slow", self._host)
            silent.most_tries = 2
            raise silent from None
        except urllib3.exceptions.HTTPError:
            raise failure("broken", self._host) from None
        if not isinstance(answer, dict) or "data" not in answer:
            raise failure("web page" if self._reading.web_page else "not asana", self._host)
        return answer


def _quiet_client(host: str, token: str, limits: Limits) -> Any:
    configuration = Configuration()
    for name in ("asana", "urllib3"):
        logger = logging.getLogger(name)
        logger.removeHandler(configuration.logger_stream_handler)
        logger.addHandler(logging.NullHandler())
    configuration.host = host
    configuration.access_token = token
    client = ApiClient(configuration)
    # Its own connections retry without a word, wait for an answer for ever, and know no proxy; ours don't.
    client.rest_client.pool_manager = Connections(host, limits, WRITES_AT_ONCE + READS_AT_ONCE)
    # The thread pool serves only calls we don't make, and is noisy when the interpreter exits.
    client.pool.close()
    client.pool.join()
    del client.pool
    return client
