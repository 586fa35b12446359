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


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a project."""

    gid: str
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `section_gid` is its section in the project it was read through, "" elsewhere."""

    gid: str
    name: str
    completed: bool = False
    completed_at: datetime | None = None
    assignee_gid: str | None = None
    section_gid: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Right after, or right before, the section `gid`."""

    gid: str
    side: Literal["after", "before"] = "after"


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

    def create_project(self, workspace_gid: str, name: str, notes: str) -> Project:
        """A new project in list view. Not idempotent: raises `AnswerLost` where it may exist already.

        It has one default section (Asana forum t/1062521), whose name must not be relied on.
        """
        ...

    def sections(self, project_gid: str) -> tuple[Section, ...]:
        """The sections of a project in display order."""
        ...

    def create_section(self, project_gid: str, name: str, anchor: Anchor) -> Section:
        """A new section beside another one. Not idempotent."""
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

    def create_task(self, project_gid: str, section_gid: str, name: str, notes: str) -> Task:
        """A new task in a section, assigned to the token's owner. Not idempotent.

        Where it lands in the section is not documented.
        """
        ...

    def place_task(self, project_gid: str, section_gid: str, gid: str, after: str | None) -> None:
        """Move a task right after `after`, a task of that section, or to the section's beginning. May be repeated.

        Asana docs: addProjectForTask, which also reorders a task that is in the project already.
        """
        ...

    def complete_task(self, gid: str) -> None:
        """Mark a task complete. May be repeated."""
        ...
