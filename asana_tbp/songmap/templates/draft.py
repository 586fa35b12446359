"""The draft of a new song: a template, and all answers so far."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib.resources import files
from typing import Any, NamedTuple

from asana_tbp.errors import UsageError
from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.dates import parse_date
from asana_tbp.songmap.key_types import parse_tempo
from asana_tbp.songmap.model import Question, Section, SongMap, Task
from asana_tbp.songmap.order import Names, check_order, ideal_order, references, steps_of, without_tasks
from asana_tbp.songmap.read.loader import Template, parse_song_map
from asana_tbp.songmap.task_name import bare_key, kind_of, normalize, read_name, suggested_name
from asana_tbp.songmap.templates.variables import parse_line
from asana_tbp.songmap.write.yaml import render_song_map
from asana_tbp.text import did_you_mean, quote

_PAGE = tomllib.loads(files("asana_tbp.songmap.templates").joinpath("page.toml").read_text("utf-8"))
ESSAY: dict[str, str] = _PAGE["essay"]
"""The essay's three questions, asked for every template, with the essay's own examples."""
DEPICT, FOR, SOUND = ESSAY
THEMES = ("musical", "non_musical")


class Fact(NamedTuple):
    """A field of the song that is asked for; an `optional` one only if the template has its key."""

    name: str
    key: str
    label: str
    question: str
    optional: bool = False


WORDS, NUMBERS = ([Fact(name, **row) for name, row in _PAGE[part].items()] for part in ("words", "numbers"))
"""The fields asked for before the questions, and after them."""

_PARSERS: dict[str, Callable[[str], Any]] = {"bpm": parse_tempo, "deadline": parse_date}
# Names that Windows reserves for devices, with any suffix.
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")

Place = tuple[str, str]
"""A task by its section and title."""


def parse_fact(name: str, text: str, today: date) -> Any:
    """The value of a field of the song, or of one entry of a list; None or "" for nothing. Raises AnswerError."""
    line = parse_line(text)
    if name == "song" and not line:
        raise AnswerError("a song needs a name, if only for now")
    if name not in _PARSERS:
        return line
    value = _PARSERS[name](line) if line else None
    if isinstance(value, date) and value < today:
        raise AnswerError(f"{value} is over; write a day that is still to come")
    return value


def file_stem(song: str) -> str:
    """A file's name for a song: `Midnight Galaxy` is `midnight-galaxy`."""
    plain = unicodedata.normalize("NFKC", song).casefold()
    short = "-".join("".join(char if char.isalnum() else " " for char in plain).split())
    short = short.encode()[:100].decode(errors="ignore").strip("-") or "song"
    return f"{short}-song" if _DEVICE.fullmatch(short) else short


@dataclass
class Draft:
    """A draft: `facts` are the answers by field (song, inspiration, musical, bpm, ...), `answers` those by question.

    `minutes` is the budget of a task that is added without a time.
    """

    template: Template
    variables: dict[str, str]
    minutes: int
    facts: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    left_out: set[Place] = field(default_factory=set)
    added: tuple[tuple[str, Task], ...] = ()
    times: dict[Place, int] = field(default_factory=dict)
    order: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        # A question may mention a variable, so it is identified by its words when it was asked.
        self.sample = self.template.sample(self.variables)

    def fact(self, name: str) -> Any:
        """The song's value for a field: as answered, or from the template; "" for a song without a name."""
        if name in self.facts or name == "song":
            return self.facts.get(name, "")
        return getattr(self.sample.themes if name in THEMES else self.sample, name)

    # -- questions ------------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> dict[str, str]:
        """Every question, the essay's three first, with the template's answer or ""."""
        asked = {normalize(each.question): each for each in self.sample.questions}
        essay = [asked.pop(normalize(words), Question(question=words)) for words in ESSAY]
        return {each.question: each.answer for each in (*essay, *asked.values())}

    def answer(self, given: Iterable[tuple[str, str | None]]) -> None:
        """Save answers to questions. Raises UsageError for an unknown one, AnswerError for one answered twice."""
        asked = {normalize(question): question for question in self.questions}
        for words, text in given:
            if (question := asked.get(normalize(words))) is None:
                meant, every = did_you_mean(words, self.questions), "\n  ".join(self.questions)
                raise UsageError(f"This template does not ask {quote(words)}.{meant}", f"It asks:\n  {every}")
            if question in self.answers:
                raise AnswerError(f"{quote(question)} is answered twice")
            if text is not None:
                self.answers[question] = text

    # -- tasks ----------------------------------------------------------------------------------------

    @property
    def places(self) -> list[Place]:
        """Every task by section and title, in the ideal order."""
        return _places(self.song_map())

    def tasks_named(self, title: str) -> list[Place]:
        """The tasks of a title, with or without their section. Raises AnswerError where there is none."""
        now = self.places
        if not (named := Names(now).find(title)):
            meant = did_you_mean(title, [each for _, each in now])
            raise AnswerError(f"there is no task {quote(title)}{'.' if meant else ''}{meant}")
        return [now[at] for at in named]

    def add(self, text: str) -> None:
        """Add `Record strings (30m)`, or `Mixing / Print stems (15m)`; without a section to the first one.

        Raises AnswerError.
        """
        before, slash, behind = parse_line(text).partition(" / ")
        sections = {normalize(section.name): section.name for section in self.song_map().sections}
        known = sections.get(normalize(before)) if slash else None
        section = known or next(iter(sections.values()), "Composition")
        name = behind if known else text
        reading = read_name(name)
        if reading.unclear:
            better = suggested_name(name) or "a task with its time, such as Record strings (30m)"
            raise AnswerError(f"{reading.unclear}; write {better}")
        if not any(char.isalpha() for char in reading.title):
            raise AnswerError("a task needs a title, such as Record strings (30m)")
        task = Task(title=reading.title, minutes=reading.minutes or self.minutes, kind=kind_of(reading.title))
        if bare_key(task.title) in {bare_key(title) for name, title in self.places if name == section}:
            raise AnswerError(f"{quote(task.title)} is in {section} already")
        self.added += ((section, task),)

    def begin_with(self, first: Sequence[Place]) -> None:
        """Put tasks first. Raises AnswerError where one would come before one it waits for."""
        song_map = self.song_map()
        order = (*first, *(place for place in _places(song_map) if place not in first))
        if problems := check_order(steps_of(song_map), _in_order(song_map, order).order):
            raise AnswerError(problems[0].sentence)
        self.order = order

    # -- the result -----------------------------------------------------------------------------------

    def song_map(self) -> SongMap:
        """The song map with the answers so far. Raises UsageError and SongMapError."""
        whole = self.template.song_map(self.variables)
        answers = dict(self.answers)
        asked = [
            replace(now, answer=answers.pop(before.question, "") or now.answer)
            for before, now in zip(self.sample.questions, whole.questions, strict=True)
        ]
        essay = [Question(question=words, answer=text) for words, text in answers.items() if text]
        facts = dict(self.facts)
        themes = replace(whole.themes, **{name: facts.pop(name) for name in THEMES if name in facts})
        whole = replace(whole, **facts, themes=themes, questions=(*essay, *asked))
        tasks: dict[str, list[Task]] = {section.name: [] for section in whole.sections}
        of_template = [(section.name, task) for section in whole.sections for task in section.tasks]
        for name, task in (*of_template, *self.added):
            minutes = self.times.get((name, task.title), task.minutes)
            tasks.setdefault(name, []).append(replace(task, minutes=minutes))
        sections = tuple(Section(name=name, tasks=tuple(inside)) for name, inside in tasks.items())
        return _in_order(without_tasks(replace(whole, sections=sections), self.left_out), self.order)

    def text(self, template: str, schema: str) -> str:
        """The text of the file, which says that it was begun from `template`; `schema` is for editors."""
        song_map = self.song_map()
        intro = [
            f"{song_map.song}, begun from {template}.",
            "",
            "Make it yours: delete what the track does not need, add what it does. Keep tasks simple.",
        ]
        later = self._tasks_of_other_answers()
        values, variables = self.template.answered(self.variables), []
        for condition in dict.fromkeys(condition for tasks in later.values() for condition in tasks):
            name, _, choice = condition.partition(" is ")
            better = f'"when: {condition}", write {choice} here and scaffold again.'
            variables += [f"  # To have the tasks under {better}", f"  {name}: {values.of(name)}"]
        text = render_song_map(song_map, schema=schema, intro=intro, variables=variables, conditional=later)
        parse_song_map(text, "the new song map")
        return text

    def _tasks_of_other_answers(self) -> dict[str, dict[str, tuple[Task, ...]]]:
        """Tasks that another choice would add: by section, then by the condition for them.

        So a song whose mix is left for later can get it by changing a word in its file.
        """
        values = self.template.answered(self.variables)
        here = {section.name: section.tasks for section in self.template.song_map(self.variables).sections}
        more: dict[str, dict[str, tuple[Task, ...]]] = {}
        for variable in self.template.variables:
            for choice in variable.choices if values.is_asked(variable.name) else ():
                other = self.template.song_map({**self.variables, variable.name: choice})
                there = {section.name: section.tasks for section in other.sections}
                if all(set(tasks) <= set(there.get(name, ())) for name, tasks in here.items()):
                    for name, tasks in there.items():
                        if extra := tuple(task for task in tasks if task not in here.get(name, ())):
                            more.setdefault(name, {})[f"{variable.name} is {choice}"] = extra
        return more


def _places(song_map: SongMap) -> list[Place]:
    return [(section, task.title) for section, task in ideal_order(song_map)]


def _in_order(song_map: SongMap, order: Iterable[Place]) -> SongMap:
    here = _places(song_map)
    stated = references([place for place in order if place in here], here)
    return replace(song_map, order=stated) if stated else song_map
