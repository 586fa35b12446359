"""What the board asks of Asana beyond what every room asks: cards, and what changed among one's tasks.

Knows the meaning of Asana's objects. Must not know HTTP, the SDK, or how a call is retried. Every method
may raise the `AsanaError` classes of `asana_tbp.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from asana_tbp.bridge.values import Asana


@dataclass(frozen=True, slots=True)
class Card:
    """A task of the board. `section_gid` is its stage, `due_on` a date, `yyyy-mm-dd`."""

    gid: str
    name: str
    notes: str = ""
    link: str = ""
    section_gid: str = ""
    completed: bool = False
    due_on: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedTask:
    """One of the user's tasks, in which projects it is, and when it was changed last, in Asana's time."""

    gid: str
    name: str
    completed: bool
    project_gids: tuple[str, ...]
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class ExactProject:
    """A project's rich notes to the letter: Asana's XML, as no other reading gives them."""

    gid: str
    name: str
    rich_notes: str


@dataclass(frozen=True, slots=True)
class ExactTask:
    """A task's name and rich notes to the letter."""

    gid: str
    name: str
    completed: bool
    rich_notes: str


class Cards(Asana, Protocol):
    """Asana with a board."""

    def cards(self, project_gid: str) -> tuple[Card, ...]:
        """All tasks of the board, completed ones too, in the project's order."""
        ...

    def create_card(
        self, project_gid: str, section_gid: str, name: str, notes: str, due_on: str | None = None
    ) -> Card:
        """A new card in a stage, assigned to the token's owner. Not idempotent."""
        ...

    def move_to_end(self, project_gid: str, section_gid: str, gid: str) -> None:
        """Move a task to the end of a section of the project. May be repeated.

        Asana docs: addProjectForTask, with a section and no anchor.
        """
        ...

    def set_completed(self, gid: str, completed: bool) -> None:
        """Mark a card complete or open. May be repeated."""
        ...

    def rename_task(self, gid: str, name: str) -> None:
        """Give a task another name. May be repeated."""
        ...

    def archive_project(self, gid: str, archived: bool) -> None:
        """Archive a project, or bring it back. May be repeated."""
        ...

    def my_changed_tasks(self, workspace_gid: str, since: datetime) -> tuple[ChangedTask, ...]:
        """The user's tasks that were changed at or after `since`, completed ones too, in no promised order.

        Asana docs: getTasks, `modified_since`. A task that was deleted or given to somebody else is not
        among them.
        """
        ...

    def exact_project(self, gid: str) -> ExactProject:
        """A project with its rich notes to the letter.

        The SDK gives a space for every no-break space it receives, so what it reads must not be written back.
        """
        ...

    def exact_task(self, gid: str) -> ExactTask:
        """A task with its name and rich notes to the letter; see `exact_project`."""
        ...

    def write_project_notes(self, gid: str, rich_notes: str) -> None:
        """Replace a project's notes. May be repeated."""
        ...

    def write_task_notes(self, gid: str, rich_notes: str) -> None:
        """Replace a task's notes. May be repeated."""
        ...
