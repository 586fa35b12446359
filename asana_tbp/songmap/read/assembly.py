"""A song map out of what the files say: one file over the one it extends, then what belongs to the song, checked."""

from __future__ import annotations

from dataclasses import replace

from asana_tbp.songmap.keys import VALUES
from asana_tbp.songmap.model import DEFAULT_MINUTES, Section, SongMap, Task
from asana_tbp.songmap.order import Names, Step, check_order, names_left_out
from asana_tbp.songmap.read.partial import PartialSongMap, SectionDraft, TaskDraft
from asana_tbp.songmap.read.reader import Located, is_repeated
from asana_tbp.songmap.task_name import bare_key, compose_name, normalize, split_name
from asana_tbp.songmap.write.scalars import as_written
from asana_tbp.text import Guesses, guess, listed, quote


class Assembly:
    """The part of a sheet that belongs to the song; what is wrong with the whole is noted.

    A `complete` sheet is all of the song map, so what it lacks is missing; `strict` has every task say its time.
    """

    def __init__(self, sheet: PartialSongMap, *, complete: bool, strict: bool = False) -> None:
        self._sheet = sheet
        if complete:
            self._note_missing(strict=strict)
        self._certain = sheet.certain and complete
        steps: list[Step] = []
        left_out = [Step(section, task.title.text) for section, task in sheet.dropped]
        for section, task in sheet.tasks():
            belongs = section.relevant and task.relevant
            (steps if belongs else left_out).append(Step(section.name.text, task.title.text))
        out = names_left_out(steps, left_out)

        def kept(references: tuple[Located, ...] | None) -> tuple[Located, ...]:
            return tuple(reference for reference in references or () if not out(reference.text))

        self._order = kept(sheet.order)
        self._sections = []
        for section in sheet.sections or ():
            tasks = (task for task in section.tasks if task.relevant)
            tasks = (replace(task, after=kept(task.after)) if task.after else task for task in tasks)
            if section.relevant:
                self._sections.append(replace(section, tasks=tuple(tasks)))
        self._check()

    def _note_missing(self, *, strict: bool) -> None:
        sheet = self._sheet
        if "song" not in sheet.named:
            sheet.top.add('"song" is missing; write song: and the name of the song')
        if "sections" not in sheet.named:
            sheet.top.add('"sections" is missing; write sections: and under it a name such as Composition:')
        for _, task in sheet.tasks() if strict else ():
            if task.timeless and task.minutes is None:
                better = as_written(compose_name(task.line or task.title.text, DEFAULT_MINUTES))
                task.title.add(f"{quote(task.title.text)} has no time budget; write it as {better}")

    def _check(self) -> None:
        steps, references = [], []
        for section in self._sections:
            first: dict[str, int] = {}
            for task in section.tasks:
                # Only merging has brought these into one section; others have been noted.
                is_repeated(first, task.title, "", f"is in {quote(section.name.text)} twice")
                after = task.after or ()
                references.append(after)
                steps.append(Step(section.name.text, task.title.text, tuple(each.text for each in after)))
        for problem in check_order(steps, [reference.text for reference in self._order]):
            if not problem.unknown or self._certain:
                entries = self._order if problem.step is None else references[problem.step]
                entries[problem.entry].add(problem.sentence)

    def song_map(self) -> SongMap:
        """The song map; call it only where no problem was noted."""
        values = self._sheet.values
        tasks = [task for section in self._sections for task in section.tasks]
        timeless = [quote(task.title.text) for task in tasks if task.minutes is None]
        notices = self._sheet.notices
        if timeless:
            more = [f"{len(timeless) - 3} more"] if len(timeless) > 3 else []
            verb = "have no time and take" if len(timeless) > 1 else "has no time and takes"
            notices += (f"{listed([*timeless[:3], *more], 'and')} {verb} {DEFAULT_MINUTES}m.",)
        return SongMap(
            **{
                key.field: key.type.whole(values[key.field])
                for key in VALUES
                if key.type and key.field in values
            },
            sections=tuple(
                Section(name=section.name.text, tasks=tuple(map(_task, section.tasks)))
                for section in self._sections
            ),
            order=tuple(reference.text for reference in self._order),
            notices=notices,
        )


def _task(draft: TaskDraft) -> Task:
    return Task(
        title=draft.title.text,
        minutes=draft.minutes or DEFAULT_MINUTES,
        notes=draft.notes or "",
        after=tuple(reference.text for reference in draft.after or ()),
        kind=draft.kind or "task",
        in_asana=draft.in_asana is not False,
        line=draft.line,
        timeless=draft.minutes is None,
    )


def merged(over: PartialSongMap, under: PartialSongMap) -> PartialSongMap:
    """A file over the one it extends: what it does not say is taken from there.

    A `drop` that drops nothing is noted at its place.
    """
    values = {**under.values, **over.values}
    for key in VALUES:
        if key.type and key.field in over.values and key.field in under.values:
            values[key.field] = key.type.merged(over.values[key.field], under.values[key.field])
    kept, dropped = _dropped(over.drop, under)
    has_sections = over.sections is not None or under.sections is not None
    return PartialSongMap(
        over.top,
        values,
        _merged_sections(over.sections or (), kept) if has_sections else None,
        under.order if over.order is None else over.order,
        dropped=(*under.dropped, *over.dropped, *dropped),
        certain=over.certain and under.certain,
        named=over.named | under.named,
        notices=tuple(dict.fromkeys((*under.notices, *over.notices))),
    )


def _dropped(
    drop: tuple[Located, ...], under: PartialSongMap
) -> tuple[list[SectionDraft], list[tuple[str, TaskDraft]]]:
    """The sections without what is dropped, and the tasks dropped."""
    tasks = list(under.tasks())
    names = Names([Step(section.name.text, task.title.text) for section, task in tasks])
    whole = {normalize(section.name.text): section.name.text for section in under.sections or ()}
    lost: set[int] = set()
    lost_sections: set[str] = set()
    guesses = Guesses()
    for each in drop:
        title = split_name(each.text).title
        found = names.find(each.text)
        lost.update(id(tasks[at][1]) for at in found)
        if found:
            continue
        if sections := {normalize(each.text), normalize(title)} & set(whole):
            lost_sections |= sections
        elif under.certain:
            close = guesses.nearest(title, [*whole.values(), *(task.title.text for _, task in tasks)])
            each.add(f"there is no task or section {quote(each.text)} to drop{guess(close)}")
    gone = [
        (section.name.text, task)
        for section, task in tasks
        if id(task) in lost or normalize(section.name.text) in lost_sections
    ]
    kept = [
        replace(section, tasks=tuple(task for task in section.tasks if id(task) not in lost))
        for section in under.sections or ()
        if normalize(section.name.text) not in lost_sections
    ]
    return kept, gone


def _merged_sections(over: tuple[SectionDraft, ...], under: list[SectionDraft]) -> tuple[SectionDraft, ...]:
    """Sections by name; new ones come last. A task found in another section moves to where it is written now."""
    own = {normalize(section.name.text): section for section in over}
    homes: dict[str, list[str]] = {}
    for section in over:
        for task in section.tasks:
            homes.setdefault(bare_key(task.title.text), []).append(normalize(section.name.text))
    there = {
        (normalize(section.name.text), bare_key(task.title.text))
        for section in under
        for task in section.tasks
    }
    moved: dict[str, TaskDraft] = {}
    sections: dict[str, SectionDraft] = {}
    for section in under:
        here = normalize(section.name.text)
        stays = []
        for task in section.tasks:
            key = bare_key(task.title.text)
            match homes.get(key):
                case [home] if home != here and (home, key) not in there:
                    moved.setdefault(key, task)
                case _:
                    stays.append(task)
        sections[here] = replace(section, tasks=tuple(stays))
    for section in over:
        sections.setdefault(normalize(section.name.text), replace(section, tasks=()))
    return tuple(
        _merged_section(own[name], section, moved) if name in own else section
        for name, section in sections.items()
    )


def _merged_section(over: SectionDraft, under: SectionDraft, moved: dict[str, TaskDraft]) -> SectionDraft:
    said = {bare_key(task.title.text): task for task in over.tasks}
    tasks = []
    for task in under.tasks:
        mine = said.pop(bare_key(task.title.text), None)
        tasks.append(_merged_task(mine, task) if mine else task)
    tasks += [_merged_task(mine, moved[key]) if key in moved else mine for key, mine in said.items()]
    return SectionDraft(under.name, tuple(tasks), over.relevant and under.relevant)


def _merged_task(over: TaskDraft, under: TaskDraft) -> TaskDraft:
    parts = ("notes", "after", "kind", "in_asana")
    filled = {name: getattr(under, name) for name in parts if getattr(over, name) is None}
    if over.minutes is None and over.timeless:
        filled |= {"minutes": under.minutes, "timeless": under.timeless}
    title = under.title.text if over.kind is None and under.kind else over.title.text
    relevant = over.relevant and under.relevant
    return replace(over, title=replace(over.title, text=title), relevant=relevant, line=under.line, **filled)
