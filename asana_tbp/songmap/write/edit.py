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
from asana_tbp.songmap.key_types import Lines
from asana_tbp.songmap.keys import BY_NAME
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.read.nodes import Text
from asana_tbp.songmap.read.partial import TaskDraft
from asana_tbp.songmap.task_name import bare_title, compose_name, kind_of, split_name
from asana_tbp.songmap.write.map_text import EditError, MapText, texts_in
from asana_tbp.songmap.write.scalars import escape_dollars, prose_entry, scalar
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
    """A key at the top of the file (`bpm`, `inspiration`, `questions`, `order` ...) as `song_map` has it."""

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
            text = _edited(before, edit)
            new = MapText(text, name).sentences() - before.sentences()
        except SongMapError as broken:
            new = {str(broken.problems[0])}
        if new:
            raise EditError(
                f"This change would break the song map: {min(new)}.", "Make it by hand in the file."
            )
    return text


def _edited(source: MapText, edit: Edit) -> str:
    match edit:
        case RenameTask(section, title, new_title):
            return _rename(source, section, title, new_title)
        case SetBudget(section, title, minutes):
            return _set_budget(source, section, title, minutes)
        case SetNotes(section, title, notes):
            return _set_notes(source, section, title, notes)
        case AddTask(section, task, after):
            source, indent, at = _room(source, section, after)
            return source.inserted(at, task_lines(task, indent=indent))
        case RemoveTask(section, title):
            return _remove(source, section, title)
        case MoveTask(section, title, to, after):
            return _move(source, section, title, to, after)
        case RenameSection(old, new):
            found = source.section(old)
            if found is None or not isinstance(found.key, Text):
                raise EditError(f"There is no section {quote(old)} in the song map.")
            return source.replaced([*source.references_to_section(found, new), (found.key, new)])
        case SetKey(key, song_map):
            return _set_key(source, key, song_map)


def _task(source: MapText, section: str, title: str) -> TaskDraft:
    found = source.task(section, title)
    if found is None:
        raise EditError(f"There is no task {quote(title)} in the section {quote(section)} of the song map.")
    return found


def _rename(source: MapText, section: str, title: str, new_title: str) -> str:
    draft = _task(source, section, title)
    assert draft.source is not None
    raw = draft.source.title.text
    written, minutes = split_name(raw)
    new = (
        bare_title(new_title) if kind_of(written) == "task" and draft.kind in ("gate", "break") else new_title
    )
    new = source.with_variables(written, new)
    name = raw.replace(written, new, 1)
    if split_name(name) != (new, minutes):
        name = compose_name(new, minutes or draft.minutes or 25)
    references = source.references_to(draft, new_title)
    return source.replaced([(draft.source.title, name), *references])


def _set_budget(source: MapText, section: str, title: str, minutes: int) -> str:
    draft = source.task(section, title)
    if draft is None and source.extends:
        return _edited(source, AddTask(section, Task(title=title, minutes=minutes)))
    draft = draft or _task(source, section, title)
    assert draft.source is not None
    time = draft.source.fields.get("time")
    if isinstance(time, Text):
        return source.replaced([(time, format_budget(minutes))])
    raw = draft.source.title.text
    name = renamed(raw, minutes) or compose_name(split_name(raw).title, minutes)
    return source.replaced([(draft.source.title, name)])


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


def _set_notes(source: MapText, section: str, title: str, notes: str) -> str:
    draft = source.task(section, title)
    if draft is None and source.extends:
        source, indent, at = _room(source, section, None)
        lines = [f"- task: {scalar(title)}", *prose_entry("notes", notes, "  ")]
        return source.inserted(at, [indent + line if line else "" for line in lines])
    draft = draft or _task(source, section, title)
    return source.with_field(draft, "notes", prose_entry("notes", notes, "") if notes else [])


def _remove(source: MapText, section: str, title: str) -> str:
    draft = source.task(section, title)
    if draft is None and source.extends:
        return _dropped(source, title)
    draft = draft or _task(source, section, title)
    source = source.without_references(draft)
    source, start, end = _lines_of(source, section, title)
    return source.cut(start, end)


def _lines_of(source: MapText, section: str, title: str) -> tuple[MapText, int, int]:
    """The text where a task has lines of its own, and which they are."""
    found = source.section(section)
    if found is not None and not source.is_block(found):
        source = source.with_unfolded_section(found)
    return source, *source.entry_lines(_task(source, section, title))


def _dropped(source: MapText, title: str) -> str:
    pair = source.pair("drop")
    if pair is None:
        return source.with_key("drop", ["drop:", f"  - {scalar(title)}"])
    return source.with_list(("drop",), (*texts_in(pair[1]), title))


def _move(source: MapText, section: str, title: str, to: str, after: str | None) -> str:
    draft = source.task(section, title)
    if draft is None and source.extends:
        source, indent, at = _room(source, to, after)
        return source.inserted(at, [f"{indent}- {scalar(title)}"])
    draft = draft or _task(source, section, title)
    found = source.section(section)
    assert found is not None
    source = MapText(source.replaced(source.references_to_section(found, to, draft)), source.name)
    source, start, end = _lines_of(source, section, title)
    block = source.lines[start:end]
    before = len(block[0]) - len(block[0].lstrip())
    rest, indent, at = _room(MapText(source.cut(start, end), source.name), to, after)
    moved = [indent + line[before:] if line.strip() else line for line in block]
    return rest.inserted(at, [line.rstrip("\r\n") for line in moved])


def _room(source: MapText, section: str, after: str | None) -> tuple[MapText, str, int]:
    """The text with room for a task: how far its dash is moved in, and the line in front of which it goes.

    Adds the section, or opens one that is empty or written in one line.
    """
    found = source.section(section)
    if found is None:
        return source.with_section(section)
    if not source.entries(found):
        return source.with_open_section(found)
    if not source.is_block(found):
        source = source.with_unfolded_section(found)
        found = source.section(section)
        assert found is not None
    entries = source.entries(found)
    behind = source.task(section, after) if after else None
    at = entries[0] if after == FIRST else entries[-1]
    start, end = source.block_of(behind.source.entry if behind and behind.source else at)
    return source, source.indent_of(start), start if after == FIRST else end


def _set_key(source: MapText, key: str, song_map: SongMap) -> str:
    if key == "themes" and source.pair("themes") is not None:
        source = MapText(source.with_list(("themes", "musical"), song_map.themes.musical), source.name)
        return source.with_list(("themes", "non-musical"), song_map.themes.non_musical)
    if key == "questions" and source.pair("questions") is not None:
        for asked in song_map.questions:
            source = MapText(source.with_answer(asked), source.name)
        return source.text
    entry, pair = BY_NAME[key], source.pair(key)
    if pair is not None and isinstance(entry.type, Lines):
        return source.with_list((key,), entry.value(song_map))
    value = entry.value(song_map)
    text = entry.type.text(value) if entry.type and value is not None else ""
    if pair is not None and isinstance(pair[1], Text) and text:
        return source.replaced([(pair[1], escape_dollars(text))])
    return source.with_key(key, entry.lines(song_map))
