"""Asana as the rest of the product sees it, over HTTP.

Knows which request each method is. Must not know the SDK, song maps, sessions or how anything is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.parsing import (
    PROJECT_FIELDS,
    STORY_FIELDS,
    TASK_FIELDS,
    TIME_FIELDS,
    comment_of,
    my_task_of,
    project_of,
    section_of,
    task_of,
    time_entry_of,
)
from asana_tbp.bridge.retry import Effect
from asana_tbp.bridge.values import (
    PLAIN_STYLE,
    Anchor,
    Comment,
    Project,
    Section,
    Style,
    Task,
    Team,
    TimeEntry,
    User,
    Workspace,
)


class Gateway(HttpTransport):
    """`asana_tbp.bridge.values.Asana` over HTTP. Threads may share it."""

    # -- people and places ------------------------------------------------------------------------

    def me(self) -> User:
        record = self._read("/users/me", opt_fields="name,email,workspaces.name,workspaces.is_organization")
        workspaces = tuple(
            Workspace(str(w["gid"]), w.get("name") or "", bool(w.get("is_organization")))
            for w in record.get("workspaces") or ()
        )
        return User(str(record["gid"]), record.get("name") or "", record.get("email") or "", workspaces)

    def teams(self, workspace_gid: str) -> tuple[Team, ...]:
        found = self._pages("/users/{gid}/teams", {"organization": workspace_gid, "opt_fields": "name"}, "me")
        return tuple(Team(str(record["gid"]), record.get("name") or "") for record in found)

    # -- projects and sections --------------------------------------------------------------------

    def projects(self, workspace_gid: str) -> Iterator[Project]:
        query = {"workspace": workspace_gid, "archived": "false", "opt_fields": PROJECT_FIELDS}
        return (project_of(record) for record in self._pages("/projects", query))

    def project(self, gid: str) -> Project:
        return project_of(self._read("/projects/{gid}", gid, opt_fields=PROJECT_FIELDS))

    def create_project(
        self, workspace_gid: str, name: str, notes: str, style: Style = PLAIN_STYLE
    ) -> Project:
        body = {"name": name, "workspace": workspace_gid, "default_view": style.view}
        # Sending both forms of notes is refused.
        body |= {"html_notes": style.rich_notes} if style.rich_notes else {"notes": notes}
        if style.team_gid:
            body["team"] = style.team_gid
        if style.private:
            body["privacy_setting"] = "private"
        if style.color:
            body["color"] = style.color
        return project_of(
            self._write("POST", "/projects", "", body, Effect.CREATE, opt_fields=PROJECT_FIELDS)
        )

    def sections(self, project_gid: str) -> tuple[Section, ...]:
        found = self._pages("/projects/{gid}/sections", {"opt_fields": "name"}, project_gid)
        return tuple(section_of(record) for record in found)

    def create_section(self, project_gid: str, name: str, anchor: Anchor | None) -> Section:
        body = {"name": name} | ({f"insert_{anchor.side}": anchor.gid} if anchor else {})
        return section_of(self._write("POST", "/projects/{gid}/sections", project_gid, body, Effect.CREATE))

    def rename_section(self, gid: str, name: str) -> None:
        self._write("PUT", "/sections/{gid}", gid, {"name": name})

    def place_section(self, project_gid: str, gid: str, anchor: Anchor) -> None:
        body = {"section": gid, f"{anchor.side}_section": anchor.gid}
        self._write("POST", "/projects/{gid}/sections/insert", project_gid, body)

    # -- tasks ------------------------------------------------------------------------------------

    def tasks(self, project_gid: str) -> tuple[Task, ...]:
        found = self._pages("/projects/{gid}/tasks", {"opt_fields": TASK_FIELDS}, project_gid)
        return tuple(task_of(record, project_gid) for record in found)

    def section_tasks(self, project_gid: str, section_gid: str) -> tuple[Task, ...]:
        found = self._pages("/sections/{gid}/tasks", {"opt_fields": TASK_FIELDS}, section_gid)
        return tuple(task_of(record, project_gid) for record in found)

    def task(self, gid: str) -> Task:
        return task_of(self._read("/tasks/{gid}", gid, opt_fields=TASK_FIELDS), "")

    def create_task(
        self, project_gid: str, section_gid: str, name: str, notes: str, due_on: str | None = None
    ) -> Task:
        record = self._make_task(project_gid, section_gid, name, notes, due_on, TASK_FIELDS)
        return task_of(record, project_gid)

    def _make_task(
        self, project_gid: str, section_gid: str, name: str, notes: str, due_on: str | None, fields: str
    ) -> dict[str, Any]:
        # `projects` beside `memberships`: whether `memberships` alone is enough is not documented.
        body: dict[str, Any] = {
            "name": name,
            "notes": notes,
            "assignee": "me",
            "projects": [project_gid],
            "memberships": [{"project": project_gid, "section": section_gid}],
        }
        if due_on:
            body["due_on"] = due_on
        return self._write("POST", "/tasks", "", body, Effect.CREATE, opt_fields=fields)

    def place_task(self, project_gid: str, section_gid: str, gid: str, after: str | None) -> None:
        # An explicit null means the section's beginning; leaving the anchor out means its end.
        body = {"project": project_gid, "section": section_gid, "insert_after": after}
        self._write("POST", "/tasks/{gid}/addProject", gid, body)

    def open_tasks(self, project_gid: str) -> tuple[Task, ...]:
        query = {"opt_fields": TASK_FIELDS, "completed_since": "now"}
        found = self._pages("/projects/{gid}/tasks", query, project_gid)
        return tuple(task_of(record, project_gid) for record in found)

    def my_tasks_list(self, workspace_gid: str) -> str:
        return str(self._read("/users/{gid}/user_task_list", "me", workspace=workspace_gid)["gid"])

    def my_open_tasks(self, list_gid: str) -> tuple[Task, ...]:
        query = {"opt_fields": f"{TASK_FIELDS},assignee_section", "completed_since": "now"}
        found = self._pages("/user_task_lists/{gid}/tasks", query, list_gid)
        return tuple(my_task_of(record) for record in found)

    def complete_task(self, gid: str) -> None:
        # Sent once, like a create: before a second time the task is read, as somebody may have reopened it.
        body = {"completed": True}
        self._write("PUT", "/tasks/{gid}", gid, body, Effect.CREATE, opt_fields="completed")

    def reopen_task(self, gid: str) -> None:
        body = {"completed": False}
        self._write("PUT", "/tasks/{gid}", gid, body, Effect.CREATE, opt_fields="completed")

    # -- My Tasks ---------------------------------------------------------------------------------

    def add_to_section(self, section_gid: str, gid: str, after: str | None) -> None:
        body = {"task": gid} | ({"insert_after": after} if after else {})
        self._write("POST", "/sections/{gid}/addTask", section_gid, body)

    def assign_section(self, gid: str, section_gid: str) -> None:
        self._write(
            "PUT", "/tasks/{gid}", gid, {"assignee_section": section_gid}, opt_fields="assignee_section"
        )

    # -- what is said about a task ----------------------------------------------------------------

    def time_entries(self, task_gid: str) -> tuple[TimeEntry, ...]:
        query = {"opt_fields": TIME_FIELDS}
        found = self._pages("/tasks/{gid}/time_tracking_entries", query, task_gid)
        return tuple(time_entry_of(record) for record in found)

    def add_time_entry(self, task_gid: str, minutes: int, entered_on: str) -> TimeEntry:
        body = {"duration_minutes": minutes, "entered_on": entered_on}
        path = "/tasks/{gid}/time_tracking_entries"
        return time_entry_of(self._write("POST", path, task_gid, body, Effect.CREATE, opt_fields=TIME_FIELDS))

    def comments(self, task_gid: str) -> tuple[Comment, ...]:
        query = {"opt_fields": STORY_FIELDS}
        found = self._pages("/tasks/{gid}/stories", query, task_gid)
        return tuple(comment_of(record) for record in found if record.get("type") == "comment")

    def add_comment(self, task_gid: str, text: str) -> Comment:
        path = "/tasks/{gid}/stories"
        body = {"text": text}
        return comment_of(self._write("POST", path, task_gid, body, Effect.CREATE, opt_fields=STORY_FIELDS))
