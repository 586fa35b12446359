"""What a probe makes in Asana, and how all of it is deleted again, also after a failure or Ctrl-C."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project, Section, Style, Task, Workspace
from asana_tbp.errors import AnswerLost, AsanaError, NotFound, NotSent, Refused
from asana_tbp.scaffold.workspace_memory import Fact as Remembered
from asana_tbp.scaffold.workspace_memory import Landing, infer_rule

MOST_REQUESTS = 60
MOST_TASKS_READ = 200
"""Tasks read of a list that may hold the user's own: two requests."""

CLOCKS_DIFFER = timedelta(minutes=1)
NOTES = (
    "Made by: asana-tbp doctor --probe\nIt deletes this by itself. If it is still here, you can delete it."
)

PLACES: dict[Landing | None, str] = {
    "top": "on top",
    "bottom": "at the bottom",
    "mixed": "in no order we know",
    None: "nowhere we see it",
}


class NotReady(Exception):
    """Something that is needed to find out a fact is missing; the text says what."""


Thing = TypeVar("Thing")


class Made(dict[str, Thing]):
    """What was made, by name. A missing one raises `NotReady`."""

    def __missing__(self, name: str) -> Thing:
        raise NotReady("something it needs could not be made")


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that is not deleted yet. `link` may be empty."""

    gid: str
    name: str
    link: str
    delete: Callable[[str], None]


@dataclass
class Throwaway:
    """A private project, a section of My Tasks and some tasks, all with `mark` in their names, made since `begun_at`.

    The project is in `projects` under `""`, our section of My Tasks likewise in `sections`. `deleted` are gids.
    `arrived` are our tasks in the section of My Tasks in the order they came, `row` as they were read last.
    `words` are names that must not stand in a report. `remembered` is what scaffolding uses.
    """

    asana: Gateway
    workspace: Workspace
    mark: str
    begun_at: datetime
    projects: Made[Project] = field(default_factory=Made)
    sections: Made[Section] = field(default_factory=Made)
    tasks: Made[Task] = field(default_factory=Made)
    deleted: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    created_after: list[list[str]] = field(default_factory=list)
    remembered: dict[Remembered, str] = field(default_factory=dict)

    @cached_property
    def list_gid(self) -> str:
        """My Tasks of the workspace."""
        return self.asana.my_tasks_list(self.workspace.gid)

    @cached_property
    def section_used(self) -> Section:
        """A section of My Tasks: our own, or where Asana lets none be made, the last one there is."""
        sections = [self.sections[""]] if "" in self.sections else self.asana.sections(self.list_gid)
        if not sections:
            raise NotReady("My Tasks has no section")
        return sections[-1]

    @property
    def project(self) -> Project:
        return self.projects[""]

    def make_project(self, team_gid: str | None) -> None:
        """Make the project."""
        style = Style(team_gid=team_gid, private=True)
        project = self.asana.create_project(self.workspace.gid, self.mark, NOTES, style)
        self.projects[""], self.begun_at = project, project.created_at or self.begun_at

    def make_section(self, name: str) -> Section:
        """Make a section of the project without an anchor, or where `name` is "", of My Tasks."""
        home = self.project.gid if name else self.list_gid
        self.sections[name] = self.asana.create_section(home, f"{self.mark} {name}".strip(), None)
        return self.sections[name]

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

    def read_row(self) -> list[str]:
        """Read the section of My Tasks: our own tasks from top to bottom."""
        ours = {task.gid for task in self.tasks.values()}
        shown = self.asana.section_tasks("", self.section_used.gid, MOST_TASKS_READ)
        self.row = [task.gid for task in shown if task.gid in ours]
        return self.row

    def row_of_three(self) -> Sequence[str]:
        """The row as it was read last. Raises `NotReady` where it is too short to put into another order."""
        if len(self.row) < 3:
            raise NotReady("too few tasks are in the section of My Tasks")
        return self.row

    def place_of(self, fact: Remembered, created: Sequence[Sequence[str]], shown: Sequence[str]) -> str:
        """Where tasks have landed, in words, and remembered as a fact."""
        rule = infer_rule(created, shown)
        if rule in ("top", "bottom"):
            self.remembered[fact] = rule
        return PLACES[rule]

    def refusal(self, error: AsanaError) -> str:
        """What Asana refused, with nothing in it that must not stand in a report: names, ids, addresses, hosts."""
        if not error.status:
            lost = isinstance(error, AnswerLost)
            return "no answer that makes sense" if lost else "not found out: too many requests"
        reason = error.reason
        for word in sorted(filter(None, self.words), key=len, reverse=True):
            reason = re.sub(re.escape(word), "...", reason, flags=re.IGNORECASE)
        reason = re.sub(r"\S*(?:\d{5}|[@/\\]|\w\.\w)\S*|\S{25,}", "...", reason)[:120]
        kind = "failed" if error.status >= 500 else "refused"
        return f"{kind}: {error.status} {reason}".strip()

    def clean_up(self) -> tuple[Leftover, ...]:
        """Delete everything that was made; what could not be deleted."""
        self.asana.http.most_requests = MOST_REQUESTS
        # A second Ctrl-C, or a network that is gone, ends it: what is left is named.
        with suppress(KeyboardInterrupt, NotSent):
            self._find_strays()
            for each in self._leftovers():
                with _refusals_pass():
                    with suppress(NotFound):
                        each.delete(each.gid)
                    self.deleted.add(each.gid)
        return tuple(self._leftovers())

    def _leftovers(self) -> list[Leftover]:
        """What is not deleted yet, in the order to delete it in."""
        leftovers = [
            Leftover(each.gid, f"the project {self.mark}", each.link, self.asana.delete_project)
            for each in self.projects.values()
        ]
        for task in self.tasks.values():
            leftovers.append(Leftover(task.gid, f"the task {task.name}", task.link, self.asana.delete_task))
        if mine := self.sections.get(""):
            name = f"the section {self.mark} of My Tasks"
            leftovers.append(Leftover(mine.gid, name, "", self._delete_my_section))
        return [each for each in leftovers if each.gid not in self.deleted]

    def _find_strays(self) -> None:
        """Find what was made although its answer was lost."""
        with _refusals_pass():
            for project in () if self.projects else self.asana.projects(self.workspace.gid):
                if project.name == self.mark:
                    self.projects[""] = project
        with _refusals_pass():
            for section in () if "" in self.sections else self.asana.sections(self.list_gid):
                if section.name == self.mark:
                    self.sections[""] = section
        with _refusals_pass():
            changed = self.asana.my_changed_tasks(self.workspace.gid, self.begun_at - CLOCKS_DIFFER)
            known = {task.gid for task in self.tasks.values()}
            ours = (task for task in changed if self.mark in task.name and task.gid not in known)
            self.tasks.update({task.gid: task for task in ours})

    def _delete_my_section(self, gid: str) -> None:
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
