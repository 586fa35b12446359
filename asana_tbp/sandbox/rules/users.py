"""Users, workspaces, teams and My Tasks itself: mostly reading.

Must not know projects or tasks.
"""

from __future__ import annotations

from asana_tbp.sandbox.problems import bad, forbidden
from asana_tbp.sandbox.records import Team, User, UserTaskList, Workspace
from asana_tbp.sandbox.request import Answer, Request
from asana_tbp.sandbox.rules.landing import my_tasks


def list_workspaces(call: Request) -> Answer:
    """Those of the token's user. Asana docs: getWorkspaces."""
    return call.listed([w for w in call.board.all(Workspace) if w.gid in call.user.workspaces])


def show_workspace(call: Request) -> Answer:
    """Tells whether it is an organisation. Asana docs: getWorkspace."""
    return call.shown(call.in_path(Workspace, "workspace"))


def list_users(call: Request) -> Answer:
    """Those who share a workspace with the token's user. Asana docs: getUsers."""
    mine = set(call.user.workspaces)
    everyone = sorted(call.board.all(User), key=_by_name)
    found = [u for u in everyone if mine & set(u.workspaces)]
    workspace = team = None
    if "workspace" in call.params:
        workspace = call.in_path(Workspace, "workspace")
    elif "workspace" in call.query:
        workspace = call.in_body(Workspace, "workspace", call.query["workspace"])
    if "team" in call.params:
        team = call.in_path(Team, "team")
    elif "team" in call.query:
        team = call.in_body(Team, "team", call.query["team"])
    if workspace is not None:
        found = [u for u in found if workspace.gid in u.workspaces]
    if team is not None:
        found = [u for u in found if u.gid in team.members]
    return call.listed(found)


def _by_name(user: User) -> str:
    return user.name.casefold()


def show_user(call: Request) -> Answer:
    """`me`, gid or e-mail address. Asana docs: getUser."""
    user = call.person("user", call.params["user"], status=404)
    if "workspace" in call.params and call.in_path(Workspace, "workspace").gid not in user.workspaces:
        raise forbidden("user")
    return call.shown(user)


def list_teams(call: Request) -> Answer:
    """All of a workspace, or those of a user in an organisation. Asana docs: getTeamsForUser."""
    if "workspace" in call.params:
        gid = call.in_path(Workspace, "workspace").gid
        return call.listed([t for t in call.board.all(Team) if t.organization == gid])
    user = call.person("user", call.params["user"], status=404)
    if "organization" not in call.query:
        raise bad("organization: Missing input")
    gid = call.in_body(Workspace, "organization", call.query["organization"]).gid
    return call.listed([t for t in call.board.all(Team) if t.organization == gid and user.gid in t.members])


def show_team(call: Request) -> Answer:
    """200 with the full record. Asana docs: getTeam."""
    return call.shown(call.in_path(Team, "team"))


def my_task_list(call: Request) -> Answer:
    """One list a user and workspace; `workspace` is required. Asana docs: getUserTaskListForUser."""
    user = call.person("user", call.params["user"], status=404)
    if "workspace" not in call.query:
        raise bad("workspace: Missing input")
    workspace = call.in_body(Workspace, "workspace", call.query["workspace"])
    if workspace.gid not in user.workspaces:
        raise bad(f"user: Not a user in Workspace: {workspace.gid}")
    return call.shown(my_tasks(call.board, call.switches, user, workspace.gid))


def show_task_list(call: Request) -> Answer:
    """200 with the full record. Asana docs: getUserTaskList."""
    return call.shown(call.in_path(UserTaskList, "user_task_list"))
