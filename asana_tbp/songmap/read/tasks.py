"""Sections and tasks of one file: which keys a task has, and what its name tells.

Knows the forms a task is written in. Must not know other files, YAML or Asana. Every problem is noted, and
none that merely follows from another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from asana_tbp.songmap.budget import BudgetError, format_budget, parse_budget
from asana_tbp.songmap.model import Kind
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing, Text
from asana_tbp.songmap.read.partial import SectionDraft, TaskDraft, TaskSource
from asana_tbp.songmap.read.reader import Fields, Keys, Located, NodeReader
from asana_tbp.songmap.task_name import kind_of, normalize, refused_budget, split_name, title_of_kind
from asana_tbp.songmap.templates.variables import read_condition, unset
from asana_tbp.text import quote, truncate

TASK_KEYS = Keys(
    ("task", "time", "after", "notes", "kind", "when", "asana"),
    {
        "title": "task",
        "name": "task",
        "budget": "time",
        "minutes": "time",
        "duration": "time",
        "depends-on": "after",
        "description": "notes",
        "type": "kind",
        "if": "when",
    },
)
_CONDITIONAL = Keys(("when", "tasks"), {"if": "when", "task": "tasks"})
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_TASKS = 2_000
"""Most tasks of a song map; Asana itself stops at some thousands a project."""
_NUMBER_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[](\d{1,3})[)\]]", re.ASCII)


class Tasks:
    """Reads the sections of a file. `certain` tells whether every title could be read."""

    def __init__(self, read: NodeReader) -> None:
        self._read = read
        self.certain = True
        self._count = 0

    def sections(self, node: Node) -> list[SectionDraft]:
        """The sections under `sections:`."""
        if not isinstance(node, tree.Mapping):
            self.certain = False
            self._read.not_a("a mapping of section names, each with a list of tasks", node, '"sections"')
            return []
        if not node.pairs:
            self._read.add(node, '"sections" is empty; write under it a name such as Composition:')
        drafts = []
        first: dict[str, int] = {}
        for key, value in node.pairs:
            name = self._read.key(key, "a section's name")
            draft = self._section(name or Located("", key.line, key.column, self._read.problems), value)
            drafts.append(replace(draft, key=key))
            if name is None or not draft.relevant:
                continue
            if (line := seen(first, name)) is not None:
                name.add(f"the section {quote(name.text)} is there twice; first in line {line}")
        return drafts

    def _section(self, name: Located, node: Node) -> SectionDraft:
        shown = name.text or "this section"
        relevant = True
        if isinstance(node, tree.Mapping) and _is_mapped_section(node):
            drafts, relevant = self._conditional(node, shown)
        else:
            drafts = self._tasks(node, shown)
        return SectionDraft(name, tuple(self._unlike(drafts, shown)), relevant, value=node)

    def _conditional(self, node: tree.Mapping, section: str) -> tuple[list[TaskDraft], bool]:
        """Tasks that stand under one condition, and whether it is met."""
        fields = self._read.fields(node, _CONDITIONAL)
        relevant = self._when(fields)
        with self._read.where(relevant):
            drafts = self._tasks(fields["tasks"], section, group=True)
        return [replace(draft, relevant=draft.relevant and relevant) for draft in drafts], relevant

    def _tasks(self, node: Node, section: str, *, group: bool = False) -> list[TaskDraft]:
        if isinstance(node, Nothing):
            return []
        if not isinstance(node, Listing):
            self.certain = False
            self._read.add(node, f'the tasks of {quote(section)} must be a list; begin each with "- "')
            return []
        drafts: list[TaskDraft] = []
        for entry in node.entries:
            if not group and isinstance(entry, tree.Mapping) and _has(entry, "tasks"):
                drafts += self._conditional(entry, section)[0]
                continue
            self._count += 1
            if self._count == MOST_TASKS + 1:
                self._read.add(entry, f"there are more than {MOST_TASKS:,} tasks; a song has a few dozen")
            if self._count > MOST_TASKS:
                self.certain = False
                break
            found = self._mapped(entry) if isinstance(entry, tree.Mapping) else self._written(entry)
            if found is None:
                self.certain = False
            else:
                # An alias repeats a title that stands further up: the alias is what is wrong.
                place = max(entry, found.title, key=lambda at: (at.line, at.column))
                drafts.append(
                    replace(found, title=replace(found.title, line=place.line, column=place.column))
                )
        return drafts

    def _unlike(self, drafts: list[TaskDraft], section: str) -> Iterator[TaskDraft]:
        first: dict[str, int] = {}
        for draft in drafts:
            if draft.relevant and (line := seen(first, draft.title)) is not None:
                draft.title.add(
                    f"{quote(draft.title.text)} is in {quote(section)} twice; first in line {line}"
                )
            else:
                yield draft

    def _written(self, node: Node) -> TaskDraft | None:
        name = self._read.line(node, "a task")
        if name is None:
            return None
        title, minutes = split_name(name.text)
        plain = isinstance(node, Text) and node.plain
        unbudgeted = None if minutes else self._unbudgeted(name, plain=plain)
        kind = kind_of(title)
        in_asana = False if kind == "break" else None
        return TaskDraft(
            name.with_text(title),
            minutes,
            unbudgeted,
            kind=None if kind == "task" else kind,
            in_asana=in_asana,
            line=_written_title(node),
            source=TaskSource(node, node) if isinstance(node, Text) else None,
        )

    def _mapped(self, node: tree.Mapping) -> TaskDraft | None:
        if len(node.pairs) == 1 and isinstance(node.pairs[0][0], Text):
            key = node.pairs[0][0].text
            if not TASK_KEYS.meant(key, self._read.guesses) and self._read.mistaken_key(
                node, TASK_KEYS.known
            ):
                return None
        fields = self._read.fields(node, TASK_KEYS)
        relevant = self._when(fields)
        with self._read.where(relevant):
            draft = self._with_fields(node, fields)
        return draft and replace(draft, relevant=relevant)

    def _with_fields(self, node: tree.Mapping, fields: Fields) -> TaskDraft | None:
        notes = None if isinstance(fields["notes"], Nothing) else self._read.prose(fields["notes"], '"notes"')
        after = None
        if not isinstance(fields["after"], Nothing):
            after = tuple(self._read.lines(fields["after"], "after"))
        kind = self._kind(fields)
        if fields.missing("task"):
            self._read.add(node, "this task has no title; write task: and its title")
            return None
        if "task" not in fields.values:
            return None
        name = self._read.line(fields["task"], '"task"')
        if name is None:
            return None
        title, in_name = split_name(name.text)
        by_title = kind_of(title)
        if kind and by_title not in (kind, "task"):
            name.add(f"by its title this is a {by_title}; write kind: {by_title}, or another title")
        kind = kind or (None if by_title == "task" else by_title)
        minutes, unbudgeted = self._budget(fields, name, title, in_name)
        title = title_of_kind(kind or "task", title)
        written = fields["task"]
        return TaskDraft(
            name.with_text(title),
            minutes,
            unbudgeted,
            notes,
            after,
            kind,
            self._in_asana(fields, kind),
            line=_written_title(written),
            source=TaskSource(node, written, fields.values) if isinstance(written, Text) else None,
        )

    def _budget(
        self, fields: Fields, name: Located, title: str, in_name: int | None
    ) -> tuple[int | None, str | None]:
        if fields.missing("time"):
            return in_name, None if in_name else self._unbudgeted(name, plain=False)
        if "time" not in fields.values:
            return in_name, None
        written = self._read.line(fields["time"], '"time"')
        if written is None:
            return None, None
        try:
            minutes = parse_budget(written.text)
        except BudgetError as wrong:
            written.add(f"time: {wrong.sentence}")
            return None, None
        if in_name and minutes != in_name:
            two = f'{format_budget(in_name)} in its name and {format_budget(minutes)} in "time"'
            written.add(f"{quote(title)} has two time budgets, {two}; keep one")
        return minutes, None

    def _unbudgeted(self, name: Located, *, plain: bool) -> str | None:
        """What to say should nobody give this task a budget; None where something has been said."""
        if refused := refused_budget(name.text):
            self.certain = False
            name.add(refused.sentence)
            return None
        numbered = _NUMBER_IN_BRACKETS.fullmatch(name.text)
        better = (
            f"{truncate(numbered[1])} ({int(numbered[2])}m)" if numbered else f"{truncate(name.text)} (25m)"
        )
        sentence = f"{quote(name.text)} has no time budget; write it as {better}"
        commented = plain and " #" in self._read.problems.line(name.line)[name.column - 1 :]
        if commented:
            sentence += ', in quotes if the part after " #" belongs to it'
        if numbered or commented:
            # The title will be another one, and an `after` may well call it so.
            self.certain = False
        return sentence

    def _kind(self, fields: Fields) -> Kind | None:
        if isinstance(fields["kind"], Nothing):
            return None
        written = self._read.line(fields["kind"], '"kind"')
        if written is None:
            return None
        for kind in KINDS:
            if normalize(written.text) == kind:
                return kind
        # Its title would begin with the kind, and an `after` may well call it so.
        self.certain = False
        close = self._read.guesses.nearest(written.text, KINDS)
        guess = f"did you mean {quote(close)}?" if close else "write task, gate or break"
        written.add(f"{quote(written.text)} is no kind of task; {guess}")
        return None

    def _in_asana(self, fields: Fields, kind: Kind | None) -> bool | None:
        if isinstance(fields["asana"], Nothing):
            return False if kind == "break" else None
        written = self._read.line(fields["asana"], '"asana"')
        if written is None:
            return None
        meant = {"yes": True, "true": True, "no": False, "false": False}.get(written.text.lower())
        if meant is None:
            written.add(f"{quote(written.text)} is neither yes nor no")
        elif kind in (None, "task", "gate"):
            written.add('"asana" is for breaks: every other task is in Asana anyway')
        return meant

    def _when(self, fields: Fields) -> bool:
        if isinstance(fields["when"], Nothing):
            return True
        # A condition names a variable; it is no text to fill one into.
        plain = NodeReader(self._read.problems, fill=False).line(fields["when"], '"when"')
        if plain is None:
            return True
        condition = read_condition(plain.text, self._read.values)
        if isinstance(condition, str):
            plain.add(condition)
            return True
        values = self._read.values
        if condition.name in values.unsure:
            return True
        if self._read.relevant and values.of(condition.name) is None and values.asked(condition.name):
            plain.add(unset(condition.name))
        return values.holds(condition)


def seen(first: dict[str, int], placed: Located) -> int | None:
    """The line where this text was met before, None when this is the first time."""
    key = normalize(placed.text)
    if key in first:
        return first[key]
    first[key] = placed.line
    return None


def _written_title(node: Node) -> str:
    return split_name(node.text).title if isinstance(node, Text) else ""


def _has(node: tree.Mapping, key: str) -> bool:
    return any(isinstance(name, Text) and name.text == key for name, _ in node.pairs)


def _is_mapped_section(node: tree.Mapping) -> bool:
    return _has(node, "tasks") or _has(node, "when")
