"""Records as Asana shows them: compact in lists, full alone, or exactly the `opt_fields` asked for.

Asana docs: input/output options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from asana_tbp.sandbox.records import (
    Container,
    Project,
    Record,
    Section,
    Task,
    TimeEntry,
    User,
)
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

Tree = dict[str, "Tree"]

COMPACT: dict[str, tuple[str, ...]] = {
    "task": ("gid", "resource_type", "name", "resource_subtype"),
    "story": ("gid", "resource_type", "created_at", "created_by", "resource_subtype", "text", "type"),
    "user_task_list": ("gid", "resource_type", "name", "owner", "workspace"),
    "time_tracking_entry": (
        "gid", "resource_type", "duration_minutes", "entered_on", "attributable_to", "created_by",
    ),
}  # fmt: skip
_NAMED = ("gid", "resource_type", "name")

FULL: dict[str, tuple[str, ...]] = {
    "user": (*_NAMED, "email", "photo", "workspaces"),
    "workspace": (*_NAMED, "is_organization", "email_domains"),
    "team": (*_NAMED, "organization", "permalink_url"),
    "project": (
        *_NAMED, "archived", "color", "icon", "created_at", "current_status", "current_status_update",
        "custom_fields", "custom_field_settings", "default_access_level", "default_view", "due_date",
        "due_on", "followers", "members", "modified_at", "notes", "owner", "permalink_url",
        "privacy_setting", "public", "start_on", "team", "workspace", "completed", "completed_at",
        "completed_by",
    ),
    "section": (*_NAMED, "created_at", "project", "projects"),
    "task": (
        *_NAMED, "resource_subtype", "actual_time_minutes", "assignee", "assignee_status", "completed",
        "completed_at", "created_at", "custom_fields", "due_at", "due_on", "followers", "hearted", "hearts",
        "liked", "likes", "memberships", "modified_at", "notes", "num_hearts", "num_likes", "parent",
        "permalink_url", "projects", "start_at", "start_on", "tags", "workspace",
    ),
    "story": (
        "gid", "resource_type", "created_at", "created_by", "hearted", "hearts", "is_edited", "is_editable",
        "is_pinned", "liked", "likes", "num_hearts", "num_likes", "previews", "resource_subtype", "source",
        "target", "text", "type",
    ),
    "time_tracking_entry": (
        "gid", "resource_type", "duration_minutes", "entered_on", "attributable_to", "created_by", "task",
        "created_at", "approval_status", "billable_status", "description", "categories",
    ),
}  # fmt: skip


def fields_tree(opt_fields: Iterable[str]) -> Tree:
    """`name,memberships.(project|section).name,this.notes` as a tree. Unknown fields stay out later."""
    tree: Tree = {}
    for text in opt_fields:
        for path in _expanded(text.strip()):
            node = tree
            for word in path.split("."):
                if word and word != "this":
                    node = node.setdefault(word, {})
    return tree


def split_fields(text: str) -> list[str]:
    """The comma list of `opt_fields`."""
    return [part for part in text.split(",") if part.strip()]


def _expanded(text: str) -> list[str]:
    group = re.search(r"\(([^()]*)\)", text)
    if group is None:
        return text.split("|")
    paths: list[str] = []
    for choice in group.group(1).split("|"):
        paths += _expanded(text[: group.start()] + choice + text[group.end() :])
    return paths


@dataclass(frozen=True)
class View:
    """One reader's eyes: some fields show only to the assignee, some only on a paid plan."""

    board: SandboxState
    switches: Switches
    reader: User

    def one(self, record: Record, tree: Tree | None) -> dict[str, Any]:
        """The full record, or the `opt_fields` asked for."""
        if not tree:
            shown = self._named(record, FULL.get(record.kind, COMPACT.get(record.kind, _NAMED)))
            if isinstance(record, Task) and record.assignee == self.reader.gid:
                # Only the assignee can read it. Asana docs: TaskResponse.assignee_section.
                shown["assignee_section"] = self._shown(self.field(record, "assignee_section"), None)
            return shown
        return self._chosen(record, tree)

    def many(self, records: Iterable[Record], tree: Tree | None) -> list[dict[str, Any]]:
        """Compact records, or the `opt_fields` asked for."""
        if not tree:
            return [self.compact(record) for record in records]
        return [self._chosen(record, tree) for record in records]

    def compact(self, record: Record) -> dict[str, Any]:
        """What a record looks like inside another one."""
        return self._named(record, COMPACT.get(record.kind, _NAMED))

    def _named(self, record: Record, names: Iterable[str]) -> dict[str, Any]:
        return {name: self._shown(self.field(record, name), None) for name in names}

    def _chosen(self, record: Record, tree: Tree) -> dict[str, Any]:
        shown: dict[str, Any] = {"gid": record.gid}
        for name, below in tree.items():
            value = self.field(record, name)
            if value is not _MISSING:
                shown[name] = self._shown(value, below)
        return shown

    def _shown(self, value: Any, below: Tree | None) -> Any:
        if isinstance(value, Record):
            # A bare reference asked for by opt_fields shows its gid alone.
            return self.compact(value) if below is None else self._chosen(value, below)
        if isinstance(value, list):
            return [self._shown(each, below) for each in value]
        if isinstance(value, dict):
            if below is None:
                return {k: self._shown(v, None) for k, v in value.items()}
            # Bare `memberships` comes back as empty objects; seen in Asana/python-asana issue 114.
            return {k: self._shown(value[k], v) for k, v in below.items() if k in value}
        return value

    def field(self, record: Record, name: str) -> Any:
        """A field's value: plain, a record, a list of either, or `_MISSING`."""
        if name == "gid":
            return record.gid
        if name == "resource_type":
            return record.kind
        special = _SPECIAL.get((record.kind, name))
        if special is not None:
            return special(self, record)
        if name in _CONSTANT:
            return _CONSTANT[name] if name in FULL.get(record.kind, ()) else _MISSING
        if name in _HIDDEN:
            return _MISSING
        value = record.__dict__.get(name, _MISSING)
        if (record.kind, name) in _REFERENCES:
            return self._followed(value)
        return list(value) if isinstance(value, tuple) else value

    def _followed(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return [self.board.need(Record, gid) for gid in value]
        return None if value is None else self.board.need(Record, value)


_MISSING = object()
# How the board keeps things, no field of Asana's.
_HIDDEN = frozenset({"trashed", "sections", "tasks", "container"})
_CONSTANT: dict[str, Any] = {
    "photo": None, "hearted": False, "hearts": [], "likes": [], "num_hearts": 0, "num_likes": 0,
    "custom_fields": [], "custom_field_settings": [], "tags": [], "current_status": None,
    "current_status_update": None, "previews": [], "source": "api", "approval_status": "DRAFT",
    "categories": [], "start_on": None, "start_at": None, "attributable_to": None, "description": "",
    "billable_status": "notApplicable", "liked": False, "is_editable": True,
}  # fmt: skip
_REFERENCES = {
    ("user", "workspaces"), ("team", "organization"), ("project", "workspace"), ("project", "owner"),
    ("project", "team"), ("project", "members"), ("project", "followers"), ("user_task_list", "owner"),
    ("user_task_list", "workspace"), ("task", "workspace"), ("task", "assignee"), ("task", "completed_by"),
    ("task", "created_by"), ("task", "parent"), ("task", "followers"), ("story", "created_by"),
    ("time_tracking_entry", "task"), ("time_tracking_entry", "created_by"),
}  # fmt: skip


def _memberships(view: View, task: Record) -> list[dict[str, Record]]:
    assert isinstance(task, Task)
    sections = [view.board.need(Section, gid) for gid in task.sections]
    return [{"project": view.board.need(Container, s.container), "section": s} for s in sections]


def _task_projects(view: View, task: Record) -> list[Record]:
    return [membership["project"] for membership in _memberships(view, task)]


def _my_section(view: View, task: Record) -> Record | None:
    # Only the assignee can read it. Asana docs: TaskResponse.assignee_section.
    assert isinstance(task, Task)
    if task.assignee != view.reader.gid or task.assignee_section is None:
        return None
    return view.board.need(Section, task.assignee_section)


def _actual_minutes(view: View, task: Record) -> int | None:
    if view.switches.plan == "free":
        return None
    return sum(entry.duration_minutes for entry in view.board.all(TimeEntry) if entry.task == task.gid)


def _section_project(view: View, section: Record) -> Record:
    assert isinstance(section, Section)
    return view.board.need(Container, section.container)


def _permalink(_view: View, record: Record) -> str:
    if isinstance(record, (Task, Project)):
        return f"https://app.asana.com/1/{record.workspace}/{record.kind}/{record.gid}"
    return f"https://app.asana.com/0/{record.gid}/overview"


def _text_of(name: str) -> Callable[[View, Record], Any]:
    return lambda _view, record: getattr(record, name)


_SPECIAL: dict[tuple[str, str], Callable[[View, Record], Any]] = {
    ("task", "memberships"): _memberships,
    ("task", "projects"): _task_projects,
    ("task", "assignee_section"): _my_section,
    ("task", "actual_time_minutes"): _actual_minutes,
    ("task", "permalink_url"): _permalink,
    ("task", "num_subtasks"): lambda view, task: sum(
        view.board.get(Task, gid) is not None for gid in task.__dict__["subtasks"]
    ),
    ("task", "subtasks"): lambda view, task: [
        sub for gid in task.__dict__["subtasks"] if (sub := view.board.get(Task, gid)) is not None
    ],
    ("task", "is_rendered_as_separator"): lambda _view, _task: False,
    ("task", "liked"): _text_of("liked"),
    ("task", "num_likes"): lambda _view, task: int(task.__dict__["liked"]),
    ("task", "approval_status"): _text_of("approval_status"),
    ("project", "permalink_url"): _permalink,
    ("project", "due_date"): _text_of("due_on"),
    ("project", "public"): lambda _view, project: project.__dict__["privacy_setting"] != "private",
    ("project", "completed"): lambda _view, _project: False,
    ("project", "completed_at"): lambda _view, _project: None,
    ("project", "completed_by"): lambda _view, _project: None,
    ("project", "is_template"): lambda _view, _project: False,
    ("team", "permalink_url"): _permalink,
    ("section", "project"): _section_project,
    ("section", "projects"): lambda view, section: [_section_project(view, section)],
    ("story", "type"): lambda _view, _story: "comment",
    ("story", "resource_subtype"): lambda _view, _story: "comment_added",
    ("story", "target"): lambda view, story: view.board.need(Task, story.__dict__["task"]),
}
