"""Access control for the page, and the headers by which a browser keeps other sites out.

The threats: another site open in the same browser (it can send requests but not read answers, and its name can be
made to resolve to this computer), another page that frames ours, and other programs on this computer.

The secret of the page's link lasts, so that a bookmark, an open tab and a stream's overlay still work after the
timer was restarted.
"""

import hmac
import json
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.loopback import LOOPBACK
from asana_tbp.text import suggesting

KEPT = 180 * 24 * 3600
"""Seconds a browser remembers that it was let in."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OVERLAY = "/overlay"
NO_PAGES = ("/files/", "/now", "/song", "/events", "/command")
"""Paths that only the page requests: no link leads there, so a token in their address is not accepted."""

REFUSED = "Open this page by the link that asana-tbp printed. Print it again with: asana-tbp web --link\n"
KEPT_IN = "page.json"


class PageSecret(NamedTuple):
    """What lets a browser in, and the `port` the page was last served on; 0 before that."""

    secret: str
    port: int = 0

    def keep(self, folder: Path) -> None:
        """Save it. Raises `TbpError` if that fails."""
        write_over(folder / KEPT_IN, json.dumps(self._asdict()), private=True)


def page_secret(folder: Path, *, new: bool = False) -> PageSecret:
    """The secret of this user, made where there is none or a `new` one is asked for. Raises `TbpError`."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        values = json.loads((folder / KEPT_IN).read_text(encoding="utf-8"))
        kept = PageSecret(str(values["secret"]), int(values["port"]))
        if not new and len(kept.secret) >= 32 and kept.secret.isascii():
            return kept
    kept = PageSecret(secrets.token_urlsafe(32))
    kept.keep(folder)
    return kept


class Guard:
    """Wraps an application: admits whoever knows the secret, first by the link and then by a cookie.

    The cookie is a random value, signed with the secret for this port: whoever reads it can't make a link of it, and
    the page of another port does not take it.
    """

    def __init__(self, app: ASGIApp, secret: str, port: int) -> None:
        self._app = app
        self._secret = secret.encode()
        self._port = port
        self._hosts = {f"{name}:{port}" for name in (LOOPBACK, "localhost")}
        # Cookies are the same for all ports of a host: two pages must not take each other's.
        self._cookie = f"asana-tbp-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = HTTPConnection(scope)
        path = scope["path"]
        by_link = False
        cookie = request.cookies.get(self._cookie, "").encode("utf-8", "replace")
        refused = self._stranger(request, scope["method"])
        if refused is None and not secrets.compare_digest(cookie, self._signed(cookie.partition(b".")[0])):
            token = request.query_params.get("token", "").encode()
            by_link = (
                not path.startswith(NO_PAGES)
                and scope["method"] == "GET"
                and secrets.compare_digest(token, self._secret)
            )
            if not by_link:
                refused = PlainTextResponse(suggesting(REFUSED), 403)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                framed = "" if path == OVERLAY else "; frame-ancestors 'none'"
                headers["Content-Security-Policy"] = POLICY + framed
                if path != OVERLAY:
                    headers["X-Frame-Options"] = "DENY"
                if by_link:
                    # The cookie is valid as long as the link.
                    fresh = self._signed(secrets.token_urlsafe(16).encode()).decode()
                    age = f"Max-Age={KEPT}; HttpOnly; SameSite=Strict"
                    headers["Set-Cookie"] = f"{self._cookie}={fresh}; Path=/; {age}"
                if refused is not None:
                    # The rest of the request is not read.
                    headers["Connection"] = "close"
            await send(message)

        await (refused or self._app)(scope, receive, marked)

    def _stranger(self, request: HTTPConnection, method: str) -> PlainTextResponse | None:
        """The answer that refuses what our page would never send."""
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return PlainTextResponse("This is not the host you asked for.\n", 421)
        if method not in {"GET", "HEAD", "POST"}:
            return PlainTextResponse("Not here.\n", 405)
        origins = request.headers.getlist("origin")
        ours = [f"http://{hosts[0]}"]
        if origins != ours and (origins or method == "POST"):
            return PlainTextResponse("Commands come from this page alone.\n", 403)
        return None

    def _signed(self, value: bytes) -> bytes:
        text = f"{self._port}:".encode() + value
        return value + b"." + hmac.digest(self._secret, text, "sha256").hex().encode()
