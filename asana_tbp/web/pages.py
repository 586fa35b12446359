"""The page and its server: its files, the stream of views, the commands, and plain countdowns, on loopback alone."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from importlib import resources
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from asana_tbp.scaffold.song_page import SongPage
from asana_tbp.songmap.budget import format_budget
from asana_tbp.system.http_server import Service
from asana_tbp.system.loopback import LOOPBACK, listening
from asana_tbp.text import escape_controls, suggesting
from asana_tbp.timer.commands import GetStatus, command_of, keys, message_of
from asana_tbp.timer.moments import FACE_KEYS
from asana_tbp.timer.time_of_day import parse_countdowns, parse_time_of_day
from asana_tbp.web.guard import OVERLAY, Guard
from asana_tbp.web.publisher import ViewPublisher

Tell = Callable[[Mapping[str, Any]], tuple[bool, str]]
"""Sends a command to the session; returns whether it was executed, and if not, why. May take seconds."""

Song = Callable[[str, str], SongPage | None]
"""Reads what is known of a project's song and of one of its tasks, by their gids."""

LONGEST_COMMAND = 512
"""Bytes."""

BODY_SECONDS = 5.0
BEAT = 1.0
"""Seconds between two messages of a stream: a page that gets none knows that the connection is lost, and a hidden
page, whose own timers the browser slows down, still counts in its title."""

STREAMS = 16
LIMITS = {"timeout_keep_alive": 15, "limit_concurrency": 128, "h11_max_incomplete_event_size": 16 * 1024}
"""Seconds until an idle connection is closed, answers at once, and bytes of the head of a request."""

FAREWELL = 0.5
"""Seconds that streams have for their last message."""

TYPES = {"css": "text/css", "js": "text/javascript", "html": "text/html"}
PAGES = {"/": "page.html", OVERLAY: "overlay.html"}
AGAIN = "Write /25m, /1h30m, /90s, /21:30, /pomodoro or /25minutes; a bare number is minutes.\n"


def create_app(publisher: ViewPublisher, tell: Tell, song: Song) -> Starlette:
    """The application, without its guard."""
    # All files of the page, by name, with their types. Nothing else is served.
    files = {
        each.name: (suggesting(each.read_text(encoding="utf-8")).encode(), f"{TYPES[suffix]}; charset=utf-8")
        for each in resources.files("asana_tbp.web").joinpath("files").iterdir()
        if (suffix := each.name.rpartition(".")[2]) in TYPES
    }
    content, kind = files["page.html"]
    files["page.html"] = (page_with_keys(content.decode()).encode(), kind)

    async def file(request: Request) -> Response:
        name = PAGES.get(request.url.path) or request.path_params["name"]
        if name not in files or (name.endswith(".html") and request.url.path not in PAGES):
            return missing()
        content, kind = files[name]
        return Response(content, media_type=kind)

    async def countdown(request: Request) -> Response:
        return countdown_page(request.path_params["words"], publisher.clock.now(), *files["countdown.html"])

    async def now(_request: Request) -> Response:
        return JSONResponse({"now": publisher.clock.elapsed()})

    async def song_page(_request: Request) -> Response:
        return JSONResponse(song_facts(await asyncio.to_thread(song, *publisher.task)))

    async def events(_request: Request) -> Response:
        if publisher.watchers >= STREAMS:
            return PlainTextResponse("Too many pages watch.\n", 503)
        return StreamingResponse(_stream(publisher), media_type="text/event-stream")

    async def command(request: Request) -> Response:
        message = await _message(request)
        if message is None:
            return JSONResponse({"ok": False, "sentence": "There is no such command."}, 400)
        ok, sentence = await asyncio.to_thread(tell, message)
        return JSONResponse({"ok": ok, "sentence": sentence})

    return Starlette(
        routes=[
            *(Route(path, file) for path in PAGES),
            Route("/files/{name}", file),
            Route("/now", now),
            Route("/song", song_page),
            Route("/events", events),
            Route("/command", command, methods=["POST"]),
            Route("/{words}", countdown),
        ]
    )


def song_facts(page: SongPage | None) -> dict[str, Any]:
    """A song's page as the browser gets it: headings with their entries, and the lines of each."""

    def lines(entry: str) -> list[str]:
        return [escape_controls(line) for line in entry.split("\n")]

    parts = page.parts if page else ()
    return {
        "song": escape_controls(page.song) if page else "",
        "parts": [[escape_controls(title), [lines(each) for each in entries]] for title, entries in parts],
    }


def countdown_page(address: str, moment: datetime, content: bytes, kind: str) -> Response:
    """A countdown that runs in the page alone; `_` and `+` in its address stand for a space."""
    words = address.replace("+", " ").replace("_", " ")
    countdowns = parse_countdowns(words, moment)
    if not countdowns:
        return missing()
    _, seconds = countdowns[0]
    # A countdown to a time of day runs from the start, whenever the page is opened.
    until = moment.timestamp() + seconds if ":" in words or parse_time_of_day(words) else 0
    label = words if until else format_budget(round(seconds / 60)) if seconds % 60 == 0 else f"{seconds:g}s"
    for name, value in (("SECONDS", f"{seconds:g}"), ("UNTIL", f"{until:.0f}"), ("BUDGET", escape(label))):
        content = content.replace(name.encode(), value.encode())
    return Response(content, media_type=kind)


def missing() -> Response:
    """The answer for an unknown path."""
    return PlainTextResponse(f"There is nothing here. {AGAIN}", 404)


def page_with_keys(html: str) -> str:
    """The page with the keys of the commands, and with buttons and help for its own."""
    messages = {" " if each.key == "space" else each.key: message_of(command) for each, command in keys()}
    own = FACE_KEYS["page"]
    footer = "".join(
        f'<button type="button" data-press="{each.key}">{each.label.capitalize()} <kbd>{each.key}</kbd></button>'
        for each in own[:-1]
    )
    rows = "".join(
        f"<div><dt><kbd>{escape(each.key)}</kbd></dt><dd>{escape(each.help)}</dd></div>"
        for each in (*(each for each, _ in keys()), *own)
        if each.help
    )
    for place, text in (("KEYS", escape(json.dumps(messages))), ("FOOTER", footer), ("HELP", rows)):
        html = html.replace(f"<!--{place}-->", text)
    return html


async def _stream(publisher: ViewPublisher) -> AsyncIterator[str]:
    with publisher.watching():
        seen = -1
        yield "retry: 1000\n\n"
        while True:
            if await publisher.change(seen, BEAT):
                seen = publisher.version
                yield _word("view", {"now": publisher.clock.elapsed(), "view": publisher.view})
                if publisher.closing:
                    return
            else:
                yield _word("beat", {"now": publisher.clock.elapsed()})


def _word(event: str, values: Mapping[str, Any]) -> str:
    return f"event: {event}\ndata: {json.dumps(values)}\n\n"


async def _message(request: Request) -> dict[str, Any] | None:
    """The command in a request's body; None where it is none, too long or too slow."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return None
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > LONGEST_COMMAND:
                    return None
        message = json.loads(body)
    except (TimeoutError, ValueError, RecursionError):
        return None
    # Only a known command is passed on, and nothing else in the body.
    command = command_of(message) if isinstance(message, dict) else None
    return None if command is None or isinstance(command, GetStatus) else message_of(command)


@dataclass
class PageServer:
    """The page on `http://127.0.0.1:port` for the length of a block; where the port is taken, on any other."""

    publisher: ViewPublisher
    tell: Tell
    secret: str = field(repr=False)
    port: int
    song: Song = lambda _project_gid, _task_gid: None
    _service: Service = field(init=False)

    @property
    def url(self) -> str:
        """Where the page is, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    def link(self, path: str = "/") -> str:
        """The link that lets a browser in."""
        return f"{self.url}{path}?token={self.secret}"

    def __enter__(self) -> Self:
        try:
            listener = listening(self.port)
        except OSError:
            listener = listening(0)
        self.port = listener.getsockname()[1]
        app = Guard(create_app(self.publisher, self.tell, self.song), self.secret, self.port)
        self._service = Service(app, self.publisher.open, FAREWELL, **LIMITS).start(listener, "page")
        return self

    def __exit__(self, *_: object) -> None:
        self.publisher.close()
        self._service.stop()
