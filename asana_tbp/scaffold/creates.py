"""The project, sections and tasks of a song, each created once, with the journal as their memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import FINAL, create_once
from asana_tbp.bridge.values import Anchor, Project, Section, Style, Task
from asana_tbp.errors import Refused
from asana_tbp.scaffold.base import Base
from asana_tbp.scaffold.compare.plan import base_of_task
from asana_tbp.scaffold.desired import Desired, DesiredSection, DesiredTask
from asana_tbp.scaffold.journal import Journal
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.write.notes import rich_body
from asana_tbp.system.clock import Clock

_MARK = re.compile(r"^asana-tbp song map ([0-9a-f]{12})\s*$", re.MULTILINE)

Made = TypeVar("Made", Project, Section, Task)


@dataclass(slots=True)
class JournalledCreates:
    """Makes the project, sections and tasks of one song.

    `made` are the gids of tasks it has made, `doubtful` the keys of those whose create was sent twice, as the first
    was not found.
    `my_section_refused` once Asana took a task only without its section of My Tasks.
    """

    _asana: Gateway
    _journal: Journal
    _clock: Clock
    doubtful: set[str] = field(default_factory=set)
    made: list[str] = field(default_factory=list)
    my_section_refused: bool = False

    def project(self, desired: Desired, style: Style) -> Project:
        """The song's project, with the song's mark in its notes: rich ones, or plain where those are refused."""
        line = mark(self._journal.song.id)
        plain = f"{desired.notes}\n\n{line}".strip()
        rich = replace(style, rich_notes=rich_body(desired.rich_notes, line))

        def create() -> Project:
            workspace = self._journal.song.workspace_gid
            try:
                return self._asana.create_project(workspace, desired.title, plain, rich)
            except Refused as refused:
                if speaks_of_team(refused):
                    raise
                return self._asana.create_project(workspace, desired.title, plain, style)

        made = create_once(_already_written_down, create, self.find_project, self._clock)
        self._journal.change_song(project_gid=made.gid, link=made.link)
        return made

    def find_project(self) -> Project | None:
        """The project of this song where an earlier create was applied and its answer lost, or None."""
        song = self._journal.song
        return _first(self._asana.projects(song.workspace_gid), lambda found: marked(found.notes) == song.id)

    def section(self, project_gid: str, section: DesiredSection, anchor: Anchor | None) -> Section:
        """A section beside its anchor."""
        remember = partial(self._remember, section.key)
        made = self._new_section(remember, project_gid, section.name, anchor, self._journal.gids())
        self._journal.answered(section.key, made.gid, base=Base(section.name))
        return made

    def my_section(self, list_gid: str, name: str, there: Sequence[str]) -> Section:
        """A section at the end of My Tasks. `there` are the gids of those it has already."""
        after = Anchor(there[-1] if there else "")
        return self._new_section(_already_written_down, list_gid, name, after, there)

    def _new_section(
        self,
        remember: Callable[[bool], None],
        home: str,
        name: str,
        anchor: Anchor | None,
        known: Container[str],
    ) -> Section:
        def find() -> Section | None:
            return _first(
                self._asana.sections(home),
                lambda found: found.gid not in known and normalize(found.name) == normalize(name),
            )

        return create_once(
            remember, lambda: self._asana.create_section(home, name, anchor), find, self._clock
        )

    def _remember(self, key: str, unsure: bool) -> None:
        if unsure:
            self._journal.sending(key)

    def task(self, project_gid: str, section_gid: str, task: DesiredTask, my_section: str = "") -> Task:
        """A task in its section of the project, and in `my_section` of My Tasks where Asana takes that."""

        def find() -> Task | None:
            known = self._journal.gids()
            found = _first(
                self._asana.section_tasks(project_gid, section_gid),
                lambda found: found.gid not in known and task.is_called(found.name),
            )
            if found is None:
                self.doubtful.add(task.key)
            return found

        def create(my_section: str) -> Task:
            return self._asana.create_task(
                project_gid, section_gid, task.name, task.notes, task.due_on or None, my_section=my_section
            )

        def create_somehow() -> Task:
            if my_section and not self.my_section_refused:
                with suppress(*FINAL):
                    return create(my_section)
            made = create("")
            self.my_section_refused |= bool(my_section)
            return made

        remember = partial(self._remember, task.key)
        made = create_once(remember, create_somehow, find, self._clock)
        self.made.append(made.gid)
        base = base_of_task(task, section_gid, place=None)
        self._journal.answered(task.key, made.gid, base=base, line=task.line)
        return made


def mark(song_id: str) -> str:
    """The line in a project's notes by which its song map is recognised."""
    return f"asana-tbp song map {song_id}"


# What this product keeps in a project's notes for itself; none of it is the producer's.
_OUR_LINES = re.compile(r"^asana-tbp (?:song map [0-9a-f]{12}|card: \S+)[^\S\n]*$", re.MULTILINE)


def own_lines_removed(notes: str) -> str:
    """A project's notes without the lines that are ours."""
    return _OUR_LINES.sub("", notes).strip()


def project_notes(desired: Desired, notes: str, song_id: str) -> str:
    """A project's new rich notes, with the lines of ours that its present `notes` have."""
    ours = [line.strip() for line in _OUR_LINES.findall(notes)] or [mark(song_id)]
    return rich_body(desired.rich_notes, "\n".join(ours))


def marked(notes: str) -> str | None:
    """The song's id in a project's notes, or None where they have none. The last one counts."""
    found = _MARK.findall(notes)
    return found[-1] if found else None


def speaks_of_team(refused: Refused) -> bool:
    """Whether Asana wants a team. It has no status of its own (pipedream #16651), so its words must do."""
    return "team" in refused.sentence.casefold()


def _already_written_down(_unsure: bool) -> None:
    """The song itself is in the journal, and My Tasks shows which sections are there."""


def _first(found: Iterable[Made], wanted: Callable[[Made], bool]) -> Made | None:
    return next((thing for thing in found if wanted(thing)), None)
