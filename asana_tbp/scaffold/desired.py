"""What a song map asks Asana for, with the keys by which its sections and tasks are recognised again.

Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from asana_tbp.bridge.values import mark_of
from asana_tbp.scaffold.base import Base, section_of, title_of
from asana_tbp.songmap.model import MapBreak, Section, SongMap, Task
from asana_tbp.songmap.order import ideal_order, rests_of
from asana_tbp.songmap.schedule import Schedule, scheduled
from asana_tbp.songmap.task_name import compose_name, normalize, read_name
from asana_tbp.songmap.write.notes import render_notes, render_rich_notes, rich_body
from asana_tbp.text import LONGEST_LINE, unbroken

_NUMBER = re.compile(r"\d{2,4}\s+", re.ASCII)
_OUR_LINES = re.compile(r"^asana-tbp (?:song map [0-9a-f]{12}|card: \S+)[^\S\n]*$", re.MULTILINE)
"""The lines that we keep in a project's notes: the mark of its song map, and that of its card."""


@dataclass(frozen=True, slots=True)
class DesiredTask:
    """A task to have: `key` is unique in the song, `place` its place in the ideal order, from 0.

    `due_on` is a date, `yyyy-mm-dd`, or empty; `numbered` where its name begins with its place; `rest` the break
    that follows it, None for none; `line` the template line it came from, "" for none.
    """

    key: str
    name: str
    title: str
    minutes: int
    notes: str
    place: int
    due_on: str = ""
    numbered: bool = False
    rest: MapBreak | None = None
    line: str = ""

    @property
    def section_key(self) -> str:
        """The key of its section."""
        return section_of(self.key)

    def base(self, section: str, place: int | None) -> Base:
        """Its base if every field is the map's; `section` is a gid, `place` is among all tasks of the map."""
        due_on, mine = self.due_on, self.place
        return Base(self.name, self.title, self.minutes, section, place, self.notes, due_on, my_place=mine)

    def is_called(self, name: str) -> bool:
        """Whether a task of this name is this one, judged by its title; a number may stand before it."""
        title = _title_key(name)
        return title_of(self.key) in (title, unnumbered(title) if self.numbered else title)


@lru_cache(maxsize=4096)
def _title_key(name: str) -> str:
    return normalize(read_name(name).title)


@dataclass(frozen=True, slots=True)
class DesiredSection:
    """A section to have, with its tasks from top to bottom."""

    key: str
    name: str
    tasks: tuple[DesiredTask, ...]
    line = ""

    def is_called(self, name: str) -> bool:
        """Whether a section of this name is this one."""
        return normalize(name) == self.key


@dataclass(frozen=True, slots=True)
class Desired:
    """The project that `song_map` asks for. `schedule` holds everything that determines its tasks' due dates."""

    title: str
    song_map: SongMap
    notes: str
    sections: tuple[DesiredSection, ...]
    schedule: str

    @property
    def base(self) -> Base:
        """The base of the song if every field is the map's."""
        deadline = str(self.song_map.deadline or "")
        return Base(self.title, notes=self.notes, deadline=deadline, schedule=self.schedule)

    @property
    def tasks(self) -> tuple[DesiredTask, ...]:
        """All tasks, section by section."""
        return tuple(task for section in self.sections for task in section.tasks)

    def rich_notes(self, song_id: str, notes: str = "") -> str:
        """Its rich notes with the song's mark; the marks in its present `notes` are kept."""
        ours = [line.strip() for line in _OUR_LINES.findall(notes)] or [mark_of("song map", song_id)]
        return rich_body(render_rich_notes(self.song_map), "\n".join(ours))

    def laid_out(self, today: date, done: Collection[str] = ()) -> tuple[Desired, Schedule]:
        """A copy with its tasks' due dates from `today`, and their schedule; `done` are keys of tasks without one.

        Breaks take time but have no due date.
        """
        ideal = [
            (key, task)
            for section, task in ideal_order(self.song_map)
            if (key := task_key(section, task.title)) not in done
        ]
        minutes, song_map = [task.minutes for _, task in ideal], self.song_map
        schedule = scheduled(minutes, song_map.sessions, deadline=song_map.deadline, today=today)
        days = zip(ideal, schedule.due, strict=False)
        due = {key: str(day) for (key, task), day in days if task.in_asana}
        sections = tuple(
            replace(
                section, tasks=tuple(replace(task, due_on=due.get(task.key, "")) for task in section.tasks)
            )
            for section in self.sections
        )
        return replace(self, sections=sections), schedule


def desired_of(song_map: SongMap, title: str = "", *, numbered: bool = False) -> Desired:
    """What `song_map` asks for; `title` replaces the song's own.

    `numbered` puts the place in the ideal order before each name. Raises `SongMapError` where its `after` can't be
    followed; a map from the loader always can.
    """
    ordered = ideal_order(song_map)
    rests = {task_key(each.section, each.task.title): rest for each, rest in rests_of(ordered).items()}
    ideal = [task_key(section, task.title) for section, task in ordered if task.in_asana]
    places = {key: place for place, key in enumerate(ideal)}
    digits = max(2, len(str(len(places))))

    def task_of(section: Section, task: Task) -> DesiredTask:
        key = task_key(section.name, task.title)
        name = task.name
        if numbered:
            # Before its title: a time budget in front must stay in front, or nobody can read it.
            name = compose_name(f"{places[key] + 1:0{digits}} {task.title}", task.minutes)
        line = normalize(task.line) if "${" in task.line else ""
        return DesiredTask(
            key,
            name,
            task.title,
            task.minutes,
            task.notes,
            places[key],
            numbered=numbered,
            rest=rests.get(key),
            line=line,
        )

    sections = tuple(
        DesiredSection(
            normalize(section.name),
            section.name,
            tuple(task_of(section, task) for task in section.tasks if task.in_asana),
        )
        for section in song_map.sections
    )
    title = title or song_map.song
    return Desired(title, song_map, render_notes(song_map), sections, _schedule_of(song_map))


def own_lines_removed(notes: str) -> str:
    """A project's notes without the lines that are ours."""
    return _OUR_LINES.sub("", notes).strip()


def unnumbered(title: str) -> str:
    """A title without the number that `numbered_names` puts before it."""
    number = _NUMBER.match(title)
    return title[number.end() :] if number else title


def shown_title(name: str, *, numbered: bool = False) -> tuple[str, int | None]:
    """The title in a task's name as a map can hold it, without our number, and its minutes."""
    shown, minutes = read_name(unbroken(name))[:2]
    return (unnumbered(shown) if numbered else shown)[:LONGEST_LINE].strip(), minutes


def _schedule_of(song_map: SongMap) -> str:
    """Everything that determines the due dates of a map's tasks; if it is equal, they stay as they are."""
    sessions, deadline = song_map.sessions, song_map.deadline
    if not sessions and not deadline:
        return ""
    when = [*sessions.days, sessions.minutes, str(sessions.start)] if sessions else None
    tasks = [[task_key(section, task.title), task.minutes] for section, task in ideal_order(song_map)]
    return json.dumps([str(deadline or ""), when, tasks], ensure_ascii=False)


def task_key(section: str, title: str) -> str:
    """The key of the task of this title in this section."""
    return f"{normalize(section)}\n{normalize(title)}"
