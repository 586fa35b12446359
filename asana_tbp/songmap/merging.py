"""A file over the one it extends: what it says counts, what it does not say is taken from there.

Knows how sections merge by name and tasks by title. Must not know where files are, nor YAML.
"""

from __future__ import annotations

from dataclasses import fields as fields_of
from dataclasses import replace

from asana_tbp.songmap.drafts import QuestionDraft, SectionDraft, Sheet, TaskDraft
from asana_tbp.songmap.name import bare_key, split_name, title_key
from asana_tbp.songmap.values import Placed
from asana_tbp.songmap.wording import nearest, quoted

_SIMPLE = (
    "song",
    "bpm",
    "key",
    "reference",
    "deadline",
    "sessions",
    "stage",
    "name_format",
    "inspiration",
    "musical",
    "non_musical",
    "order",
)


def merged(over: Sheet, under: Sheet) -> Sheet:
    """One sheet of two. A `drop` that drops nothing is noted at its place."""
    named = over.named | under.named
    result = Sheet(over.top, certain=over.certain and under.certain, named=named)
    for key in _SIMPLE:
        said = getattr(over, key)
        setattr(result, key, getattr(under, key) if said is None else said)
    result.questions = _questions(over.questions, under.questions)
    kept, dropped = _dropped(over.drop, under)
    result.dropped = (*under.dropped, *over.dropped, *dropped)
    result.sections = None
    if over.sections is not None or under.sections is not None:
        result.sections = _sections(over.sections or (), kept)
    return result


def _questions(
    over: tuple[QuestionDraft, ...], under: tuple[QuestionDraft, ...]
) -> tuple[QuestionDraft, ...]:
    said = {title_key(asked.question.text): asked for asked in over}
    kept = []
    for asked in under:
        mine = said.pop(title_key(asked.question.text), None)
        # A question written again without an answer does not take the answer away.
        kept.append(mine if mine is not None and mine.answer != "" else asked)
    return (*kept, *said.values())


def _dropped(
    drop: tuple[Placed, ...], under: Sheet
) -> tuple[tuple[SectionDraft, ...], list[tuple[str, TaskDraft]]]:
    """The sections without what is dropped, and the tasks dropped."""
    sections = list(under.sections or ())
    gone: list[tuple[str, TaskDraft]] = []
    for wanted in drop:
        keys = {bare_key(wanted.text), bare_key(split_name(wanted.text).title)}
        places = [
            (section, task)
            for section in sections
            for task in section.tasks
            if bare_key(task.title.text) in keys
            or title_key(f"{section.name.text} / {task.title.text}") in keys
        ]
        if not places:
            whole = [section for section in sections if title_key(section.name.text) in keys]
            places = [(section, task) for section in whole for task in section.tasks]
            if not whole and not _gone_already(wanted, gone) and under.certain:
                _tell_unknown(wanted, sections)
            sections = [section for section in sections if section not in whole]
        gone += [(section.name.text, task) for section, task in places]
        lost = {id(task) for _, task in places}
        sections = [
            replace(section, tasks=tuple(task for task in section.tasks if id(task) not in lost))
            if any(id(task) in lost for task in section.tasks)
            else section
            for section in sections
        ]
    return tuple(sections), gone


def _gone_already(wanted: Placed, gone: list[tuple[str, TaskDraft]]) -> bool:
    return any(bare_key(task.title.text) == bare_key(split_name(wanted.text).title) for _, task in gone)


def _tell_unknown(wanted: Placed, sections: list[SectionDraft]) -> None:
    names = [task.title.text for section in sections for task in section.tasks]
    names += [section.name.text for section in sections]
    close = nearest(split_name(wanted.text).title, names)
    guess = f"; did you mean {quoted(close)}?" if close else ""
    wanted.add(f"there is no task or section {quoted(wanted.text)} to drop{guess}")


def _sections(over: tuple[SectionDraft, ...], under: tuple[SectionDraft, ...]) -> tuple[SectionDraft, ...]:
    """Sections by name; new ones come last. A task found in another section moves to where it is written now."""
    mine = {title_key(section.name.text): section for section in over}
    written: dict[str, list[str]] = {}
    for section in over:
        for task in section.tasks:
            written.setdefault(bare_key(task.title.text), []).append(title_key(section.name.text))
    moved: dict[str, TaskDraft] = {}
    kept: list[SectionDraft] = []
    for section in under:
        here = title_key(section.name.text)
        stays = []
        for task in section.tasks:
            key = bare_key(task.title.text)
            homes = written.get(key, [])
            if len(homes) == 1 and homes[0] != here and not _has(under, homes[0], key):
                moved.setdefault(key, task)
            else:
                stays.append(task)
        kept.append(replace(section, tasks=tuple(stays)))
    merged_sections = []
    for section in kept:
        own = mine.pop(title_key(section.name.text), None)
        merged_sections.append(_section(own, section, moved) if own else section)
    for section in over:
        if title_key(section.name.text) in mine:
            merged_sections.append(_section(section, replace(section, tasks=()), moved))
    return tuple(merged_sections)


def _has(sections: tuple[SectionDraft, ...], name: str, key: str) -> bool:
    return any(
        bare_key(task.title.text) == key
        for section in sections
        if title_key(section.name.text) == name
        for task in section.tasks
    )


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
    if over.minutes is None and over.unbudgeted is not None:
        filled |= {"minutes": under.minutes, "unbudgeted": under.unbudgeted}
    kind = over.kind or under.kind
    title = under.title.text if over.kind is None and kind else over.title.text
    return replace(
        over, title=over.title.with_text(title), relevant=over.relevant and under.relevant, **filled
    )
