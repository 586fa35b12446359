"""Connections to Asana: limits on the time and size of every answer, the machine's proxy and certificates."""

import http.client
import io
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from ssl import SSLCertVerificationError, SSLContext, SSLError
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from asana_tbp.bridge.http_errors import error_of_status, failure
from asana_tbp.bridge.rate_limit import READS_AT_ONCE, WRITES_AT_ONCE
from asana_tbp.errors import AsanaError, UsageError
from asana_tbp.system.settings import is_loopback

CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
PIECE = 16 * 1024
"""Bytes read at once; small, as what they decompress to is in memory before it is counted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may cost: seconds from the request to its last byte, bytes after decompression.

    `connect` and `silence` are the seconds to wait for a connection, and for the next byte. `now` is real time
    whatever clock a session runs on: a fast session does not make the network faster.
    """

    connect: float = 3.0
    silence: float = 20.0
    seconds: float = 30.0
    size: int = 20_000_000
    now: Callable[[], float] = monotonic


class _DeadlineReader(io.RawIOBase):
    """A socket's bytes until a deadline: a server that drips a byte now and then can't keep us waiting forever."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, limits: Limits, host: str) -> None:
        self._raw, self._sock = raw, sock
        self._limits, self._host = limits, host
        self._deadline = limits.now() + limits.seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - self._limits.now()
        if left <= 0:
            raise failure("too slow", self._host)
        self._sock.settimeout(min(left, self._limits.silence))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            if self._limits.now() >= self._deadline:
                raise failure("too slow", self._host) from None
            raise

    def close(self) -> None:
        self._raw.close()
        super().close()


class Connections:
    """Sends requests and reads whole answers. Threads may share it. `token_source` says in words which token."""

    def __init__(self, host: str, limits: Limits, token_source: str = "") -> None:
        self._host, self._limits, self._token_source = host, limits, token_source
        self._pool = pool_for(host, limits)

    def request(self, method: str, url: str, **how: Any) -> urllib3.HTTPResponse:
        """Send a request. Raises `AsanaError` unless the whole answer arrives and is a success."""
        content = bytearray()
        try:
            response = self._pool.request(method, url, **how | {"preload_content": False, "redirect": False})
            try:
                for piece in response.stream(PIECE, decode_content=True):
                    content += piece
                    if len(content) > self._limits.size:
                        raise failure("too much", self._host)
            except BaseException:
                # The rest of this answer must not be read as the next one.
                response.close()
                raise
            response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise failure_of(error, self._host) from None
        if not 200 <= response.status <= 299:
            raise error_of_status(
                response.status, bytes(content), response.headers, self._host, self._token_source
            )
        return urllib3.HTTPResponse(io.BytesIO(content), status=response.status)


def failure_of(error: urllib3.exceptions.HTTPError, host: str) -> AsanaError:
    """The error for a request without a whole answer."""
    if isinstance(error, urllib3.exceptions.SSLError):
        # Only a refused certificate is certainly met before the request is sent.
        refused = next((each for each in error.args if isinstance(each, SSLCertVerificationError)), None)
        why = getattr(refused, "verify_message", "") or "refused"
        return failure("no trust", host, why) if refused else failure("no tls", host)
    if isinstance(error, urllib3.exceptions.ProxyError):
        why = " ".join(str(error.original_error).split())
        return failure("proxy", host, f" ({why})" if "Tunnel" in why else "")
    if isinstance(error, urllib3.exceptions.ConnectTimeoutError | urllib3.exceptions.LocationValueError):
        return failure("unreachable", host)
    return failure("silent" if isinstance(error, urllib3.exceptions.ReadTimeoutError) else "broken", host)


def proxy_for(host: str) -> str | None:
    """The proxy that this machine's environment or system settings name for an address, or None."""
    parts = urlsplit(host)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def certificates() -> SSLContext:
    """What is trusted: what the environment names, or else the usual authorities and this system's own.

    The system's may be a company's or those of an antivirus program that inspects traffic. Raises `UsageError`
    where the environment names a file or folder that is not there.
    """
    context = create_urllib3_context()
    for name in CERTIFICATE_VARIABLES:
        if path := os.environ.get(name):
            if not Path(path).exists():
                raise UsageError(f"{name} names {path}, and there is no such file.", "Correct or unset it.")
            folder = Path(path).is_dir()
            try:
                context.load_verify_locations(None if folder else path, path if folder else None)
            except OSError as error:
                why = "no certificate in it" if isinstance(error, SSLError) else error.strerror
                raise UsageError(
                    f"{name} names {path}, which can't be read ({why}).", "Correct or unset it."
                ) from None
            return context
    context.load_verify_locations(certifi.where())
    context.load_default_certs()
    return context


def pool_for(host: str, limits: Limits) -> urllib3.PoolManager:
    """Connections to a host, by way of this machine's proxy, whose answers are read by a deadline."""
    proxy = proxy_for(host)
    common: dict[str, Any] = {"maxsize": WRITES_AT_ONCE + READS_AT_ONCE, "retries": False}
    if "https" in {urlsplit(host).scheme, urlsplit(proxy or "").scheme}:
        common["ssl_context"] = certificates()
    # To this machine there is no proxy.
    if proxy is None or is_loopback(urlsplit(host).hostname or ""):
        manager = urllib3.PoolManager(**common)
    else:
        parts = urlsplit(proxy)
        if parts.scheme not in {"http", "https"}:
            raise UsageError(
                f"The proxy of this computer is a {parts.scheme} proxy, which is not supported.",
                "Name an http or https proxy in HTTPS_PROXY, or leave Asana out of it with NO_PROXY.",
            )
        user = f"{parts.username}:{parts.password or ''}" if parts.username else None
        headers = urllib3.make_headers(proxy_basic_auth=user) if user else None
        manager = urllib3.ProxyManager(
            proxy, proxy_headers=headers, proxy_ssl_context=common.get("ssl_context"), **common
        )

    def timed_response(sock: socket.socket, *arguments: Any, **named: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, *arguments, **named)
        buffered: Any = response.fp
        response.fp = io.BufferedReader(_DeadlineReader(buffered.detach(), sock, limits, host))
        return response

    classes = {"http": (HTTPConnectionPool, HTTPConnection), "https": (HTTPSConnectionPool, HTTPSConnection)}
    manager.pool_classes_by_scheme = {}
    for scheme, (pool, connection) in classes.items():
        timed = type("TimedConnection", (connection,), {"response_class": staticmethod(timed_response)})
        manager.pool_classes_by_scheme[scheme] = type("TimedPool", (pool,), {"ConnectionCls": timed})
    return manager


@dataclass(frozen=True, slots=True)
class Greeting:
    """How long the server took, in seconds, and how far its clock is ahead of ours; None if it sent no date."""

    seconds: float
    ahead: float | None


def greet(host: str, now: Callable[[], datetime], limits: Limits) -> Greeting:
    """Send the host of the API a request without a token, to see whether it answers.

    Raises `AsanaError` without an answer, with the system's words for why there was no connection.
    """
    before = limits.now()
    try:
        response = pool_for(host, limits).request(
            "HEAD", host, redirect=False, timeout=urllib3.Timeout(limits.connect, limits.silence)
        )
        date = response.headers.get("Date")
        ahead = None if date is None else (parsedate_to_datetime(date) - now()).total_seconds()
    except urllib3.exceptions.HTTPError as error:
        failed = failure_of(error, host)
        if isinstance(error, urllib3.exceptions.ConnectTimeoutError):
            failed.reason = getattr(error.__cause__, "strerror", None) or ""
        raise failed from None
    except (ValueError, TypeError):
        # That date is none.
        ahead = None
    return Greeting(limits.now() - before, ahead)
