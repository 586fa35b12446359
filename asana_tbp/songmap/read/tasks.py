"""One task, in every form people write it: `Chords (20m)`, `Chords: 20m`, or a mapping with `task: Chords`."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args

from asana_tbp.songmap.budget import AnswerError, format_budget, parse_budget
from asana_tbp.songmap.grammar import PATTERNS
from asana_tbp.songmap.keys import TASK_KEYS
from asana_tbp.songmap.model import DEFAULT_MINUTES
from asana_tbp.songmap.read.nodes import Mapping as MappingNode
from asana_tbp.songmap.read.nodes import Node, Nothing, Text
from asana_tbp.songmap.read.reader import Fields, NodeReader, text_with_colon
from asana_tbp.songmap.read.variable_section import names_in
from asana_tbp.songmap.task_name import (
    Kind,
    compose_name,
    kind_of,
    normalize,
    read_name,
    suggested_name,
    title_of_kind,
)
from asana_tbp.songmap.templates.variables import Values, read_condition, unset
from asana_tbp.songmap.write.scalars import as_written, double_quoted
from asana_tbp.text import SHOWN, guess, quote

KINDS: tuple[Kind, ...] = get_args(Kind)

_COMMENT = re.compile(r"\s*- +(#.*?)\s*$")
_LEFT_OVER = re.compile(r"(?: *[-=>~@]+| \(or so\))$")
"""What separated a title from its time."""
_GENERAL_FORM = "write it as Title (25m)"


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task whose title is known, as one file has it.

    `line` is the title as it is written, with its variables. `said` are the other values that the file has for it, by
    field of `model.Task`: without `minutes` it has no time. `relevant` is False if a `when` leaves it out. In the
    file it is the `entry` of a list, with its title as `written` and its `fields` by key.
    """

    title: Text
    line: str
    said: Mapping[str, Any]
    relevant: bool
    entry: Node
    written: Text
    fields: Mapping[str, Node]


Known = dict[tuple[object, ...], tuple[TaskDraft | None, bool]]
"""Tasks read before, by their place and the answers they depend on, and whether the title of each could be read."""


class TaskReader(NodeReader):
    """Reads tasks, their variables filled in, and notes problems; tasks in `known` are not read again."""

    def __init__(self, values: Values, known: Known) -> None:
        super().__init__(values)
        self._known = known

    def task(self, entry: Node) -> TaskDraft | None:
        """A task of a list; None where it cannot be used."""
        answers = map(self.values.answers.get, sorted(names_in(entry)))
        key = (entry.problems.path, entry.line, entry.column, self.relevant, *answers)
        if key not in self._known:
            before, self.certain = self.certain, True
            self._known[key] = self._task(entry), self.certain
            self.certain = before
        draft, certain = self._known[key]
        self.certain = self.certain and certain
        return draft

    @contextmanager
    def where(self, fields: Fields) -> Iterator[Fields]:
        """Read values under a condition: they are relevant if that is met and the surrounding values are relevant."""
        values, when, before = self.values, fields["when"], self.relevant
        # A condition names a variable; none is filled in.
        condition = NodeReader().parsed(when, '"when"', lambda text: read_condition(text, values))
        if condition is not None and condition.name not in values.unsure:
            if before and values.of(condition.name) is None and values.is_asked(condition.name):
                when.add(unset(condition.name))
            self.relevant = before and values.holds(condition)
        yield fields
        self.relevant = before

    def _task(self, entry: Node) -> TaskDraft | None:
        if isinstance(entry, Nothing) and (comment := _COMMENT.match(entry.problems.line(entry.line))):
            entry.add(f'what follows "#" is a comment; put quotes around it: {double_quoted(comment[1])}')
            return None
        draft = self._mapped(entry) if isinstance(entry, MappingNode) else self._with_fields(entry, None)
        if draft is None:
            self.certain = False
            return None
        # An alias repeats a title from further up: then the alias is the place.
        place = max(entry, draft.title, key=lambda at: (at.line, at.column))
        return replace(draft, title=replace(draft.title, line=place.line, column=place.column))

    def _mapped(self, node: MappingNode) -> TaskDraft | None:
        """A task that YAML reads as a mapping, whether or not it was meant as one."""
        match node.pairs:
            case ((Text(text=key_text) as key, value),) if may_be_title(key_text):
                if isinstance(value, Text) and (text := text_with_colon(node)) is not None:
                    # `Chords: 20m`, or a title with a colon in it. A time in brackets needs none before it.
                    reading = read_name(f"x {value.text}")
                    if value.text[0] in "([" and "x" in (reading.title, *dict(reading.guesses)):
                        text = replace(text, text=f"{key.text} {value.text}")
                    if value.text.isdigit() and len(value.text) < 4:
                        better = as_written(f"{key.text} ({int(value.text)}m)")
                        value.add(f"{quote(value.text)} has no unit; write it as {better}")
                        return None
                    draft = self._with_fields(text, None)
                    return draft and replace(draft, entry=node)
                if isinstance(value, Nothing):
                    return self._with_fields(key, None)
                if isinstance(value, MappingNode):
                    title = (replace(key, text="task"), key)
                    return self._mapped(replace(value, pairs=(title, *value.pairs)))
        fields = self.fields(node, TASK_KEYS, may_be=lambda text, _: may_be_title(text))
        if len(fields.unknown) == 1 and "task" not in fields.values:
            name, written = fields.unknown[0]
            if not fields.says("time"):
                fields.values["time"] = written
            elif (whole := text_with_colon(replace(node, pairs=((name, written),)))) is not None:
                # `Chords: verse` with a time below it.
                name = whole
            elif not isinstance(written, Nothing):
                written.add(f"this does not belong to the title; write it in the notes of {quote(name.text)}")
            fields.values["task"] = name
        else:
            for name, _ in fields.unknown:
                self.unknown_key(name, TASK_KEYS)
        with self.where(fields):
            return self._with_fields(node, fields)

    def _with_fields(self, node: Node, fields: Fields | None) -> TaskDraft | None:
        """The task of an entry; without `fields` the entry is its title."""
        what = '"task"' if fields else "a task"
        fields = fields or Fields({"task": node})
        notes = self.prose(fields["notes"], '"notes"') if fields.says("notes") else None
        after = tuple(self.lines(fields["after"], "after")) if fields.says("after") else None
        kind = self._kind(fields["kind"])
        written = fields["task"]
        if fields.missing("task") and written is not node:
            node.add("this task has no title; write task: and its title")
            return None
        name = self.line(written, what) if "task" in fields.values else None
        if name is None or not isinstance(written, Text):
            return None
        title, in_name = read_name(name.text)[:2]
        by_title = kind_of(title)
        if kind and by_title not in (kind, "task"):
            name.add(f"by its title this is a {by_title}; write kind: {by_title}, or another title")
        kind = kind or (None if by_title == "task" else by_title)
        in_asana = False if kind == "break" else None
        if fields.says("asana"):
            in_asana = self.parsed(fields["asana"], '"asana"', partial(_in_asana, kind))
        minutes = self._minutes(fields, name, title, in_name)
        said = {"minutes": minutes, "notes": notes, "after": after, "kind": kind, "in_asana": in_asana}
        return TaskDraft(
            title=replace(name, text=title_of_kind(kind or "task", title)),
            line=read_name(written.text).title,
            said={key: value for key, value in said.items() if value is not None},
            relevant=self.relevant,
            entry=node,
            written=written,
            fields=fields.values,
        )

    def _minutes(self, fields: Fields, name: Text, title: str, in_name: int | None) -> int | None:
        """The minutes of a task, a default if they are written wrongly; None if the task has no time."""
        if fields.missing("time"):
            written = fields["task"]
            assert isinstance(written, Text)
            return in_name or (None if self._has_no_time(name, written) else DEFAULT_MINUTES)
        minutes = self.parsed(fields["time"], '"time"', parse_budget, "time: ")
        if in_name and minutes and minutes != in_name:
            two = f'{format_budget(in_name)} in its name and {format_budget(minutes)} in "time"'
            fields["time"].add(f"{quote(title)} has two time budgets, {two}; keep one")
        return minutes or in_name or DEFAULT_MINUTES

    def _has_no_time(self, name: Text, written: Text) -> bool:
        """Whether a name has no time at all; notes an unclear time, with what was probably meant."""
        reading = read_name(name.text)
        raw = name.text if "$" not in written.text else written.text
        why, better, form = reading.unclear, None, "" if reading.impossible else _GENERAL_FORM
        if why is None:
            # The comment after the text, from its "#" on.
            rest = written.problems.line(written.line)[written.column - 1 :].removeprefix(written.text)
            is_comment = written.plain and rest[:1].isspace() and rest.lstrip().startswith("#")
            commented = read_name(f"{raw} {rest.strip()}")
            if not is_comment or commented.minutes is None:
                return True
            why = f'what follows " #" is a comment, and {quote(name.text)} has no time'
            title = raw if rest.strip().startswith("# ") else commented.title
            better = compose_name(title, commented.minutes)
        elif not reading.impossible:
            better = suggested_name(raw)
            # The example has the task's own title, if that is clear.
            for title, minutes in reversed(read_name(raw).guesses):
                is_clear = (
                    0 < len(title) <= SHOWN
                    and not PATTERNS["after_no_letter"].search(title)
                    and not read_name(title).unclear
                )
                if minutes is None and is_clear:
                    example = as_written(compose_name(title, DEFAULT_MINUTES))
                    form = f"write how long it takes, such as {example}"
        # The title will change, and an `after` may already use the new one.
        self.certain = False
        if better is not None:
            title, minutes = read_name(better)[:2]
            title = _LEFT_OVER.sub("", title)
            # A title that still contains a time was not meant.
            if (
                title
                and minutes
                and len(better) <= 2 * SHOWN
                and not PATTERNS["after_no_letter"].search(title)
            ):
                form = f"write it as {as_written(compose_name(title, minutes))}"
        name.add(f"{why}; {form}" if form else why)
        return False

    def _kind(self, node: Node) -> Kind | None:
        def parse(text: str) -> Kind:
            if (kind := normalize(text)) in KINDS:
                return kind
            # The title would begin with the kind, and an `after` may already use that.
            self.certain = False
            better = guess(self.guesses.nearest(text, KINDS)) or "; write task, gate or break"
            raise AnswerError(f"{quote(text)} is not a kind of task{better}")

        return self.parsed(node, '"kind"', parse)


def _in_asana(kind: Kind | None, text: str) -> bool:
    if text.lower() not in ("yes", "true", "no", "false"):
        raise AnswerError(f"{quote(text)} is neither yes nor no")
    if kind != "break":
        raise AnswerError('"asana" is for breaks: every other task is in Asana anyway')
    return text.lower() in ("yes", "true")


def may_be_title(key: str) -> bool:
    """Whether the key of a mapping may be a task's title, as in `Chords: 20m`."""
    return TASK_KEYS.named(key) is None and not TASK_KEYS.is_misspelt(key) and key != "<<"
