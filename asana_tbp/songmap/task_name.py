"""A task's name in Asana, `Write bassline (25m)`: composed of title and time budget, and taken apart again."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from asana_tbp.songmap.budget import BudgetError, BudgetSizeError, format_budget, parse_budget
from asana_tbp.songmap.name_guesses import guesses
from asana_tbp.songmap.name_reading import NameReading, read_name

__all__ = [
    "NAME_FORMAT",
    "NameReading",
    "TaskName",
    "bare_key",
    "bare_title",
    "compose_name",
    "kind_of",
    "normalize",
    "read_name",
    "reads_back",
    "refused_budget",
    "same_title",
    "split_name",
    "suggested_name",
    "title_of_kind",
]

NAME_FORMAT = "{title} ({time})"
"""How the budget stands in a name unless a song map says otherwise."""


class TaskName(NamedTuple):
    """A name taken apart: its title, stripped, and its budget in minutes, None when it has none."""

    title: str
    minutes: int | None


def compose_name(title: str, minutes: int, name_format: str = NAME_FORMAT) -> str:
    """The name Asana shows: `Write bassline (25m)`.

    `name_format` holds `{title}` and `{time}` once each; not every such name can be taken apart again, see
    `reads_back`. Raises ValueError when the title is empty, BudgetError when minutes are not 1 to 1440.
    """
    stripped = title.strip()
    if not stripped:
        raise ValueError("a task needs a title")
    before, _, after = name_format.partition("{title}")
    # In two parts, so that a title with braces of its own stays as it is.
    budget = format_budget(parse_budget(minutes))
    return f"{before.replace('{time}', budget)}{stripped}{after.replace('{time}', budget)}"


def reads_back(title: str, minutes: int, name_format: str = NAME_FORMAT) -> bool:
    """Whether a name composed of these would be taken apart into the same title and budget again."""
    return split_name(compose_name(title, minutes, name_format)) == (title.strip(), minutes)


def kind_of(title: str) -> Literal["task", "gate", "break"]:
    """What a title says its task is: `Gate: keep or scrap?` is a gate, `Break: leave the room` a break.

    The title is all that Asana keeps of it, so a project made by hand has gates and breaks as well.
    """
    begins = normalize(title[:40])
    return "gate" if begins.startswith("gate: ") else "break" if begins.startswith("break: ") else "task"


def title_of_kind(kind: Literal["task", "gate", "break"], title: str) -> str:
    """The title with what its kind adds to it, added once."""
    if kind == "task" or kind_of(title) == kind:
        return title
    return f"{kind.capitalize()}: {title}"


def bare_title(title: str) -> str:
    """The title without what its kind adds to it: `leave the room` of `Break: leave the room`."""
    return title if kind_of(title) == "task" else title.partition(":")[2].strip()


def split_name(name: str) -> TaskName:
    """Title and budget of a name; a name without a clear budget is all title. Never raises."""
    reading = read_name(name)
    return TaskName(reading.title, reading.minutes)


def refused_budget(name: str) -> BudgetSizeError | None:
    """Why the budget written in a name cannot be had (`Write bassline (25h)`); None when nothing is wrong."""
    reading = read_name(name)
    return BudgetSizeError(reading.unclear) if reading.unclear and reading.impossible else None


def suggested_name(name: str) -> str | None:
    """An unclear name written clearly, `Warm up (30m)` for `Warm up (20-30m)`; None where nobody can know."""
    for title, budget in guesses(name):
        try:
            better = compose_name(title, parse_budget(budget))
        except (BudgetError, ValueError):
            continue
        if title and read_name(better).title == title:
            return better
    return None


@lru_cache(maxsize=4096)
def normalize(title: str) -> str:
    """What two titles have in common when a person calls them the same.

    Folds case, composed and decomposed letters, and whitespace: Asana's SDK gives a space for every no-break
    space it receives.
    """
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", title).casefold())
    return unicodedata.normalize("NFC", " ".join(folded.split()))


def bare_key(title: str) -> str:
    """`normalize` without what its kind adds: a person may write `Keep or scrap?` or `Gate: keep or scrap?`."""
    key = normalize(title)
    return key if kind_of(title) == "task" else key.partition(": ")[2]


def same_title(a: str, b: str) -> bool:
    """Whether two titles name the same task; see `normalize`."""
    return a == b or normalize(a) == normalize(b)
