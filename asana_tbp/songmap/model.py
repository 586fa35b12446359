"""A song map in memory: what the essay calls one, as values that cannot change.

Knows the words of a song map and what is always true of one. Must not know files, YAML, Asana or the time.
Pure: equal maps are equal values.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from asana_tbp.songmap.budget import LONGEST
from asana_tbp.songmap.name import compose_name

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that says something; stripped."""
Prose = Annotated[str, StringConstraints(strip_whitespace=True)]
"""Text that may be empty; stripped."""


class _Value(BaseModel):
    # No key may be swallowed: a misspelt one would silently drop what its author wrote.
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(_Value):
    """One piece of work and its strict time budget.

    `after` names the tasks it waits for, as the author wrote them; `order.ideal_order` follows them.
    """

    title: Line
    minutes: Annotated[int, Field(strict=True, ge=1, le=LONGEST)]
    notes: Prose = ""
    after: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        """What Asana shows: `Write bassline (25m)`."""
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


class SongMap(_Value):
    """One song as work. Sections and tasks stand in the author's order, which is not yet the ideal one."""

    song: Line
    inspiration: tuple[Line, ...] = ()
    themes: Themes = Themes()
    questions: tuple[Question, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def total_minutes(self) -> int:
        """Sum of all budgets."""
        return sum(section.minutes for section in self.sections)

    @property
    def task_count(self) -> int:
        """Number of tasks in all sections."""
        return sum(len(section.tasks) for section in self.sections)
