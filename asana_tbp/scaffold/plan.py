"""Desired against remote: what would be done.

Pure: the same map, the same Asana and the same journal always give the same plan. A plan has no deletes,
renames only a default section that nobody has used, and leaves what the producer changed as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asana_tbp.bridge.values import Section, Task
from asana_tbp.scaffold.base import Entry, default_name
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.songmap.task_name import normalize, split_name
from asana_tbp.text import quote


@dataclass(frozen=True, slots=True)
class Remote:
    """What Asana has: a project's sections in display order and its tasks in the project's order.

    `ours` is False for a project that was there before its song map.
    """

    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    ours: bool = True


@dataclass(frozen=True, slots=True)
class CreateProject:
    """The song's project is made."""

    title: str


@dataclass(frozen=True, slots=True)
class NameSection:
    """The default section of a new project gets the first section's name."""

    section: DesiredSection
    gid: str


@dataclass(frozen=True, slots=True)
class CreateSection:
    """A section is made."""

    section: DesiredSection


@dataclass(frozen=True, slots=True)
class CreateTask:
    """A task is made in its section, assigned to the producer."""

    task: DesiredTask
    section: DesiredSection


Change = CreateProject | NameSection | CreateSection | CreateTask


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that Asana has otherwise than the map; it is left as it is in Asana."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, and what was found.

    `sections` and `tasks` map the keys of what is there already to gids; `adopted` are keys recognised by
    name alone, not by the journal; `extra` are names that the map does not have. `untouched` is a default
    section that is still as Asana made it.
    """

    changes: tuple[Change, ...]
    sections: Mapping[str, str]
    tasks: Mapping[str, str]
    adopted: frozenset[str]
    differences: tuple[Difference, ...]
    extra: tuple[str, ...]
    unplaced: bool
    untouched: Section | None = None

    @property
    def nothing_to_do(self) -> bool:
        """Whether Asana has everything, in its place."""
        return not self.changes and not self.unplaced


def plan(
    desired: Desired,
    remote: Remote | None,
    sections: Mapping[str, Entry],
    tasks: Mapping[str, Entry],
) -> Plan:
    """Compare. `remote` is None before the project exists; `sections` and `tasks` are the journal's entries."""
    if remote is None:
        changes: list[Change] = [CreateProject(desired.title)]
        for section in desired.sections:
            changes.append(CreateSection(section))
        for section in desired.sections:
            changes += [CreateTask(task, section) for task in section.tasks]
        return Plan(tuple(changes), {}, {}, frozenset(), (), (), unplaced=True)
    return _Comparison(desired, remote, sections, tasks).plan()


class _Comparison:
    def __init__(
        self, desired: Desired, remote: Remote, sections: Mapping[str, Entry], tasks: Mapping[str, Entry]
    ) -> None:
        self._desired = desired
        self._remote = remote
        self._section_entries = sections
        self._task_entries = tasks
        self._names = {section.gid: section.name for section in remote.sections}
        self._by_gid = {task.gid: task for task in remote.tasks}
        self._changes: list[Change] = []
        self._differences: list[Difference] = []
        self._adopted: set[str] = set()
        self._sections: dict[str, str] = {}
        self._tasks: dict[str, str] = {}
        self._gone: set[str] = set()
        self._missing: list[DesiredSection] = []
        self._untouched = self._untouched_default()

    def plan(self) -> Plan:
        self._match_sections()
        self._match_tasks()
        creating = [
            CreateTask(task, section)
            for section in self._desired.sections
            for task in section.tasks
            if task.key not in self._tasks and task.key not in self._gone
        ]
        self._plan_sections({change.section.key for change in creating})
        self._changes += creating
        for section in self._desired.sections:
            for task in section.tasks:
                if task.key in self._gone:
                    self._differ(task.name, "is no longer in this project; it is not made again")
                elif task.key in self._tasks:
                    self._compare(task, section)
        claimed = {*self._tasks.values(), *self._sections.values()}
        known = claimed | {self._untouched.gid if self._untouched else ""}
        extra = [section.name for section in self._remote.sections if section.gid not in known]
        extra += [task.name for task in self._remote.tasks if task.gid not in claimed]
        return Plan(
            changes=tuple(self._changes),
            sections=self._sections,
            tasks=self._tasks,
            adopted=frozenset(self._adopted),
            differences=tuple(self._differences),
            extra=tuple(extra),
            unplaced=any(
                not entry.placed
                for entry in (*self._section_entries.values(), *self._task_entries.values())
                if entry.gid in claimed
            ),
            untouched=self._untouched,
        )

    def _untouched_default(self) -> Section | None:
        """The section that came with a project of ours, while nobody has used or renamed it."""
        journalled = {
            entry.gid: name
            for key, entry in self._section_entries.items()
            if (name := default_name(key)) is not None
        }
        used = {entry.gid for key, entry in self._section_entries.items() if default_name(key) is None}
        used |= {task.section_gid for task in self._remote.tasks}
        if not self._remote.ours:
            return None
        if not journalled and len(self._remote.sections) == 1 and used <= {None}:
            return self._remote.sections[0]
        for section in self._remote.sections:
            if section.gid not in used and journalled.get(section.gid) == section.name:
                return section
        return None

    def _match_sections(self) -> None:
        known = {entry.gid for key, entry in self._section_entries.items() if default_name(key) is None}
        free = [section for section in self._remote.sections if section.gid not in known]
        for section in self._desired.sections:
            entry = self._section_entries.get(section.key)
            if entry and entry.gid in self._names:
                self._sections[section.key] = entry.gid
                continue
            same = next((found for found in free if normalize(found.name) == section.key), None)
            if same is None:
                self._missing.append(section)
                continue
            free.remove(same)
            self._sections[section.key] = same.gid
            if entry is None:
                self._adopted.add(section.key)

    def _plan_sections(self, needed: set[str]) -> None:
        for section in self._desired.sections:
            found = self._names.get(self._sections.get(section.key, ""))
            if found is not None and normalize(found) != section.key:
                self._differ(section.name, f"is called {quote(found)} in Asana")
        for section in self._missing:
            entry = self._section_entries.get(section.key)
            if entry and entry.gid and section.key not in needed:
                self._differ(section.name, "is no longer in this project; it is not made again")
            elif self._untouched and self._untouched.gid not in self._sections.values():
                self._changes.append(NameSection(section, self._untouched.gid))
                self._untouched = None
            else:
                self._changes.append(CreateSection(section))

    def _match_tasks(self) -> None:
        claimed = {entry.gid for entry in self._task_entries.values()}
        free = [task for task in self._remote.tasks if task.gid not in claimed]
        searched: list[tuple[DesiredTask, str | None]] = []
        for section in self._desired.sections:
            for task in section.tasks:
                entry = self._task_entries.get(task.key)
                if entry and entry.gid:
                    if entry.gid in self._by_gid:
                        self._tasks[task.key] = entry.gid
                    else:
                        self._gone.add(task.key)
                else:
                    searched.append((task, self._sections.get(section.key)))
        self._search(searched, free, anywhere=False)
        # Without a journal a title is all there is to know a moved task by. With one, a task of the same
        # title elsewhere is the producer's own.
        if not self._task_entries:
            left = [(task, gid) for task, gid in searched if task.key not in self._tasks]
            self._search(left, free, anywhere=True)

    def _search(
        self, searched: list[tuple[DesiredTask, str | None]], free: list[Task], *, anywhere: bool
    ) -> None:
        for task, section_gid in searched:
            for found in free:
                in_reach = anywhere or found.section_gid == section_gid
                if in_reach and task.is_called(found.name):
                    free.remove(found)
                    self._tasks[task.key] = found.gid
                    if task.key not in self._task_entries:
                        self._adopted.add(task.key)
                    break

    def _compare(self, task: DesiredTask, section: DesiredSection) -> None:
        found = self._by_gid[self._tasks[task.key]]
        if not task.is_called(found.name) or split_name(found.name).minutes != task.minutes:
            self._differ(task.name, f"is called {quote(found.name)} in Asana")
        if found.section_gid != self._sections.get(section.key):
            home = self._names.get(found.section_gid, "no section")
            self._differ(task.name, f"is in {quote(home)} in Asana")
        if found.completed:
            self._differ(task.name, "is completed in Asana")

    def _differ(self, name: str, sentence: str) -> None:
        self._differences.append(Difference(name, sentence))
