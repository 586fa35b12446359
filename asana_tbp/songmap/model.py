"""A song map in memory: what the essay calls one, as values that cannot change.

Knows the words of a song map and what is always true of one. Must not know files, YAML, Asana or the time.
Pure: equal maps are equal values.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from asana_tbp.songmap.budget import LONGEST
from asana_tbp.songmap.task_name import NAME_FORMAT, bare_key, compose_name, normalize, split_name

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that says something; stripped."""
Prose = Annotated[str, StringConstraints(strip_whitespace=True)]
"""Text that may be empty; stripped."""


SLOWEST, FASTEST = 10, 999
"""Beats a minute."""
Kind = Literal["task", "gate", "break"]
"""What a task is: work, a gate that asks keep or scrap, or a break. See `name` for how their titles show it."""
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Value(BaseModel):
    # No key may be swallowed: a misspelt one would silently drop what its author wrote.
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(_Value):
    """One piece of work and its strict time budget.

    `after` names the tasks it waits for, as the author wrote them; `order.ideal_order` follows them.
    `in_asana` is False for a break that is only timed.
    """

    title: Line
    minutes: Annotated[int, Field(strict=True, ge=1, le=LONGEST)]
    notes: Prose = ""
    after: tuple[Line, ...] = ()
    kind: Kind = "task"
    in_asana: bool = True

    @property
    def name(self) -> str:
        """What Asana shows where the song has no `name_format` of its own: `Write bassline (25m)`."""
        return compose_name(self.title, self.minutes)


class Section(_Value):
    """A kind of work, with its tasks in the author's order; may have none."""

    name: Line
    tasks: tuple[Task, ...] = ()

    @property
    def minutes(self) -> int:
        """Sum of the section's budgets."""
        return sum(task.minutes for task in self.tasks)


class Themes(_Value):
    """Musical and non-musical ideas of the song: labels, never containers of tasks."""

    musical: tuple[Line, ...] = ()
    non_musical: tuple[Line, ...] = ()


class Question(_Value):
    """One of the questions asked before producing; an empty answer means not answered yet."""

    question: Line
    answer: Prose = ""


class Sessions(_Value):
    """When the producer sits down to work: on which days, and how many minutes each time."""

    days: Annotated[tuple[Day, ...], Field(min_length=1)]
    minutes: Annotated[int, Field(strict=True, ge=1, le=LONGEST)]
    start: date | None = None


class SongMap(_Value):
    """One song as work. Sections and tasks stand in the author's order, which is not yet the ideal one.

    `bpm` is beats a minute; `order` names tasks as the author wrote them, in the order to begin with.
    `name_format` says how a task's budget stands in its name; see `name.compose_name`.
    """

    song: Line
    bpm: Annotated[float, Field(ge=SLOWEST, le=FASTEST)] | None = None
    key: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    reference: tuple[Line, ...] = ()
    deadline: date | None = None
    sessions: Sessions | None = None
    stage: str = ""
    name_format: str = NAME_FORMAT
    inspiration: tuple[Line, ...] = ()
    themes: Themes = Themes()
    questions: tuple[Question, ...] = ()
    sections: tuple[Section, ...] = ()
    order: tuple[Line, ...] = ()

    def name_of(self, task: Task) -> str:
        """What Asana shows for a task of this song."""
        return compose_name(task.title, task.minutes, self.name_format)

    def without(self, places: AbstractSet[tuple[str, str]]) -> SongMap:
        """This song without some tasks, by section and title; nothing waits for them any longer."""
        titles = {title for _, title in places}
        left = {
            normalize(task.title)
            for section in self.sections
            for task in section.tasks
            if (section.name, task.title) not in places
        }
        gone = {key for title in titles for key in (normalize(title), bare_key(title))} - left
        placed = {normalize(f"{section} / {title}") for section, title in places}

        def kept(references: tuple[str, ...]) -> tuple[str, ...]:
            keys = ((text, {normalize(text), normalize(split_name(text).title)}) for text in references)
            return tuple(text for text, any_of in keys if not any_of & (gone | placed))

        sections = tuple(
            section.model_copy(
                update={
                    "tasks": tuple(
                        task.model_copy(update={"after": kept(task.after)})
                        for task in section.tasks
                        if (section.name, task.title) not in places
                    )
                }
            )
            for section in self.sections
        )
        return self.model_copy(update={"sections": sections, "order": kept(self.order)})

    @property
    def total_minutes(self) -> int:
        """Sum of all budgets, breaks included: they take time as well."""
        return sum(section.minutes for section in self.sections)

    @property
    def task_count(self) -> int:
        """Number of tasks that Asana shows: all but the breaks that are only timed."""
        return sum(task.in_asana for section in self.sections for task in section.tasks)
