"""Which method and path means which operation."""

from __future__ import annotations

import re
from collections.abc import Callable

from asana_tbp.sandbox.request import Answer, Request
from asana_tbp.sandbox.rules import comments, listings, placements, projects, tasks, time_entries, users

Operation = Callable[[Request], Answer]

TABLE: list[tuple[str, str, Operation]] = [
    ("GET", "/users/{user}", users.show_user),
    ("GET", "/users/{user}/teams", users.list_teams),
    ("GET", "/users/{user}/user_task_list", users.my_task_list),
    ("GET", "/user_task_lists/{user_task_list}/tasks", listings.tasks_of_my_tasks),
    ("POST", "/user_task_lists/{user_task_list}/tasks/insert", placements.insert_in_my_tasks),
    ("GET", "/projects", projects.list_projects),
    ("POST", "/projects", projects.create_project),
    ("GET", "/projects/{project}", projects.show_project),
    ("PUT", "/projects/{project}", projects.update_project),
    ("DELETE", "/projects/{project}", projects.delete_project),
    ("GET", "/projects/{project}/tasks", listings.tasks_of_project),
    ("GET", "/projects/{project}/sections", projects.list_sections),
    ("POST", "/projects/{project}/sections", projects.create_section),
    ("POST", "/projects/{project}/sections/insert", projects.insert_section),
    ("GET", "/sections/{section}", projects.show_section),
    ("PUT", "/sections/{section}", projects.update_section),
    ("DELETE", "/sections/{section}", projects.delete_section),
    ("GET", "/sections/{section}/tasks", listings.tasks_of_section),
    ("POST", "/sections/{section}/addTask", placements.add_task_to_section),
    ("GET", "/tasks", listings.tasks),
    ("POST", "/tasks", tasks.create_task),
    ("GET", "/tasks/{task}", tasks.show_task),
    ("PUT", "/tasks/{task}", tasks.update_task),
    ("DELETE", "/tasks/{task}", tasks.delete_task),
    ("GET", "/tasks/{task}/subtasks", listings.subtasks),
    ("POST", "/tasks/{task}/subtasks", tasks.create_subtask),
    ("POST", "/tasks/{task}/addProject", placements.add_project),
    ("POST", "/tasks/{task}/removeProject", placements.remove_project),
    ("GET", "/tasks/{task}/stories", comments.list_stories),
    ("POST", "/tasks/{task}/stories", comments.create_story),
    ("POST", "/tasks/{task}/time_tracking_entries", time_entries.create_time_entry),
]

_ROUTES = [
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/\n]+)", path)), operation)
    for method, path, operation in TABLE
]


def find_operation(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation and the path's gids, or None: an unknown path and a wrong method are the same."""
    for known, pattern, operation in _ROUTES:
        match = pattern.fullmatch(path) if known == method else None
        if match is not None:
            return operation, match.groupdict()
    return None
