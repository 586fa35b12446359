"""The page of a new song: what has been answered by flags, a file or at a prompt, and its song map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from asana_tbp.cli.commands.new_values import a_line, a_time
from asana_tbp.errors import UsageError
from asana_tbp.songmap.model import Question, Section, SongMap, Task, Themes
from asana_tbp.songmap.name_reading import read_name
from asana_tbp.songmap.order import Step, check_order, ideal_order
from asana_tbp.songmap.read.loader import Template
from asana_tbp.songmap.task_name import bare_key, kind_of, normalize, split_name, suggested_name
from asana_tbp.songmap.templates.variables import AnswerError
from asana_tbp.text import nearest, quote

DEPICT = "What do I want this track to depict?"
FOR = "Who is it being produced for?"
SOUND = "What do I want it to sound like?"
ESSAY = {
    DEPICT: "People going wild at a festival? Someone crying in their room?",
    FOR: "Drunk people at a club? A girlfriend?",
    SOUND: "Energetic and upbeat? Slow and smooth?",
}
"""The essay's three questions, asked for every template, with the essay's own examples."""

Place = tuple[str, str]
"""A task by its section and title."""


@dataclass
class SongPage:
    """Everything answered about a new song; None and empty for what nobody has said yet."""

    song: str = ""
    inspiration: tuple[str, ...] | None = None
    musical: tuple[str, ...] | None = None
    non_musical: tuple[str, ...] | None = None
    reference: tuple[str, ...] | None = None
    bpm: float | None = None
    key: str | None = None
    deadline: date | None = None
    answers: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    asked_with: dict[str, str] = field(default_factory=dict)
    """The variables that had answers when the questions were asked."""
    left_out: set[Place] = field(default_factory=set)
    added: tuple[tuple[str, Task], ...] = ()
    times: dict[Place, int] = field(default_factory=dict)
    order: tuple[Place, ...] = ()


@dataclass(frozen=True)
class TaskFlags:
    """What flags say about tasks: it can be judged only when all variables have their answers."""

    without: Sequence[str] = ()
    add: Sequence[str] = ()
    time: Sequence[str] = ()
    first: Sequence[str] = ()


def a_task(text: str, song_map: SongMap, minutes: int) -> tuple[str, Task]:
    """A task and its section: `Record strings (30m)`, or `Mixing / Print stems (15m)`; without a time, `minutes`.

    Without a section it goes into the first one. Raises AnswerError.
    """
    before, slash, behind = a_line(text).partition(" / ")
    sections = {normalize(section.name): section.name for section in song_map.sections}
    known = sections.get(normalize(before)) if slash else None
    section = known or next(iter(sections.values()), "Composition")
    reading = read_name(behind if known else text)
    if reading.unclear:
        better = suggested_name(behind if known else text)
        raise AnswerError(reading.unclear + (f"; write {better}" if better else "; write 25m or 1h30m"))
    if not any(char.isalpha() for char in reading.title):
        raise AnswerError("a task needs a title, such as Record strings (30m)")
    task = Task(title=reading.title, minutes=reading.minutes or minutes, kind=kind_of(reading.title))
    if bare_key(task.title) in {bare_key(title) for name, title in places(song_map) if name == section}:
        raise AnswerError(f"{quote(task.title)} is in {section} already")
    return section, task


def places(song_map: SongMap) -> list[Place]:
    """Every task by section and title, in the ideal order."""
    return [(section, task.title) for section, task in ideal_order(song_map)]


def questions_of(sample: SongMap) -> list[str]:
    """The questions of a new song: the essay's three, then what the template asks besides."""
    asked = {normalize(each.question): each.question for each in sample.questions}
    essay = [asked.pop(normalize(question), question) for question in ESSAY]
    return [*essay, *asked.values()]


def with_examples(question: str) -> str:
    """A question with the essay's own examples where it is one of the essay's."""
    examples = {normalize(each): text for each, text in ESSAY.items()}.get(normalize(question))
    return f"{question} ({examples})" if examples else question


def question_answers(
    given: Mapping[str, str], flags: Mapping[str, str | None], sample: SongMap
) -> dict[str, str]:
    """Answers by the song's own questions. Raises UsageError for a question that is not asked, or asked twice."""
    own = {normalize(question): question for question in questions_of(sample)}
    answers = {own[normalize(question)]: text for question, text in flags.items() if text is not None}
    for question, answer in given.items():
        asked = own.get(normalize(question))
        if asked is None:
            close = nearest(question, own.values())
            guess = f"; did you mean {quote(close)}?" if close else "."
            lines = "".join(f"\n  {each}" for each in own.values())
            raise UsageError(f"This template does not ask {quote(question)}{guess}", f"It asks:{lines}")
        if asked in answers:
            raise UsageError(f"{quote(asked)} is answered twice.")
        answers[asked] = answer
    return answers


def song_map_of(opened: Template, page: SongPage) -> SongMap:
    """The song map of a template with all that the page says. Raises UsageError and SongMapError."""
    whole = opened.song_map(page.variables)
    # A question may mention a variable, and is known by the words it had when it was asked.
    sample = opened.sample(page.asked_with)
    asked = {
        normalize(before.question): now for before, now in zip(sample.questions, whole.questions, strict=True)
    }
    answers = {normalize(question): answer for question, answer in page.answers.items()}
    questions = [
        Question(question=now.question, answer=answers.get(before) or now.answer)
        for before, now in asked.items()
    ]
    extra = [
        Question(question=question, answer=answers[normalize(question)])
        for question in ESSAY
        if normalize(question) not in asked and answers.get(normalize(question))
    ]
    themes = Themes(
        musical=whole.themes.musical if page.musical is None else page.musical,
        non_musical=whole.themes.non_musical if page.non_musical is None else page.non_musical,
    )
    whole = replace(
        whole,
        song=page.song or whole.song,
        inspiration=whole.inspiration if page.inspiration is None else page.inspiration,
        reference=whole.reference if page.reference is None else page.reference,
        bpm=page.bpm or whole.bpm,
        key=whole.key if page.key is None else page.key,
        deadline=page.deadline or whole.deadline,
        themes=themes,
        questions=(*extra, *questions),
    )
    return _ordered(_with_tasks(whole, page), page.order)


def _with_tasks(whole: SongMap, page: SongPage) -> SongMap:
    added: dict[str, list[Task]] = {}
    for section, task in page.added:
        added.setdefault(section, []).append(task)
    known = {section.name for section in whole.sections}
    sections = [
        replace(section, tasks=(*section.tasks, *added.get(section.name, ()))) for section in whole.sections
    ]
    sections += [Section(name=name, tasks=tuple(tasks)) for name, tasks in added.items() if name not in known]
    timed = tuple(
        replace(
            section,
            tasks=tuple(
                replace(task, minutes=page.times.get((section.name, task.title), task.minutes))
                for task in section.tasks
            ),
        )
        for section in sections
    )
    return replace(whole, sections=timed).without(page.left_out)


def _ordered(song_map: SongMap, order: Iterable[Place]) -> SongMap:
    titles = [normalize(task.title) for section in song_map.sections for task in section.tasks]
    here = set(places(song_map))
    stated = tuple(
        title if titles.count(normalize(title)) == 1 else f"{section} / {title}"
        for section, title in order
        if (section, title) in here
    )
    return replace(song_map, order=stated) if stated else song_map


def reordered(song_map: SongMap, first: Sequence[Place]) -> tuple[Place, ...]:
    """All tasks with some of them first. Raises AnswerError where a task would come before one it waits for."""
    order = (*first, *(place for place in places(song_map) if place not in first))
    candidate = _ordered(song_map, order)
    steps = [
        Step(section.name, task.title, task.after) for section in song_map.sections for task in section.tasks
    ]
    if problems := check_order(steps, candidate.order):
        raise AnswerError(problems[0].sentence)
    return order


def apply_task_flags(page: SongPage, opened: Template, flags: TaskFlags, minutes: int) -> list[str]:
    """Put what flags say about tasks on the page; returns a sentence for each that cannot be followed."""
    wrong: list[str] = []

    def tasks_named(flag: str, title: str) -> list[Place]:
        now = places(song_map_of(opened, page))
        keys = {bare_key(title), bare_key(split_name(title).title)}
        found = [place for place in now if bare_key(place[1]) in keys or normalize(" / ".join(place)) in keys]
        if not found:
            close = nearest(title, [name for _, name in now])
            guess = f" Did you mean {quote(close)}?" if close else ""
            wrong.append(f"{flag}: there is no task {quote(title)}.{guess}")
        return found

    for title in flags.without:
        page.left_out.update(tasks_named("--without", title))
    for text in flags.add:
        try:
            page.added += (a_task(text, song_map_of(opened, page), minutes),)
        except AnswerError as refused:
            wrong.append(f"--add {quote(text)}: {refused.sentence}.")
    for text in flags.time:
        title, _, budget = text.rpartition("=")
        try:
            page.times |= dict.fromkeys(tasks_named("--time", title.strip()), a_time(budget))
        except AnswerError as refused:
            wrong.append(f"--time {quote(text)}: {refused.sentence}.")
    if first := [place for title in flags.first for place in tasks_named("--first", title)]:
        try:
            page.order = reordered(song_map_of(opened, page), first)
        except AnswerError as refused:
            wrong.append(f"--first: {refused.sentence}.")
    return wrong


def take_defaults(opened: Template, variables: dict[str, str]) -> None:
    """Raises UsageError where a variable that is asked has neither an answer nor a default."""
    missing = [
        each.name
        for each in opened.variables
        if each.name not in variables and each.default is None and opened.answered(variables).asked(each.name)
    ]
    if missing:
        raise UsageError(
            "\n".join(f"{quote(name)} has no answer." for name in missing),
            f"Give it with {' '.join(f'--set {name}=...' for name in missing)}",
        )


def tasks_of_other_answers(opened: Template, page: SongPage) -> dict[str, dict[str, tuple[Task, ...]]]:
    """Tasks that a choice not taken would add: by section, then by the condition that brings them.

    So a song whose mix is left for later can have it by a word in its file.
    """
    chosen = opened.answered(page.variables)
    mine = opened.song_map(page.variables)
    here = {section.name: set(section.tasks) for section in mine.sections}
    more: dict[str, dict[str, tuple[Task, ...]]] = {}
    for variable in opened.variables:
        if len(variable.choices) < 2 or not chosen.asked(variable.name):
            continue
        for choice in variable.choices:
            other = opened.song_map({**page.variables, variable.name: choice})
            there = {section.name: section.tasks for section in other.sections}
            if all(tasks <= set(there.get(name, ())) for name, tasks in here.items()):
                for name, tasks in there.items():
                    if extra := tuple(task for task in tasks if task not in here.get(name, ())):
                        more.setdefault(name, {})[f"{variable.name} is {choice}"] = extra
    return more
