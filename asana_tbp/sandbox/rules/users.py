"""A user, their teams and their My Tasks: reading only."""

from __future__ import annotations

from asana_tbp.sandbox.problems import Answer, bad
from asana_tbp.sandbox.records import Team, Workspace
from asana_tbp.sandbox.request import Request
from asana_tbp.sandbox.rules.landing import my_tasks


def show_user(request: Request) -> Answer:
    """`me`, gid or e-mail address. Asana docs: getUser."""
    user = request.person("user", request.params["user"], status=404)
    return request.shown(user)


def list_teams(request: Request) -> Answer:
    """Those of a user in an organisation. Asana docs: getTeamsForUser."""
    user = request.person("user", request.params["user"], status=404)
    if "organization" not in request.query:
        raise bad("organization: Missing input")
    gid = request.in_body(Workspace, "organization", request.query["organization"]).gid
    return request.listed(
        [t for t in request.board.all(Team) if t.organization == gid and user.gid in t.members]
    )


def my_task_list(request: Request) -> Answer:
    """One list a user and workspace; `workspace` is required. Asana docs: getUserTaskListForUser."""
    user = request.person("user", request.params["user"], status=404)
    if "workspace" not in request.query:
        raise bad("workspace: Missing input")
    workspace = request.in_body(Workspace, "workspace", request.query["workspace"])
    if workspace.gid not in user.workspaces:
        raise bad(f"user: Not a user in Workspace: {workspace.gid}")
    return request.shown(my_tasks(request.board, request.switches, user, workspace.gid))
