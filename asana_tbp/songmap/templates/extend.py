"""A file over the one it extends: what it says counts, what it does not say is taken from there."""

from __future__ import annotations

from dataclasses import fields as fields_of
from dataclasses import replace

from asana_tbp.songmap.keys import VALUES
from asana_tbp.songmap.read.partial import PartialSongMap, SectionDraft, TaskDraft
from asana_tbp.songmap.read.reader import Located
from asana_tbp.songmap.task_name import bare_key, normalize, split_name
from asana_tbp.text import Guesses, guess, quote


def merged(over: PartialSongMap, under: PartialSongMap) -> PartialSongMap:
    """One sheet of two. A `drop` that drops nothing is noted at its place."""
    named = over.named | under.named
    result = PartialSongMap(over.top, certain=over.certain and under.certain, named=named)
    result.values = {**under.values, **over.values}
    for key in VALUES:
        if key.type and key.field in over.values and key.field in under.values:
            both = over.values[key.field], under.values[key.field]
            result.values[key.field] = key.type.merged(*both)
    result.order = under.order if over.order is None else over.order
    result.notices = tuple(dict.fromkeys((*under.notices, *over.notices)))
    kept, dropped = _dropped(over.drop, under)
    result.dropped = (*under.dropped, *over.dropped, *dropped)
    result.sections = None
    if over.sections is not None or under.sections is not None:
        result.sections = _sections(over.sections or (), kept)
    return result


def _dropped(
    drop: tuple[Located, ...], under: PartialSongMap
) -> tuple[tuple[SectionDraft, ...], list[tuple[str, TaskDraft]]]:
    """The sections without what is dropped, and the tasks dropped."""
    sections = under.sections or ()
    by_key: dict[str, list[TaskDraft]] = {}
    for section in sections:
        for task in section.tasks:
            keys = {bare_key(task.title.text), normalize(f"{section.name.text} / {task.title.text}")}
            for key in keys:
                by_key.setdefault(key, []).append(task)
    whole = {normalize(section.name.text) for section in sections}
    lost: set[int] = set()
    lost_sections: set[str] = set()
    guesses = Guesses()
    for wanted in drop:
        keys = {bare_key(wanted.text), bare_key(split_name(wanted.text).title)}
        found = [task for key in keys for task in by_key.get(key, ())]
        lost.update(map(id, found))
        if not found and keys & whole:
            lost_sections |= keys & whole
        elif not found and under.certain:
            names = [text for section in sections for text in _names(section)]
            close = guesses.nearest(split_name(wanted.text).title, names)
            wanted.add(f"there is no task or section {quote(wanted.text)} to drop{guess(close)}")
    kept: list[SectionDraft] = []
    gone: list[tuple[str, TaskDraft]] = []
    for section in sections:
        is_lost = normalize(section.name.text) in lost_sections
        gone += [(section.name.text, task) for task in section.tasks if is_lost or id(task) in lost]
        if not is_lost:
            kept.append(replace(section, tasks=tuple(task for task in section.tasks if id(task) not in lost)))
    return tuple(kept), gone


def _names(section: SectionDraft) -> list[str]:
    return [section.name.text, *(task.title.text for task in section.tasks)]


def _sections(over: tuple[SectionDraft, ...], under: tuple[SectionDraft, ...]) -> tuple[SectionDraft, ...]:
    """Sections by name; new ones come last. A task found in another section moves to where it is written now."""
    mine = {normalize(section.name.text): section for section in over}
    written: dict[str, list[str]] = {}
    for section in over:
        for task in section.tasks:
            written.setdefault(bare_key(task.title.text), []).append(normalize(section.name.text))
    there = {
        (normalize(section.name.text), bare_key(task.title.text))
        for section in under
        for task in section.tasks
    }
    moved: dict[str, TaskDraft] = {}
    kept: list[SectionDraft] = []
    for section in under:
        here = normalize(section.name.text)
        stays = []
        for task in section.tasks:
            key = bare_key(task.title.text)
            homes = written.get(key, [])
            if len(homes) == 1 and homes[0] != here and (homes[0], key) not in there:
                moved.setdefault(key, task)
            else:
                stays.append(task)
        kept.append(replace(section, tasks=tuple(stays)))
    merged_sections = []
    for section in kept:
        own = mine.pop(normalize(section.name.text), None)
        merged_sections.append(_section(own, section, moved) if own else section)
    for section in over:
        if normalize(section.name.text) in mine:
            merged_sections.append(_section(section, replace(section, tasks=()), moved))
    return tuple(merged_sections)


def _section(over: SectionDraft, under: SectionDraft, moved: dict[str, TaskDraft]) -> SectionDraft:
    said = {bare_key(task.title.text): task for task in over.tasks}
    tasks = []
    for task in under.tasks:
        mine = said.pop(bare_key(task.title.text), None)
        tasks.append(_task(mine, task) if mine else task)
    for key, mine in said.items():
        tasks.append(_task(mine, moved[key]) if key in moved else mine)
    return SectionDraft(under.name, tuple(tasks), over.relevant and under.relevant)


def _task(over: TaskDraft, under: TaskDraft) -> TaskDraft:
    filled = {
        field.name: getattr(under, field.name)
        for field in fields_of(TaskDraft)
        if field.name in {"notes", "after", "kind", "in_asana"} and getattr(over, field.name) is None
    }
    if over.minutes is None and over.timeless:
        filled |= {"minutes": under.minutes, "timeless": under.timeless}
    kind = over.kind or under.kind
    title = under.title.text if over.kind is None and kind else over.title.text
    return replace(
        over,
        title=over.title.with_text(title),
        relevant=over.relevant and under.relevant,
        line=under.line,
        **filled,
    )
