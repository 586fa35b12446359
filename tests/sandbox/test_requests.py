"""What every request has in common: envelope, errors, paging, opt_fields, limits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from asana_tbp.sandbox import API_PREFIX, SANDBOX_TOKEN
from asana_tbp.sandbox.problems import ApiProblem
from tests.sandbox.conftest import Desk


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nope"),
        ("PATCH", "/tasks"),
        ("POST", "/users/me"),
        ("GET", "/tasks/1/addProject"),
        ("HEAD", "/tasks"),
        ("GET", "/tasks/1%0A2"),
        ("GET", "/no%0Apath"),
    ],
)
@pytest.mark.parametrize("token", [SANDBOX_TOKEN, None])
def test_unknown_routes_and_wrong_methods_are_404_even_without_token(
    desk: Desk, method: str, path: str, token: str | None
) -> None:
    desk.token = token
    answer = desk.ask(method, path)
    assert answer.status_code == 404
    if method != "HEAD":
        assert answer.json()["errors"][0]["message"] == "No matching route for request"
        assert "developers.asana.com/docs/errors" in answer.json()["errors"][0]["help"]


def test_outside_of_the_api_there_is_nothing(desk: Desk) -> None:
    assert desk.client.get("/").status_code == 404
    assert desk.client.get("/api/1.0").status_code == 404


@pytest.mark.parametrize("token", [None, "wrong", ""])
def test_without_a_good_token(desk: Desk, token: str | None) -> None:
    desk.token = token
    assert desk.refused(401, "GET", "/users/me") == "Not Authorized"
    answer = desk.client.get(f"{API_PREFIX}/users/me", headers={"Authorization": "Basic c2FuZGJveA=="})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'"x"', b'{"data": [1]}', b'{"data": {}, "name": "x"}', b"\xff"]
)
def test_bodies_that_are_none(desk: Desk, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {SANDBOX_TOKEN}", "Content-Type": "application/json"}
    answer = desk.client.post(f"{API_PREFIX}/tasks", content=body, headers=headers)
    assert answer.status_code == 400
    assert "phrase" not in answer.json()["errors"][0]


def test_unknown_things_are_404_in_the_path_and_400_in_the_body(desk: Desk) -> None:
    assert desk.refused(404, "GET", "/tasks/123") == "task: Unknown object: 123"
    assert desk.refused(400, "GET", "/tasks/abc") == "task: Not a recognized ID: abc"
    message = desk.refused(400, "POST", "/tasks", name="a", projects=["123"])
    assert message == "projects: [0]: Unknown object: 123"
    song = desk.project()
    desk.refused(404, "GET", f"/tasks/{song['gid']}")
    desk.refused(400, "GET", "/tasks", query={"project": "123"})
    desk.refused(400, "POST", f"/sections/{desk.first_section(song)}/addTask")


def test_junk_in_the_query_is_ignored(desk: Desk) -> None:
    assert desk.get("/users/me", body="{'data': {}}")["name"] == "Sandbox Producer"


@pytest.mark.parametrize(
    "query",
    [{}, {"assignee": "me"}, {"workspace": "W"}, {"project": "1", "section": "2"}, {"tag": "1"},
     {"project": "1", "assignee": "me", "workspace": "W"}],
)  # fmt: skip
def test_tasks_want_exactly_one_filter(desk: Desk, query: dict[str, str]) -> None:
    desk.refused(400, "GET", "/tasks", query={k: v.replace("W", desk.workspace) for k, v in query.items()})


def test_every_filter_of_tasks(desk: Desk) -> None:
    desk.set(task_query_order="creation")
    song = desk.project()
    for name in "ab":
        desk.task(name, projects=[song["gid"]], assignee="me")
    mine = desk.get("/users/me/user_task_list", workspace=desk.workspace)["gid"]
    section = desk.first_section(song)
    for query in ({"project": song["gid"]}, {"section": section}, {"project": mine}):
        assert desk.names("/tasks", **query) == ["a", "b"]
    assert desk.names("/tasks", assignee="me", workspace=desk.workspace) == ["a", "b"]


def _many(desk: Desk, count: int) -> str:
    song = desk.project()
    desk.set(task_landing="bottom")
    for n in range(count):
        desk.task(str(n), projects=[song["gid"]])
    return f"/projects/{song['gid']}/tasks"


def test_paging(desk: Desk) -> None:
    path = _many(desk, 7)
    assert "next_page" not in desk.ask("GET", path).json()
    names: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = desk.ask("GET", path, **query).json()
        names += [t["name"] for t in page["data"]]
        if page["next_page"] is None:
            break
        assert page["next_page"]["uri"] == "http://testserver/api/1.0" + page["next_page"]["path"]
        query["offset"] = page["next_page"]["offset"]
    assert names == list("0123456")
    exact = desk.ask("GET", path, limit=7).json()
    assert exact["next_page"] is None


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"limit": 1, "offset": "x"}])
def test_paging_refuses(desk: Desk, query: dict[str, Any]) -> None:
    desk.refused(400, "GET", _many(desk, 2), query=query)


def test_an_offset_belongs_to_its_list(desk: Desk) -> None:
    path, other = _many(desk, 2), _many(desk, 2)
    offset = desk.ask("GET", path, limit=1).json()["next_page"]["offset"]
    message = desk.refused(400, "GET", other, query={"limit": 1, "offset": offset})
    assert message == "offset: Your pagination token is invalid."
    assert desk.names(path, offset=offset) == ["1"]


def test_offsets_expire(desk: Desk) -> None:
    path = _many(desk, 3)
    offset = desk.ask("GET", path, limit=1).json()["next_page"]["offset"]
    desk.fault("expire_offsets")
    desk.refused(400, "GET", path, query={"limit": 1, "offset": offset})
    offset = desk.ask("GET", path, limit=1).json()["next_page"]["offset"]
    assert desk.names(path, limit=1, offset=offset) == ["1"]


def test_big_lists_want_paging(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(result_limit=3)
    path = _many(desk, 4)
    assert desk.refused(400, "GET", path).startswith("The result is too large.")
    assert len(desk.get(path, limit=100)) == 4


FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": "a"}),
    ("this.name,gid", {"name": "a"}),
    ("name,nonsense", {"name": "a"}),
    ("assignee", {"assignee": {"gid": "ME"}}),
    ("assignee.(name|email)", {"assignee": {"gid": "ME", "name": "Sandbox Producer", "email": "EMAIL"}}),
    ("memberships", {"memberships": [{}]}),
    ("memberships.section.name", {"memberships": [{"section": {"gid": "S", "name": "Untitled section"}}]}),
    ("(name|completed)", {"name": "a", "completed": False}),
    ("parent.name,num_subtasks", {"parent": None, "num_subtasks": 0}),
    ("resource_type,resource_subtype", {"resource_type": "task", "resource_subtype": "default_task"}),
    ("workspace.name", {"workspace": {"gid": "W", "name": "My Songs"}}),
]


@pytest.mark.parametrize(("fields", "wanted"), FIELDS)
def test_opt_fields_show_exactly_what_was_asked_for(desk: Desk, fields: str, wanted: dict[str, Any]) -> None:
    song = desk.project()
    task = desk.task("a", projects=[song["gid"]], assignee="me")
    words = {"ME": desk.board.user.gid, "EMAIL": desk.board.user.email, "S": desk.first_section(song)}

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: filled(v) for k, v in value.items()}
        if isinstance(value, list):
            return [filled(v) for v in value]
        return {**words, "W": desk.workspace}.get(value, value) if isinstance(value, str) else value

    assert desk.get(f"/tasks/{task}", opt_fields=fields) == {"gid": task, **filled(wanted)}


def test_lists_are_compact(desk: Desk) -> None:
    task = desk.task("a", assignee="me")
    listed = desk.get("/tasks", assignee="me", workspace=desk.workspace)
    assert listed == [{"gid": task, "resource_type": "task", "name": "a", "resource_subtype": "default_task"}]


def test_a_shorter_window_may_be_limited_too(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(rate_limits=True, requests_per_ten_seconds=3)
    for _ in range(3):
        desk.get("/users/me")
        desk.hands.move(1)
    answer = desk.ask("GET", "/users/me")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "8")
    desk.hands.move(10)
    desk.get("/users/me")


def test_the_rate_limit_of_the_free_plan(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(rate_limits=True)
    for _ in range(149):
        desk.get("/users/me")
    desk.hands.move(30.5)
    desk.get("/users/me")
    answer = desk.ask("GET", "/users/me")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
    # A rejected call counts as well: it takes a place in the window.
    desk.hands.move(30)
    for _ in range(148):
        desk.get("/users/me")
    desk.refused(429, "GET", "/users/me")


def test_the_retry_after_is_enough(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(rate_limits=True, requests_per_minute=5)
    for _ in range(5):
        desk.get("/users/me")
        desk.hands.move(1)
    for _ in range(3):
        wait = int(desk.ask("GET", "/users/me").headers["retry-after"])
        desk.hands.move(wait)
        desk.get("/users/me")
        for _ in range(5):
            if desk.ask("GET", "/users/me").status_code == 429:
                break


def test_paid_plans_have_ten_times_as_much(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(rate_limits=True, plan="paid")
    for refused in [*[False] * 1500, True]:
        request = desk.app.limits.counted(desk.app.switches, "token", is_write=False)
        with pytest.raises(ApiProblem) if refused else nullcontext(), request:
            pass


def test_a_failure_of_the_sandbox_itself_is_a_500_with_a_phrase(desk: Desk) -> None:
    task = desk.task("a", assignee="me")
    desk.board.task("a").assignee = "broken"
    desk.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = desk.ask("GET", f"/tasks/{task}")
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["phrase"] == "6 sad squid snuggle softly"


def test_chance_is_seeded(desk_with: Callable[..., Desk]) -> None:
    def order(seed: int) -> list[str]:
        desk = desk_with(task_landing="shuffled", seed=seed)
        song = desk.project()
        for n in range(8):
            desk.task(str(n), projects=[song["gid"]])
        return desk.names(f"/projects/{song['gid']}/tasks")

    assert order(1) == order(1)
    assert order(1) != order(2)
