"""A task's name in Asana, `Write bassline (25m)`: composed of title and time budget, and taken apart again."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from asana_tbp.songmap.budget import format_budget, parse_budget
from asana_tbp.songmap.name_reading import read_name


class TaskName(NamedTuple):
    """A name taken apart: its title, stripped, and its budget in minutes, None when it has none."""

    title: str
    minutes: int | None


def compose_name(title: str, minutes: int) -> str:
    """The name Asana shows: `Write bassline (25m)`; taken apart, it gives the same title and budget again.

    Raises ValueError when the title is empty, BudgetError when minutes are not 1 to 1440.
    """
    stripped = title.strip()
    if not stripped:
        raise ValueError("a task needs a title")
    return f"{stripped} ({format_budget(parse_budget(str(minutes)))})"


def split_name(name: str) -> TaskName:
    """Title and budget of a name; a name without a clear budget is all title. Never raises."""
    reading = read_name(name)
    return TaskName(reading.title, reading.minutes)


def suggested_name(name: str) -> str | None:
    """An unclear name written clearly, `Warm up (30m)` for `Warm up (20-30m)`; None where nobody can know."""
    for title, minutes in read_name(name).guesses:
        if title and minutes and read_name(better := compose_name(title, minutes)).title == title:
            return better
    return None


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
