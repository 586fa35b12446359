"""Users, workspaces, teams and My Tasks itself: reading only."""

from __future__ import annotations

from asana_tbp.sandbox.problems import bad, forbidden
from asana_tbp.sandbox.records import Team, User, UserTaskList, Workspace
from asana_tbp.sandbox.request import Answer, Request
from asana_tbp.sandbox.rules.landing import my_tasks


def list_workspaces(request: Request) -> Answer:
    """Those of the token's user. Asana docs: getWorkspaces."""
    return request.listed([w for w in request.board.all(Workspace) if w.gid in request.user.workspaces])


def show_workspace(request: Request) -> Answer:
    """Tells whether it is an organisation. Asana docs: getWorkspace."""
    return request.shown(request.in_path(Workspace, "workspace"))


def list_users(request: Request) -> Answer:
    """Those who share a workspace with the token's user. Asana docs: getUsers."""
    mine = set(request.user.workspaces)
    everyone = sorted(request.board.all(User), key=_by_name)
    users = [u for u in everyone if mine & set(u.workspaces)]
    workspace = team = None
    if "workspace" in request.params:
        workspace = request.in_path(Workspace, "workspace")
    elif "workspace" in request.query:
        workspace = request.in_body(Workspace, "workspace", request.query["workspace"])
    if "team" in request.params:
        team = request.in_path(Team, "team")
    elif "team" in request.query:
        team = request.in_body(Team, "team", request.query["team"])
    if workspace is not None:
        users = [u for u in users if workspace.gid in u.workspaces]
    if team is not None:
        users = [u for u in users if u.gid in team.members]
    return request.listed(users)


def _by_name(user: User) -> str:
    return user.name.casefold()


def show_user(request: Request) -> Answer:
    """`me`, gid or e-mail address. Asana docs: getUser."""
    user = request.person("user", request.params["user"], status=404)
    if "workspace" in request.params and request.in_path(Workspace, "workspace").gid not in user.workspaces:
        raise forbidden("user")
    return request.shown(user)


def list_teams(request: Request) -> Answer:
    """All of a workspace, or those of a user in an organisation. Asana docs: getTeamsForUser."""
    if "workspace" in request.params:
        gid = request.in_path(Workspace, "workspace").gid
        return request.listed([t for t in request.board.all(Team) if t.organization == gid])
    user = request.person("user", request.params["user"], status=404)
    if "organization" not in request.query:
        raise bad("organization: Missing input")
    gid = request.in_body(Workspace, "organization", request.query["organization"]).gid
    return request.listed(
        [t for t in request.board.all(Team) if t.organization == gid and user.gid in t.members]
    )


def show_team(request: Request) -> Answer:
    """200 with the full record. Asana docs: getTeam."""
    return request.shown(request.in_path(Team, "team"))


def my_task_list(request: Request) -> Answer:
    """One list a user and workspace; `workspace` is required. Asana docs: getUserTaskListForUser."""
    user = request.person("user", request.params["user"], status=404)
    if "workspace" not in request.query:
        raise bad("workspace: Missing input")
    workspace = request.in_body(Workspace, "workspace", request.query["workspace"])
    if workspace.gid not in user.workspaces:
        raise bad(f"user: Not a user in Workspace: {workspace.gid}")
    return request.shown(my_tasks(request.board, request.switches, user, workspace.gid))


def show_task_list(request: Request) -> Answer:
    """200 with the full record. Asana docs: getUserTaskList."""
    return request.shown(request.in_path(UserTaskList, "user_task_list"))
