"""A client without sockets, whose every exchange is held against Asana's description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from asana_tbp.sandbox import API_PREFIX, SANDBOX_TOKEN
from asana_tbp.sandbox.switches import Switches
from tests.conformance import Conformance
from tests.faulty.board import Board
from tests.faulty.faults import Fault
from tests.faulty.http import Sandbox, create_app

START = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


class Hands:
    """A clock moved by hand: `now` for the board, `ticks` for the rate limits."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    def ticks(self) -> float:
        return self.moment.timestamp()

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Desk:
    """One user at one sandbox: speaks JSON, unwraps `data`, and wants the status it says."""

    def __init__(self, app: Sandbox, hands: Hands, conformance: Conformance, client: TestClient) -> None:
        self.app, self.hands, self.conformance, self.client = app, hands, conformance, client
        self.board = app.board
        self.workspace = app.board.workspace.gid
        self.token: str | None = SANDBOX_TOKEN

    def set(self, **changes: Any) -> None:
        answer = self.client.put("/control/switches", json=changes)
        assert answer.status_code == 200, answer.text

    def fault(self, kind: Any, **how: Any) -> Fault:
        return self.app.faults.add(Fault(kind, **how))

    def ask(self, method: str, path: str, body: Any = None, /, **query: Any) -> httpx2.Response:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        more: dict[str, Any] = {} if body is None else {"json": body}
        return self.client.request(method, API_PREFIX + path, params=query, headers=headers, **more)

    def _data(self, answer: httpx2.Response, *wanted: int) -> Any:
        assert answer.status_code in wanted, (answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/json; charset=UTF-8"
        return answer.json()["data"]

    def get(self, path: str, /, **query: Any) -> Any:
        return self._data(self.ask("GET", path, **query), 200)

    def post(self, path: str, **data: Any) -> Any:
        return self._data(self.ask("POST", path, {"data": data}), 200, 201)

    def put(self, path: str, **data: Any) -> Any:
        return self._data(self.ask("PUT", path, {"data": data}), 200)

    def delete(self, path: str) -> Any:
        return self._data(self.ask("DELETE", path, {}), 200)

    def refused(self, status: int, method: str, path: str, /, query: Any = None, **data: Any) -> str:
        body = {"data": data} if method in {"POST", "PUT"} else None
        answer = self.ask(method, path, body, **(query or {}))
        assert answer.status_code == status, (answer.status_code, answer.text)
        message: str = answer.json()["errors"][0]["message"]
        return message

    def project(self, name: str = "Midnight Galaxy", **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.post("/projects", name=name, workspace=self.workspace, **more)
        return made

    def first_section(self, project: dict[str, Any]) -> str:
        gid: str = self.get(f"/projects/{project['gid']}/sections")[0]["gid"]
        return gid

    def section(self, project: dict[str, Any], name: str, **more: Any) -> str:
        gid: str = self.post(f"/projects/{project['gid']}/sections", name=name, **more)["gid"]
        return gid

    def task(self, name: str, **more: Any) -> str:
        if not {"projects", "parent"} & set(more):
            more["workspace"] = self.workspace
        gid: str = self.post("/tasks", name=name, **more)["gid"]
        return gid

    def names(self, path: str, **query: Any) -> list[str]:
        return [each["name"] for each in self.get(path, **query)]


@pytest.fixture
def desk_with() -> Iterator[Callable[..., Desk]]:
    """A desk of the switches given; its traffic must conform at the end of the test."""
    opened: list[Desk] = []

    def open_desk(**switches: Any) -> Desk:
        hands = Hands()
        app = create_app(Board(hands.now), Switches(**{"rate_limits": False, **switches}), ticks=hands.ticks)
        conformance = Conformance(app, strict=False)
        opened.append(Desk(app, hands, conformance, TestClient(conformance)))
        return opened[-1]

    yield open_desk
    for desk in opened:
        desk.client.close()
        desk.conformance.assert_clean()


@pytest.fixture
def desk(desk_with: Callable[..., Desk]) -> Desk:
    """A desk with the default switches and no rate limit."""
    return desk_with()
