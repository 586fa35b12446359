"""One file's song map before it is known to be whole: what it says, where, and what it leaves to others.

Knows the parts of a song map with their places. Must not know YAML, how parts are read, nor which file goes
before which. None means "not written here", so that a file can say a part of what another one says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from asana_tbp.songmap.model import Kind, Sessions
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

    `unbudgeted` says what to write where nobody gives it a budget; None where that has been told already.
    `relevant` is False where its `when` leaves it out. `line` is the title as it is written, with its variables.
    """

    title: Located
    minutes: int | None = None
    unbudgeted: str | None = None
    notes: str | None = None
    after: tuple[Located, ...] | None = None
    kind: Kind | None = None
    in_asana: bool | None = None
    relevant: bool = True
    line: str = ""
    source: TaskSource | None = None


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A section; `name.text` is "" where its name could not be read."""

    name: Located
    tasks: tuple[TaskDraft, ...]
    relevant: bool = True
    key: Node | None = None
    value: Node | None = None


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question and its answer; None where the answer could not be read."""

    question: Located
    answer: str | None


@dataclass(slots=True)
class PartialSongMap:
    """What one file says, or several merged into one.

    Once `certain` is False a title could not be read, and nobody can say that a reference names no task.
    """

    top: Located
    song: Located | None = None
    bpm: float | None = None
    key: str | None = None
    reference: tuple[str, ...] | None = None
    deadline: date | None = None
    sessions: Sessions | None = None
    stage: str | None = None
    name_format: Located | None = None
    inspiration: tuple[str, ...] | None = None
    musical: tuple[str, ...] | None = None
    non_musical: tuple[str, ...] | None = None
    questions: tuple[QuestionDraft, ...] = ()
    sections: tuple[SectionDraft, ...] | None = None
    order: tuple[Located, ...] | None = None
    drop: tuple[Located, ...] = ()
    dropped: tuple[tuple[str, TaskDraft], ...] = ()
    """Tasks left out, with their section's name: one may wait for them all the same."""
    certain: bool = True
    named: set[str] = field(default_factory=set)
    """Keys that are written here, be it wrongly."""

    def tasks(self) -> Iterator[tuple[SectionDraft, TaskDraft]]:
        """Every task with its section, in the author's order."""
        return ((section, task) for section in self.sections or () for task in section.tasks)
