"""Desired against remote: what would be done.

Pure: the same map, the same Asana and the same journal always give the same plan. A plan has no deletes,
renames only a default section that nobody has used, and leaves what the producer changed as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asana_tbp.bridge.asana import Section, Task
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.scaffold.journal import Entry
from asana_tbp.songmap.name import split_name, title_key
from asana_tbp.songmap.wording import quoted


@dataclass(frozen=True, slots=True)
class Remote:
    """What Asana has: a project's sections in display order and its tasks in the project's order."""

    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]


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
    name alone, not by the journal; `extra` are names that the map does not have.
    """

    changes: tuple[Change, ...]
    sections: Mapping[str, str]
    tasks: Mapping[str, str]
    adopted: frozenset[str]
    differences: tuple[Difference, ...]
    extra: tuple[str, ...]
    unplaced: bool

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

    def plan(self) -> Plan:
        self._match_sections()
        self._match_tasks()
        for section in self._desired.sections:
            for task in section.tasks:
                if task.key in self._tasks:
                    self._compare(task, section)
                elif task.key not in self._gone:
                    self._changes.append(CreateTask(task, section))
        claimed = {*self._tasks.values(), *self._sections.values()}
        claimed.update(change.gid for change in self._changes if isinstance(change, NameSection))
        extra = [section.name for section in self._remote.sections if section.gid not in claimed]
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
        )

    def _match_sections(self) -> None:
        free = [section for section in self._remote.sections if section.gid not in self._known_sections()]
        missing: list[DesiredSection] = []
        for section in self._desired.sections:
            entry = self._section_entries.get(section.key)
            if entry and entry.gid in self._names:
                self._sections[section.key] = entry.gid
                if title_key(self._names[entry.gid]) != section.key:
                    self._differ(section.name, f"is called {quoted(self._names[entry.gid])} in Asana")
                continue
            same = next((found for found in free if title_key(found.name) == section.key), None)
            if same is None:
                missing.append(section)
                continue
            free.remove(same)
            self._sections[section.key] = same.gid
            if entry is None:
                self._adopted.add(section.key)
        if missing and self._default_section_is_unused():
            self._changes.append(NameSection(missing.pop(0), self._remote.sections[0].gid))
        self._changes += [CreateSection(section) for section in missing]

    def _default_section_is_unused(self) -> bool:
        answered = any(entry.gid for entry in self._section_entries.values())
        return (
            len(self._remote.sections) == 1 and not self._remote.tasks and not self._sections and not answered
        )

    def _known_sections(self) -> set[str | None]:
        return {entry.gid for entry in self._section_entries.values()}

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
                        self._differ(task.name, "is no longer in this project; it is not made again")
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
                if in_reach and title_key(split_name(found.name).title) == title_key(task.title):
                    free.remove(found)
                    self._tasks[task.key] = found.gid
                    if task.key not in self._task_entries:
                        self._adopted.add(task.key)
                    break

    def _compare(self, task: DesiredTask, section: DesiredSection) -> None:
        found = self._by_gid[self._tasks[task.key]]
        title, minutes = split_name(found.name)
        if title_key(title) != title_key(task.title) or minutes != task.minutes:
            self._differ(task.name, f"is called {quoted(found.name)} in Asana")
        if found.section_gid != self._sections.get(section.key):
            home = self._names.get(found.section_gid, "no section")
            self._differ(task.name, f"is in {quoted(home)} in Asana")
        if found.completed:
            self._differ(task.name, "is completed in Asana")

    def _differ(self, name: str, sentence: str) -> None:
        self._differences.append(Difference(name, sentence))
