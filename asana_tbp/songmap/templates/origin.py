"""Which line of a template a song's task comes from: `Create piano melody` from `Create ${lead} melody`.

Knows how a title with variables becomes a song's. Must not know files, nor whose task it is. Pure. Where more
than one line could be meant, none is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asana_tbp.songmap.task_name import kind_of, normalize, split_name
from asana_tbp.songmap.templates.task_nodes import TaskNode
from asana_tbp.songmap.templates.variables import HOLE, Variable, with_holes

MOST_VARIABLES = 3
"""In one title; with more of them anything could be meant."""

_WORD = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True, slots=True)
class TemplateTask:
    """A task of a template as it is written there, without its budget. `home` names the template."""

    home: str
    section: str
    title: str

    @property
    def key(self) -> str:
        """What it is known by."""
        return normalize(self.title)


class Origins:
    """The lines of a template and of those it extends, nearest first."""

    def __init__(self, lines: Iterable[TemplateTask], variables: Mapping[str, Variable]) -> None:
        self._plain: dict[str, TemplateTask] = {}
        self._open: list[tuple[re.Pattern[str], TemplateTask]] = []
        homes: dict[str, str] = {}
        for line in lines:
            # What a file says goes over what it extends.
            if homes.setdefault(line.key, line.home) != line.home:
                continue
            text, names = with_holes(line.title)
            if not names:
                self._plain.setdefault(normalize(text), line)
            elif len(names) <= MOST_VARIABLES and _WORD.search(text.replace(HOLE, " ")):
                values = [_values(variables.get(name)) for name in names]
                first, *others = map(re.escape, normalize(text).split(HOLE))
                pattern = first + "".join(map("".join, zip(values, others, strict=True)))
                self._open.append((re.compile(pattern), line))

    def plain(self, title: str) -> TemplateTask | None:
        """The line that has this very title."""
        return self._plain.get(normalize(title))

    def of(self, title: str, section: str) -> tuple[TemplateTask, ...]:
        """The lines that a task of this title, from this section of a song map, may come from."""
        same = self.plain(title)
        if same is not None:
            return (same,)
        key, home = normalize(title), normalize(section)
        found = [line for pattern, line in self._open if pattern.fullmatch(key)]
        here = [line for line in found if normalize(line.section) == home]
        return tuple({line.key: line for line in here or found}.values())


def lines_of(home: str, tasks: Iterable[TaskNode]) -> Iterable[TemplateTask]:
    """The lines of one file. Gates and breaks are none: nobody works on them."""
    for task in tasks:
        title = split_name(task.title.text).title
        if task.kind in {"", "task"} and kind_of(title) == "task":
            yield TemplateTask(home, task.section, title)


def _values(variable: Variable | None) -> str:
    """A pattern of what a variable may be."""
    if variable is None or variable.type == "text":
        return ".+"
    choices = variable.choices or ("yes", "no")
    return f"(?:{'|'.join(re.escape(normalize(choice)) for choice in choices)})"
