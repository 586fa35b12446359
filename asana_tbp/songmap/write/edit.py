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
from asana_tbp.songmap.read.partial import SectionDraft, TaskDraft, TaskSource
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
class RenameTask:
    """Another title; what waits for the task waits for the new one."""

    section: str
    title: str
    new_title: str


@dataclass(frozen=True, slots=True)
class SetBudget:
    """Another time budget, in minutes. For a task of the template that the file extends, an entry is added."""

    section: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class SetNotes:
    """Other notes; "" for none."""

    section: str
    title: str
    notes: str


@dataclass(frozen=True, slots=True)
class AddTask:
    """A new task, behind the one called `after`: `None` for the section's end, `FIRST` for its beginning.

    A section that is not there is added.
    """

    section: str
    task: Task
    after: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveTask:
    """A task less; nothing waits for it any longer. A task of the template is left out by `drop:`."""

    section: str
    title: str


@dataclass(frozen=True, slots=True)
class MoveTask:
    """A task to another section, or another place; `after` as in `AddTask`."""

    section: str
    title: str
    to: str
    after: str | None = None


@dataclass(frozen=True, slots=True)
class RenameSection:
    """Another name of a section."""

    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class SetKey:
    """A key at the top of the file (`bpm`, `stage`, `inspiration`, `order` ...) as `song_map` has it."""

    key: str
    song_map: SongMap


Edit = RenameTask | SetBudget | SetNotes | AddTask | RemoveTask | MoveTask | RenameSection | SetKey


def edit_map(text: str, edits: Iterable[Edit], *, name: str = "song map") -> str:
    """The text with these changes.

    Raises SongMapError when the text is no song map, and EditError when a change cannot be made in it.
    """
    for edit in edits:
        before = MapText(text, name)
        try:
            after = _edited(before, edit)
            new = after.sentences() - before.sentences()
        except SongMapError as broken:
            new = {str(broken.problems[0])}
        if new:
            raise EditError(
                f"This change would break the song map: {min(new)}.", "Make it by hand in the file."
            )
        text = after.text
    return text


def _edited(source: MapText, edit: Edit) -> MapText:
    match edit:
        case RenameTask(section, title, new_title):
            return _rename(source, section, title, new_title)
        case SetBudget(section, title, minutes):
            return _set_budget(source, section, title, minutes)
        case SetNotes(section, title, notes):
            if _is_in_template(source, section, title):
                lines = [f"- task: {scalar(title)}", *indented(entry_lines("notes", notes))]
                return _with_task(source, section, lines)
            return source.with_field(_task(source, section, title)[0], "notes", notes or None)
        case AddTask(section, task, after):
            return _with_task(source, section, task_lines(task), after)
        case RemoveTask(section, title):
            return _remove(source, section, title)
        case MoveTask(section, title, to, after):
            return _move(source, section, title, to, after)
        case RenameSection(old, new):
            found = source.section(old)
            if found is None or not isinstance(found.key, Text):
                raise EditError(f"There is no section {quote(old)} in the song map.")
            changes = [
                change for task in found.tasks for change in renamed_references(source, task, section=new)
            ]
            return source.with_texts([*changes, (found.key, escape_dollars(new))])
        case SetKey(key, song_map):
            if key == "questions" and not song_map.questions:
                return source
            name = TOP.named(key) or key
            return _with_key(source, (name,), BY_NAME[name].data(song_map))


def _is_in_template(source: MapText, section: str, title: str) -> bool:
    """Whether a task stands in the file that this one extends."""
    return source.extends and source.task(section, title) is None


def _task(source: MapText, section: str, title: str) -> tuple[TaskDraft, TaskSource]:
    draft = source.task(section, title)
    if draft is None or draft.source is None:
        raise EditError(f"There is no task {quote(title)} in the section {quote(section)} of the song map.")
    return draft, draft.source


def _rename(source: MapText, section: str, title: str, new_title: str) -> MapText:
    draft, place = _task(source, section, title)
    raw = place.title.text
    written, minutes = split_name(raw)
    is_bare = kind_of(written) == "task" and draft.kind in ("gate", "break")
    new = with_variables(source, written, bare_title(new_title) if is_bare else new_title)
    name = raw.replace(written, new, 1)
    if split_name(name) != (new, minutes):
        name = compose_name(new, minutes or draft.minutes or DEFAULT_MINUTES)
    return source.with_texts([(place.title, name), *renamed_references(source, draft, title=new_title)])


def _set_budget(source: MapText, section: str, title: str, minutes: int) -> MapText:
    if _is_in_template(source, section, title):
        return _with_task(source, section, task_lines(Task(title=title, minutes=minutes)))
    _, place = _task(source, section, title)
    time = place.fields.get("time")
    if isinstance(time, Text):
        return source.with_texts([(time, format_budget(minutes))])
    raw = place.title.text
    name = renamed(raw, minutes) or compose_name(split_name(raw).title, minutes)
    return source.with_texts([(place.title, name)])


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


def _remove(source: MapText, section: str, title: str) -> MapText:
    if _is_in_template(source, section, title):
        pair = source.pair("drop")
        dropped = [source.filled(text.text) for text in texts_in(pair[1])] if pair else []
        return source.with_entry(pair, "drop", [*dropped, title], source.room_for("drop"))
    _task(source, section, title)
    source, start, end = _lines_of(without_references(source, section, title), section, title)
    return source.with_lines(start, end, [])


def _lines_of(source: MapText, section: str, title: str) -> tuple[MapText, int, int]:
    """The text where a task has lines of its own, and which they are."""
    found = source.section(section)
    tasks = source.tasks_of(found) if found else None
    if tasks is not None and tasks.flow:
        source = source.unfolded(tasks)
    return source, *source.block_of(_task(source, section, title)[1].entry)


def _move(source: MapText, section: str, title: str, to: str, after: str | None) -> MapText:
    if _is_in_template(source, section, title):
        return _with_task(source, to, list_entry(title), after)
    draft, _ = _task(source, section, title)
    source = source.with_texts(renamed_references(source, draft, section=to))
    source, start, end = _lines_of(source, section, title)
    block = [line.rstrip("\r\n") for line in source.lines[start:end]]
    before = len(block[0]) - len(block[0].lstrip())
    return _with_task(source.with_lines(start, end, []), to, [line[before:] for line in block], after)


def _with_task(source: MapText, section: str, lines: list[str], after: str | None = None) -> MapText:
    """The text with a task, given as lines from its dash on; adds the section where there is none."""
    found = source.section(section)
    if found is None:
        source = _with_section(source, section)
        found = source.section(section)
        if found is None:
            raise EditError(f"The section {quote(section)} cannot be added to the song map; add it by hand.")
    tasks = source.tasks_of(found)
    if tasks is not None and tasks.flow:
        source = source.unfolded(tasks)
        found = source.section(section) or found
        tasks = source.tasks_of(found)
    if tasks is None:
        return _with_first_task(source, found, lines)
    behind = source.task(section, after) if after else None
    entry = tasks.entries[0] if after == FIRST else tasks.entries[-1]
    start, end = source.block_of(behind.source.entry if behind and behind.source else entry)
    at = start if after == FIRST else end
    return source.with_lines(at, at, indented(lines, source.indent_of(start + 1)))


def _with_first_task(source: MapText, section: SectionDraft, lines: list[str]) -> MapText:
    assert isinstance(section.key, Text)
    at = source.block_of_key(section.key)[1]
    return source.with_lines(at, at, indented(lines, " " * (section.key.column + 1)))


def _with_section(source: MapText, name: str) -> MapText:
    top = source.pair("sections")
    if top is None:
        blank = [""] if source.lines else []
        return source.with_lines(
            len(source.lines), len(source.lines), [*blank, "sections:", f"  {scalar(name)}:"]
        )
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
