"""My Tasks: one list a user and workspace, its intake, its sections, its order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import Desk


def mine(desk: Desk) -> str:
    gid: str = desk.get("/users/me/user_task_list", workspace=desk.workspace)["gid"]
    return gid


def test_the_list_is_one_a_user_and_workspace(desk: Desk) -> None:
    gid = mine(desk)
    assert mine(desk) == gid
    shown = desk.get("/users/me/user_task_list", workspace=desk.workspace)
    assert shown["name"] == "My tasks in My Songs"
    assert shown["owner"]["name"] == "Sandbox Producer"
    assert shown["workspace"]["gid"] == desk.workspace
    desk.refused(400, "GET", "/users/me/user_task_list")
    elsewhere = desk.board.add_workspace("Not mine")
    desk.refused(403, "GET", "/users/me/user_task_list", query={"workspace": elsewhere.gid})


def test_assigning_puts_a_task_into_the_intake(desk: Desk) -> None:
    task = desk.task("a", assignee="me")
    gid = mine(desk)
    sections = desk.get(f"/projects/{gid}/sections")
    assert [s["name"] for s in sections] == ["Recently assigned"]
    assert desk.names(f"/user_task_lists/{gid}/tasks", completed_since="now") == ["a"]
    assert desk.names(f"/projects/{gid}/tasks") == ["a"]
    assert desk.get(f"/projects/{gid}")["resource_type"] == "user_task_list"
    shown = desk.get(f"/tasks/{task}", opt_fields="assignee_section.name,assignee.email,projects")
    assert shown["assignee_section"] == {"gid": sections[0]["gid"], "name": "Recently assigned"}
    assert shown["assignee"]["email"] == "producer@sandbox.example"
    assert shown["projects"] == []
    desk.put(f"/tasks/{task}", assignee=None)
    assert desk.names(f"/user_task_lists/{gid}/tasks") == []


def test_a_task_moves_from_one_persons_list_to_anothers(desk: Desk) -> None:
    friend = desk.board.add_user("Friend", "friend@sandbox.example", desk.board.workspace, token="friend")
    task = desk.task("a", assignee="me")
    desk.put(f"/tasks/{task}", assignee="friend@sandbox.example")
    assert desk.names(f"/user_task_lists/{mine(desk)}/tasks") == []
    theirs = desk.board.my_tasks(friend)
    assert theirs is not None
    assert desk.board.listing(theirs) == [("Recently assigned", ["a"])]
    assert desk.get(f"/tasks/{task}", opt_fields="assignee_section")["assignee_section"] is None
    section = theirs.sections[0]
    desk.refused(403, "PUT", f"/tasks/{task}", assignee_section=section)
    desk.refused(403, "POST", f"/sections/{section}/addTask", task=task)
    desk.refused(403, "PUT", f"/sections/{section}", name="x")
    desk.refused(403, "DELETE", f"/sections/{section}")
    desk.refused(403, "POST", f"/projects/{theirs.gid}/sections", name="x")
    desk.refused(400, "POST", "/tasks", name="b", workspace=desk.workspace, assignee="nobody@sandbox.example")


def _sections(desk: Desk) -> tuple[str, str, list[str]]:
    gid = mine(desk)
    today = desk.post(f"/projects/{gid}/sections", name="Today")["gid"]
    tasks = [desk.task(name, assignee="me") for name in "abc"]
    return gid, today, tasks


@pytest.mark.parametrize("how", ["accepted", "ignored", "refused", "projects_only"])
@pytest.mark.parametrize("beside", ["projects", "memberships"])
def test_what_assignee_section_does_on_create_is_a_switch(
    desk_with: Callable[..., Desk], how: str, beside: str
) -> None:
    desk = desk_with(assignee_section_on_create=how)
    _, today, _ = _sections(desk)
    song = desk.project()
    more: dict[str, Any] = {"projects": [song["gid"]]}
    if beside == "memberships":
        more["memberships"] = [{"project": song["gid"], "section": desk.first_section(song)}]
    data = {"name": "new", "assignee": "me", "assignee_section": today, **more}
    if how == "refused" or (how, beside) == ("projects_only", "memberships"):
        desk.refused(400, "POST", "/tasks", **data)
        assert desk.names(f"/projects/{song['gid']}/tasks") == []
        return
    made = desk.post("/tasks", **data)
    assert made["assignee_section"]["name"] == ("Recently assigned" if how == "ignored" else "Today")
    assert desk.names(f"/sections/{today}/tasks") == ([] if how == "ignored" else ["new"])


def test_the_full_record_shows_the_section_of_ones_own_tasks_only(desk: Desk) -> None:
    assert desk.post("/tasks", name="a", workspace=desk.workspace, assignee="me")["assignee_section"]
    assert "assignee_section" not in desk.post("/tasks", name="b", workspace=desk.workspace)


@pytest.mark.parametrize(("landing", "order"), [("top", ["c", "b", "a"]), ("bottom", ["a", "b", "c"])])
def test_where_assignee_section_puts_a_task_is_a_switch(
    desk_with: Callable[..., Desk], landing: str, order: list[str]
) -> None:
    desk = desk_with(assignee_section_landing=landing)
    _, today, tasks = _sections(desk)
    for task in tasks:
        desk.put(f"/tasks/{task}", assignee_section=today)
    assert desk.names(f"/sections/{today}/tasks") == order
    desk.put(f"/tasks/{tasks[0]}", assignee_section=None)
    assert len(desk.names(f"/sections/{today}/tasks")) == 2
    song = desk.project()
    desk.refused(400, "PUT", f"/tasks/{tasks[0]}", assignee_section=desk.first_section(song))


def test_a_task_that_lands_anywhere_in_the_section_it_is_in_does_not_land_after_itself(
    desk_with: Callable[..., Desk],
) -> None:
    desk = desk_with(assignee_section_landing="shuffled")
    _, today, tasks = _sections(desk)
    for task in tasks * 8:
        desk.put(f"/tasks/{task}", assignee_section=today)
    assert sorted(desk.names(f"/sections/{today}/tasks")) == ["a", "b", "c"]


def test_add_task_lands_on_top_of_a_my_tasks_section(desk: Desk) -> None:
    gid, today, tasks = _sections(desk)
    for task in tasks:
        desk.post(f"/sections/{today}/addTask", task=task)
    assert desk.names(f"/user_task_lists/{gid}/tasks") == ["c", "b", "a"]
    unassigned = desk.task("d")
    desk.refused(400, "POST", f"/sections/{today}/addTask", task=unassigned)


@pytest.mark.parametrize(
    ("anchor", "order"), [("honoured", ["a", "b", "c"]), ("ignored", ["c", "b", "a"]), ("refused", ["a"])]
)
def test_anchors_in_my_tasks_are_a_switch(
    desk_with: Callable[..., Desk], anchor: str, order: list[str]
) -> None:
    desk = desk_with(my_tasks_anchor=anchor)
    _, today, (a, b, c) = _sections(desk)
    desk.post(f"/sections/{today}/addTask", task=a)
    for task, after in ((b, a), (c, b)):
        if anchor == "refused":
            desk.refused(400, "POST", f"/sections/{today}/addTask", task=task, insert_after=a)
        else:
            desk.post(f"/sections/{today}/addTask", task=task, insert_after=after)
    assert desk.names(f"/sections/{today}/tasks") == order


def test_an_anchor_in_my_tasks_may_need_the_task_to_be_there_already(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(my_tasks_anchor="only_inside")
    _, today, (a, b, _) = _sections(desk)
    desk.post(f"/sections/{today}/addTask", task=a)
    desk.refused(404, "POST", f"/sections/{today}/addTask", task=b, insert_after=a)
    desk.put(f"/tasks/{b}", assignee_section=today)
    assert desk.names(f"/sections/{today}/tasks") == ["b", "a"]
    desk.post(f"/sections/{today}/addTask", task=b, insert_after=a)
    assert desk.names(f"/sections/{today}/tasks") == ["a", "b"]


@pytest.mark.parametrize(("how", "status"), [("refused", 403), ("not_found", 404)])
def test_whether_my_tasks_takes_sections_is_a_switch(
    desk_with: Callable[..., Desk], how: str, status: int
) -> None:
    desk = desk_with(my_tasks_sections=how)
    desk.refused(status, "POST", f"/projects/{mine(desk)}/sections", name="Today")


def test_a_new_account_may_have_sections_for_days(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(my_tasks_day_sections=True)
    desk.task("a", assignee="me")
    sections = desk.get(f"/projects/{mine(desk)}/sections")
    assert [s["name"] for s in sections] == ["Recently assigned", "Do today", "Do next week", "Do later"]
    assert desk.names(f"/sections/{sections[0]['gid']}/tasks") == ["a"]


def test_what_order_my_tasks_answers_in_is_a_switch(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(my_tasks_order="creation")
    gid, _, _ = _sections(desk)
    assert desk.names(f"/user_task_lists/{gid}/tasks") == ["a", "b", "c"]
    desk.set(my_tasks_order="display")
    assert desk.names(f"/user_task_lists/{gid}/tasks") == ["c", "b", "a"]


def test_the_legacy_insert_is_gone_or_reorders_and_reassigns(desk: Desk) -> None:
    gid, _, (a, _, c) = _sections(desk)
    path = f"/user_task_lists/{gid}/tasks/insert"
    assert desk.refused(404, "POST", path, task=a) == "No matching route for request"
    desk.set(legacy_my_tasks_insert="works")
    unassigned = desk.task("d")
    desk.post(path, task=unassigned)
    assert desk.names(f"/user_task_lists/{gid}/tasks") == ["d", "c", "b", "a"]
    desk.post(path, task=c, insert_after=a)
    assert desk.names(f"/user_task_lists/{gid}/tasks") == ["d", "b", "a", "c"]
    friend = desk.board.add_user("Friend", "friend@sandbox.example", desk.board.workspace, token="friend")
    assert friend.name == "Friend"
    desk.token = "friend"
    desk.refused(403, "POST", path, task=a)


def test_add_project_does_not_take_my_tasks(desk: Desk) -> None:
    gid, _, (a, _, _) = _sections(desk)
    desk.refused(400, "POST", f"/tasks/{a}/addProject", project=gid)
    desk.refused(400, "POST", "/tasks", name="x", projects=[gid])


def test_completed_tasks_leave_the_default_view(desk: Desk) -> None:
    gid, _, (a, b, c) = _sections(desk)
    desk.put(f"/tasks/{a}", completed=True)
    desk.hands.move(3600)
    desk.put(f"/tasks/{b}", completed=True)
    path = f"/user_task_lists/{gid}/tasks"
    assert desk.names(path, completed_since="now") == ["c"]
    assert desk.names(path, completed_since="2026-01-31T12:30:00.000Z") == ["c", "b"]
    assert desk.names(path) == ["c", "b", "a"]
    query = {"assignee": "me", "workspace": desk.workspace}
    assert desk.names("/tasks", **query, completed_since="now") == ["c"]
    assert desk.names("/tasks", **query, modified_since="2026-01-31T12:30:00Z") == ["b"]
    desk.refused(400, "GET", path, query={"completed_since": "yesterday"})
    assert c
