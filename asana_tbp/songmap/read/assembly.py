"""Assembles a song map from its files: merges each over the one it extends, checks, and keeps what is relevant."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from asana_tbp.songmap.grammar import PATTERNS
from asana_tbp.songmap.key_types import VALUES
from asana_tbp.songmap.model import DEFAULT_MINUTES, Section, SongMap, Task
from asana_tbp.songmap.order import Names, Step, check_order, reference_filter
from asana_tbp.songmap.read.nodes import Text
from asana_tbp.songmap.read.reader import is_repeated
from asana_tbp.songmap.read.sections import PartialSongMap, SectionDraft
from asana_tbp.songmap.read.tasks import TaskDraft
from asana_tbp.songmap.task_name import bare_key, compose_name, normalize, number_in_brackets, read_name
from asana_tbp.songmap.write.scalars import as_written
from asana_tbp.text import Guesses, guess, listed, quote


def check(sheet: PartialSongMap, *, complete: bool, strict: bool = False) -> None:
    """Note the problems of a sheet as a whole.

    A `complete` sheet is the entire song map, so what it lacks is missing; `strict` requires a time for every task.
    """
    if complete and "song" not in sheet.named:
        sheet.top.add('"song" is missing; write song: and the name of the song')
    if complete and "sections" not in sheet.named:
        sheet.top.add('"sections" is missing; write sections: and under it a name such as Composition:')
    for _, task in sheet.tasks() if strict and complete else ():
        if "minutes" not in task.said:
            better = as_written(compose_name(task.line, DEFAULT_MINUTES))
            task.title.add(f"{quote(task.title.text)} has no time budget; write it as {better}")
    for section in sheet.sections:
        first: dict[str, int] = {}
        for task in section.tasks if section.relevant else ():
            if task.relevant:
                # Duplicates that merging brought into one section; the others have been noted before.
                is_repeated(first, task.title, "", f"is in {quote(section.name.text)} twice")
    steps, kept = _steps(sheet)
    for problem in check_order(steps, kept(sheet.order or ())):
        if not problem.unknown or (complete and sheet.certain):
            assert isinstance(problem.reference, Text)
            problem.reference.add(problem.sentence)


def _steps(sheet: PartialSongMap) -> tuple[list[Step], Callable[[Iterable[Text]], tuple[Text, ...]]]:
    """The tasks that belong to the song, and what takes out the texts that name only one that does not."""
    steps: list[Step] = []
    left_out = list(sheet.dropped)
    for section, task in sheet.tasks():
        step = Step(section.name.text, task.title.text, task.said.get("after", ()))
        (steps if section.relevant and task.relevant else left_out).append(step)
    kept = reference_filter(steps, left_out)
    return [step._replace(after=kept(step.after)) for step in steps], kept


def song_map(sheet: PartialSongMap) -> SongMap:
    """The part of a sheet that belongs to the song, once it has been checked and no problem was noted."""
    _, kept = _steps(sheet)

    def task(draft: TaskDraft) -> Task:
        after = tuple(map(str, kept(draft.said.get("after", ()))))
        said = {"minutes": DEFAULT_MINUTES, **draft.said, "after": after}
        return Task(title=draft.title.text, line=draft.line, timeless="minutes" not in draft.said, **said)

    sections = tuple(
        Section(name=section.name.text, tasks=tuple(task(draft) for draft in section.tasks if draft.relevant))
        for section in sheet.sections
        if section.relevant
    )
    tasks = [task for section in sections for task in section.tasks]
    numbers = [(task.title, number_in_brackets(task.title)) for task in tasks if task.timeless]
    timeless = [quote(title) for title, number in numbers if not number]
    notices = sheet.notices
    notices += tuple(
        f"{quote(number)} in {quote(title)} is not a time, so the task takes {DEFAULT_MINUTES}m."
        for title, number in numbers
        if number
    )
    if timeless:
        more = [f"{len(timeless) - 3} more"] if len(timeless) > 3 else []
        verb = "have no time and take" if len(timeless) > 1 else "has no time and takes"
        notices += (f"{listed([*timeless[:3], *more], 'and')} {verb} {DEFAULT_MINUTES}m.",)
    notices += tuple(
        f"{quote(task.name)} is one task. If it is two, write each on its own line."
        for task in tasks
        if PATTERNS["two_tasks"].search(task.title)
    )
    values = {
        key.field: key.type.whole(sheet.values[key.field])
        for key in VALUES
        if key.type and key.field in sheet.values
    }
    order = tuple(map(str, kept(sheet.order or ())))
    return SongMap(**values, sections=sections, order=order, notices=notices)


def merged(over: PartialSongMap, under: PartialSongMap) -> PartialSongMap:
    """A file merged over the one it extends: what it does not have is taken from there.

    A `drop` that drops nothing is noted at its place.
    """
    values = {**under.values, **over.values}
    for key in VALUES:
        if key.type and key.field in over.values and key.field in under.values:
            values[key.field] = key.type.merged(over.values[key.field], under.values[key.field])
    kept, dropped = _dropped(over.drop, under)
    return PartialSongMap(
        over.top,
        values,
        _merged_sections(over.sections, kept),
        under.order if over.order is None else over.order,
        dropped=(*under.dropped, *dropped),
        certain=over.certain and under.certain,
        named=over.named | under.named,
        notices=tuple(dict.fromkeys((*under.notices, *over.notices))),
    )


def _dropped(drop: Sequence[Text], under: PartialSongMap) -> tuple[list[SectionDraft], list[Step]]:
    """The sections without what is dropped, and the tasks dropped."""
    tasks = list(under.tasks())
    steps = [Step(section.name.text, task.title.text) for section, task in tasks]
    names, guesses = Names([step[:2] for step in steps]), Guesses()
    whole = {normalize(section.name.text): section.name.text for section in under.sections}
    lost: set[int] = set()
    lost_sections: set[str] = set()
    for each in drop:
        title = read_name(each.text).title
        at = names.find(each.text)
        # `Mixing /` is the section only.
        named = map(normalize, (each.text, title, each.text.removesuffix("/")))
        section = next((name for name in named if name in whole), "")
        if at and section:
            ways = [f"{quote(f'{whole[section]} /')} to drop the section"]
            ways += [f"{quote(' / '.join(steps[index][:2]))} to drop the task" for index in at[:4]]
            each.add(f"{quote(each.text)} is a section and a task; write {listed(ways)}")
        elif section:
            lost_sections.add(section)
        elif at:
            lost.update(id(tasks[index][1]) for index in at)
        elif under.certain:
            close = guesses.nearest(title, [*whole.values(), *(step.title for step in steps)])
            each.add(f"there is no task or section {quote(each.text)} to drop{guess(close)}")
    kept = [
        replace(section, tasks=tuple(task for task in section.tasks if id(task) not in lost))
        for section in under.sections
        if normalize(section.name.text) not in lost_sections
    ]
    left = {id(task) for section in kept for task in section.tasks}
    return kept, [step for step, (_, task) in zip(steps, tasks, strict=True) if id(task) not in left]


def _alike(sections: Sequence[SectionDraft]) -> set[tuple[str, str]]:
    """Sections and bare titles of tasks that differ in their kind alone, `Keep?` and `Gate: Keep?`."""
    titles = {
        (normalize(section.name.text), bare_key(task.title.text), normalize(task.title.text))
        for section in sections
        for task in section.tasks
    }
    return {place for place, count in Counter(each[:2] for each in titles).items() if count > 1}


def _left_out(sections: Sequence[SectionDraft]) -> set[str]:
    """The names of sections that are all left out: two may share one, under opposite conditions."""
    names = [(normalize(section.name.text), section.relevant) for section in sections]
    return {name for name, _ in names} - {name for name, relevant in names if relevant}


def _placed(
    sections: Sequence[SectionDraft], alike: AbstractSet[tuple[str, str]]
) -> list[tuple[tuple[str, str], TaskDraft]]:
    """Every task with its section and bare title, or whole title where another one there is alike.

    One that is left out is there only where no other has these.
    """
    every = []
    left_out = _left_out(sections)
    for section in sections:
        name = normalize(section.name.text)
        counts = section.relevant or name in left_out
        for task in section.tasks:
            title, whole = bare_key(task.title.text), normalize(task.title.text)
            placed = replace(task, relevant=task.relevant and counts)
            every.append(((name, whole if (name, title) in alike else title), placed))
    relevant = {place for place, task in every if task.relevant}
    return [(place, task) for place, task in every if task.relevant or place not in relevant]


def _merged_sections(over: Sequence[SectionDraft], under: Sequence[SectionDraft]) -> tuple[SectionDraft, ...]:
    """Sections by name; new ones come last. A task found in another section moves to where it is written now."""
    sections: dict[str, SectionDraft] = {}
    for section in (*under, *over):
        sections.setdefault(normalize(section.name.text), section)
    left_out = _left_out(under) | _left_out(over)
    alike = _alike(over) | _alike(under)
    own, inherited = dict(_placed(over, alike)), _placed(under, alike)
    homes: dict[str, list[str]] = {}
    for name, title in own:
        homes.setdefault(title, []).append(name)
    tasks: dict[str, list[TaskDraft]] = {name: [] for name in sections}
    moved: dict[str, TaskDraft] = {}
    there = {place for place, _ in inherited}
    for (name, title), task in inherited:
        home = homes.get(title, [])
        if (mine := own.pop((name, title), None)) is not None:
            tasks[name].append(_merged_task(mine, task))
        elif len(home) == 1 and (home[0], title) not in there:
            moved.setdefault(title, task)
        else:
            tasks[name].append(task)
    for (name, title), task in own.items():
        tasks[name].append(_merged_task(task, moved[title]) if title in moved else task)
    return tuple(
        replace(section, tasks=tuple(tasks[name]), relevant=name not in left_out)
        for name, section in sections.items()
    )


def _merged_task(over: TaskDraft, under: TaskDraft) -> TaskDraft:
    is_bare = "kind" in under.said and "kind" not in over.said
    title = replace(over.title, text=under.title.text if is_bare else over.title.text)
    said = {**under.said, **over.said}
    return replace(over, title=title, line=under.line, said=said, relevant=over.relevant and under.relevant)
