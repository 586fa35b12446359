"""The base of a song: each field as last written to Asana or last agreed on, to see which side changed it.

Pure. A field that is None is not known: then it can't be said which side changed it.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Literal

from asana_tbp.songmap.model import MapBreak

Kind = Literal["section", "task"]


@dataclass(frozen=True, slots=True)
class Base:
    """The fields of a task, a section or a song in the map when they were last handled; each has some of them.

    `section` is a gid; `due_on` and `deadline` are `yyyy-mm-dd` or "". `place` is the place among all tasks of the
    map, section by section, or among its sections, from 0, and `my_place` that in the ideal order which My Tasks
    has; `shown_place` is set where My Tasks was left in another order, after Asana's changes were written into the
    map. A song's `notes` are as the map renders them, `notes_in_asana` as Asana gave them back; its `schedule` holds
    everything that determines the tasks' due dates.
    """

    name: str | None = None
    title: str | None = None
    minutes: int | None = None
    section: str | None = None
    place: int | None = None
    notes: str | None = None
    due_on: str | None = None
    my_place: int | None = None
    shown_place: int | None = None
    notes_in_asana: str | None = None
    deadline: str | None = None
    schedule: str | None = None

    @property
    def last_shown_place(self) -> int | None:
        """Its place in My Tasks as it was left there."""
        return self.my_place if self.shown_place is None else self.shown_place

    def __conform__(self, _protocol: object) -> str:
        """The base as SQLite stores it (PEP 246)."""
        return json.dumps({k: v for k, v in asdict(self).items() if v is not None}, ensure_ascii=False)


UNKNOWN = Base()


def base_of(text: str) -> Base:
    """A base from disk; `UNKNOWN` where there is none. Fields of a later edition are left out."""
    content = json.loads(text or "{}")
    return Base(**{each.name: content[each.name] for each in fields(Base) if each.name in content})


@dataclass(frozen=True, slots=True)
class Entry:
    """What the journal knows of a section or task of the map.

    `gid` is None while a create's fate is unknown; `ours` unless Asana had it before us; `placed` once its place
    was verified; `queued` once it was put into its section of My Tasks, at `ideal` in the ideal order. `line` is
    the template line it came from, "" for none. `dropped` once the user has been told that it is no longer in the
    map. `rest` is the break that follows it.
    """

    key: str
    gid: str | None
    ours: bool = True
    placed: bool = False
    queued: bool = False
    ideal: int | None = None
    base: Base = UNKNOWN
    line: str = ""
    dropped: bool = False
    rest: MapBreak | None = None


NOBODYS = Entry("", None, ours=False)
"""Used where the journal has no entry."""


_DEFAULT = "\n"
# A section's key is a single line, so no section can have this one.


def default_key(name: str) -> str:
    """The key of the section that came with a project or board, under the name Asana gave it."""
    return _DEFAULT + name


def default_name(key: str) -> str | None:
    """The name Asana gave the section of this key, where it is the one that came with the project."""
    return key.removeprefix(_DEFAULT) if key.startswith(_DEFAULT) else None


def kind_of(key: str) -> Kind:
    """Whether a key is a section's or a task's; a task's has two lines, its section and its title."""
    return "task" if _DEFAULT in key[1:] else "section"


def section_of(key: str) -> str:
    """The key of a task's section."""
    return key.partition("\n")[0]


def title_of(key: str) -> str:
    """The title in a task's key."""
    return key.partition("\n")[2]
