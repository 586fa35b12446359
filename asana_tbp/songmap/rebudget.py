"""Other time budgets in a song map's text, everything else left as it stands: comments, order, quotes.

Knows where budgets stand in a song map and in a name. Must not know files, nor why a budget changes. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asana_tbp.songmap.budget import BudgetError, format_budget, parse_budget
from asana_tbp.songmap.name import split_name, title_key
from asana_tbp.songmap.problems import Problems
from asana_tbp.songmap.tree import Listing, Node, Text
from asana_tbp.songmap.tree import Mapping as MappingNode
from asana_tbp.songmap.yaml_tree import read_tree

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
    """A song map's text with other budgets, in minutes by `title_key`, and what is different, in file order.

    What has that budget already, is written in a way that can't be changed alone, or is not there, stays. A
    text that is no song map comes back as it is.
    """
    problems = Problems("song map")
    root = read_tree(text, problems)
    if problems or not isinstance(root, MappingNode):
        return text, ()
    sections = [value for key, value in root.pairs if isinstance(key, Text) and key.text == "sections"]
    lines = re.split(r"(?<=\n)", text)
    edits = [edit for section in sections for edit in _edits(section, wanted) if _stands(lines, edit)]
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


def _edits(node: Node, wanted: Mapping[str, int]) -> Iterator[_Edit]:
    if isinstance(node, Listing):
        for entry in node.entries:
            if isinstance(entry, Text):
                yield from _in_name(entry, wanted)
            else:
                yield from _edits(entry, wanted)
    elif isinstance(node, MappingNode):
        fields = {key.text: value for key, value in node.pairs if isinstance(key, Text)}
        title, time = fields.get("task"), fields.get("time")
        if not isinstance(title, Text):
            for _, value in node.pairs:
                yield from _edits(value, wanted)
        elif isinstance(time, Text):
            yield from _in_time(title, time, wanted)
        elif time is None:
            yield from _in_name(title, wanted)


def _in_name(entry: Text, wanted: Mapping[str, int]) -> Iterator[_Edit]:
    title, before = split_name(entry.text)
    after = wanted.get(title_key(title))
    if before is None or after is None or after == before:
        return
    name = renamed(entry.text, after)
    if name is not None:
        yield _Edit(entry.line, entry.column, entry.text, name, Rebudgeted(title, before, after))


def _in_time(title: Text, time: Text, wanted: Mapping[str, int]) -> Iterator[_Edit]:
    after = wanted.get(title_key(title.text))
    try:
        before = parse_budget(time.text)
    except BudgetError:
        return
    if after is not None and after != before:
        told = Rebudgeted(title.text, before, after)
        yield _Edit(time.line, time.column, time.text, format_budget(after), told)
