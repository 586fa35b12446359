"""Projects, workspaces, organisations, teams, users, and finding things by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from asana_tbp.sandbox.records import Team
from tests.sandbox.conftest import Desk


def test_a_new_project_has_one_default_section(desk: Desk) -> None:
    song = desk.project(notes="a & b", color="dark-purple", privacy_setting="private", default_view="board")
    assert song["team"] is None
    assert song["privacy_setting"] == "private"
    assert song["owner"]["name"] == "Sandbox Producer"
    assert desk.names(f"/projects/{song['gid']}/sections") == ["Untitled section"]
    section = desk.get(f"/sections/{desk.first_section(song)}")
    assert section["project"]["name"] == "Midnight Galaxy"
    assert desk.get(f"/projects/{song['gid']}", opt_fields="html_notes") == {
        "gid": song["gid"],
        "html_notes": "<body>a &amp; b</body>",
    }


def test_projects_may_share_a_name(desk: Desk) -> None:
    assert desk.project()["gid"] != desk.project()["gid"]
    with pytest.raises(KeyError):
        desk.board.project("Midnight Galaxy")


def test_creating_projects(desk: Desk) -> None:
    organization = desk.board.add_organization("Label", "Artists")
    team = desk.get("/users/me/teams", organization=organization.gid)[0]
    assert team["name"] == "Artists"
    a = desk.project("a")
    b = desk.post("/projects", name="b", workspace=organization.gid, team=team["gid"])
    c = desk.post("/projects", name="c", workspace=organization.gid, team=team["gid"])
    assert (a["team"], b["team"]["gid"], c["team"]["gid"]) == (None, team["gid"], team["gid"])
    assert desk.names("/projects", workspace=organization.gid) == ["b", "c"]
    assert desk.names("/projects", workspace=desk.workspace) == ["a"]
    assert desk.names("/projects") == ["a", "b", "c"]
    desk.refused(400, "POST", "/projects", name="x")
    desk.refused(400, "POST", "/projects", workspace=desk.workspace)
    desk.refused(400, "POST", "/projects", name="", workspace=desk.workspace)
    desk.refused(400, "POST", "/projects", name="x", workspace=desk.workspace, team=team["gid"])
    desk.refused(400, "POST", "/projects", name="x", workspace="123")


def test_whether_an_organization_needs_a_team_is_a_switch(desk: Desk) -> None:
    organization = desk.board.add_organization("Label", "Artists", "Masterers")
    message = desk.refused(400, "POST", "/projects", name="x", workspace=organization.gid)
    assert message == "Missing required `team` field"
    desk.set(team_required=False)
    assert desk.post("/projects", name="x", workspace=organization.gid)["team"] is None
    team = desk.board.find(Team, "Artists")
    desk.refused(400, "GET", "/users/me/teams")
    own = desk.post("/projects", name="y", workspace=organization.gid, team=team.gid)
    assert own["team"]["name"] == "Artists"


def test_updating_a_project(desk: Desk) -> None:
    song = desk.project()
    desk.hands.move(60)
    path = f"/projects/{song['gid']}"
    changed = desk.put(path, name="b", archived=True, color="light-red")
    assert (changed["name"], changed["archived"], changed["color"]) == ("b", True, "light-red")
    assert changed["modified_at"] == "2026-01-31T12:01:00.000Z"
    assert desk.put(path, html_notes="<body><em>x</em></body>")["notes"] == "x"
    desk.refused(400, "PUT", path, workspace=desk.workspace)
    desk.refused(400, "PUT", path, color="red")
    desk.refused(400, "PUT", path, notes="a", html_notes="<body>a</body>")
    assert desk.names("/projects", workspace=desk.workspace, archived="true") == ["b"]
    assert desk.names("/projects", workspace=desk.workspace, archived="False") == []


@pytest.mark.parametrize("fate", ["remain", "trashed"])
def test_what_becomes_of_a_deleted_projects_tasks_is_a_switch(
    desk_with: Callable[..., Desk], fate: str
) -> None:
    desk = desk_with(project_delete=fate)
    song = desk.project()
    section = desk.first_section(song)
    task = desk.task("a", projects=[song["gid"]], assignee="me")
    desk.delete(f"/projects/{song['gid']}")
    desk.refused(404, "GET", f"/projects/{song['gid']}")
    desk.refused(404, "GET", f"/sections/{section}")
    if fate == "remain":
        assert desk.get(f"/tasks/{task}")["memberships"] == []
        assert desk.names("/tasks", assignee="me", workspace=desk.workspace) == ["a"]
    else:
        desk.refused(404, "GET", f"/tasks/{task}")


def test_users(desk: Desk) -> None:
    me = desk.get("/users/me")
    assert me["workspaces"][0]["name"] == "My Songs"
    assert desk.get(f"/users/{me['gid']}") == desk.get("/users/producer@sandbox.example") == me
    shown = desk.get("/users/me", opt_fields="workspaces.is_organization,email")
    assert shown["workspaces"] == [{"gid": desk.workspace, "is_organization": False}]
    desk.refused(404, "GET", "/users/123")
    desk.refused(400, "GET", "/users/nobody")
    desk.refused(404, "GET", "/users/nobody@sandbox.example")
    desk.board.add_user("Anna", "anna@sandbox.example", desk.board.workspace)
    outsider = desk.board.add_user("Otto", "otto@sandbox.example")
    desk.refused(400, "POST", "/tasks", name="a", workspace=desk.workspace, assignee=outsider.gid)


def test_projects_of_a_workspace_one_is_not_in_are_forbidden(desk: Desk) -> None:
    hidden = desk.board.add_workspace("Hidden")
    desk.refused(403, "GET", "/projects", query={"workspace": hidden.gid})


def test_what_is_in_a_foreign_workspace_is_forbidden(desk: Desk) -> None:
    song = desk.project()
    section, task = desk.first_section(song), desk.task("a", projects=[song["gid"]])
    elsewhere = desk.board.add_workspace("Elsewhere")
    desk.board.add_user("Otto", "otto@sandbox.example", elsewhere, token="otto")
    desk.token = "otto"
    for path in (
        f"/projects/{song['gid']}",
        f"/sections/{section}",
        f"/tasks/{task}",
        f"/tasks/{task}/stories",
    ):
        desk.refused(403, "GET", path)
    assert desk.names("/projects") == []


@pytest.mark.parametrize("name", ["", "   "])
def test_no_project_and_no_section_is_without_a_name(desk: Desk, name: str) -> None:
    song = desk.project()
    desk.refused(400, "POST", "/projects", name=name, workspace=desk.workspace)
    desk.refused(400, "PUT", f"/projects/{song['gid']}", name=name)
    desk.refused(400, "POST", f"/projects/{song['gid']}/sections", name="")
    desk.refused(400, "PUT", f"/sections/{desk.first_section(song)}", name="")
    desk.refused(400, "PUT", f"/sections/{desk.first_section(song)}")
