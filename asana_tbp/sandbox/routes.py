"""Which method and path means which operation.

Knows paths. Must not know HTTP: the same table serves requests and the actions of a batch.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from asana_tbp.sandbox.request import Answer, Request
from asana_tbp.sandbox.rules import comments as spoken
from asana_tbp.sandbox.rules import listings, projects, tasks
from asana_tbp.sandbox.rules import placements as moves
from asana_tbp.sandbox.rules import users as people

Operation = Callable[[Request], Answer]

TABLE: list[tuple[str, str, Operation]] = [
    ("GET", "/users", people.list_users),
    ("GET", "/users/{user}", people.show_user),
    ("GET", "/users/{user}/teams", people.list_teams),
    ("GET", "/users/{user}/user_task_list", people.my_task_list),
    ("GET", "/workspaces", people.list_workspaces),
    ("GET", "/workspaces/{workspace}", people.show_workspace),
    ("GET", "/workspaces/{workspace}/users", people.list_users),
    ("GET", "/workspaces/{workspace}/users/{user}", people.show_user),
    ("GET", "/workspaces/{workspace}/teams", people.list_teams),
    ("GET", "/workspaces/{workspace}/projects", projects.list_projects),
    ("POST", "/workspaces/{workspace}/projects", projects.create_project),
    ("GET", "/workspaces/{workspace}/typeahead", listings.typeahead),
    ("GET", "/workspaces/{workspace}/tasks/search", listings.search),
    ("GET", "/teams/{team}", people.show_team),
    ("GET", "/teams/{team}/users", people.list_users),
    ("GET", "/teams/{team}/projects", projects.list_projects),
    ("POST", "/teams/{team}/projects", projects.create_project),
    ("GET", "/user_task_lists/{user_task_list}", people.show_task_list),
    ("GET", "/user_task_lists/{user_task_list}/tasks", listings.tasks_of_my_tasks),
    ("POST", "/user_task_lists/{user_task_list}/tasks/insert", moves.insert_in_my_tasks),
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
    ("POST", "/sections/{section}/addTask", moves.add_task_to_section),
    ("GET", "/tasks", listings.tasks),
    ("POST", "/tasks", tasks.create_task),
    ("GET", "/tasks/{task}", tasks.show_task),
    ("PUT", "/tasks/{task}", tasks.update_task),
    ("DELETE", "/tasks/{task}", tasks.delete_task),
    ("GET", "/tasks/{task}/projects", projects.list_projects),
    ("GET", "/tasks/{task}/subtasks", listings.subtasks),
    ("POST", "/tasks/{task}/subtasks", tasks.create_subtask),
    ("POST", "/tasks/{task}/setParent", moves.set_parent),
    ("POST", "/tasks/{task}/addProject", moves.add_project),
    ("POST", "/tasks/{task}/removeProject", moves.remove_project),
    ("GET", "/tasks/{task}/stories", spoken.list_stories),
    ("POST", "/tasks/{task}/stories", spoken.create_story),
    ("GET", "/tasks/{task}/time_tracking_entries", spoken.list_time_entries),
    ("POST", "/tasks/{task}/time_tracking_entries", spoken.create_time_entry),
    ("GET", "/stories/{story}", spoken.show_story),
    ("PUT", "/stories/{story}", spoken.update_story),
    ("DELETE", "/stories/{story}", spoken.delete_story),
    ("GET", "/time_tracking_entries", spoken.list_time_entries),
    ("GET", "/time_tracking_entries/{time_tracking_entry}", spoken.show_time_entry),
    ("PUT", "/time_tracking_entries/{time_tracking_entry}", spoken.update_time_entry),
    ("DELETE", "/time_tracking_entries/{time_tracking_entry}", spoken.delete_time_entry),
    ("GET", "/events", spoken.list_events),
]

_ROUTES = [
    (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/\n]+)", path)), operation)
    for method, path, operation in TABLE
]


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """The operation and the path's gids, or None: an unknown path and a wrong method are the same."""
    for known, pattern, operation in _ROUTES:
        match = pattern.fullmatch(path) if known == method else None
        if match is not None:
            return operation, match.groupdict()
    return None
