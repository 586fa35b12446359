"""One file's song map before it is known to be whole: what it says, where, and what it leaves to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from asana_tbp.songmap.model import Kind
from asana_tbp.songmap.read.nodes import Node, Text
from asana_tbp.songmap.read.reader import Located


@dataclass(frozen=True, slots=True)
class TaskSource:
    """Where a task stands in its file: its entry in the list, its title, and its fields by key."""

    entry: Node
    title: Text
    fields: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task whose title is known; its other parts may be missing.

    `timeless` tells that nothing was written for its time, rather than something wrong. `relevant` is False where
    its `when` leaves it out. `line` is the title as it is written, with its variables.
    """

    title: Located
    source: TaskSource
    minutes: int | None = None
    timeless: bool = False
    notes: str | None = None
    after: tuple[Located, ...] | None = None
    kind: Kind | None = None
    in_asana: bool | None = None
    relevant: bool = True
    line: str = ""


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A section; `name.text` is "" where its name could not be read. `outer` is the section it was written in."""

    name: Located
    tasks: tuple[TaskDraft, ...]
    relevant: bool = True
    outer: str = ""
    key: Node | None = None
    value: Node | None = None


@dataclass(slots=True)
class PartialSongMap:
    """What one file says, or several merged into one.

    `values` has what the keys of `keys.VALUES` say, by field; a key that is not in it was not written. Once
    `certain` is False a title could not be read, and nobody can say that a reference names no task.
    """

    top: Located
    values: dict[str, Any] = field(default_factory=dict)
    sections: tuple[SectionDraft, ...] | None = None
    order: tuple[Located, ...] | None = None
    drop: tuple[Located, ...] = ()
    dropped: tuple[tuple[str, TaskDraft], ...] = ()
    """Tasks left out, with their section's name: one may wait for them all the same."""
    certain: bool = True
    named: set[str] = field(default_factory=set)
    """Keys that are written here, be it wrongly."""
    notices: tuple[str, ...] = ()
    """Sentences about what was read, but may not be what was meant."""

    def tasks(self) -> Iterator[tuple[SectionDraft, TaskDraft]]:
        """Every task with its section, in the author's order."""
        return ((section, task) for section in self.sections or () for task in section.tasks)
