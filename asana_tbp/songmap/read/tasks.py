"""One task, in every form people write it: `Chords (20m)`, `Chords: 20m`, or a mapping with `task: Chords`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import get_args

from asana_tbp.songmap.budget import AMOUNT, AnswerError, format_budget, parse_budget
from asana_tbp.songmap.keys import TASK_KEYS
from asana_tbp.songmap.model import DEFAULT_MINUTES, Kind
from asana_tbp.songmap.name_reading import read_name
from asana_tbp.songmap.read.nodes import Mapping, Node, Nothing, Text
from asana_tbp.songmap.read.partial import TaskDraft, TaskSource
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.reader import Fields, Located, NodeReader
from asana_tbp.songmap.read.variable_section import names_in
from asana_tbp.songmap.task_name import (
    compose_name,
    kind_of,
    normalize,
    split_name,
    suggested_name,
    title_of_kind,
)
from asana_tbp.songmap.templates.variables import Values, read_condition, unset
from asana_tbp.songmap.write.scalars import as_written
from asana_tbp.text import SHOWN, guess, quote

KINDS: tuple[Kind, ...] = get_args(Kind)

_TIME = re.compile(rf"(?<!\w){AMOUNT}", re.IGNORECASE)
_LEFT_OVER = re.compile(r"(?: *[-=>~@]+| \(or so\))$")
"""What stood between a title and its time."""
_GENERAL_FORM = "write it as Title (25m)"


@dataclass(slots=True)
class Known:
    """Tasks read before, whose problems are noted: by their file and place, and the answers that they depend on.

    Beside each task: whether its title could be read.
    """

    tasks: dict[tuple[object, ...], tuple[TaskDraft | None, bool]] = field(default_factory=dict)
    names: dict[tuple[str, int, int], tuple[str, ...]] = field(default_factory=dict)


class TaskReader(NodeReader):
    """Reads tasks, their variables filled in; what is wrong is noted. `known` saves reading tasks twice."""

    def __init__(self, problems: Problems, values: Values, known: Known | None = None) -> None:
        super().__init__(problems, values)
        self._known = known

    def task(self, entry: Node) -> TaskDraft | None:
        """A task of a list; None where it cannot be used."""
        if self._known is None:
            return self._task(entry)
        place = (self.problems.path, entry.line, entry.column)
        if (names := self._known.names.get(place)) is None:
            names = self._known.names[place] = tuple(names_in(entry))
        key = (*place, self.relevant, *map(self.values.answers.get, names))
        if key not in self._known.tasks:
            before, self.certain = self.certain, True
            self._known.tasks[key] = self._task(entry), self.certain
            self.certain = before
        draft, certain = self._known.tasks[key]
        self.certain = self.certain and certain
        return draft

    def _task(self, entry: Node) -> TaskDraft | None:
        draft = self._mapped(entry) if isinstance(entry, Mapping) else self._written(entry)
        if draft is None:
            self.certain = False
            return None
        # An alias repeats a title that stands further up: the alias is the place then.
        place = max(entry, draft.title, key=lambda at: (at.line, at.column))
        return replace(draft, title=replace(draft.title, line=place.line, column=place.column))

    def is_met(self, fields: Fields) -> bool:
        """Whether the condition that `when` holds is met; true where there is none."""
        values = self.values
        # A condition names a variable; it is no text to fill one into.
        plain = NodeReader(self.problems, fill=False)
        condition = plain.parsed(fields["when"], '"when"', lambda text: read_condition(text, values))
        if condition is None or condition.name in values.unsure:
            return True
        if self.relevant and values.of(condition.name) is None and values.asked(condition.name):
            self.add(fields["when"], unset(condition.name))
        return values.holds(condition)

    def _written(self, node: Node) -> TaskDraft | None:
        return self._with_fields(node, Fields({"task": node}, set()), "a task")

    def _mapped(self, node: Mapping) -> TaskDraft | None:
        """A task that is a mapping, be it only to YAML."""
        match node.pairs:
            case ((Text(text=key_text) as key, value),) if may_be_title(key_text):
                if isinstance(value, Text) and (text := self.text_with_colon(node)) is not None:
                    # `Chords: 20m`, or a title with a colon in it.
                    if value.text.isdigit() and len(value.text) < 4:
                        better = as_written(f"{key.text} ({int(value.text)}m)")
                        self.add(value, f"{quote(value.text)} has no unit; write it as {better}")
                        return None
                    draft = self._written(text)
                    return draft and replace(draft, source=TaskSource(node, text))
                if isinstance(value, Nothing):
                    return self._written(key)
                if isinstance(value, Mapping):
                    title = (replace(key, text="task"), key)
                    return self._mapped(replace(value, pairs=(title, *value.pairs)))
        fields = self.fields(node, TASK_KEYS, may_be=lambda text, _: may_be_title(text))
        if len(fields.unknown) == 1 and "task" not in fields.values:
            fields.values["task"], time = fields.unknown[0]
            if not isinstance(time, Nothing):
                fields.values.setdefault("time", time)
        else:
            for name, _ in fields.unknown:
                if key_name := self.key(name):
                    self.unknown_key(key_name, TASK_KEYS)
        relevant = self.is_met(fields)
        with self.where(relevant):
            draft = self._with_fields(node, fields)
        return draft and replace(draft, relevant=relevant)

    def _with_fields(self, node: Node, fields: Fields, what: str = '"task"') -> TaskDraft | None:
        notes = None if isinstance(fields["notes"], Nothing) else self.prose(fields["notes"], '"notes"')
        after = None
        if not isinstance(fields["after"], Nothing):
            after = tuple(self.lines(fields["after"], "after"))
        kind = self._kind(fields)
        written = fields["task"]
        if fields.missing("task") and written is not node:
            self.add(node, "this task has no title; write task: and its title")
            return None
        name = self.line(written, what) if "task" in fields.values else None
        if name is None or not isinstance(written, Text):
            return None
        title, in_name = split_name(name.text)
        by_title = kind_of(title)
        if kind and by_title not in (kind, "task"):
            name.add(f"by its title this is a {by_title}; write kind: {by_title}, or another title")
        kind = kind or (None if by_title == "task" else by_title)
        minutes, timeless = self._budget(fields, name, title, in_name)
        return TaskDraft(
            replace(name, text=title_of_kind(kind or "task", title)),
            TaskSource(node, written, fields.values),
            minutes,
            timeless,
            notes,
            after,
            kind,
            self._in_asana(fields, kind),
            line=split_name(written.text).title,
        )

    def _budget(
        self, fields: Fields, name: Located, title: str, in_name: int | None
    ) -> tuple[int | None, bool]:
        """The minutes of a task, and whether nothing at all was written for them."""
        if fields.missing("time"):
            written = fields["task"]
            assert isinstance(written, Text)
            return in_name, in_name is None and self._has_no_time(name, written)
        if "time" not in fields.values:
            return in_name, False
        minutes = self.parsed(fields["time"], '"time"', parse_budget, "time: ")
        if in_name and minutes and minutes != in_name:
            two = f'{format_budget(in_name)} in its name and {format_budget(minutes)} in "time"'
            self.add(fields["time"], f"{quote(title)} has two time budgets, {two}; keep one")
        return minutes, False

    def _has_no_time(self, name: Located, node: Text) -> bool:
        """Whether a name has no time at all; notes a time that is unclear, with what was most likely meant."""
        reading = read_name(name.text)
        raw = name.text if "$" not in node.text else node.text
        if reading.unclear is not None:
            better = None if reading.impossible else suggested_name(raw)
            form = "" if reading.impossible else _GENERAL_FORM
            titles = (title for title, minutes in read_name(raw).guesses if title and minutes is None)
            for title in titles if form else ():
                # Its own title, where that is known.
                if len(title) <= SHOWN and not _TIME.search(title) and not read_name(title).unclear:
                    example = as_written(compose_name(title, DEFAULT_MINUTES))
                    form = f"write how long it takes, such as {example}"
                    break
            self._refuse(name, reading.unclear, better, form)
            return False
        # The comment behind the text, from its "#" on.
        rest = self.problems.line(node.line)[node.column - 1 :].removeprefix(node.text)
        cut_off = rest.strip() if node.plain and rest[:1].isspace() and rest.lstrip().startswith("#") else ""
        commented = read_name(f"{raw} {cut_off}")
        if cut_off and commented.minutes is not None:
            title = commented.title if not cut_off.startswith("# ") else raw
            better = compose_name(title, commented.minutes)
            why = f'what stands behind " #" is a comment, and {quote(name.text)} has no time'
            self._refuse(name, why, better, _GENERAL_FORM)
            return False
        return True

    def _refuse(self, name: Located, why: str, better: str | None, form: str) -> None:
        """Note an unclear time: with `better` to write instead where that is clear, else with a `form`, "" for none."""
        # The title will be another one, and an `after` may well call it so.
        self.certain = False
        if better is not None:
            title, minutes = split_name(better)
            title = _LEFT_OVER.sub("", title)
            # A title that still has a time in it is not what anybody meant.
            if title and minutes and len(better) <= 2 * SHOWN and not _TIME.search(title):
                form = f"write it as {as_written(compose_name(title, minutes))}"
        name.add(f"{why}; {form}" if form else why)

    def _kind(self, fields: Fields) -> Kind | None:
        def parse(text: str) -> Kind:
            for kind in KINDS:
                if normalize(text) == kind:
                    return kind
            # Its title would begin with the kind, and an `after` may well call it so.
            self.certain = False
            better = guess(self.guesses.nearest(text, KINDS)) or "; write task, gate or break"
            raise AnswerError(f"{quote(text)} is not a kind of task{better}")

        return self.parsed(fields["kind"], '"kind"', parse)

    def _in_asana(self, fields: Fields, kind: Kind | None) -> bool | None:
        if isinstance(fields["asana"], Nothing):
            return False if kind == "break" else None

        def parse(text: str) -> bool:
            if text.lower() not in ("yes", "true", "no", "false"):
                raise AnswerError(f"{quote(text)} is neither yes nor no")
            if kind != "break":
                raise AnswerError('"asana" is for breaks: every other task is in Asana anyway')
            return text.lower() in ("yes", "true")

        return self.parsed(fields["asana"], '"asana"', parse)


def may_be_title(key: str) -> bool:
    """Whether the key of a mapping may be a task's title, as in `Chords: 20m`."""
    return TASK_KEYS.named(key) is None and not TASK_KEYS.is_misspelt(key) and key != "<<"
