"""The base of a song: each field as it was last written to Asana or last agreed on, so that changes have a side.

Pure. A field that is None is not known: then nobody can say who changed it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class TaskBase:
    """A task's fields in the map when they were last handled. `section` is a gid, `due_on` `yyyy-mm-dd` or "".

    `place` is its place among all tasks of the map, from 0, section by section, and `my_place` its place in the
    ideal order that My Tasks has. `completed` is what Asana showed.
    """

    name: str | None = None
    title: str | None = None
    minutes: int | None = None
    section: str | None = None
    place: int | None = None
    notes: str | None = None
    due_on: str | None = None
    completed: bool = False
    my_place: int | None = None


@dataclass(frozen=True, slots=True)
class SectionBase:
    """A section's name, and its place among the sections of the map, from 0."""

    name: str | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class SongBase:
    """A song's name and notes. `notes` are as the map renders them, `notes_in_asana` as Asana gave them back.

    `deadline` is `yyyy-mm-dd` or ""; `schedule` holds everything that the tasks' days follow from.
    """

    name: str | None = None
    notes: str | None = None
    notes_in_asana: str | None = None
    deadline: str | None = None
    schedule: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the journal knows of a section or task of the map.

    `gid` is None while a create's fate is unknown; `ours` unless Asana had it before us; `placed` once its place
    was verified; `queued` once it was put into its section of My Tasks, at `ideal` in the ideal order. `line` is
    the template line it came from, "" for none. `dropped` once the user heard that the map has it no longer.
    """

    gid: str | None
    ours: bool = True
    placed: bool = False
    queued: bool = False
    ideal: int | None = None
    base: TaskBase | SectionBase | None = None
    line: str = ""
    dropped: bool = False

    @property
    def task_base(self) -> TaskBase:
        """The base of a task; nothing is known where there is none."""
        return self.base if isinstance(self.base, TaskBase) else TaskBase()

    @property
    def section_base(self) -> SectionBase:
        """The base of a section; nothing is known where there is none."""
        return self.base if isinstance(self.base, SectionBase) else SectionBase()


_DEFAULT = "\n"
# Keys of sections are single lines: this can be none of theirs.


def default_key(name: str) -> str:
    """The key of the section that came with a project, under the name Asana gave it."""
    return _DEFAULT + name


def default_name(key: str) -> str | None:
    """The name Asana gave the section of this key, where it is the one that came with the project."""
    return key.removeprefix(_DEFAULT) if key.startswith(_DEFAULT) else None


Base = TypeVar("Base", TaskBase, SectionBase, SongBase)


def base_as_json(base: TaskBase | SectionBase | SongBase) -> str:
    """A base as it stands on disk."""
    return json.dumps(asdict(base), ensure_ascii=False)


def base_of(kind: type[Base], text: str) -> Base | None:
    """A base from disk; None where there is none. Fields of a later edition are left out."""
    if not text:
        return None
    content: Mapping[str, Any] = json.loads(text)
    return kind(**{each.name: content[each.name] for each in fields(kind) if each.name in content})
