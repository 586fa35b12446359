"""The few calls of Asana that a session needs; `asana_tbp.bridge.gateway.Gateway` has them."""

from __future__ import annotations

from typing import Protocol

from asana_tbp.bridge.values import Comment, Section, Task


class TaskService(Protocol):
    """Asana as a session sees it. Every method may raise the `AsanaError` classes of `asana_tbp.errors`."""

    def sections(self, project_gid: str) -> tuple[Section, ...]:
        """The sections of a project in display order."""
        ...

    def tasks(self, project_gid: str, *, open_only: bool = False) -> tuple[Task, ...]:
        """The tasks of a project, or those that are not complete, in the project's order."""
        ...

    def my_open_tasks(self, list_gid: str) -> tuple[Task, ...]:
        """The tasks of My Tasks that are not complete, in the order it shows them."""
        ...

    def task(self, gid: str) -> Task:
        """One task."""
        ...

    def set_completed(self, gid: str, completed: bool, *, once: bool = False) -> None:
        """Mark a task complete or open; with `once` it is sent at most once."""
        ...

    def comments(self, task_gid: str) -> tuple[Comment, ...]:
        """The comments on a task, oldest first."""
        ...

    def add_comment(self, task_gid: str, text: str) -> None:
        """Comment on a task in plain text. Not idempotent."""
        ...
