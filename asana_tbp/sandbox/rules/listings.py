"""Lists of tasks, typeahead and search.

Knows filters and orders. Must not change anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from asana_tbp.sandbox.problems import bad, paid_only
from asana_tbp.sandbox.records import Container, Project, Record, Section, Task, User, UserTaskList, Workspace
from asana_tbp.sandbox.request import Answer, Request, moment
from asana_tbp.sandbox.rules.landing import my_tasks

_KINDS: dict[str, type[Record] | None] = {
    "project": Project, "task": Task, "user": User, "custom_field": None, "portfolio": None, "tag": None,
    "goal": None, "project_template": None, "team": None,
}  # fmt: skip


def _wanted(call: Request, tasks: Sequence[Task]) -> list[Task]:
    found = list(tasks)
    completed = call.query.get("completed_since")
    if completed == "now":
        found = [t for t in found if not t.completed]
    elif completed is not None:
        since = moment("completed_since", completed)
        found = [
            t for t in found if t.completed_at is None or moment("completed_at", t.completed_at) >= since
        ]
    modified = call.query.get("modified_since")
    if modified is not None:
        since = moment("modified_since", modified)
        found = [t for t in found if moment("modified_at", t.modified_at) >= since]
    return found


def _in_container(call: Request, container: Container) -> list[Task]:
    board = call.board
    found = [task for section in board.sections_of(container) for task in board.tasks_in(section)]
    if isinstance(container, UserTaskList) and call.switches.my_tasks_order == "creation":
        found.sort(key=lambda task: int(task.gid))
    return found


def tasks_of_project(call: Request) -> Answer:
    """In the order of the list. Asana docs: getTasksForProject."""
    container = call.in_path(Container, "project")
    return call.listed(_wanted(call, _in_container(call, container)))


def tasks_of_section(call: Request) -> Answer:
    """In display order. Asana docs: getTasksForSection."""
    section = call.in_path(Section, "section")
    return call.listed(_wanted(call, call.board.tasks_in(section)))


def tasks_of_my_tasks(call: Request) -> Answer:
    """`completed_since=now` is the default view of My Tasks. Asana docs: getTasksForUserTaskList."""
    mine = call.in_path(UserTaskList, "user_task_list")
    return call.listed(_wanted(call, _in_container(call, mine)))


def subtasks(call: Request) -> Answer:
    """In order. Asana docs: getSubtasksForTask."""
    task = call.in_path(Task, "task")
    return call.listed([t for gid in task.subtasks if (t := call.board.get(Task, gid)) is not None])


def tasks(call: Request) -> Answer:
    """Exactly one of project, section, assignee + workspace. Asana docs: getTasks."""
    query = call.query
    ways = [key for key in ("project", "section", "tag", "user_task_list") if key in query]
    by_assignee = "assignee" in query or "workspace" in query
    if len(ways) + by_assignee != 1 or (by_assignee and not {"assignee", "workspace"} <= set(query)):
        raise bad(
            "Must specify exactly one of project, tag, section, user task list, or assignee + workspace"
        )
    if "project" in query:
        found = _in_container(call, call.in_body(Container, "project", query["project"]))
    elif "section" in query:
        found = call.board.tasks_in(call.in_body(Section, "section", query["section"]))
    elif "user_task_list" in query:
        found = _in_container(call, call.in_body(UserTaskList, "user_task_list", query["user_task_list"]))
    elif "tag" in query:
        raise bad(f"tag: Unknown object: {query['tag']}")
    else:
        workspace = call.in_body(Workspace, "workspace", query["workspace"])
        user = call.member("assignee", query["assignee"], workspace.gid)
        found = _in_container(call, my_tasks(call.board, call.switches, user, workspace.gid))
    if call.switches.task_query_order == "creation":
        found.sort(key=lambda task: int(task.gid))
    return call.listed(_wanted(call, found))


def typeahead(call: Request) -> Answer:
    """Best matches, most recently used first, never all of them. Asana docs: typeaheadForWorkspace."""
    workspace = call.in_path(Workspace, "workspace")
    wanted = call.query.get("resource_type", call.query.get("type"))
    if wanted is None:
        raise bad("resource_type: Missing input")
    if wanted not in _KINDS:
        raise bad(f"resource_type: Invalid value: {wanted}")
    raw = call.query.get("count", "20")
    if not raw.isdigit() or not 1 <= int(raw) <= 100:
        raise bad("count: Must be a number between 1 and 100")
    kind = _KINDS[wanted]
    words = call.query.get("query", "").casefold()
    found = [] if kind is None else [r for r in call.board.all(kind) if _belongs(r, workspace.gid)]
    found = [r for r in found if words in r.__dict__["name"].casefold()]
    found.sort(key=lambda r: (r.__dict__.get("modified_at", ""), int(r.gid)), reverse=True)
    return Answer(200, {"data": call.view.many(found[: int(raw)], call.tree)})


def _belongs(record: Record, workspace: str) -> bool:
    if isinstance(record, User):
        return workspace in record.workspaces
    return bool(record.__dict__.get("workspace") == workspace)


def search(call: Request) -> Answer:
    """Premium. Asana docs: searchTasksForWorkspace."""
    workspace = call.in_path(Workspace, "workspace")
    if call.switches.plan == "free":
        raise paid_only("Search is only available to premium users.")
    words = call.query.get("text", "").casefold()
    found = [t for t in call.board.all(Task) if t.workspace == workspace.gid and words in t.name.casefold()]
    return Answer(200, {"data": call.view.many(found[:100], call.tree)})
