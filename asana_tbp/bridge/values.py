"""Asana as the rest of the product sees it: a Protocol and the plain values that cross it.

Knows the meaning of Asana's objects. Must not know HTTP, the SDK, or how a call is retried.
Gids are strings. Every method may raise the `AsanaError` classes of `asana_tbp.errors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


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
    """A project. `link` opens it in the browser."""

    gid: str
    name: str
    link: str
    notes: str = ""
    workspace_gid: str = ""


_HUES = ("pink", "green", "blue", "red", "teal", "brown", "orange", "purple", "warm-gray")
COLORS = (*(f"{tone}-{hue}" for tone in ("dark", "light") for hue in _HUES), "none")
"""Colours of a project (Asana docs: ProjectBase.color)."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a new project is set up. `rich_notes` is Asana's XML and replaces the plain notes where given."""

    team_gid: str | None = None
    private: bool = False
    view: Literal["list", "board"] = "list"
    color: str | None = None
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

    `created_at` is in Asana's time, to the millisecond; None where it does not say.
    """

    gid: str
    name: str
    completed: bool = False
    completed_at: datetime | None = None
    assignee_gid: str | None = None
    section_gid: str = ""
    notes: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """Time someone wrote down on a task. `entered_on` is a date, `yyyy-mm-dd`."""

    gid: str
    minutes: int
    entered_on: str
    by_gid: str = ""


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


class Asana(Protocol):
    """What the product asks of Asana. The gateway implements it over the official SDK."""

    def me(self) -> User:
        """Who the token belongs to."""
        ...

    def projects(self, workspace_gid: str) -> Iterator[Project]:
        """The projects of a workspace that are not archived, in no promised order."""
        ...

    def project(self, gid: str) -> Project:
        """One project."""
        ...

    def teams(self, workspace_gid: str) -> tuple[Team, ...]:
        """The user's teams in an organisation. Asana docs: getTeamsForUser."""
        ...

    def create_project(
        self, workspace_gid: str, name: str, notes: str, style: Style = PLAIN_STYLE
    ) -> Project:
        """A new project. Not idempotent: raises `AnswerLost` where it may exist already.

        It has one default section (Asana forum t/1062521), whose name must not be relied on.
        """
        ...

    def sections(self, project_gid: str) -> tuple[Section, ...]:
        """The sections of a project in display order."""
        ...

    def create_section(self, project_gid: str, name: str, anchor: Anchor | None) -> Section:
        """A new section beside another one; without an anchor its place is not documented. Not idempotent."""
        ...

    def rename_section(self, gid: str, name: str) -> None:
        """Give a section another name. May be repeated."""
        ...

    def place_section(self, project_gid: str, gid: str, anchor: Anchor) -> None:
        """Move a section beside another of the same project. May be repeated."""
        ...

    def tasks(self, project_gid: str) -> tuple[Task, ...]:
        """All tasks of a project, completed ones too, in the project's order (Asana docs: getTasksForProject)."""
        ...

    def section_tasks(self, project_gid: str, section_gid: str) -> tuple[Task, ...]:
        """All tasks of a section, completed ones too, in no promised order."""
        ...

    def task(self, gid: str) -> Task:
        """One task; `section_gid` is empty."""
        ...

    def create_task(
        self, project_gid: str, section_gid: str, name: str, notes: str, due_on: str | None = None
    ) -> Task:
        """A new task in a section, assigned to the token's owner. Not idempotent.

        Where it lands in the section is not documented. `due_on` is a date, `yyyy-mm-dd`.
        """
        ...

    def place_task(self, project_gid: str, section_gid: str, gid: str, after: str | None) -> None:
        """Move a task right after `after`, a task of that section, or to the section's beginning. May be repeated.

        Asana docs: addProjectForTask, which also reorders a task that is in the project already.
        """
        ...

    def open_tasks(self, project_gid: str) -> tuple[Task, ...]:
        """The tasks of a project that are not complete, in the project's order.

        Asana docs: getTasksForProject with `completed_since=now`.
        """
        ...

    def my_tasks_list(self, workspace_gid: str) -> str:
        """The gid of the token owner's My Tasks in a workspace; it is also the gid of a kind of project."""
        ...

    def my_open_tasks(self, list_gid: str) -> tuple[Task, ...]:
        """The tasks of My Tasks that are not complete, in the order it shows them.

        `section_gid` is their section in My Tasks. Asana docs: getTasksForUserTaskList; the order is not
        promised there.
        """
        ...

    def complete_task(self, gid: str) -> None:
        """Mark a task complete. Sent once: raises `AnswerLost` where it may be complete already."""
        ...

    def reopen_task(self, gid: str) -> None:
        """Mark a task not complete. Sent once: raises `AnswerLost` where it may be open already."""
        ...

    def time_entries(self, task_gid: str) -> tuple[TimeEntry, ...]:
        """The time written down on a task. A paid feature: `PlanLimit`, `Refused` or `NotFound` without it."""
        ...

    def add_time_entry(self, task_gid: str, minutes: int, entered_on: str) -> TimeEntry:
        """Write down whole minutes on a task. Not idempotent. A paid feature, as above."""
        ...

    def comments(self, task_gid: str) -> tuple[Comment, ...]:
        """The comments on a task, oldest first."""
        ...

    def add_comment(self, task_gid: str, text: str) -> Comment:
        """Comment on a task in plain text. Not idempotent."""
        ...

    def add_to_section(self, section_gid: str, gid: str, after: str | None) -> None:
        """Put a task right after `after`, a task of that section, or on the section's top. May be repeated.

        Asana docs: addTaskForSection. Whether My Tasks honours `after` is not documented.
        """
        ...

    def assign_section(self, gid: str, section_gid: str) -> None:
        """Put one's own task into a section of My Tasks, where in it is not documented. May be repeated.

        Asana docs: TaskRequestBase.assignee_section.
        """
        ...
