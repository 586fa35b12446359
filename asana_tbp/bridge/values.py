"""Asana's objects as plain values. Gids are strings, dates `yyyy-mm-dd`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


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
    workspaces: tuple[Workspace, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A project. `link` opens it in the browser; `rich_notes` are Asana's XML, where they were asked for."""

    gid: str
    name: str
    link: str
    notes: str = ""
    workspace_gid: str = ""
    archived: bool = False
    created_at: datetime | None = None
    rich_notes: str = ""


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
"""What Asana calls a section that nobody has named, in English (Asana forum t/1062521), as `title_key` gives it.

In other languages it is called otherwise: a section of another name may be one that nobody has named as well.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `section_gid` is its section in the project it was read through, "" elsewhere.

    `created_at` is in Asana's time, to the millisecond; None where it does not say. `link` opens the task in
    the browser. A card of the board is a task like any other: its section is its stage.
    """

    gid: str
    name: str
    completed: bool = False
    completed_at: datetime | None = None
    assignee_gid: str | None = None
    section_gid: str = ""
    notes: str = ""
    created_at: datetime | None = None
    link: str = ""
    due_on: str | None = None
    rich_notes: str = ""
    project_gids: tuple[str, ...] = ()
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a task."""

    gid: str
    text: str
    by_gid: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Right after, or right before, the section `gid`."""

    gid: str
    side: Literal["after", "before"] = "after"


PLAIN_STYLE = Style()


@dataclass(frozen=True, slots=True)
class TaskDetails:
    """What a task has beside the fields of `Task`."""

    gid: str
    subtype: str = "default_task"
    subtasks: int = 0
    has_dependencies: bool = False
    rich_notes: str = ""
