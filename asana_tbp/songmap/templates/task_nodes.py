"""Tasks as they are written in a song map's text, each with its place.

Knows the forms a task is written in. Must not know what a budget is worth, nor variables. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Text

_TITLES = frozenset({"task", "title", "name"})
_TIMES = frozenset({"time", "budget", "minutes", "duration"})
_KINDS = frozenset({"kind", "type"})


@dataclass(frozen=True, slots=True)
class TaskNode:
    """A task: its section's name, and its title; `time` is None where its budget stands in the title, if anywhere.

    `kind` is what the file says it is, "" where it says nothing.
    """

    section: str
    title: Text
    time: Text | None = None
    kind: str = ""


def tasks_in(root: Node) -> Iterator[TaskNode]:
    """Every task under `sections:`, in file order; one that is written like none is left out."""
    if not isinstance(root, Mapping):
        return
    for key, sections in root.pairs:
        if isinstance(key, Text) and key.text == "sections" and isinstance(sections, Mapping):
            for name, tasks in sections.pairs:
                yield from _tasks(tasks, name.text if isinstance(name, Text) else "")


def _tasks(node: Node, section: str) -> Iterator[TaskNode]:
    if isinstance(node, Listing):
        for entry in node.entries:
            if isinstance(entry, Text):
                yield TaskNode(section, entry)
            else:
                yield from _tasks(entry, section)
    elif isinstance(node, Mapping):
        fields = {key.text: value for key, value in node.pairs if isinstance(key, Text)}
        title = next((fields[name] for name in _TITLES & set(fields)), None)
        time = next((fields[name] for name in _TIMES & set(fields)), None)
        kind = next((fields[name] for name in _KINDS & set(fields)), None)
        if not isinstance(title, Text):
            # Tasks that stand or fall together, under a condition of their own.
            for _, value in node.pairs:
                yield from _tasks(value, section)
        elif time is None or isinstance(time, Text):
            yield TaskNode(section, title, time, kind.text if isinstance(kind, Text) else "")
