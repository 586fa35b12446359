"""The things on the board, as flat records.

Collections are tuples, so that every change of a record is an assignment: the record calls its watcher *before*
it changes, so that no change is missed when the board is saved or a refused request is undone. Times are strings
as Asana shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

KINDS: dict[str, type[Record]] = {}
"""The kinds of things by the name Asana gives them."""


@dataclass(eq=False)
class Record:
    """One thing. `kind` is Asana's resource_type; `gid` is unique across kinds.

    `inside` is the field that names what it belongs to: whoever sees that sees the record.
    """

    kind: ClassVar[str] = ""
    inside: ClassVar[str] = ""
    gid: str

    def __init_subclass__(cls) -> None:
        if cls.kind:
            KINDS[cls.kind] = cls

    def __setattr__(self, name: str, value: Any) -> None:
        # The board's, which is called before each change.
        if watcher := vars(self).get("_watcher"):
            watcher(self)
        vars(self)[name] = value

    def row(self) -> dict[str, Any]:
        """Plain JSON values of every field."""
        return {f.name: self.__dict__[f.name] for f in fields(self)}


@dataclass(eq=False)
class Ledger(Record):
    """The board's own counters, once per board."""

    kind = "ledger"
    next_gid: int


@dataclass(eq=False)
class User(Record):
    kind = "user"
    name: str
    email: str
    workspaces: tuple[str, ...] = ()


@dataclass(eq=False)
class Workspace(Record):
    kind = "workspace"
    name: str
    is_organization: bool = False
    email_domains: tuple[str, ...] = ()


@dataclass(eq=False)
class Team(Record):
    kind, inside = "team", "organization"
    name: str
    organization: str
    members: tuple[str, ...] = ()


@dataclass(eq=False)
class Container(Record):
    """Something with sections: a project, or the My Tasks of one user in one workspace."""

    inside = "workspace"
    name: str
    workspace: str
    owner: str
    sections: tuple[str, ...] = ()


@dataclass(eq=False)
class Project(Container):
    kind = "project"
    team: str | None = None
    created_at: str = ""
    modified_at: str = ""
    archived: bool = False
    color: str | None = None
    default_view: str = "list"
    notes: str = ""
    html_notes: str = "<body></body>"
    privacy_setting: str = "public_to_workspace"
    trashed: bool = False


@dataclass(eq=False)
class UserTaskList(Container):
    """My Tasks. Its first section is the intake: where newly assigned tasks land."""

    kind = "user_task_list"


@dataclass(eq=False)
class Section(Record):
    kind, inside = "section", "container"
    name: str
    container: str
    created_at: str
    tasks: tuple[str, ...] = ()
    trashed: bool = False


@dataclass(eq=False)
class Task(Record):
    """`sections` are project sections, one per project; `assignee_section` is the one in My Tasks."""

    kind, inside = "task", "workspace"
    name: str
    workspace: str
    created_by: str
    created_at: str
    modified_at: str
    notes: str = ""
    html_notes: str = "<body></body>"
    resource_subtype: str = "default_task"
    assignee: str | None = None
    assignee_section: str | None = None
    completed: bool = False
    completed_at: str | None = None
    completed_by: str | None = None
    due_on: str | None = None
    parent: str | None = None
    subtasks: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    trashed: bool = False


@dataclass(eq=False)
class Story(Record):
    """A comment on a task."""

    kind, inside = "story", "task"
    task: str
    text: str
    created_at: str
    created_by: str


@dataclass(eq=False)
class TimeEntry(Record):
    """Whole minutes of work on a task, on one day."""

    kind, inside = "time_tracking_entry", "task"
    task: str
    duration_minutes: int
    entered_on: str
    created_at: str
    created_by: str


def from_row(kind: str, row: dict[str, Any]) -> Record:
    """The record whose `row()` gave `row`. Fields of an older board that are missing take their default."""
    shape: Any = KINDS[kind]
    known = {f.name for f in fields(shape)}
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k in known}
    record: Record = shape(**values)
    return record
