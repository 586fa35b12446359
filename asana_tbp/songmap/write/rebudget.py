"""Other time budgets in a song map's text, everything else left as it stands: comments, order, quotes.

Knows where budgets stand in a song map and in a name. Must not know files, nor why a budget changes. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asana_tbp.songmap.budget import BudgetError, format_budget, parse_budget
from asana_tbp.songmap.read.nodes import Node, Text
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.yaml import read_tree
from asana_tbp.songmap.task_name import normalize, split_name
from asana_tbp.songmap.templates.task_nodes import tasks_in

_AMOUNT = re.compile(r"\d[\d.]*\s?[hm][a-z]*(?:\s?\d+(?:\s?m[a-z]*)?)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Rebudgeted:
    """A task whose budget is another now: its title, and the budgets in minutes."""

    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Edit:
    line: int
    column: int
    old: str
    new: str
    told: Rebudgeted


def renamed(name: str, minutes: int) -> str | None:
    """A name with another budget in the form it has, `Bass [20 min]` as `Bass [25m]`; None where it has none."""
    title, before = split_name(name)
    if before is None:
        return None
    for found in reversed(list(_AMOUNT.finditer(name))):
        changed = name[: found.start()] + format_budget(minutes) + name[found.end() :]
        if split_name(changed) == (title, minutes):
            return changed
    return None


def rebudgeted(text: str, wanted: Mapping[str, int]) -> tuple[str, tuple[Rebudgeted, ...]]:
    """A song map's text with other budgets, in minutes by `normalize`, and what is different, in file order.

    What has that budget already, is written in a way that can't be changed alone, or is not there, stays. A
    text that is no song map comes back as it is.
    """
    problems = Problems("song map")
    root = read_tree(text, problems)
    if problems:
        return text, ()
    lines = re.split(r"(?<=\n)", text)
    edits = [edit for edit in _edits(root, wanted) if _stands(lines, edit)]
    for edit in sorted(edits, key=lambda each: (each.line, each.column), reverse=True):
        line = lines[edit.line - 1]
        at = line.index(edit.old, edit.column - 1)
        lines[edit.line - 1] = line[:at] + edit.new + line[at + len(edit.old) :]
    return "".join(lines), tuple(edit.told for edit in edits)


def _stands(lines: list[str], edit: _Edit) -> bool:
    """Whether the text stands at its place as it was read: without escapes, line ends or an alias."""
    if edit.line > len(lines):
        return False
    line = lines[edit.line - 1][edit.column - 1 :]
    return line.startswith(edit.old) or (line[:1] in {'"', "'"} and line[1:].startswith(edit.old))


def _edits(root: Node, wanted: Mapping[str, int]) -> Iterator[_Edit]:
    for task in tasks_in(root):
        if task.time is None:
            yield from _in_name(task.title, wanted)
        else:
            yield from _in_time(task.title, task.time, wanted)


def _in_name(entry: Text, wanted: Mapping[str, int]) -> Iterator[_Edit]:
    title, before = split_name(entry.text)
    after = wanted.get(normalize(title))
    if before is None or after is None or after == before:
        return
    name = renamed(entry.text, after)
    if name is not None:
        yield _Edit(entry.line, entry.column, entry.text, name, Rebudgeted(title, before, after))


def _in_time(title: Text, time: Text, wanted: Mapping[str, int]) -> Iterator[_Edit]:
    after = wanted.get(normalize(title.text))
    try:
        before = parse_budget(time.text)
    except BudgetError:
        return
    if after is not None and after != before:
        told = Rebudgeted(title.text, before, after)
        yield _Edit(time.line, time.column, time.text, format_budget(after), told)
