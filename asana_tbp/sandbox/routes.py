"""Which method and path means which operation."""

from __future__ import annotations

import re
from collections.abc import Callable

from asana_tbp.sandbox.problems import Answer, no_route
from asana_tbp.sandbox.records import Container, Record, Section, Task
from asana_tbp.sandbox.request import Request
from asana_tbp.sandbox.rules import activity, listings, placements, projects, tasks, users

Operation = Callable[[Request], Answer]


def _show(kind: type[Record], param: str) -> Operation:
    """200 with the full record. Asana docs: getProject, getSection, getTask."""
    return lambda request: request.shown(request.in_path(kind, param))


TABLE: list[tuple[str, str, Operation]] = [
    ("GET", "/users/{user}", users.show_user),
    ("GET", "/users/{user}/teams", users.list_teams),
    ("GET", "/users/{user}/user_task_list", users.my_task_list),
    ("GET", "/user_task_lists/{user_task_list}/tasks", listings.tasks_of_my_tasks),
    ("POST", "/user_task_lists/{user_task_list}/tasks/insert", placements.insert_in_my_tasks),
    ("GET", "/projects", projects.list_projects),
    ("POST", "/projects", projects.create_project),
    ("GET", "/projects/{project}", _show(Container, "project")),
    ("PUT", "/projects/{project}", projects.update_project),
    ("DELETE", "/projects/{project}", projects.delete_project),
    ("GET", "/projects/{project}/tasks", listings.tasks_of_project),
    ("GET", "/projects/{project}/sections", projects.list_sections),
    ("POST", "/projects/{project}/sections", projects.create_section),
    ("POST", "/projects/{project}/sections/insert", projects.insert_section),
    ("GET", "/sections/{section}", _show(Section, "section")),
    ("PUT", "/sections/{section}", projects.update_section),
    ("DELETE", "/sections/{section}", projects.delete_section),
    ("GET", "/sections/{section}/tasks", listings.tasks_of_section),
    ("POST", "/sections/{section}/addTask", placements.add_task_to_section),
    ("GET", "/tasks", listings.tasks),
    ("POST", "/tasks", tasks.create_task),
    ("GET", "/tasks/{task}", _show(Task, "task")),
    ("PUT", "/tasks/{task}", tasks.update_task),
    ("DELETE", "/tasks/{task}", tasks.delete_task),
    ("POST", "/tasks/{task}/addProject", placements.add_project),
    ("GET", "/tasks/{task}/stories", activity.list_stories),
    ("POST", "/tasks/{task}/stories", activity.create_story),
    ("POST", "/tasks/{task}/time_tracking_entries", activity.create_time_entry),
]

_ROUTES = [
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/\n]+)", path)), operation)
    for method, path, operation in TABLE
]


def find_operation(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The operation and the path's gids. ApiProblem: an unknown path or a wrong method, which are the same."""
    for known, pattern, operation in _ROUTES:
        match = pattern.fullmatch(path) if known == method else None
        if match is not None:
            return operation, match.groupdict()
    raise no_route()
