"""A song map in memory, as the essay describes it, in immutable values."""

from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Literal, NamedTuple, get_args

from asana_tbp.songmap.budget import LONGEST
from asana_tbp.songmap.task_name import Kind, compose_name

SLOWEST, FASTEST = 10, 999
"""Beats a minute."""
DEFAULT_MINUTES = 25
"""The time budget of a task that has none in the file."""
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """Strips its texts. Raises ValueError if one without a default, or one in a tuple, is empty."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, str):
                value = value.strip()
                object.__setattr__(self, each.name, value)
            blank = isinstance(value, tuple) and any(
                isinstance(text, str) and not text.strip() for text in value
            )
            if blank or (not value and each.default is MISSING):
                raise ValueError(f"the {each.name} of this {type(self).__name__} is empty")
            if each.name == "minutes" and (type(value) is not int or not 1 <= value <= LONGEST):
                raise ValueError(f"{value!r} is not 1 to {LONGEST} minutes")


class MapBreak(NamedTuple):
    """A break after a task: its minutes, and what it is for, such as `leave the room`."""

    minutes: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(_Value):
    """One piece of work and its strict time budget, in minutes.

    `after` names the tasks it waits for, as the author wrote them; `order.ideal_order` follows them.
    `in_asana` is False for a break that is only timed. `line` is the title as the file has it, with its
    variables (`Create ${lead} melody`): it stays the same whatever the answers are. A task is `timeless` when the file
    has no time for it: its minutes are `DEFAULT_MINUTES` then.
    """

    title: str
    minutes: int
    notes: str = ""
    after: tuple[str, ...] = ()
    kind: Kind = "task"
    in_asana: bool = True
    line: str = field(default="", compare=False, repr=False)
    timeless: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        _Value.__post_init__(self)
        if not self.line:
            object.__setattr__(self, "line", self.title)

    @property
    def name(self) -> str:
        """What Asana shows: `Write bassline (25m)`."""
        return compose_name(self.title, self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(_Value):
    """A kind of work, with its tasks in the author's order; may have none."""

    name: str
    tasks: tuple[Task, ...] = ()

    @property
    def minutes(self) -> int:
        """Sum of the section's budgets."""
        return sum(task.minutes for task in self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes(_Value):
    """Musical and non-musical ideas of the song: labels, never containers of tasks."""

    musical: tuple[str, ...] = ()
    non_musical: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(_Value):
    """One of the questions asked before producing; an empty answer means not answered yet."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions(_Value):
    """When the producer sits down to work: on which days, and how many minutes each time."""

    days: tuple[Day, ...]
    minutes: int
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SongMap(_Value):
    """One song as work. Sections and tasks stand in the author's order, which is not yet the ideal one.

    `bpm` is beats a minute; `order` names tasks as the author wrote them, in the order to begin with.
    `notices` are sentences about what was read, but may not be what was meant.
    """

    song: str
    bpm: float | None = None
    key: str = ""
    reference: tuple[str, ...] = ()
    deadline: date | None = None
    sessions: Sessions | None = None
    stage: str = ""
    inspiration: tuple[str, ...] = ()
    themes: Themes = Themes()
    questions: tuple[Question, ...] = ()
    sections: tuple[Section, ...] = ()
    order: tuple[str, ...] = ()
    notices: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        _Value.__post_init__(self)
        if self.bpm is not None and not SLOWEST <= self.bpm <= FASTEST:
            raise ValueError(f"a tempo is {SLOWEST} to {FASTEST} beats a minute")

    @property
    def total_minutes(self) -> int:
        """Sum of all budgets, breaks included: they take time as well."""
        return sum(section.minutes for section in self.sections)

    @property
    def task_count(self) -> int:
        """Number of tasks that Asana shows: all except breaks that are only timed."""
        return sum(task.in_asana for section in self.sections for task in section.tasks)
