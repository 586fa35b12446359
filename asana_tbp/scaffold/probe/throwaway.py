"""What a probe makes in Asana, and how all of it is deleted again, also after a failure or Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import TypeVar

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import create_once
from asana_tbp.bridge.values import Project, Section, Style, Task, Workspace
from asana_tbp.errors import AsanaError, NotFound, NotSent, Refused
from asana_tbp.system.clock import Clock

MOST_REQUESTS = 60
MOST_TASKS_READ = 200
"""Tasks read of a list that may hold the user's own: two requests."""

CLOCKS_DIFFER = timedelta(minutes=1)
NOTES = (
    "Made by: asana-tbp doctor --probe\nIt deletes this by itself. If it is still here, you can delete it."
)


class NotReady(Exception):
    """Something a fact needs is not there; the text says what."""


Thing = TypeVar("Thing")


class Made(dict[str, Thing]):
    """What was made, by name. A missing one raises `NotReady`."""

    def __missing__(self, name: str) -> Thing:
        raise NotReady("something it needs could not be made")


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that could not be deleted. `link` may be empty."""

    name: str
    link: str


Rest = dict[str, tuple[Leftover, Callable[[str], None]]]
"""What is still to be deleted, by gid, in the order to delete it in."""


@dataclass
class Throwaway:
    """A private project, a section of My Tasks and some tasks, all with `mark` in their names.

    `begun` has what may have been made without our knowing.
    """

    asana: Gateway
    clock: Clock
    workspace: Workspace
    mark: str
    tasks: Made[Task] = field(default_factory=Made)
    sections: Made[Section] = field(default_factory=Made)
    begun: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begun_at = self.clock.now()
        self._project: Project | None = None
        self._project_deleted = self._tasks_gone = False
        self._own_section: Section | None = None

    @property
    def project(self) -> Project:
        """The project. Raises `NotReady` where there is none."""
        if self._project is None:
            raise NotReady("no project could be made")
        return self._project

    @cached_property
    def list_gid(self) -> str:
        """My Tasks of the workspace."""
        return self.asana.my_tasks_list(self.workspace.gid)

    @cached_property
    def _other_section(self) -> Section:
        sections = self.asana.sections(self.list_gid)
        if not sections:
            raise NotReady("My Tasks has no section")
        return sections[-1]

    @property
    def my_section(self) -> Section:
        """A section of My Tasks: our own, or where Asana lets none be made, the last one there is."""
        return self._own_section or self._other_section

    def my_row(self) -> list[str]:
        """The gids of that section's tasks as they stand."""
        return [task.gid for task in self.asana.section_tasks("", self.my_section.gid, MOST_TASKS_READ)]

    def make_project(self, team_gid: str | None) -> None:
        """Make the project. Raises what `create_once` raises."""
        style = Style(team_gid=team_gid, private=True)
        create = partial(self.asana.create_project, self.workspace.gid, self.mark, NOTES, style)
        remember = partial(self._remember, "project")
        self._project = create_once(remember, create, self._find_project, self.clock)
        self.begun_at = self._project.created_at or self.begun_at

    def _remember(self, what: str, begun: bool) -> None:
        self.begun[what] = begun

    def _find_project(self) -> Project | None:
        there = self.asana.projects(self.workspace.gid)
        return next((project for project in there if project.name == self.mark), None)

    def see_default_section(self) -> Section:
        """The section a new project has."""
        sections = self.asana.sections(self.project.gid)
        if not sections:
            raise NotReady("a new project has no section")
        self.sections["default"] = sections[0]
        return sections[0]

    def make_section(self, name: str) -> Section:
        """Make a section of the project, without an anchor."""
        self.sections[name] = self.asana.create_section(self.project.gid, f"{self.mark} {name}", None)
        return self.sections[name]

    def make_my_section(self) -> None:
        """Make our own section of My Tasks. Raises what `create_once` raises."""
        create = partial(self.asana.create_section, self.list_gid, self.mark, None)
        remember = partial(self._remember, "section")
        self._own_section = create_once(remember, create, self._find_own_section, self.clock)

    def _find_own_section(self) -> Section | None:
        there = self.asana.sections(self.list_gid)
        return next((section for section in there if section.name == self.mark), None)

    def make_task(self, name: str, section: Section | None = None, my_section: Section | None = None) -> Task:
        """Make a task in a section of the project, or in none in particular."""
        self.tasks[name] = self.asana.create_task(
            self.project.gid,
            section.gid if section else "",
            f"{self.mark} {name}",
            "",
            my_section=my_section.gid if my_section else "",
        )
        return self.tasks[name]

    def reserve_requests(self) -> None:
        """Leave as many requests as deleting everything takes."""
        self.asana.allow_requests(MOST_REQUESTS - len(self.tasks) - 5)

    def delete_project(self) -> bool:
        """Delete the project. Whether its tasks are still there."""
        self.asana.delete_project(self.project.gid)
        self._project_deleted = True
        if not self.tasks:
            raise NotReady("a task could not be made")
        with suppress(NotFound):
            self.asana.task(next(iter(self.tasks.values())).gid)
            return True
        self._tasks_gone = True
        return False

    def clean_up(self) -> tuple[Leftover, ...]:
        """Delete everything that was made; what could not be deleted."""
        self.asana.allow_requests(MOST_REQUESTS)
        rest = self._rest()
        # A second Ctrl-C, or a network that is gone, ends it: what is left is named.
        with suppress(KeyboardInterrupt, NotSent):
            self._find_strays()
            rest = self._rest()
            for gid, (_leftover, delete) in list(rest.items()):
                with _refusals_pass():
                    with suppress(NotFound):
                        delete(gid)
                    del rest[gid]
        return tuple(leftover for leftover, _delete in rest.values())

    def _rest(self) -> Rest:
        rest: Rest = {}
        if (project := self._project) and not self._project_deleted:
            leftover = Leftover(f"the project {self.mark}", project.link)
            rest[project.gid] = leftover, self.asana.delete_project
        for task in self.tasks.values():
            rest[task.gid] = Leftover(f"the task {task.name}", task.link), self.asana.delete_task
        if self._own_section:
            leftover = Leftover(f"the section {self.mark} of My Tasks", "")
            rest[self._own_section.gid] = leftover, self._delete_own_section
        return rest

    def _find_strays(self) -> None:
        """Find what was made although its answer was lost, and forget the tasks that went with the project."""
        if self.begun.get("project") and self._project is None:
            with _refusals_pass():
                self._project = self._find_project()
        if self.begun.get("section") and self._own_section is None:
            with _refusals_pass():
                self._own_section = self._find_own_section()
        with _refusals_pass():
            changed = self.asana.my_changed_tasks(self.workspace.gid, self.begun_at - CLOCKS_DIFFER)
            there = {task.gid: task.name for task in changed if self.mark in task.name}
            if self._tasks_gone:
                self.tasks = Made({name: task for name, task in self.tasks.items() if task.gid in there})
            for gid in there.keys() - {task.gid for task in self.tasks.values()}:
                self.tasks[gid] = Task(gid, there[gid])

    def _delete_own_section(self, gid: str) -> None:
        try:
            self.asana.delete_section(gid)
        except NotFound as error:
            # Also the answer of a server that deletes no section of My Tasks.
            if gid in {each.gid for each in self.asana.sections(self.list_gid)}:
                raise Refused(error.sentence) from None


@contextmanager
def _refusals_pass() -> Iterator[None]:
    try:
        yield
    except NotSent:
        raise
    except AsanaError:
        return
