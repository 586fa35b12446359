"""The sandbox over HTTP: Asana's API under /api/1.0, with its routes, limits and server.

The order of the checks is Asana's: route, token, limits, body, operation. Each request is one transaction, carried
out without an await between its check and its write: requests never interleave, a refused one leaves nothing behind.
"""

import json
import logging
import math
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from asana_tbp.sandbox import API_PREFIX
from asana_tbp.sandbox.problems import Answer, ApiProblem, bad, no_route, too_many
from asana_tbp.sandbox.records import Container, Project, Record, Section, Task, User, UserTaskList
from asana_tbp.sandbox.request import Request, Result
from asana_tbp.sandbox.rules import landing, projects, tasks
from asana_tbp.sandbox.rules.rendering import answer
from asana_tbp.sandbox.state import SandboxState, utc_now
from asana_tbp.sandbox.switches import Switches
from asana_tbp.system.http_server import Service
from asana_tbp.system.loopback import LOOPBACK, listening

MINUTE = 60.0
JSON_TYPE = "application/json; charset=UTF-8"

TABLE: list[tuple[str, str, type[Record] | None, Callable[..., Result]]] = [
    ("GET", "/users/{user}", User, projects.show),
    ("GET", "/users/{user}/teams", User, projects.list_teams),
    ("GET", "/users/{user}/user_task_list", User, projects.my_task_list),
    ("GET", "/user_task_lists/{user_task_list}/tasks", UserTaskList, tasks.tasks_in),
    # Whether this route exists is a switch.
    ("POST", "/user_task_lists/{user_task_list}/tasks/insert", None, landing.insert_in_my_tasks),
    ("GET", "/projects", None, projects.list_projects),
    ("POST", "/projects", None, projects.create_project),
    ("GET", "/projects/{project}", Container, projects.show),
    ("PUT", "/projects/{project}", Project, projects.update_project),
    ("DELETE", "/projects/{project}", Project, projects.delete_project),
    ("GET", "/projects/{project}/tasks", Container, tasks.tasks_in),
    ("GET", "/projects/{project}/sections", Container, projects.list_sections),
    ("POST", "/projects/{project}/sections", Container, projects.create_section),
    ("POST", "/projects/{project}/sections/insert", Container, projects.insert_section),
    ("GET", "/sections/{section}", Section, projects.show),
    ("PUT", "/sections/{section}", Section, projects.update_section),
    ("DELETE", "/sections/{section}", Section, projects.delete_section),
    ("GET", "/sections/{section}/tasks", Section, tasks.tasks_in),
    ("POST", "/sections/{section}/addTask", Section, landing.add_task_to_section),
    ("GET", "/tasks", None, tasks.list_tasks),
    ("POST", "/tasks", None, tasks.create_task),
    ("GET", "/tasks/{task}", Task, projects.show),
    ("PUT", "/tasks/{task}", Task, tasks.update_task),
    ("DELETE", "/tasks/{task}", Task, tasks.delete_task),
    ("POST", "/tasks/{task}/addProject", Task, landing.add_project),
    ("GET", "/tasks/{task}/stories", Task, tasks.list_stories),
    ("POST", "/tasks/{task}/stories", Task, tasks.create_story),
    ("POST", "/tasks/{task}/time_tracking_entries", Task, tasks.create_time_entry),
]
"""Method, path, the kind of thing the path names, and what is called with the request and that thing."""


def _key(method: str, parts: Sequence[str]) -> tuple[object, ...]:
    """The key of a route: everything but the gid, which comes second in every path."""
    return method, len(parts), *parts[1:2], *parts[3:]


_ROUTES = {_key(method, path.split("/")): (path, kind, call) for method, path, kind, call in TABLE}


def find_operation(method: str, path: str) -> Callable[[Request], Result]:
    """The operation of a method and path. Raises ApiProblem, the same for an unknown path and a wrong method."""
    parts = path.split("/")
    template, kind, call = _ROUTES.get(_key(method, parts), ("", None, None))
    gid = parts[2] if len(parts) > 2 else None
    if call is None or gid == "" or "\n" in path:
        raise no_route()
    if kind is User:
        return lambda request: call(request, request.person("user", gid, status=404))
    if kind and gid:
        return lambda request: call(request, request.in_path(kind, template.split("/")[2].strip("{}"), gid))
    return lambda request: call(request, *parts[2:3])


class Limits:
    """Rate limits of a token, per minute and for concurrent requests; rejected ones count. Asana docs: rate limits.

    `ticks` is a clock in seconds that never goes back.
    """

    def __init__(self, ticks: Callable[[], float]) -> None:
        self.ticks = ticks
        self._spent: dict[str, list[float]] = {}
        self._running = Counter[tuple[str, bool]]()

    @contextmanager
    def counted(self, switches: Switches, token: str, *, is_write: bool) -> Iterator[None]:
        """Count one request, which is running for the length of the block.

        Raises a 429 with the whole seconds to wait for one too many in a minute, or too many at once.
        """
        if switches.rate_limits:
            now = self.ticks()
            spent = [moment for moment in self._spent.get(token, ()) if now - moment < MINUTE]
            self._spent[token] = spent = [*spent, now]
            per_minute = switches.requests_per_minute or (150 if switches.plan == "free" else 1500)
            for window, most in ((MINUTE, per_minute), (10.0, switches.requests_per_ten_seconds)):
                recent = [moment for moment in spent if now - moment < window]
                if most is not None and len(recent) > most:
                    oldest = recent[min(len(recent) - most, len(recent) - 1)]
                    raise too_many(max(1, math.ceil(window - (now - oldest))))
            most_running = switches.concurrent_writes if is_write else switches.concurrent_reads
            if self._running[token, is_write] >= most_running:
                raise too_many(1 if switches.concurrent_retry_after else None)
        self._running[token, is_write] += 1
        try:
            yield
        finally:
            self._running[token, is_write] -= 1


class Sandbox(Starlette):
    """The application on `board`. `ticks` is the clock of the rate limits, in seconds."""

    def __init__(
        self,
        board: SandboxState,
        switches: Switches | None = None,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(exception_handlers={Exception: self.crashed})
        self.board = board
        self.limits = Limits(ticks)
        board.switches = switches or Switches()
        board.chance.seed(board.switches.seed)
        # Not a Starlette route: the pattern of one does not match a path with a line break in it.
        self.router.default = self._answer_http

    def authorized(self, request: Request) -> AbstractContextManager[None]:
        """Check route, token and, when entered, the limits, and parse the body; it is running within the block.

        An unknown route is a 404 even without a token, as recorded from the live service.
        """
        find_operation(request.method, request.path)
        token = request.token
        if token is None or token not in self.board.tokens:
            raise ApiProblem(401, "Not Authorized")
        request.body = _parsed(request.raw)
        return self.limits.counted(self.board.switches, token, is_write=request.is_write)

    def answer(self, request: Request) -> Answer:
        """Carry out one request, all of it or nothing."""
        try:
            with self.board.transaction():
                request.data = _envelope(request.body)
                operation = find_operation(request.method, request.path)
                return answer(request, operation(request))
        except ApiProblem as problem:
            return problem.answer

    async def _answer_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HttpRequest(scope, receive)
        try:
            body = await connection.body()
        except ClientDisconnect:
            # The client left before sending the whole body, so there is no request.
            return
        path = scope["path"]
        if not path.startswith(API_PREFIX + "/"):
            await json_response(no_route().answer)(scope, receive, send)
            return
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        request = Request(
            self.board,
            token.strip() or None if scheme.lower() == "bearer" else None,
            connection.method,
            path.removeprefix(API_PREFIX),
            dict(connection.query_params),
            body,
            base_url=str(connection.base_url).rstrip("/") + API_PREFIX,
        )
        response = await self.respond(request, connection)
        if response is not None:
            await response(scope, receive, send)

    async def respond(self, request: Request, _connection: HttpRequest) -> Response | None:
        """The response to one request; None if the connection is gone."""
        try:
            with self.authorized(request):
                return json_response(self.answer(request))
        except ApiProblem as problem:
            return json_response(problem.answer)

    async def crashed(self, _request: HttpRequest, problem: Exception) -> Response:
        """A bug in the sandbox itself: a 500 like Asana's, and a traceback in the log."""
        logging.getLogger(__name__).error("the sandbox itself failed", exc_info=problem)
        return json_response(ApiProblem(500, "Server Error").answer)


def json_response(answer: Answer) -> Response:
    """An answer as bytes."""
    body = json.dumps(answer.payload, ensure_ascii=False).encode()
    usual = {"Content-Type": JSON_TYPE, "Date": format_datetime(utc_now(), usegmt=True)}
    return Response(body, status_code=answer.status, headers=dict(answer.headers) | usual)


def _parsed(raw: bytes) -> Any:
    if not raw.strip():
        return None
    try:
        body = json.loads(raw)
        # A lone surrogate is valid JSON, but can't be encoded again.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad("Could not parse request data, invalid JSON") from None
    return body


def _envelope(body: Any) -> dict[str, Any]:
    """The `data` of a body; 400 for any other key at the top than `data` and `options`."""
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise bad("Could not parse request data, invalid JSON")
    for key in body:
        if key not in ("data", "options"):
            raise bad(
                f"Unrecognized request field {key} . The only allowed keys at the top level are: "
                "data, options."
            )
    data = body.get("data") or {}
    if not isinstance(data, dict):
        raise bad("data: Not an object")
    return data


def _root(listener: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def serve_forever(app: Sandbox, port: int, ready: Callable[[str], Any]) -> None:
    """Serve in this thread until a signal; `ready` is called with the root URL once it is open.

    Raises OSError when the port is taken.
    """
    listener = listening(port)
    Service(app, lambda: ready(_root(listener))).run([listener])


@contextmanager
def embedded(path: Path | None = None, now: Callable[[], datetime] = utc_now) -> Iterator[str]:
    """Run a sandbox in a thread and yield its host; its board is stored in the file `path`, or in memory if None.

    The host is for the official client's `configuration.host`. Raises TbpError when the file can't be used.
    """
    with SandboxState(now, path) as board:
        listener = listening(0)
        service = Service(Sandbox(board)).start(listener, "asana-sandbox")
        try:
            yield _root(listener) + API_PREFIX
        finally:
            service.stop()
