"""The fields that a task of the map and one in Asana are compared by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asana_tbp.bridge.values import Task
from asana_tbp.scaffold.compare.changes import Outcome, Value
from asana_tbp.scaffold.desired import DesiredTask, unnumbered
from asana_tbp.songmap.task_name import compose_name, split_name
from asana_tbp.text import quote

_ADDRESS = re.compile(r" \(https?://[^\s)]+\)")


def words_of(text: str) -> str:
    """Text without the differences that Asana and the SDK make: no-break spaces and blanks at line ends."""
    return "\n".join(line.replace("\xa0", " ").rstrip() for line in text.strip().splitlines())


def same_notes(known: str, shown: str) -> bool:
    """Whether Asana shows the notes last agreed on: it leaves out the addresses of links that have other words."""
    return words_of(shown) in (words_of(known), words_of(_ADDRESS.sub("", known)))


def plain(value: Value) -> Value:
    return words_of(value) if isinstance(value, str) else value


def title_in_asana(there: Task, task: DesiredTask) -> str:
    """A task's title in Asana, without the number that is put before the names of this map."""
    shown = split_name(there.name).title
    return unnumbered(shown) if task.numbered and words_of(shown) != words_of(task.title) else shown


def _called(there: Task) -> str:
    return f"is called {quote(there.name)} in Asana"


def _budget(minutes: int | None) -> str:
    return "none" if minutes is None else f"{minutes}m"


def name_to_send(task: DesiredTask, there: Task, outcomes: Mapping[str, Outcome]) -> str:
    """The name to send: the map's, but for a part that somebody changed in Asana."""
    shown, minutes = split_name(there.name)
    own_title = task.title if outcomes["title"] in ("agreed", "carry") else shown
    own_minutes = task.minutes if outcomes["budget"] in ("agreed", "carry") else minutes
    if (own_title, own_minutes) == (task.title, task.minutes):
        return task.name
    return compose_name(own_title, own_minutes) if own_minutes is not None else own_title


@dataclass(frozen=True, slots=True)
class TaskField:
    """A field of a task: its word, its name in the base, and how it reads in the map and in Asana.

    `differs` says what Asana has otherwise; `in_name` where the field is a part of the task's name.
    """

    word: str
    base: str
    in_map: Callable[[DesiredTask], Value]
    in_asana: Callable[[Task, DesiredTask], Value]
    differs: Callable[[Task], str]
    in_name: bool = False
    show: Callable[[Any], str] = str


TASK_FIELDS = (
    TaskField("title", "title", lambda task: task.title, title_in_asana, _called, in_name=True),
    TaskField(
        "budget",
        "minutes",
        lambda task: task.minutes,
        lambda there, _: split_name(there.name)[1],
        _called,
        in_name=True,
        show=_budget,
    ),
    TaskField(
        "notes",
        "notes",
        lambda task: task.notes,
        lambda there, _: there.notes,
        lambda _: "has other notes in Asana",
    ),
    TaskField(
        "due date",
        "due_on",
        lambda task: task.due_on,
        lambda there, _: there.due_on or "",
        lambda there: f"is due {there.due_on or 'on no day'} in Asana",
    ),
)
"""The fields that map and Asana are compared by; a task's section and place are compared on their own."""
