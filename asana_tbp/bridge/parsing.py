"""Asana's JSON as the plain values of the bridge, with the fields a request has to ask for.

A record that is not as Asana documents it raises TypeError, ValueError, KeyError or AttributeError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dateutil.parser import isoparse

from asana_tbp.bridge.values import (
    Comment,
    Project,
    Section,
    Task,
    TaskDetails,
    Team,
    User,
    Workspace,
)

PROJECT_FIELDS = "name,notes,permalink_url,workspace,archived,created_at"
TASK_FIELDS = (
    "name,completed,completed_at,created_at,assignee,notes,permalink_url,due_on"
    ",memberships.project,memberships.section"
)
DETAIL_FIELDS = "resource_subtype,num_subtasks,dependencies,html_notes"
STORY_FIELDS = "type,text,created_by"
CHANGE_FIELDS = "name,completed,modified_at,memberships.project"


def gid_of(record: Mapping[str, Any]) -> str:
    """An object's gid alone."""
    return str(record["gid"])


def user_of(record: Mapping[str, Any]) -> User:
    """A user with the workspaces they can see."""
    workspaces = tuple(
        Workspace(gid_of(workspace), workspace.get("name") or "", bool(workspace.get("is_organization")))
        for workspace in record.get("workspaces") or ()
    )
    return User(gid_of(record), record.get("name") or "", record.get("email") or "", workspaces)


def team_of(record: Mapping[str, Any]) -> Team:
    """A team."""
    return Team(gid_of(record), record.get("name") or "")


def project_of(record: Mapping[str, Any]) -> Project:
    """A project."""
    return Project(
        gid=gid_of(record),
        name=record.get("name") or "",
        link=record.get("permalink_url") or "",
        notes=record.get("notes") or "",
        workspace_gid=_gid_in(record, "workspace"),
        archived=bool(record.get("archived")),
        created_at=_moment(record.get("created_at")),
        rich_notes=record.get("html_notes") or "",
    )


def section_of(record: Mapping[str, Any]) -> Section:
    """A section."""
    return Section(gid_of(record), record.get("name") or "")


def task_of(record: Mapping[str, Any], project_gid: str = "") -> Task:
    """A task as it stands in a project; "" for none."""
    memberships = record.get("memberships") or ()
    places = {_gid_in(each, "project"): _gid_in(each, "section") for each in memberships}
    return Task(
        gid=gid_of(record),
        name=record.get("name") or "",
        completed=bool(record.get("completed")),
        completed_at=_moment(record.get("completed_at")),
        created_at=_moment(record.get("created_at")),
        assignee_gid=_gid_in(record, "assignee") or None,
        section_gid=places.get(project_gid, "") if project_gid else "",
        notes=record.get("notes") or "",
        link=record.get("permalink_url") or "",
        due_on=record.get("due_on"),
        rich_notes=record.get("html_notes") or "",
        project_gids=tuple(filter(None, places)),
        modified_at=_moment(record.get("modified_at")),
    )


def task_details_of(record: Mapping[str, Any]) -> TaskDetails:
    """What a task has beside its plain fields."""
    return TaskDetails(
        gid_of(record),
        record.get("resource_subtype") or "default_task",
        int(record.get("num_subtasks") or 0),
        bool(record.get("dependencies")),
        record.get("html_notes") or "",
    )


def my_task_of(record: Mapping[str, Any]) -> Task:
    """A task with its section of My Tasks."""
    section = _gid_in(record, "assignee_section")
    return replace(task_of(record, ""), section_gid=section)


def comment_of(record: Mapping[str, Any]) -> Comment | None:
    """A comment; None for a story that Asana wrote itself."""
    if record.get("type") != "comment":
        return None
    return Comment(gid_of(record), record.get("text") or "", _gid_in(record, "created_by"))


def _gid_in(record: Mapping[str, Any], field: str) -> str:
    """The gid of an object that a record has in a field; "" where it has none."""
    return str((record.get(field) or {}).get("gid") or "")


def _moment(text: str | None) -> datetime | None:
    return isoparse(text) if text else None
