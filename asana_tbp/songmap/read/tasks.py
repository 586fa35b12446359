"""Sections and tasks of one file, in every form people write them; every problem noted, none that merely follows.

A task is a text (`Chords (20m)`), a text with a colon (`Chords: 20m`), or a mapping (`task: Chords`). A section is
a name with a list of tasks, and may hold sections of its own: these become sections beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import get_args

from asana_tbp.songmap.budget import AMOUNT, BudgetError, format_budget, parse_budget
from asana_tbp.songmap.keys import GROUP_KEYS, TASK_KEYS
from asana_tbp.songmap.model import DEFAULT_MINUTES, Kind
from asana_tbp.songmap.name_reading import NameReading, read_name
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing, Text
from asana_tbp.songmap.read.partial import SectionDraft, TaskDraft, TaskSource
from asana_tbp.songmap.read.reader import Fields, Keys, Located, NodeReader, seen
from asana_tbp.songmap.task_name import (
    compose_name,
    kind_of,
    normalize,
    split_name,
    suggested_name,
    title_of_kind,
)
from asana_tbp.songmap.templates.variables import read_condition, unset
from asana_tbp.songmap.write.scalars import as_written
from asana_tbp.text import SHOWN, quote

KINDS: tuple[Kind, ...] = get_args(Kind)
Known = dict[int, TaskDraft | None]
"""Tasks that were read before and are the same with any answers, by the identity of their nodes."""
MOST_TASKS = 2_000
"""Most tasks of a song map; Asana itself stops at some thousands a project."""
_SECTION_KEYS = Keys(("section", "tasks", "when"), {"name": "section", "title": "section", "if": "when"})
_TIME = re.compile(rf"(?<!\w){AMOUNT}", re.IGNORECASE)
_LEFT_OVER = re.compile(r"(?: *[-=>~@]+| \(or so\))$")
"""What stood between a title and its time."""
_GENERAL_FORM = "write it as Title (25m)"
_NO_LIST = 'must be a list; begin each with "- "'


class Tasks:
    """Reads the sections of a file. `certain` tells whether every title could be read."""

    def __init__(self, read: NodeReader, known: Known | None = None) -> None:
        self._read = read
        self._known = known
        self.certain = True
        self._count = 0

    # Sections

    def sections(self, node: Node) -> tuple[SectionDraft, ...]:
        """The sections under `sections:`, those inside others beside them."""
        drafts: list[SectionDraft] = []
        if isinstance(node, tree.Mapping):
            for key, value in node.pairs:
                drafts += self._section(key, value)
        elif isinstance(node, Listing) and node.entries and all(map(_is_section, node.entries)):
            for entry in node.entries:
                drafts += self._section_in_list(entry)
        elif isinstance(node, Listing) and any(isinstance(entry, Text) for entry in node.entries):
            self.certain = False
            self._read.add(
                node, "these tasks need a section; write its name above them, such as Composition:"
            )
            return ()
        else:
            self.certain = False
            sentence = "a mapping of section names, each with a list of tasks"
            self._read.not_a(sentence, node, '"sections"')
            return ()
        if not drafts:
            self._read.add(node, '"sections" is empty; write under it a name such as Composition:')
        return tuple(self._told_apart(drafts))

    def _told_apart(self, drafts: list[SectionDraft]) -> Iterator[SectionDraft]:
        """Sections inside others keep their name where it is the only one, and have the outer one's added where not."""
        names = [normalize(draft.name.text) for draft in drafts if draft.relevant]
        first: dict[str, int] = {}
        for each in drafts:
            name, draft = each.name, each
            if each.outer and names.count(normalize(name.text)) > 1:
                draft = replace(each, name=name.with_text(f"{name.text} ({each.outer})"))
            if draft.name.text and draft.relevant and (line := seen(first, draft.name)) is not None:
                draft.name.add(f"the section {quote(draft.name.text)} is there twice; first in line {line}")
            yield draft

    def _section_in_list(self, entry: Node) -> list[SectionDraft]:
        assert isinstance(entry, tree.Mapping)
        if len(entry.pairs) == 1:
            return self._section(*entry.pairs[0])
        fields = self._read.fields(entry, _SECTION_KEYS)
        relevant = self._when(fields)
        with self._read.where(relevant):
            drafts = self._section(fields["section"], fields["tasks"])
        return [replace(draft, relevant=draft.relevant and relevant) for draft in drafts]

    def _section(self, key: Node, value: Node, outer: str = "") -> list[SectionDraft]:
        read = self._read.key(key, "a section's name")
        name = read or Located("", key.line, key.column, self._read.problems)
        shown = name.text or "this section"
        relevant = True
        inner: list[SectionDraft] = []
        if isinstance(value, tree.Mapping) and (_has(value, "tasks") or _has(value, "when")):
            drafts, relevant = self._conditional(value, shown)
        elif isinstance(value, tree.Mapping):
            drafts, inner = self._in_mapping(value, name.text)
        else:
            drafts, inner = self._in_list(value, shown, name.text)
        own = SectionDraft(name, tuple(self._unlike(drafts, shown)), relevant, outer, key, value)
        return inner if inner and not drafts else [own, *inner]

    def _in_mapping(self, node: tree.Mapping, name: str) -> tuple[list[TaskDraft], list[SectionDraft]]:
        """Tasks written without dashes, `Chords: 20m`, and sections inside this one."""
        tasks: list[TaskDraft] = []
        inner: list[SectionDraft] = []
        for key, value in node.pairs:
            is_section = isinstance(value, Listing) or (
                isinstance(value, tree.Mapping) and not _is_task(value)
            )
            if is_section:
                inner += self._section(key, value, name)
                continue
            pair = tree.Mapping(key.line, key.column, ((key, value),))
            if (found := self._mapped(pair)) is None:
                self.certain = False
            else:
                tasks.append(_placed(found, pair))
        return tasks, inner

    def _in_list(self, node: Node, shown: str, name: str) -> tuple[list[TaskDraft], list[SectionDraft]]:
        inner: list[SectionDraft] = []
        if isinstance(node, Listing):
            nested = [entry for entry in node.entries if _is_nested(entry)]
            for entry in nested:
                assert isinstance(entry, tree.Mapping)
                inner += self._section(*entry.pairs[0], name)
            node = replace(node, entries=tuple(entry for entry in node.entries if entry not in nested))
        return self._tasks(node, shown), inner

    def _conditional(self, node: tree.Mapping, section: str) -> tuple[list[TaskDraft], bool]:
        """Tasks that stand under one condition, and whether it is met."""
        fields = self._read.fields(node, GROUP_KEYS)
        relevant = self._when(fields)
        with self._read.where(relevant):
            drafts = self._tasks(fields["tasks"], section, group=True)
        return [replace(draft, relevant=draft.relevant and relevant) for draft in drafts], relevant

    # Tasks

    def _tasks(self, node: Node, section: str, *, group: bool = False) -> list[TaskDraft]:
        if isinstance(node, Nothing):
            return []
        if not isinstance(node, Listing):
            self.certain = False
            self._no_list(node, section)
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
            if (found := self._task(entry)) is None:
                self.certain = False
            else:
                drafts.append(found)
        return drafts

    def _task(self, entry: Node) -> TaskDraft | None:
        if self._known is not None and id(entry) in self._known:
            return self._known[id(entry)]
        before = len(self._read.problems)
        found = self._mapped(entry) if isinstance(entry, tree.Mapping) else self._written(entry)
        found = found and _placed(found, entry)
        if self._known is not None and len(self._read.problems) == before and _is_fixed(entry):
            self._known[id(entry)] = found
        return found

    def _no_list(self, node: Node, section: str) -> None:
        better = ""
        if isinstance(node, Text) and not node.is_folded and len(node.text) <= SHOWN:
            better = f": - {as_written(node.text)}"
        self._read.add(node, f"the tasks of {quote(section)} {_NO_LIST}{better}")

    def _unlike(self, drafts: Iterable[TaskDraft], section: str) -> Iterator[TaskDraft]:
        first: dict[str, int] = {}
        for draft in drafts:
            if draft.relevant and (line := seen(first, draft.title)) is not None:
                draft.title.add(
                    f"{quote(draft.title.text)} is in {quote(section)} twice; first in line {line}"
                )
            else:
                yield draft

    def _written(self, node: Node) -> TaskDraft | None:
        """A task that is one text."""
        name = self._read.line(node, "a task")
        if name is None or not isinstance(node, Text):
            return None
        title, minutes = split_name(name.text)
        timeless = minutes is None and self._has_no_time(name, node)
        kind = kind_of(title)
        return TaskDraft(
            name.with_text(title),
            minutes,
            timeless,
            kind=None if kind == "task" else kind,
            in_asana=False if kind == "break" else None,
            line=split_name(node.text).title,
            source=TaskSource(node, node),
        )

    def _mapped(self, node: tree.Mapping) -> TaskDraft | None:
        """A task that is a mapping, be it only to YAML."""
        key = node.pairs[0][0] if node.pairs else None
        if len(node.pairs) == 1 and isinstance(key, Text) and _may_be_title(key.text):
            if (text := self._read.text_with_colon(node)) is not None:
                return self._with_colon(node, text)
            value = node.pairs[0][1]
            if isinstance(value, Nothing):
                return self._written(key)
            if isinstance(value, tree.Mapping):
                return self._mapped(replace(value, pairs=((_named("task", key), key), *value.pairs)))
        fields = self._read.fields(node, TASK_KEYS, may_be=lambda text, _: _may_be_title(text))
        if fields.unknown and "task" not in fields.values and len(fields.unknown) == 1:
            title, value = fields.unknown[0]
            fields.values["task"] = title
            if not isinstance(value, Nothing):
                fields.values.setdefault("time", value)
        else:
            for name, _ in fields.unknown:
                if key_name := self._read.key(name):
                    self._read.unknown_key(key_name, TASK_KEYS)
        relevant = self._when(fields)
        with self._read.where(relevant):
            draft = self._with_fields(node, fields)
        return draft and replace(draft, relevant=relevant)

    def _with_colon(self, node: tree.Mapping, text: Text) -> TaskDraft | None:
        """`Chords: 20m`, or a title with a colon in it."""
        value = node.pairs[0][1]
        if isinstance(value, Text) and value.text.isdigit() and len(value.text) < 4:
            key = node.pairs[0][0]
            title = key.text if isinstance(key, Text) else ""
            self.certain = False
            better = as_written(f"{title} ({int(value.text)}m)")
            self._read.add(value, f"{quote(value.text)} has no unit; write it as {better}")
            return None
        draft = self._written(text)
        return draft and replace(draft, source=TaskSource(node, text))

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
        written = fields["task"]
        name = self._read.line(written, '"task"')
        if name is None or not isinstance(written, Text):
            return None
        title, in_name = split_name(name.text)
        by_title = kind_of(title)
        if kind and by_title not in (kind, "task"):
            name.add(f"by its title this is a {by_title}; write kind: {by_title}, or another title")
        kind = kind or (None if by_title == "task" else by_title)
        minutes, timeless = self._budget(fields, name, title, in_name)
        return TaskDraft(
            name.with_text(title_of_kind(kind or "task", title)),
            minutes,
            timeless,
            notes,
            after,
            kind,
            self._in_asana(fields, kind),
            line=split_name(written.text).title,
            source=TaskSource(node, written, fields.values),
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
        time = self._read.line(fields["time"], '"time"')
        if time is None:
            return None, False
        try:
            minutes = parse_budget(time.text)
        except BudgetError as wrong:
            time.add(f"time: {wrong.sentence}")
            return None, False
        if in_name and minutes != in_name:
            two = f'{format_budget(in_name)} in its name and {format_budget(minutes)} in "time"'
            time.add(f"{quote(title)} has two time budgets, {two}; keep one")
        return minutes, False

    def _has_no_time(self, name: Located, node: Text) -> bool:
        """Whether a name has no time at all; notes a time that is unclear, with what was most likely meant."""
        reading = read_name(name.text)
        raw = name.text if "$" not in node.text else node.text
        if reading.unclear is not None:
            better = None if reading.impossible else suggested_name(raw)
            form = "" if reading.impossible else _general_form(read_name(raw))
            self._refuse(name, reading.unclear, better, form)
            return False
        cut_off = self._cut_off(node) if node.plain else ""
        commented = read_name(f"{raw} {cut_off}") if cut_off else None
        if commented is not None and commented.minutes is not None:
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

    def _cut_off(self, node: Text) -> str:
        """The comment behind a text, from its "#" on."""
        line = self._read.problems.line(node.line)
        rest = line[node.column - 1 :].removeprefix(node.text)
        return rest.strip() if rest.lstrip().startswith("#") and rest[:1].isspace() else ""

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
        written.add(f"{quote(written.text)} is not a kind of task; {guess}")
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


def _general_form(unclear: NameReading) -> str:
    """How to write an unclear name, with its own title where that is known."""
    for title, minutes in unclear.guesses:
        clear = title and minutes is None and len(title) <= SHOWN and not _TIME.search(title)
        if clear and not read_name(title).unclear:
            return f"write how long it takes, such as {as_written(compose_name(title, DEFAULT_MINUTES))}"
    return _GENERAL_FORM


def _placed(draft: TaskDraft, entry: Node) -> TaskDraft:
    """An alias repeats a title that stands further up: the alias is the place then."""
    place = max(entry, draft.title, key=lambda at: (at.line, at.column))
    return replace(draft, title=replace(draft.title, line=place.line, column=place.column))


def _is_fixed(node: Node) -> bool:
    """Whether a task is the same whatever is answered."""
    match node:
        case Text(text=text):
            return "$" not in text
        case tree.Mapping(pairs=pairs):
            whens = (TASK_KEYS.named(key.text) == "when" for key, _ in pairs if isinstance(key, Text))
            return not any(whens) and all(_is_fixed(value) for _, value in pairs)
        case Listing(entries=entries):
            return all(map(_is_fixed, entries))
    return True


def _named(name: str, like: Text) -> Text:
    return Text(like.line, like.column, name)


def _may_be_title(key: str) -> bool:
    return TASK_KEYS.named(key) is None and not TASK_KEYS.is_misspelt(key) and key != "<<"


def _is_task(node: tree.Mapping) -> bool:
    """Whether a mapping holds the fields of one task."""
    keys = [TASK_KEYS.named(key.text) for key, _ in node.pairs if isinstance(key, Text)]
    return None not in keys and bool({"time", "notes", "after", "kind"} & set(keys))


def _is_nested(entry: Node) -> bool:
    """Whether an entry of a section's list is a section of its own: `- Drums:` with a list under it."""
    if not isinstance(entry, tree.Mapping) or len(entry.pairs) != 1:
        return False
    key, value = entry.pairs[0]
    return (
        isinstance(value, Listing)
        and isinstance(key, Text)
        and _may_be_title(key.text)
        and key.text != "tasks"
    )


def _is_section(entry: Node) -> bool:
    if not isinstance(entry, tree.Mapping):
        return False
    if len(entry.pairs) == 1:
        return not isinstance(entry.pairs[0][1], Text)
    return any(isinstance(key, Text) and _SECTION_KEYS.named(key.text) == "section" for key, _ in entry.pairs)


def _has(node: tree.Mapping, name: str) -> bool:
    keys = [key.text for key, _ in node.pairs if isinstance(key, Text)]
    return name in map(GROUP_KEYS.named, keys) and "task" not in map(TASK_KEYS.named, keys)
