"""What is only read: a user, their teams and their My Tasks; lists of tasks with their filters and their order."""

from __future__ import annotations

from collections.abc import Sequence

from asana_tbp.sandbox.problems import Answer, bad
from asana_tbp.sandbox.records import Container, Section, Story, Task, Team, User, UserTaskList, Workspace
from asana_tbp.sandbox.request import Request, moment
from asana_tbp.sandbox.rules.landing import my_tasks


def _user(request: Request) -> User:
    return request.person("user", request.gids["user"], status=404)


def show_user(request: Request) -> Answer:
    """`me`, gid or e-mail address. Asana docs: getUser."""
    return request.shown(_user(request))


def list_teams(request: Request) -> Answer:
    """Those of a user in an organisation. Asana docs: getTeamsForUser."""
    user = _user(request)
    gid = request.in_body(Workspace, "organization", request.needed("organization")).gid
    return request.listed(
        [t for t in request.board.all(Team) if t.organization == gid and user.gid in t.members]
    )


def my_task_list(request: Request) -> Answer:
    """One list a user and workspace; `workspace` is required. Asana docs: getUserTaskListForUser."""
    user = _user(request)
    workspace = request.in_body(Workspace, "workspace", request.needed("workspace"))
    if workspace.gid not in user.workspaces:
        raise bad(f"user: Not a user in Workspace: {workspace.gid}")
    return request.shown(my_tasks(request.board, user, workspace.gid))


def list_stories(request: Request) -> Answer:
    """Oldest first. Asana docs: getStoriesForTask."""
    task = request.in_path(Task, "task")
    return request.listed([s for s in request.board.all(Story) if s.task == task.gid])


def _filtered(request: Request, tasks: Sequence[Task]) -> list[Task]:
    selected = list(tasks)
    completed = request.query.get("completed_since")
    if completed == "now":
        selected = [t for t in selected if not t.completed]
    elif completed is not None:
        since = moment("completed_since", completed)
        selected = [
            t for t in selected if t.completed_at is None or moment("completed_at", t.completed_at) >= since
        ]
    modified = request.query.get("modified_since")
    if modified is not None:
        since = moment("modified_since", modified)
        selected = [t for t in selected if moment("modified_at", t.modified_at) >= since]
    return selected


def _in_container(request: Request, container: Container) -> list[Task]:
    board = request.board
    selected = [task for section in board.sections_of(container) for task in board.tasks_in(section)]
    if isinstance(container, UserTaskList) and request.switches.my_tasks_order == "creation":
        selected.sort(key=lambda task: int(task.gid))
    return selected


def tasks_of_project(request: Request) -> Answer:
    """In the order of the list. Asana docs: getTasksForProject."""
    container = request.in_path(Container, "project")
    return request.listed(_filtered(request, _in_container(request, container)))


def tasks_of_section(request: Request) -> Answer:
    """In display order. Asana docs: getTasksForSection."""
    section = request.in_path(Section, "section")
    return request.listed(_filtered(request, request.board.tasks_in(section)))


def tasks_of_my_tasks(request: Request) -> Answer:
    """`completed_since=now` is the default view of My Tasks. Asana docs: getTasksForUserTaskList."""
    mine = request.in_path(UserTaskList, "user_task_list")
    return request.listed(_filtered(request, _in_container(request, mine)))


def list_tasks(request: Request) -> Answer:
    """Exactly one of project, section, assignee + workspace. Asana docs: getTasks."""
    query = request.query
    by_assignee = "assignee" in query or "workspace" in query
    ways = ("project" in query) + ("section" in query) + by_assignee
    if ways != 1 or (by_assignee and not {"assignee", "workspace"} <= set(query)):
        raise bad(
            "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
        )
    if "project" in query:
        selected = _in_container(request, request.in_body(Container, "project", query["project"]))
    elif "section" in query:
        selected = request.board.tasks_in(request.in_body(Section, "section", query["section"]))
    else:
        workspace = request.in_body(Workspace, "workspace", query["workspace"])
        user = request.member("assignee", query["assignee"], workspace.gid)
        selected = _in_container(request, my_tasks(request.board, user, workspace.gid))
    if request.switches.task_query_order == "creation":
        selected.sort(key=lambda task: int(task.gid))
    return request.listed(_filtered(request, selected))
