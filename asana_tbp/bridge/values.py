"""Asana's objects as plain values, and how they are read from its JSON. Gids are strings, dates `yyyy-mm-dd`.

Each field is the one of its name in Asana's record, or that at its `path`. A record that is not as Asana documents it
raises TypeError, ValueError, KeyError or AttributeError.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

Value = TypeVar("Value")

MARKS = re.compile(r"^asana-tbp (board|card|song map) ([0-9a-f]{12})\s*$", re.MULTILINE)
Marked = Literal["board", "card", "song map"]


def mark_of(kind: Marked, own_id: str) -> str:
    """The line we add to the notes of what we create, to find it again if the answer was lost."""
    return f"asana-tbp {kind} {own_id}"


def marked(kind: Marked, notes: str) -> str | None:
    """The id that notes are marked with, or None where they are not. The last one counts."""
    return dict(MARKS.findall(notes)).get(kind)


def _at(path: str, default: Any = "") -> Any:
    return field(default=default, metadata={"path": path})


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace or organisation the user is a member of."""

    gid: str
    name: str
    is_organization: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """A team of an organisation."""

    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """The owner of the token, with the workspaces they can see."""

    gid: str
    name: str
    email: str
    workspaces: tuple[Workspace, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A project. `link` opens it in the browser; `rich_notes` are Asana's XML, where they were asked for."""

    gid: str
    name: str
    link: str = _at("permalink_url")
    notes: str = ""
    workspace_gid: str = _at("workspace.gid")
    archived: bool = False
    created_at: datetime | None = None
    rich_notes: str = _at("html_notes")


Color = Literal[
    "dark-pink", "dark-green", "dark-blue", "dark-red", "dark-teal", "dark-brown", "dark-orange", "dark-purple",
    "dark-warm-gray", "light-pink", "light-green", "light-blue", "light-red", "light-teal", "light-brown",
    "light-orange", "light-purple", "light-warm-gray", "none",
]  # fmt: skip
"""Colours of a project (Asana docs: ProjectBase.color)."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a new project is set up. `rich_notes` is Asana's XML and replaces the plain notes where given."""

    team_gid: str | None = None
    private: bool = False
    view: Literal["list", "board"] = "list"
    color: Color | None = None
    rich_notes: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a project."""

    gid: str
    name: str


UNNAMED = frozenset({"untitled section", "(no section)", ""})
"""What Asana calls a section that nobody has named, in English (Asana forum t/1062521), normalized.

In other languages it is called otherwise: a section of another name may be one that nobody has named as well.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `section_gid` is its section in the project it was read through, or in My Tasks; "" elsewhere.

    `created_at` is in Asana's time, to the millisecond; None where it does not say. `link` opens the task in
    the browser. A card of the board is a task like any other: its section is its stage. Subtype, subtasks,
    dependencies and `rich_notes` have their defaults if they were not requested.
    """

    gid: str
    name: str
    completed: bool = False
    completed_at: datetime | None = None
    assignee_gid: str | None = _at("assignee.gid", None)
    section_gid: str = _at("assignee_section.gid")
    notes: str = ""
    created_at: datetime | None = None
    link: str = _at("permalink_url")
    due_on: str | None = None
    rich_notes: str = _at("html_notes")
    subtype: str = _at("resource_subtype", "default_task")
    subtasks: int = _at("num_subtasks", 0)
    has_dependencies: bool = _at("dependencies", False)
    project_gids: tuple[str, ...] = ()
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a task, or with another `kind` than `comment` what Asana itself has written there."""

    gid: str
    text: str
    by_gid: str = _at("created_by.gid")
    kind: str = _at("type")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Right after, or right before, the section `gid`."""

    gid: str
    side: Literal["after", "before"] = "after"


PLAIN_STYLE = Style()


def gid_of(record: Mapping[str, Any]) -> str:
    """An object's gid alone."""
    return str(record["gid"])


def value_of(kind: type[Value], record: Mapping[str, Any]) -> Value:
    """A record as a value of this kind. What Asana left out or has empty is the field's default, or an empty text."""
    values: dict[str, Any] = {"gid": gid_of(record)}
    for each in fields(kind):  # type: ignore[arg-type]
        content = _content(record, each.metadata.get("path", each.name))
        if content and each.name != "gid":
            values[each.name] = _READERS[each.type](content)
        elif each.default is MISSING:
            values.setdefault(each.name, "")
    return kind(**values)


def _content(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = (record or {}).get(name)
    return record


_READERS: dict[Any, Callable[[Any], Any]] = {
    str: str,
    str | None: str,
    int: int,
    bool: bool,
    datetime | None: datetime.fromisoformat,
    tuple[Workspace, ...]: lambda records: tuple(value_of(Workspace, each) for each in records),
}


def task_of(record: Mapping[str, Any], project_gid: str = "") -> Task:
    """A task as it stands in a project; "" for none."""
    task = value_of(Task, record)
    memberships = record.get("memberships") or ()
    places = {_content(each, "project.gid"): _content(each, "section.gid") or "" for each in memberships}
    section = places.get(project_gid, "") if project_gid else task.section_gid
    return replace(task, section_gid=section, project_gids=tuple(filter(None, places)))
