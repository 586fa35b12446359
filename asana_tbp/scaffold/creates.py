"""Creates that are never doubled.

Knows the rule: journal, send, journal; and after an answer that was lost, read before sending again.
Must not know what else a scaffold does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from asana_tbp.bridge.asana import Anchor, Asana, Project, Section, Task
from asana_tbp.errors import AnswerLost
from asana_tbp.scaffold.desired import DesiredSection, DesiredTask
from asana_tbp.scaffold.journal import Journal
from asana_tbp.songmap.name import split_name, title_key

TRIES = 4

Made = TypeVar("Made", Project, Section, Task)


class Creates:
    """Makes the project, sections and tasks of one song."""

    def __init__(self, asana: Asana, journal: Journal) -> None:
        self._asana = asana
        self._journal = journal

    def project(self, title: str, notes: str) -> Project:
        """The song's project, with the song's mark in its notes."""
        song = self._journal.song
        marked = f"{notes}\n\n{mark(song.id)}".strip()
        made = _once(lambda: self._asana.create_project(song.workspace_gid, title, marked), self.find_project)
        self._journal.project_made(made)
        return made

    def find_project(self) -> Project | None:
        """The project of this song where an earlier create was applied and its answer lost, or None."""
        song = self._journal.song
        found = (
            project for project in self._asana.projects(song.workspace_gid) if mark(song.id) in project.notes
        )
        return next(found, None)

    def section(self, project_gid: str, section: DesiredSection, anchor: Anchor) -> Section:
        """A section beside its anchor."""
        self._journal.sending("section", section.key)
        known = {entry.gid for entry in self._journal.entries("section").values()}

        def find() -> Section | None:
            for found in self._asana.sections(project_gid):
                if found.gid not in known and title_key(found.name) == section.key:
                    return found
            return None

        made = _once(lambda: self._asana.create_section(project_gid, section.name, anchor), find)
        self._journal.answered("section", section.key, made.gid)
        return made

    def task(self, project_gid: str, section_gid: str, task: DesiredTask) -> Task:
        """A task in its section."""
        self._journal.sending("task", task.key)

        def find() -> Task | None:
            known = {entry.gid for entry in self._journal.entries("task").values()}
            for found in self._asana.section_tasks(project_gid, section_gid):
                if found.gid not in known and title_key(split_name(found.name).title) == title_key(
                    task.title
                ):
                    return found
            return None

        made = _once(lambda: self._asana.create_task(project_gid, section_gid, task.name, task.notes), find)
        self._journal.answered("task", task.key, made.gid)
        return made


def mark(song_id: str) -> str:
    """The line in a project's notes by which its song map is recognised."""
    return f"asana-tbp song map {song_id}"


def _once(create: Callable[[], Made], find: Callable[[], Made | None]) -> Made:
    tries = 0
    while True:
        tries += 1
        try:
            return create()
        except AnswerLost:
            found = find()
            if found is not None:
                return found
            if tries >= TRIES:
                raise
