"""The fields that a task of the map and one in Asana are compared by."""

from __future__ import annotations

import re
from collections.abc import Mapping

from asana_tbp.bridge.values import Task
from asana_tbp.scaffold.compare.changes import Outcome, Value
from asana_tbp.scaffold.desired import DesiredTask, unnumbered
from asana_tbp.songmap.task_name import compose_name, split_name
from asana_tbp.text import quote

TASK_FIELDS = {"title": "title", "minutes": "budget", "notes": "notes", "due_on": "due date"}
"""The word for each field, by its name in the base and the map; section and place are compared on their own."""

IN_NAME = {"title", "minutes"}
"""The fields that are parts of a task's name."""

_ADDRESS = re.compile(r" \(https?://[^\s)]+\)")


def words_of(text: str) -> str:
    """Text without the differences that Asana and the SDK make: no-break spaces and blanks at line ends."""
    return "\n".join(line.replace("\xa0", " ").rstrip() for line in text.strip().splitlines())


def same_notes(known: str, shown: str) -> bool:
    """Whether Asana shows the notes last agreed on: it leaves out the addresses of links that have other words."""
    return words_of(shown) in (words_of(known), words_of(_ADDRESS.sub("", known)))


def plain(value: Value) -> Value:
    return words_of(value) if isinstance(value, str) else value


def fields_in_asana(there: Task, task: DesiredTask) -> dict[str, Value]:
    """A task's fields in Asana; its title without the number that is put before the names of this map."""
    shown, minutes = split_name(there.name)
    if task.numbered and words_of(shown) != words_of(task.title):
        shown = unnumbered(shown)
    return {"title": shown, "minutes": minutes, "notes": there.notes, "due_on": there.due_on or ""}


def as_left(name: str, there: Task) -> str:
    """What Asana has otherwise in a field."""
    if name in IN_NAME:
        return f"is called {quote(there.name)} in Asana"
    return "has other notes in Asana" if name == "notes" else f"is due {there.due_on or 'on no day'} in Asana"


def budget_text(minutes: int | None) -> str:
    return "none" if minutes is None else f"{minutes}m"


def name_to_send(task: DesiredTask, there: Task, outcomes: Mapping[str, Outcome]) -> str:
    """The name to send: the map's, but for a part that somebody changed in Asana."""
    shown, minutes = split_name(there.name)
    own_title = task.title if outcomes["title"] in ("agreed", "carry") else shown
    own_minutes = task.minutes if outcomes["minutes"] in ("agreed", "carry") else minutes
    if (own_title, own_minutes) == (task.title, task.minutes):
        return task.name
    return compose_name(own_title, own_minutes) if own_minutes is not None else own_title
