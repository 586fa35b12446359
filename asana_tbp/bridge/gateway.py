"""Asana: each request the product makes is one method here.

Every method may raise the `AsanaError` classes of `asana_tbp.errors`. "May be repeated" says that the
transport sends a request again when its answer was lost; everything else raises `AnswerLost` then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from asana_tbp.bridge import values
from asana_tbp.bridge.values import PLAIN_STYLE, Anchor, Comment, Project, Section, Style, Task

if TYPE_CHECKING:
    # The transport loads the SDK, which costs a third of a second: whoever builds a gateway imports it.
    from asana_tbp.bridge.http import HttpTransport

PROJECT_FIELDS = "name,notes,permalink_url,workspace,archived,created_at"
TASK_FIELDS = (
    "name,completed,completed_at,created_at,assignee,notes,permalink_url,due_on"
    ",memberships.project,memberships.section"
)


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if value is not None}


class ProjectFields(TypedDict, total=False):
    """What a project can be given; `html_notes` are Asana's XML."""

    name: str
    html_notes: str
    archived: bool


class TaskFields(TypedDict, total=False):
    """What a task can be given: None leaves a field as it is; "" takes a day or an assignee away; `me` is us.

    `assignee_section` is a section of My Tasks; where in it the task lands is not documented (Asana docs:
    TaskRequestBase.assignee_section).
    """

    name: str | None
    notes: str | None
    html_notes: str
    due_on: str | None
    assignee: str
    assignee_section: str


class Gateway:
    """Asana's API as far as the product uses it. Threads may share it. `http` counts and limits its requests."""

    def __init__(self, http: HttpTransport) -> None:
        self.http = http

    # -- people and places ------------------------------------------------------------------------

    def me(self) -> values.User:
        """Who the token belongs to."""
        fields = "name,email,workspaces.name,workspaces.is_organization"
        return self.http.read(values.User, "/users/me", opt_fields=fields)

    def teams(self, workspace_gid: str) -> tuple[values.Team, ...]:
        """The user's teams in an organisation. Asana docs: getTeamsForUser."""
        query = {"organization": workspace_gid, "opt_fields": "name"}
        return tuple(self.http.pages(values.Team, "/users/me/teams", **query))

    # -- projects and sections --------------------------------------------------------------------

    def projects(self, workspace_gid: str) -> Iterator[Project]:
        """The projects of a workspace that are not archived, in no promised order."""
        return self.http.pages(
            Project, "/projects", workspace=workspace_gid, archived="false", opt_fields=PROJECT_FIELDS
        )

    def project(self, gid: str, *, exact: bool = False) -> Project:
        """One project; `exact`: its name and rich notes, to the letter: the SDK reads no-break spaces as spaces."""
        fields = "name,html_notes" if exact else PROJECT_FIELDS
        return self.http.read(Project, "/projects/{gid}", gid, exact=exact, opt_fields=fields)

    def create_project(
        self, workspace_gid: str, name: str, notes: str, style: Style = PLAIN_STYLE
    ) -> Project:
        """A new project, with one default section of any name (Asana forum t/1062521). Not idempotent."""
        fields = {
            "name": name,
            "workspace": workspace_gid,
            "default_view": style.view,
            # Sending both forms of notes is refused.
            ("html_notes" if style.rich_notes else "notes"): style.rich_notes or notes,
            "team": style.team_gid,
            "privacy_setting": "private" if style.private else None,
            "color": style.color,
        }
        return self.http.create(Project, "/projects", "", _given(fields), opt_fields=PROJECT_FIELDS)

    def delete_project(self, gid: str) -> None:
        """Delete a project. What becomes of its tasks is not documented. May be repeated."""
        self.http.write("DELETE", "/projects/{gid}", gid, {})

    def change_project(self, gid: str, **fields: Unpack[ProjectFields]) -> None:
        """Give a project other fields. May be repeated."""
        self.http.write("PUT", "/projects/{gid}", gid, fields, opt_fields="name")

    def sections(self, project_gid: str) -> tuple[Section, ...]:
        """The sections of a project in display order."""
        return tuple(self.http.pages(Section, "/projects/{gid}/sections", project_gid, opt_fields="name"))

    def create_section(self, project_gid: str, name: str, anchor: Anchor | None) -> Section:
        """A new section beside another one; without an anchor its place is not documented. Not idempotent."""
        body = {"name": name} | ({f"insert_{anchor.side}": anchor.gid} if anchor else {})
        return self.http.create(Section, "/projects/{gid}/sections", project_gid, body)

    def rename_section(self, gid: str, name: str) -> None:
        """Give a section another name. May be repeated."""
        self.http.write("PUT", "/sections/{gid}", gid, {"name": name})

    def delete_section(self, gid: str) -> None:
        """Delete an empty section. Asana docs: deleteSection; a project's last one can't be deleted."""
        self.http.write("DELETE", "/sections/{gid}", gid, {})

    def place_section(self, project_gid: str, gid: str, anchor: Anchor) -> None:
        """Move a section beside another of the same project. May be repeated."""
        body = {"section": gid, f"{anchor.side}_section": anchor.gid}
        self.http.write("POST", "/projects/{gid}/sections/insert", project_gid, body)

    # -- reading tasks ----------------------------------------------------------------------------

    def tasks(self, project_gid: str, *, open_only: bool = False, detailed: bool = False) -> tuple[Task, ...]:
        """The tasks of a project, completed ones too, in the project's order; `detailed` with all that `Task` has.

        Asana docs: getTasksForProject; those that are not complete with `completed_since=now`.
        """
        query = {"completed_since": "now"} if open_only else {}
        if detailed:
            query["opt_fields"] = f"{TASK_FIELDS},resource_subtype,num_subtasks,dependencies,html_notes"
        return tuple(self._tasks("/projects/{gid}/tasks", project_gid, project_gid, **query))

    def _tasks(self, path: str, gid: str = "", project_gid: str = "", **query: str) -> Iterator[Task]:
        read = partial(values.task_of, project_gid=project_gid)
        return self.http.pages(read, path, gid, **{"opt_fields": TASK_FIELDS, **query})

    def section_tasks(self, project_gid: str, section_gid: str, most: int | None = None) -> tuple[Task, ...]:
        """The tasks of a section, completed ones too, in no promised order; at most `most` of them."""
        return tuple(islice(self._tasks("/sections/{gid}/tasks", section_gid, project_gid), most))

    def task(self, gid: str, *, exact: bool = False) -> Task:
        """One task; `section_gid` is empty. `exact`: its name and rich notes, to the letter; see `project`."""
        fields = "name,completed,html_notes" if exact else TASK_FIELDS
        return self.http.read(values.task_of, "/tasks/{gid}", gid, exact=exact, opt_fields=fields)

    def my_changed_tasks(self, workspace_gid: str, since: datetime) -> tuple[Task, ...]:
        """The user's tasks that were changed at or after `since`, completed ones too, in no promised order.

        Asana docs: getTasks, `modified_since`. A task that was deleted or given to somebody else is not
        among them.
        """
        moment = since.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
        query = {"assignee": "me", "workspace": workspace_gid, "modified_since": f"{moment}Z"}
        fields = "name,completed,modified_at,memberships.project"
        return tuple(self._tasks("/tasks", opt_fields=fields, **query))

    # -- changing tasks ---------------------------------------------------------------------------

    def create_task(
        self,
        project_gid: str,
        section_gid: str,
        name: str,
        notes: str,
        due_on: str | None = None,
        *,
        my_section: str = "",
    ) -> Task:
        """A new task in a section, assigned to the token's owner. Not idempotent.

        Where it lands in the section is not documented, nor, with "" for `section_gid`, in which section.
        `due_on` is a date, `yyyy-mm-dd`. `my_section` is a section of My Tasks (Asana docs:
        TaskRequestBase.assignee_section; whether a create takes it is not sure).
        """
        # `projects` beside `memberships`: whether `memberships` alone is enough is not documented.
        fields = {
            "name": name,
            "notes": notes,
            "assignee": "me",
            "projects": [project_gid],
            "memberships": [{"project": project_gid, "section": section_gid}] if section_gid else None,
            "due_on": due_on or None,
            "assignee_section": my_section or None,
        }
        read = partial(values.task_of, project_gid=project_gid)
        return self.http.create(read, "/tasks", "", _given(fields), opt_fields=TASK_FIELDS)

    def set_completed(self, gid: str, completed: bool, *, once: bool = False) -> None:
        """Mark a task complete or open. May be repeated, but is sent at most once where `once` is set."""
        body = {"completed": completed}
        self.http.write("PUT", "/tasks/{gid}", gid, body, once=once, opt_fields="completed")

    def change_task(self, gid: str, **fields: Unpack[TaskFields]) -> None:
        """Give a task other fields. May be repeated."""
        cleared = {field: None for field in ("due_on", "assignee") if fields.get(field) == ""}
        self.http.write("PUT", "/tasks/{gid}", gid, _given(fields) | cleared, opt_fields="name")

    def delete_task(self, gid: str) -> None:
        """Put a task into Asana's trash. May be repeated."""
        self.http.write("DELETE", "/tasks/{gid}", gid, {})

    def was_worked_on(self, gid: str) -> bool:
        """Whether a task has a comment, an attachment or a subtask. Asana docs: StoryBase.resource_subtype."""
        if self.http.read(Task, "/tasks/{gid}", gid, opt_fields="num_subtasks").subtasks:
            return True
        work, fields = {"comment", "comment_added", "attachment_added"}, ("type", "resource_subtype")
        stories = self.http.pages(
            lambda record: any(record.get(field) in work for field in fields),
            "/tasks/{gid}/stories",
            gid,
            opt_fields=",".join(fields),
        )
        return any(stories)

    def place_task(self, project_gid: str, section_gid: str, gid: str, after: str | None) -> None:
        """Move a task right after `after`, a task of that section, or to the section's beginning. May be repeated.

        Asana docs: addProjectForTask, which also reorders a task that is in the project already.
        """
        # An explicit null means the section's beginning; leaving the anchor out means its end.
        body = {"project": project_gid, "section": section_gid, "insert_after": after}
        self.http.write("POST", "/tasks/{gid}/addProject", gid, body)

    def move_to_end(self, project_gid: str, section_gid: str, gid: str) -> None:
        """Move a task to a section's end. May be repeated. Asana docs: addProjectForTask, without an anchor."""
        body = {"project": project_gid, "section": section_gid}
        self.http.write("POST", "/tasks/{gid}/addProject", gid, body)

    # -- My Tasks ---------------------------------------------------------------------------------

    def my_tasks_list(self, workspace_gid: str) -> str:
        """The gid of the token owner's My Tasks in a workspace; it is also the gid of a kind of project."""
        return self.http.read(values.gid_of, "/users/me/user_task_list", workspace=workspace_gid)

    def my_open_tasks(self, list_gid: str, most: int | None = None) -> tuple[Task, ...]:
        """The tasks of My Tasks that are not complete, in the order it shows them; at most `most` of them.

        `section_gid` is their section in My Tasks. Asana docs: getTasksForUserTaskList; the order is not
        promised there.
        """
        path, fields = "/user_task_lists/{gid}/tasks", f"{TASK_FIELDS},assignee_section"
        return tuple(islice(self._tasks(path, list_gid, opt_fields=fields, completed_since="now"), most))

    def insert_in_my_tasks(self, list_gid: str, gid: str) -> None:
        """Put a task into My Tasks as documented until 2019; today's description no longer has it. May be repeated."""
        self.http.write("POST", "/user_task_lists/{gid}/tasks/insert", list_gid, {"task": gid})

    def add_to_section(
        self, section_gid: str, gid: str, after: str | None, before: str | None = None
    ) -> None:
        """Put a task right after `after`, a task of that section, or on the section's top. May be repeated.

        Asana docs: addTaskForSection, which takes only one of `after` and `before`. Whether My Tasks honours
        either is not documented.
        """
        body = {"task": gid, "insert_after": after, "insert_before": before}
        self.http.write("POST", "/sections/{gid}/addTask", section_gid, _given(body))

    def add_time_entry(self, task_gid: str, minutes: int) -> None:
        """Log time on a task, which a free plan does not have. Asana docs: createTimeTrackingEntry. Not idempotent."""
        path = "/tasks/{gid}/time_tracking_entries"
        self.http.create(values.gid_of, path, task_gid, {"duration_minutes": minutes})

    # -- comments ---------------------------------------------------------------------------------

    def comments(self, task_gid: str) -> tuple[Comment, ...]:
        """The comments on a task, oldest first."""
        path, fields = "/tasks/{gid}/stories", "type,text,created_by"
        stories = self.http.pages(Comment, path, task_gid, opt_fields=fields)
        return tuple(story for story in stories if story.kind == "comment")

    def add_comment(self, task_gid: str, text: str) -> None:
        """Comment on a task in plain text. Not idempotent."""
        self.http.create(values.gid_of, "/tasks/{gid}/stories", task_gid, {"text": text})
