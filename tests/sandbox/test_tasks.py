"""Tasks: creating, reading, changing, trashing; comments and tracked time. Asana docs: tasks, stories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import Desk


def test_a_created_task_is_answered_in_full(desk: Desk) -> None:
    answer = desk.ask(
        "POST", "/tasks", {"data": {"name": "Write bassline (25m)", "workspace": desk.workspace}}
    )
    assert answer.status_code == 201
    task = answer.json()["data"]
    assert answer.headers["location"] == f"http://testserver/api/1.0/tasks/{task['gid']}"
    assert task["gid"].isdigit()
    assert len(task["gid"]) >= 16
    assert task["permalink_url"] == f"https://app.asana.com/1/{desk.workspace}/task/{task['gid']}"
    assert task["created_at"] == "2026-01-31T12:00:00.000Z"
    assert (task["completed"], task["completed_at"], task["parent"], task["assignee"]) == (
        False,
        None,
        None,
        None,
    )


def test_a_task_needs_a_place(desk: Desk) -> None:
    message = desk.refused(400, "POST", "/tasks", name="a")
    assert message == "You should specify one of workspace, parent, projects"
    other = desk.board.add_workspace("Other")
    desk.board.join(desk.board.user, other)
    song = desk.project()
    desk.refused(400, "POST", "/tasks", name="a", workspace=other.gid, projects=[song["gid"]])
    desk.refused(400, "POST", "/tasks", name="a", projects=5)
    desk.refused(400, "POST", "/tasks", name="a", projects=song["gid"])
    lone = desk.task("a", projects=[song["gid"]])
    away = desk.post("/tasks", name="b", workspace=other.gid)["gid"]
    desk.refused(400, "POST", f"/tasks/{away}/addProject", project=song["gid"])
    desk.refused(400, "POST", "/tasks", name="c", workspace=other.gid, parent=lone)


def test_whether_memberships_alone_are_a_place_is_a_switch(desk: Desk) -> None:
    song = desk.project()
    places = [{"project": song["gid"], "section": desk.first_section(song)}]
    message = desk.refused(400, "POST", "/tasks", name="a", memberships=places)
    assert message == "You should specify one of workspace, parent, projects"
    desk.set(memberships_alone="accepted")
    desk.post("/tasks", name="a", memberships=places)
    assert desk.names(f"/projects/{song['gid']}/tasks") == ["a"]


def test_completing_and_reopening(desk: Desk) -> None:
    task = desk.task("a")
    desk.hands.move(60)
    done = desk.put(f"/tasks/{task}", completed=True)
    assert (done["completed"], done["completed_at"]) == (True, "2026-01-31T12:01:00.000Z")
    assert done["modified_at"] == "2026-01-31T12:01:00.000Z"
    fields = {"opt_fields": "completed_by.name"}
    assert desk.get(f"/tasks/{task}", **fields)["completed_by"]["name"] == "Sandbox Producer"
    desk.hands.move(60)
    again = desk.put(f"/tasks/{task}", completed=True)
    assert again["completed_at"] == "2026-01-31T12:01:00.000Z"
    opened = desk.put(f"/tasks/{task}", completed=False)
    assert (opened["completed"], opened["completed_at"]) == (False, None)
    assert desk.get(f"/tasks/{task}", **fields)["completed_by"] is None


def test_moving_a_task_does_not_touch_modified_at(desk: Desk) -> None:
    song = desk.project()
    task = desk.task("a")
    desk.hands.move(60)
    desk.post(f"/tasks/{task}/addProject", project=song["gid"])
    assert desk.get(f"/tasks/{task}")["modified_at"] == "2026-01-31T12:00:00.000Z"
    desk.post(f"/tasks/{task}/stories", text="louder")
    assert desk.get(f"/tasks/{task}")["modified_at"] == "2026-01-31T12:01:00.000Z"


def test_an_update_changes_only_what_it_names(desk: Desk) -> None:
    task = desk.task("a", notes="keep < me", due_on="2026-02-01", assignee="me")
    changed = desk.put(f"/tasks/{task}", name="b")
    assert (changed["name"], changed["notes"], changed["due_on"]) == ("b", "keep < me", "2026-02-01")
    assert changed["assignee"]["name"] == "Sandbox Producer"
    shown = desk.get(f"/tasks/{task}", opt_fields="html_notes")
    assert shown["html_notes"] == "<body>keep &lt; me</body>"


def test_a_deleted_task_is_gone_from_everywhere(desk: Desk) -> None:
    song = desk.project()
    task = desk.task("a", projects=[song["gid"]], assignee="me")
    desk.delete(f"/tasks/{task}")
    desk.refused(404, "GET", f"/tasks/{task}")
    desk.refused(404, "DELETE", f"/tasks/{task}")
    desk.refused(404, "PUT", f"/tasks/{task}", name="b")
    assert desk.names(f"/projects/{song['gid']}/tasks") == []
    assert desk.names("/tasks", assignee="me", workspace=desk.workspace) == []


DATES: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
    ({"due_on": "2026-02-01"}, {"due_on": "2026-02-01"}),
    ({"due_on": None}, {"due_on": None}),
    ({"due_on": "tomorrow"}, None),
    ({"due_on": "2026-02-30"}, None),
]


@pytest.mark.parametrize(("sent", "shown"), DATES)
def test_dates(desk: Desk, sent: dict[str, Any], shown: dict[str, Any] | None) -> None:
    task = desk.task("a", due_on="2025-01-01")
    if shown is None:
        desk.refused(400, "PUT", f"/tasks/{task}", **sent)
        assert desk.get(f"/tasks/{task}")["due_on"] == "2025-01-01"
    else:
        got = desk.put(f"/tasks/{task}", **sent)
        assert {key: got[key] for key in shown} == shown


RICH: list[tuple[str, str | None]] = [
    ("<body>a <strong>b</strong></body>", "a b"),
    ("<body><b>a</b> &amp; <i>b</i></body>", "a & b"),
    ("<body><ul><li>x</li></ul><h1>t</h1></body>", "\n• xt"),
    ('<body><a href="https://sandbox.example">x</a></body>', "x"),
    ("plain", None),
    ("<body>a<br/></body>", None),
    ("<body><p>a</p></body>", None),
    ("<body><li>a</li></body>", None),
    ("<body>a", None),
    ('<body class="x">a</body>', None),
    ("<bodyguard>a</bodyguard>", None),
    ('<body><strong class="x">a</strong></body>', None),
    ("<body><a>x</a></body>", None),
    ("<body><!-- a --></body>", None),
    ('<body><!DOCTYPE x [<!ENTITY a "b">]>&a;</body>', None),
]


@pytest.mark.parametrize(("html", "text"), RICH)
def test_rich_text(desk: Desk, html: str, text: str | None) -> None:
    task = desk.task("a", notes="old")
    if text is None:
        desk.refused(400, "PUT", f"/tasks/{task}", html_notes=html)
        assert desk.get(f"/tasks/{task}")["notes"] == "old"
    else:
        assert desk.put(f"/tasks/{task}", html_notes=html)["notes"] == text


WRONG: list[dict[str, Any]] = [
    {"name": 5}, {"completed": "true"}, {"assignee": 5}, {"assignee": "nobody"},
    {"workspace": "1"}, {"projects": ["1"]}, {"memberships": []},
    {"parent": "1"}, {"completed_at": "2026-02-01T08:00:00Z"}, {"gid": "1"}, {"resource_subtype": "section"},
    {"html_notes": 5}, {"notes": "a", "html_notes": "<body>a</body>"},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG)
def test_what_an_update_refuses_leaves_nothing_behind(desk: Desk, change: dict[str, Any]) -> None:
    task = desk.task("a")
    before = desk.get(f"/tasks/{task}")
    desk.refused(400, "PUT", f"/tasks/{task}", **{"name": "b", **change})
    assert desk.get(f"/tasks/{task}") == before


def test_a_refused_create_leaves_nothing_behind(desk: Desk) -> None:
    song = desk.project()
    desk.refused(400, "POST", "/tasks", name="a", projects=[song["gid"]], assignee="nobody@sandbox.example")
    assert desk.names(f"/projects/{song['gid']}/tasks") == []


def test_gids_are_strings(desk: Desk) -> None:
    message = desk.refused(400, "POST", "/tasks", name="a", projects=[1234567890123456])
    assert message == "projects: [0]: Not a valid GID type: number"
    for value, kind in ((True, "boolean"), ([], "array"), ({}, "object"), (None, "null")):
        assert kind in desk.refused(400, "POST", "/tasks", name="a", projects=[value])
    task = desk.task("a")
    assert desk.refused(400, "POST", f"/tasks/{task}/addProject", project=None) == "project: Missing input"


@pytest.mark.parametrize("kind", ["approval", "milestone"])
def test_a_task_may_be_an_approval_or_a_milestone(desk: Desk, kind: str) -> None:
    task = desk.task("a", resource_subtype=kind)
    assert desk.get(f"/tasks/{task}")["resource_subtype"] == kind


def test_subtasks_are_counted_and_in_no_project_of_their_own(desk: Desk) -> None:
    song = desk.project()
    parent = desk.task("parent", projects=[song["gid"]])
    gone, kept = (desk.task(name, parent=parent) for name in "ab")
    assert desk.names(f"/projects/{song['gid']}/tasks") == ["parent"]
    assert desk.get(f"/tasks/{parent}", opt_fields="num_subtasks")["num_subtasks"] == 2
    desk.delete(f"/tasks/{gone}")
    assert desk.get(f"/tasks/{parent}", opt_fields="num_subtasks")["num_subtasks"] == 1
    desk.delete(f"/tasks/{parent}")
    desk.refused(404, "GET", f"/tasks/{kept}")


def test_limits_of_length_are_switches(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(name_limit=5, notes_limit=10)
    desk.task("12345", notes="x" * 10)
    for more in ({"name": "123456"}, {"notes": "x" * 11}):
        desk.refused(400, "POST", "/tasks", workspace=desk.workspace, **more)
        desk.refused(400, "POST", "/projects", **{"name": "x", "workspace": desk.workspace, **more})
    song = desk.project("12345")
    desk.refused(400, "POST", f"/projects/{song['gid']}/sections", name="123456")


def test_fields_that_do_not_exist(desk: Desk) -> None:
    with desk.conformance.excused("the field is unknown on purpose"):
        desk.task("a", colour="red")


def test_names_are_kept_to_the_letter(desk: Desk) -> None:
    for name in ("Ünïcödé 🎹", "a\u00a0b", "", "<b>&amp;</b>", "x" * 5000):
        task = desk.task(name)
        assert desk.get(f"/tasks/{task}")["name"] == name


def test_stories(desk: Desk) -> None:
    task = desk.task("a")
    story = desk.post(f"/tasks/{task}/stories", text="a < b")
    assert (story["type"], story["resource_subtype"], story["text"]) == ("comment", "comment_added", "a < b")
    desk.post(f"/tasks/{task}/stories", text="b")
    assert [s["text"] for s in desk.get(f"/tasks/{task}/stories")] == ["a < b", "b"]
    desk.refused(400, "POST", f"/tasks/{task}/stories")
    desk.refused(400, "POST", f"/tasks/{task}/stories", text="")


@pytest.mark.parametrize("status", [402, 403, 404])
def test_time_tracking_on_the_free_plan(desk_with: Callable[..., Desk], status: int) -> None:
    desk = desk_with(time_entries_free=status)
    task = desk.task("a")
    path = f"/tasks/{task}/time_tracking_entries"
    desk.refused(status, "POST", path, duration_minutes=25)


def test_time_tracking_on_a_paid_plan(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(plan="paid")
    task = desk.task("a")
    path = f"/tasks/{task}/time_tracking_entries"
    entry = desk.post(path, duration_minutes=25)
    assert (entry["duration_minutes"], entry["entered_on"], entry["task"]["gid"]) == (25, "2026-01-31", task)
    assert desk.post(path, duration_minutes=5, entered_on="2026-01-30")["entered_on"] == "2026-01-30"
    for wrong in (0, -1, 2.5, "5", True):
        desk.refused(400, "POST", path, duration_minutes=wrong)
    desk.refused(400, "POST", path)
