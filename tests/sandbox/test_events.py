"""Polling for changes: sync tokens, bubbling, pages of a hundred. Asana docs: events, getEvents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.sandbox.conftest import Desk


def first(desk: Desk, resource: str) -> str:
    answer = desk.ask("GET", "/events", resource=resource)
    assert answer.status_code == 412
    body = answer.json()
    assert body["errors"][0]["message"].startswith("Sync token invalid or too old.")
    sync: str = body["sync"]
    return sync


def poll(desk: Desk, resource: str, sync: str) -> dict[str, Any]:
    answer = desk.ask("GET", "/events", resource=resource, sync=sync)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def told(page: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(e["action"], e["resource"]["name"], (e["parent"] or {}).get("name")) for e in page["data"]]


def test_changes_of_tasks_bubble_up_to_their_project(desk: Desk) -> None:
    song = desk.project()
    sync = first(desk, song["gid"])
    mixing = desk.section(song, "Mixing")
    task = desk.task("a", projects=[song["gid"]])
    page = poll(desk, song["gid"], sync)
    assert told(page) == [
        ("added", "Mixing", "Midnight Galaxy"),
        ("added", "a", "Midnight Galaxy"),
        ("added", "a", "Untitled section"),
        ("added", "a", None),
    ]
    sync = page["sync"]
    desk.put(f"/tasks/{task}", completed=True, name="b")
    desk.post(f"/sections/{mixing}/addTask", task=task)
    sub = desk.post(f"/tasks/{task}/subtasks", name="sub")["gid"]
    desk.put(f"/tasks/{sub}", completed=True)
    page = poll(desk, song["gid"], sync)
    fields = [e["change"]["field"] for e in page["data"] if e["action"] == "changed"]
    assert fields == ["completed", "name", "completed"]
    assert ("removed", "b", "Untitled section") in told(page)
    assert ("added", "b", "Mixing") in told(page)
    assert page["has_more"] is False
    assert poll(desk, song["gid"], page["sync"])["data"] == []
    assert poll(desk, song["gid"], sync)["data"] == page["data"]


def test_a_task_has_a_stream_of_its_own(desk: Desk) -> None:
    task, other = desk.task("a"), desk.task("b")
    sync = first(desk, task)
    desk.put(f"/tasks/{other}", name="c")
    story = desk.post(f"/tasks/{task}/stories", text="x")["gid"]
    desk.delete(f"/stories/{story}")
    desk.post(f"/tasks/{task}/setParent", parent=other)
    page = poll(desk, task, sync)
    assert [(e["type"], e["action"]) for e in page["data"]] == [
        ("story", "added"),
        ("story", "deleted"),
        ("task", "changed"),
    ]
    assert page["data"][0]["parent"]["gid"] == task
    assert page["data"][0]["user"]["name"] == "Sandbox Producer"


def test_deleting_is_told(desk: Desk) -> None:
    song = desk.project()
    task = desk.task("a", projects=[song["gid"]])
    section = desk.section(song, "Mixing")
    sync = first(desk, song["gid"])
    desk.delete(f"/tasks/{task}")
    desk.delete(f"/sections/{section}")
    assert told(poll(desk, song["gid"], sync)) == [
        ("deleted", "a", None),
        ("deleted", "Mixing", "Midnight Galaxy"),
    ]
    desk.delete(f"/projects/{song['gid']}")
    desk.refused(400, "GET", "/events", query={"resource": song["gid"]})


def test_a_page_has_a_hundred_events(desk: Desk) -> None:
    task = desk.task("a")
    sync = first(desk, task)
    for n in range(130):
        desk.put(f"/tasks/{task}", name=str(n))
    page = poll(desk, task, sync)
    assert (len(page["data"]), page["has_more"]) == (100, True)
    rest = poll(desk, task, page["sync"])
    assert (len(rest["data"]), rest["has_more"]) == (30, False)


def test_tokens_that_are_none_or_too_old_or_of_another_stream(desk: Desk) -> None:
    task, other = desk.task("a"), desk.task("b")
    sync = first(desk, task)
    for wrong in ("x", "", "%%%", first(desk, other)):
        assert desk.ask("GET", "/events", resource=task, sync=wrong).status_code == 412
    desk.put(f"/tasks/{task}", name="c")
    desk.hands.move(23 * 3600)
    assert len(poll(desk, task, sync)["data"]) == 1
    desk.hands.move(2 * 3600)
    assert desk.ask("GET", "/events", resource=task, sync=sync).status_code == 412
    fresh = first(desk, task)
    desk.hands.move(3600)
    assert poll(desk, task, fresh)["data"] == []


def test_the_life_of_a_token_is_a_switch(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(sync_token_life=60)
    task = desk.task("a")
    sync = first(desk, task)
    desk.hands.move(61)
    assert desk.ask("GET", "/events", resource=task, sync=sync).status_code == 412


def test_only_tasks_and_projects_have_streams(desk: Desk) -> None:
    mine = desk.get("/users/me/user_task_list", workspace=desk.workspace)["gid"]
    desk.refused(400, "GET", "/events", query={"resource": mine})
    desk.refused(400, "GET", "/events")
