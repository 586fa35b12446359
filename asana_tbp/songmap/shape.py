"""The form of a song map: which keys there are, what each may hold, and what makes a task complete.

Knows the keys and rules of the file. Must not know YAML, where the text came from, or Asana. Every problem
of the file is noted, and none that merely follows from another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asana_tbp.songmap import tree
from asana_tbp.songmap.budget import BudgetError, format_budget, parse_budget
from asana_tbp.songmap.model import Question, Section, SongMap, Task, Themes
from asana_tbp.songmap.name import refused_budget, split_name, title_key
from asana_tbp.songmap.order import Step, check_order
from asana_tbp.songmap.problems import Problems
from asana_tbp.songmap.tree import Listing, Node, Nothing, Text
from asana_tbp.songmap.values import Keys, Placed, Reader
from asana_tbp.songmap.wording import cut, quoted

_SONG_MAP = Keys(
    ("song", "inspiration", "themes", "questions", "sections"),
    {"title": "song", "name": "song", "project": "song", "tasks": "sections", "inspirations": "inspiration"},
)
_THEMES = Keys(("musical", "non-musical"), {"nonmusical": "non-musical", "other": "non-musical"})
_TASK = Keys(
    ("task", "time", "after", "notes"),
    {
        "title": "task",
        "name": "task",
        "budget": "time",
        "minutes": "time",
        "duration": "time",
        "depends-on": "after",
        "description": "notes",
    },
)
_NUMBER_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[](\d{1,3})[)\]]", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A task whose title is known; its other parts may be missing, their problems having been told."""

    title: Placed
    minutes: int | None
    notes: str = ""
    after: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class _SectionDraft:
    name: str
    tasks: list[_Draft]


def read_song_map(root: Node, problems: Problems) -> SongMap:
    """The song map in a tree. Raises SongMapError with every problem, those already noted included."""
    return _Shape(problems).song_map(root)


class _Shape:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.read = Reader(problems)
        # Once a title could not be read, nobody can say that an `after` names no task.
        self.titles_complete = True

    def song_map(self, root: Node) -> SongMap:
        if isinstance(root, Nothing):
            self.problems.add(1, 1, "the song map is empty; it begins with song: and the name of the song")
            raise self.problems.error()
        if not isinstance(root, tree.Mapping):
            self.read.add(root, "this is not a song map; one begins with song: and the name of the song")
            raise self.problems.error()
        fields = self.read.fields(root, _SONG_MAP)
        song: Placed | None = None
        if fields.missing("song"):
            self.read.add(root, '"song" is missing; write song: and the name of the song')
        elif "song" in fields.values:
            song = self.read.line(fields["song"], '"song"')
        inspiration = self._inspiration(fields["inspiration"])
        themes = self._themes(fields["themes"])
        questions = self._questions(fields["questions"])
        sections: list[_SectionDraft] = []
        if fields.missing("sections"):
            self.read.add(
                root, '"sections" is missing; write sections: and under it a name such as Composition:'
            )
        elif "sections" in fields.values:
            sections = self._sections(fields["sections"])
        self._order(sections)
        self.problems.raise_if_any()
        return SongMap(
            song=song.text if song else "",
            inspiration=inspiration,
            themes=themes,
            questions=questions,
            sections=tuple(_section(draft) for draft in sections),
        )

    def _inspiration(self, node: Node) -> tuple[str, ...]:
        if not isinstance(node, Listing):
            # A single text may run over lines: it is a paragraph, not an entry of a list.
            text = self.read.prose(node, '"inspiration"')
            return (text,) if text else ()
        entries = []
        for entry in node.entries:
            text = self.read.prose(entry, 'an entry of "inspiration"')
            if text:
                entries.append(text)
            elif text == "":
                self.read.add(entry, 'an entry of "inspiration" is empty')
        return tuple(entries)

    def _themes(self, node: Node) -> Themes:
        if isinstance(node, Nothing):
            return Themes()
        if not isinstance(node, tree.Mapping):
            self.read.not_a("a mapping with musical: and non-musical:", node, '"themes"')
            return Themes()
        fields = self.read.fields(node, _THEMES)
        musical, other = (self.read.lines(fields[key], key) for key in _THEMES.known)
        return Themes(
            musical=tuple(theme.text for theme in musical), non_musical=tuple(theme.text for theme in other)
        )

    def _questions(self, node: Node) -> tuple[Question, ...]:
        if isinstance(node, Nothing):
            return ()
        if not isinstance(node, tree.Mapping):
            self.read.not_a("a mapping of question: answer", node, '"questions"')
            return ()
        questions = []
        first: dict[str, int] = {}
        for key, value in node.pairs:
            question = self.read.key(key, "a question")
            if question is None:
                continue
            answer = self.read.prose(value, f"the answer to {quoted(question.text)}")
            if (line := _seen(first, question)) is not None:
                self.read.add(
                    question, f"the question {quoted(question.text)} is there twice; first in line {line}"
                )
            elif answer is not None:
                questions.append(Question(question=question.text, answer=answer))
        return tuple(questions)

    def _sections(self, node: Node) -> list[_SectionDraft]:
        if not isinstance(node, tree.Mapping):
            self.titles_complete = False
            self.read.not_a("a mapping of section names, each with a list of tasks", node, '"sections"')
            return []
        if not node.pairs:
            self.read.add(node, '"sections" is empty; write under it a name such as Composition:')
        drafts = []
        first: dict[str, int] = {}
        for key, value in node.pairs:
            name = self.read.key(key, "a section's name")
            shown = name.text if name else "this section"
            drafts.append(_SectionDraft(shown, self._tasks(value, shown)))
            if name is None:
                continue
            if (line := _seen(first, name)) is not None:
                self.read.add(name, f"the section {quoted(name.text)} is there twice; first in line {line}")
        return drafts

    def _tasks(self, node: Node, section: str) -> list[_Draft]:
        if isinstance(node, Nothing):
            return []
        if not isinstance(node, Listing):
            self.titles_complete = False
            self.read.add(node, f'the tasks of {quoted(section)} must be a list; begin each with "- "')
            return []
        drafts = []
        first: dict[str, int] = {}
        for entry in node.entries:
            draft = self._mapped_task(entry) if isinstance(entry, tree.Mapping) else self._written_task(entry)
            if draft is None:
                self.titles_complete = False
                continue
            drafts.append(draft)
            if (line := _seen(first, draft.title)) is not None:
                # An alias repeats a title that stands further up: the alias is what is wrong.
                place = max(entry, draft.title, key=lambda at: (at.line, at.column))
                self.read.add(
                    place, f"{quoted(draft.title.text)} is in {quoted(section)} twice; first in line {line}"
                )
        return drafts

    def _written_task(self, node: Node) -> _Draft | None:
        name = self.read.line(node, "a task")
        if name is None:
            return None
        title, minutes = split_name(name.text)
        if minutes is None:
            self._no_budget(name, plain=isinstance(node, Text) and node.plain)
        return _Draft(Placed(title, name.line, name.column), minutes)

    def _mapped_task(self, node: tree.Mapping) -> _Draft | None:
        if len(node.pairs) == 1 and isinstance(node.pairs[0][0], Text):
            key = node.pairs[0][0].text
            if not _TASK.meant(key) and self.read.mistaken_key(node, _TASK.known):
                return None
        fields = self.read.fields(node, _TASK)
        notes = self.read.prose(fields["notes"], '"notes"')
        after = self.read.lines(fields["after"], "after")
        if fields.missing("task"):
            self.read.add(node, "this task has no title; write task: and its title")
            return None
        if "task" not in fields.values:
            return None
        name = self.read.line(fields["task"], '"task"')
        if name is None:
            return None
        title, in_name = split_name(name.text)
        minutes = in_name
        if fields.missing("time"):
            if in_name is None:
                self._no_budget(name, plain=False)
        elif "time" in fields.values:
            minutes = self._time(fields["time"])
            if minutes and in_name and minutes != in_name:
                two = f'{format_budget(in_name)} in its name and {format_budget(minutes)} in "time"'
                self.read.add(fields["time"], f"{quoted(title)} has two time budgets, {two}; keep one")
        return _Draft(Placed(title, name.line, name.column), minutes, notes or "", tuple(after))

    def _time(self, node: Node) -> int | None:
        written = self.read.line(node, '"time"')
        if written is None:
            return None
        try:
            return parse_budget(written.text)
        except BudgetError as wrong:
            self.read.add(node, wrong.sentence)
            return None

    def _no_budget(self, name: Placed, *, plain: bool) -> None:
        if refused := refused_budget(name.text):
            self.titles_complete = False
            self.read.add(name, refused.sentence)
            return
        numbered = _NUMBER_IN_BRACKETS.fullmatch(name.text)
        better = f"{cut(numbered[1])} ({int(numbered[2])}m)" if numbered else f"{cut(name.text)} (25m)"
        sentence = f"{quoted(name.text)} has no time budget; write it as {better}"
        commented = plain and " #" in self.problems.line(name.line)[name.column - 1 :]
        if commented:
            sentence += ', in quotes if the part after " #" belongs to it'
        if numbered or commented:
            # The title will be another one, and an `after` may well call it so.
            self.titles_complete = False
        self.read.add(name, sentence)

    def _order(self, sections: list[_SectionDraft]) -> None:
        drafts = [(section.name, task) for section in sections for task in section.tasks]
        steps = [Step(name, task.title.text, tuple(ref.text for ref in task.after)) for name, task in drafts]
        for problem in check_order(steps):
            if self.titles_complete or not problem.unknown:
                self.read.add(drafts[problem.step][1].after[problem.entry], problem.sentence)


def _seen(first: dict[str, int], placed: Placed) -> int | None:
    """The line where this text was met before, None when this is the first time."""
    key = title_key(placed.text)
    if key in first:
        return first[key]
    first[key] = placed.line
    return None


def _section(draft: _SectionDraft) -> Section:
    return Section(
        name=draft.name,
        tasks=tuple(
            Task(
                title=task.title.text,
                minutes=task.minutes or 0,
                notes=task.notes,
                after=tuple(ref.text for ref in task.after),
            )
            for task in draft.tasks
        ),
    )
