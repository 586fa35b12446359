"""Small changes to the text of a song map: comments, quotes, variables and everything else stay as they stand.

    edit_map(text, [RenameTask("Composition", "Chords", "Chords in D"), SetBudget("Mixing", "Balance", 30)])

A task is named by its section and title, each as the file has it (`Create ${lead} melody`) or as it reads with
the variables filled in. Each edit sees what the ones before it made. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.budget import AMOUNT, format_budget
from asana_tbp.songmap.keys import BY_NAME, TOP
from asana_tbp.songmap.model import DEFAULT_MINUTES, SongMap, Task
from asana_tbp.songmap.read.nodes import Mapping, Text, text_pairs, texts_in
from asana_tbp.songmap.read.tasks import TaskDraft
from asana_tbp.songmap.task_name import bare_title, compose_name, kind_of, split_name
from asana_tbp.songmap.write.map_text import EditError, MapText
from asana_tbp.songmap.write.references import renamed_references, with_variables, without_references
from asana_tbp.songmap.write.scalars import Data, entry_lines, escape_dollars, indented, list_entry, scalar
from asana_tbp.songmap.write.yaml import task_lines
from asana_tbp.text import quote

_AMOUNT = re.compile(AMOUNT, re.IGNORECASE)
FIRST = ""
"""In place of the title to stand behind: in front of every task of the section."""


@dataclass(frozen=True, slots=True)
class _TaskEdit:
    section: str
    title: str

    def is_in_template(self, source: MapText) -> bool:
        """Whether the task stands in the file that this one extends."""
        return source.extends and source.task(self.section, self.title) is None

    def find(self, source: MapText) -> TaskDraft:
        """The task as it stands in the text."""
        draft = source.task(self.section, self.title)
        if draft is None:
            place = f"the section {quote(self.section)} of the song map"
            raise EditError(f"There is no task {quote(self.title)} in {place}.")
        return draft

    def lines(self, source: MapText) -> tuple[MapText, int, int]:
        """The text where the task has lines of its own, and which they are."""
        source = source.with_tasks_in_lines(self.section)
        return source, *source.block_of(self.find(source).entry)


@dataclass(frozen=True, slots=True)
class RenameTask(_TaskEdit):
    """Another title; what waits for the task waits for the new one."""

    new_title: str

    def apply(self, source: MapText) -> MapText:
        draft = self.find(source)
        raw = draft.written.text
        written, minutes = split_name(raw)
        is_bare = kind_of(written) == "task" and draft.said.get("kind") in ("gate", "break")
        new = with_variables(source, written, bare_title(self.new_title) if is_bare else self.new_title)
        name = raw.replace(written, new, 1)
        if split_name(name) != (new, minutes):
            name = compose_name(new, minutes or draft.said.get("minutes", DEFAULT_MINUTES))
        references = renamed_references(source, draft, title=self.new_title)
        return source.with_texts([(draft.written, name), *references])


@dataclass(frozen=True, slots=True)
class SetBudget(_TaskEdit):
    """Another time budget, in minutes. For a task of the template that the file extends, an entry is added."""

    minutes: int

    def apply(self, source: MapText) -> MapText:
        if self.is_in_template(source):
            return _with_task(source, self.section, task_lines(Task(title=self.title, minutes=self.minutes)))
        draft = self.find(source)
        time = draft.fields.get("time")
        if isinstance(time, Text):
            return source.with_texts([(time, format_budget(self.minutes))])
        raw = draft.written.text
        name = renamed(raw, self.minutes) or compose_name(split_name(raw).title, self.minutes)
        return source.with_texts([(draft.written, name)])


@dataclass(frozen=True, slots=True)
class SetNotes(_TaskEdit):
    """Other notes; "" for none."""

    notes: str

    def apply(self, source: MapText) -> MapText:
        if self.is_in_template(source):
            lines = [f"- task: {scalar(self.title)}", *indented(entry_lines("notes", self.notes))]
            return _with_task(source, self.section, lines)
        return source.with_field(self.find(source), "notes", self.notes or None)


@dataclass(frozen=True, slots=True)
class RemoveTask(_TaskEdit):
    """A task less; nothing waits for it any longer. A task of the template is left out by `drop:`."""

    def apply(self, source: MapText) -> MapText:
        if self.is_in_template(source):
            return _with_drop(source, self.title)
        self.find(source)
        source, start, end = self.lines(without_references(source, self.section, self.title))
        return source.with_lines(start, end, [])


@dataclass(frozen=True, slots=True)
class MoveTask(_TaskEdit):
    """A task to another section, or another place; `after` as in `AddTask`."""

    to: str
    after: str | None = None

    def apply(self, source: MapText) -> MapText:
        if self.is_in_template(source):
            return _with_task(source, self.to, list_entry(self.title), self.after)
        source = source.with_texts(renamed_references(source, self.find(source), section=self.to))
        source, start, end = self.lines(source)
        block = source.texts_of(start, end)
        before = len(block[0]) - len(block[0].lstrip())
        moved = [line[before:] for line in block]
        return _with_task(source.with_lines(start, end, []), self.to, moved, self.after)


@dataclass(frozen=True, slots=True)
class AddTask:
    """A new task, behind the one called `after`: `None` for the section's end, `FIRST` for its beginning.

    A section that is not there is added.
    """

    section: str
    task: Task
    after: str | None = None

    def apply(self, source: MapText) -> MapText:
        return _with_task(source, self.section, task_lines(self.task), self.after)


@dataclass(frozen=True, slots=True)
class RenameSection:
    """Another name of a section."""

    name: str
    new_name: str

    def apply(self, source: MapText) -> MapText:
        section = source.section(self.name)
        if section is None or not isinstance(section.key, Text):
            raise EditError(f"There is no section {quote(self.name)} in the song map.")
        changes = [(section.key, escape_dollars(self.new_name))]
        for task in section.tasks:
            changes += renamed_references(source, task, section=self.new_name)
        return source.with_texts(changes)


@dataclass(frozen=True, slots=True)
class ReplaceInherited:
    """A task of the template that the file extends, or a whole section with `title` None, under another name.

    It is dropped, and `tasks` of the file's own stand for it in the section `to`.
    """

    section: str
    title: str | None
    to: str
    tasks: tuple[Task, ...]

    def apply(self, source: MapText) -> MapText:
        own = source.section(self.section)
        titles = [self.title] if self.title else [task.title.text for task in own.tasks] if own else []
        for title in titles:
            if source.task(self.section, title) is not None:
                source, start, end = _TaskEdit(self.section, title).lines(source)
                source = source.with_lines(start, end, [])
        own = source.section(self.section)
        if self.title is None and own is not None and isinstance(own.key, Text):
            source = source.with_texts([(own.key, escape_dollars(self.to))])
        source = _with_drop(source, self.title or self.section)
        if source.section(self.to) is None:
            source = _with_section(source, self.to)
        for task in self.tasks:
            source = _with_task(source, self.to, task_lines(task))
        return source


@dataclass(frozen=True, slots=True)
class SetKey:
    """A key at the top of the file (`bpm`, `stage`, `inspiration`, `order` ...) as `song_map` has it."""

    key: str
    song_map: SongMap

    def apply(self, source: MapText) -> MapText:
        if self.key == "questions" and not self.song_map.questions:
            return source
        name = TOP.named(self.key) or self.key
        return _with_key(source, (name,), BY_NAME[name].data(self.song_map))


Edit = (
    RenameTask
    | SetBudget
    | SetNotes
    | AddTask
    | RemoveTask
    | MoveTask
    | RenameSection
    | ReplaceInherited
    | SetKey
)


def edit_map(text: str, edits: Iterable[Edit], *, name: str = "song map") -> str:
    """The text with these changes.

    Raises SongMapError when the text is no song map, and EditError when a change cannot be made in it.
    """
    for edit in edits:
        before = MapText(text, name)
        try:
            after = edit.apply(before)
            new = after.sentences() - before.sentences()
        except SongMapError as broken:
            new = {str(broken.problems[0])}
        if new:
            raise EditError(
                f"This change would break the song map: {min(new)}.", "Make it by hand in the file."
            )
        text = after.text
    return text


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


def _with_task(source: MapText, section: str, lines: list[str], after: str | None = None) -> MapText:
    """The text with a task, given as lines from its dash on; adds the section where there is none."""
    if source.section(section) is None:
        source = _with_section(source, section)
    source = source.with_tasks_in_lines(section)
    found = source.section(section)
    if found is None:
        raise EditError(f"The section {quote(section)} cannot be added to the song map; add it by hand.")
    tasks = source.tasks_of(found)
    if tasks is None:
        assert isinstance(found.key, Text)
        at = source.block_of_key(found.key)[1]
        return source.with_lines(at, at, indented(lines, " " * (found.key.column + 1)))
    behind = source.task(section, after) if after else None
    entry = tasks.entries[0] if after == FIRST else tasks.entries[-1]
    start, end = source.block_of(behind.entry if behind else entry)
    at = start if after == FIRST else end
    return source.with_lines(at, at, indented(lines, source.indent_of(start + 1)))


def _with_drop(source: MapText, name: str) -> MapText:
    """The text without a task or section of the template."""
    pair = source.pair("drop")
    dropped = [source.filled(text.text) for text in texts_in(pair[1])] if pair else []
    return source.with_entry(pair, "drop", [*dropped, name], source.room_for("drop"))


def _with_section(source: MapText, name: str) -> MapText:
    top = source.pair("sections")
    if top is None:
        at = len(source.lines)
        return source.with_lines(at, at, [*[""] * bool(at), "sections:", f"  {scalar(name)}:"])
    at, indent = source.room_for("sections", name)
    sections = text_pairs(top[1])
    spaced = len(sections) > 1 and not source.lines[sections[1][0].line - 2].strip()
    return source.with_lines(at, at, [*[""] * spaced, f"{indent}{scalar(name)}:"])


def _with_key(source: MapText, path: tuple[str, ...], data: Data | None) -> MapText:
    """The text with another value of a key; of a mapping, each part that has changed."""
    pair = source.pair(*path)
    if isinstance(data, dict) and pair is not None and isinstance(pair[1], Mapping) and not pair[1].flow:
        for name, part in data.items():
            source = _with_key(source, (*path, name), part)
        return source
    return source.with_entry(pair, path[-1], data, source.room_for(*path))
