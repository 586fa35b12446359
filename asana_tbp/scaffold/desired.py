"""What a song map asks Asana for.

Pure. Knows keys: how a section or task of a map is recognised from one run to the next. Must not know
what Asana has.
"""

from __future__ import annotations

from dataclasses import dataclass

from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.name import title_key
from asana_tbp.songmap.notes import render_notes
from asana_tbp.songmap.order import ideal_order


@dataclass(frozen=True, slots=True)
class DesiredTask:
    """A task to have: `key` is unique in the song, `place` its place in the ideal order, from 0."""

    key: str
    name: str
    title: str
    minutes: int
    notes: str
    place: int


@dataclass(frozen=True, slots=True)
class DesiredSection:
    """A section to have, with its tasks from top to bottom."""

    key: str
    name: str
    tasks: tuple[DesiredTask, ...]


@dataclass(frozen=True, slots=True)
class Desired:
    """A project to have."""

    title: str
    notes: str
    sections: tuple[DesiredSection, ...]

    @property
    def tasks(self) -> tuple[DesiredTask, ...]:
        """All tasks, section by section."""
        return tuple(task for section in self.sections for task in section.tasks)

    @property
    def minutes(self) -> int:
        """Sum of all budgets."""
        return sum(task.minutes for task in self.tasks)


def desired_of(song_map: SongMap, title: str = "") -> Desired:
    """What `song_map` asks for; `title` replaces the song's own.

    Raises `SongMapError` where its `after` can't be followed; a map from the loader always can.
    """
    places = {
        _task_key(section, task.title): place for place, (section, task) in enumerate(ideal_order(song_map))
    }
    sections = tuple(
        DesiredSection(
            key=title_key(section.name),
            name=section.name,
            tasks=tuple(
                DesiredTask(
                    key=_task_key(section.name, task.title),
                    name=song_map.name_of(task),
                    title=task.title,
                    minutes=task.minutes,
                    notes=task.notes,
                    place=places[_task_key(section.name, task.title)],
                )
                for task in section.tasks
                if task.in_asana
            ),
        )
        for section in song_map.sections
    )
    return Desired(title or song_map.song, render_notes(song_map), sections)


def _task_key(section: str, title: str) -> str:
    return f"{title_key(section)}\n{title_key(title)}"
