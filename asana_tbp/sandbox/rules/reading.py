"""What is only read: a user's teams and My Tasks; lists of tasks with their filters and their order."""

from __future__ import annotations

from asana_tbp.sandbox.problems import bad
from asana_tbp.sandbox.records import (
    Container,
    Record,
    Section,
    Story,
    Task,
    Team,
    User,
    UserTaskList,
    Workspace,
)
from asana_tbp.sandbox.request import Request, moment
from asana_tbp.sandbox.rules.landing import my_tasks


def show(_request: Request, record: Record) -> Record:
    """The full record. Asana docs: getProject, getSection, getTask, getUser."""
    return record


def list_teams(request: Request, user: User) -> list[Team]:
    """Those of a user in an organisation. Asana docs: getTeamsForUser."""
    gid = request.in_body(Workspace, "organization", request.needed("organization")).gid
    return [t for t in request.board.all(Team) if t.organization == gid and user.gid in t.members]


def my_task_list(request: Request, user: User) -> UserTaskList:
    """One list a user and workspace; `workspace` is required. Asana docs: getUserTaskListForUser."""
    workspace = request.in_body(Workspace, "workspace", request.needed("workspace"))
    if workspace.gid not in user.workspaces:
        raise bad(f"user: Not a user in Workspace: {workspace.gid}")
    return my_tasks(request.board, user, workspace.gid)


def list_stories(request: Request, task: Task) -> list[Story]:
    """Oldest first. Asana docs: getStoriesForTask."""
    return [s for s in request.board.all(Story) if s.task == task.gid]


def tasks_in(request: Request, place: Container | Section) -> list[Task]:
    """In the order of the list; `completed_since=now` is the default view of My Tasks.

    Asana docs: getTasksForProject, getTasksForSection, getTasksForUserTaskList.
    """
    board, query = request.board, request.query
    sections = [place] if isinstance(place, Section) else board.sections_of(place)
    tasks = [task for section in sections for task in board.tasks_in(section)]
    if isinstance(place, UserTaskList) and request.switches.my_tasks_order == "creation":
        tasks.sort(key=lambda task: int(task.gid))
    completed, modified = query.get("completed_since"), query.get("modified_since")
    if completed == "now":
        tasks = [t for t in tasks if not t.completed]
    elif completed is not None:
        since = moment("completed_since", completed)
        tasks = [
            t for t in tasks if t.completed_at is None or moment("completed_at", t.completed_at) >= since
        ]
    if modified is not None:
        since = moment("modified_since", modified)
        tasks = [t for t in tasks if moment("modified_at", t.modified_at) >= since]
    return tasks


def list_tasks(request: Request) -> list[Task]:
    """Exactly one of project, section, assignee + workspace. Asana docs: getTasks."""
    query = request.query
    by_assignee = "assignee" in query or "workspace" in query
    ways = ("project" in query) + ("section" in query) + by_assignee
    if ways != 1 or (by_assignee and not {"assignee", "workspace"} <= set(query)):
        raise bad(
            "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
        )
    place: Container | Section
    if "project" in query:
        place = request.in_body(Container, "project", query["project"])
    elif "section" in query:
        place = request.in_body(Section, "section", query["section"])
    else:
        workspace = request.in_body(Workspace, "workspace", query["workspace"])
        user = request.member("assignee", query["assignee"], workspace.gid)
        place = my_tasks(request.board, user, workspace.gid)
    tasks = tasks_in(request, place)
    if request.switches.task_query_order == "creation":
        tasks.sort(key=lambda task: int(task.gid))
    return tasks
