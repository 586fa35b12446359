"""The essay's page as a conversation: one question after another, with a way back, and a look at it all."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from asana_tbp.cli.commands.new_answers import (
    ESSAY,
    Place,
    SongPage,
    TaskFlags,
    a_day,
    a_line,
    a_task,
    a_tempo,
    a_time,
    a_title,
    apply_task_flags,
    places,
    questions_of,
    reordered,
    song_map_of,
)
from asana_tbp.cli.output.console import say
from asana_tbp.cli.output.prompt import ask
from asana_tbp.cli.output.tree import summed
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import Template
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.extract import word_variable
from asana_tbp.songmap.templates.variables import AnswerError, Variable
from asana_tbp.text import escape_controls, listed, quote

BACK = "<"
_NUMBERS = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?", re.ASCII)
_A_TIME = re.compile(r"(\d{1,4})[\s:=]+(\S.*)", re.ASCII)
_BULLET = re.compile(r"[-*•–] +")
_Answer = TypeVar("_Answer")


class _Back(Exception):
    """The person wants to see the question before this one again."""


@dataclass(frozen=True)
class Step:
    """One question of the conversation: its name on the page, how it is asked, what the page says for it."""

    label: str
    ask: Callable[[], None]
    shown: Callable[[], str]
    relevant: Callable[[], bool] = lambda: True
    again: Callable[[], bool] = lambda: True
    """Whether it may be asked again; relevant is only whether it is asked by itself."""


class Interview:
    """Asks all that a page does not say yet. `place` raises AnswerError where a song's file cannot be."""

    def __init__(
        self, opened: Template, page: SongPage, flags: TaskFlags, *, today: date, minutes: int,
        place: Callable[[str], str], answered: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._opened = opened
        self._page = page
        self._flags = flags
        self._today = today
        self._minutes = minutes
        self._place = place
        self._answered = answered
        self._flags_applied = False
        self._steps = [*self._words(), *self._questions(), *self._facts(), *self._variables(), *self._tasks()]

    def run(self) -> None:
        """Ask everything, show the page, and come back once it is to be written.

        Raises KeyboardInterrupt on Ctrl-C and Cancelled at the end of the input.
        """
        asked: list[int] = []
        at = 0
        while True:
            if at == len(self._steps):
                chosen = self._review()
                if chosen is None:
                    return
                if chosen >= 0:
                    self._change(chosen)
                    continue
                at = asked.pop() if asked else at
            elif not self._steps[at].relevant() and at not in asked:
                at += 1
            else:
                try:
                    self._steps[at].ask()
                except _Back:
                    if not asked:
                        say("This is the first question.")
                    at = asked.pop() if asked else at
                else:
                    asked.append(at)
                    at += 1

    def _change(self, step: int) -> None:
        try:
            self._steps[step].ask()
        except _Back:
            say("Nothing is changed.")

    # What is asked

    def _words(self) -> list[Step]:
        page, nameless = self._page, not self._page.song
        return [
            Step("Song", self._ask_song, lambda: page.song, lambda: nameless),
            self._list_step("Inspiration", "inspiration", "Where does it come from? Thoughts, images, links, words."),
            self._list_step(
                "Musical themes", "musical",
                "Which musical themes? For example: driving; euphoric, happy; atmospheric and spacey.",
            ),
            self._list_step(
                "Non-musical themes", "non_musical",
                "Which non-musical themes? For example: galaxy; northern lights; midnight.",
            ),
        ]  # fmt: skip

    def _ask_song(self) -> None:
        def a_name(text: str) -> str:
            title = a_title(text or self._page.song)
            self._place(title)
            return title

        self._page.song = _ask("What is the song called?", a_name, self._page.song)

    def _list_step(self, label: str, name: str, question: str) -> Step:
        template = self._opened.sample(self._page.asked_with)
        words = {"inspiration": template.inspiration, "reference": template.reference}
        words |= {"musical": template.themes.musical, "non_musical": template.themes.non_musical}

        def value() -> tuple[str, ...]:
            own: tuple[str, ...] | None = getattr(self._page, name)
            return words[name] if own is None else own

        def ask_it() -> None:
            setattr(self._page, name, _ask_list(question, value()))

        relevant = getattr(self._page, name) is None and label not in self._answered
        return Step(label, ask_it, lambda: "; ".join(value()), lambda: relevant)

    def _questions(self) -> list[Step]:
        sample = self._opened.sample(self._page.asked_with)
        said = {each.question: each.answer for each in sample.questions if each.answer}
        return [self._question(question, said) for question in questions_of(sample)]

    def _question(self, question: str, said: Mapping[str, str]) -> Step:
        page = self._page
        essay = {normalize(each): example for each, example in ESSAY.items()}
        example = essay.get(normalize(question), "")
        words = escape_controls(question) + (f" ({example})" if example else "")

        def ask_it() -> None:
            now = page.answers.get(question, said.get(question, ""))
            page.answers[question] = _ask_line(words, now)

        relevant = question not in page.answers and question not in said
        return Step(
            question, ask_it, lambda: page.answers.get(question, said.get(question, "")), lambda: relevant
        )

    def _facts(self) -> list[Step]:
        page, opened = self._page, self._opened
        sample = opened.sample(page.asked_with)

        def mentioned(name: str) -> bool:
            return getattr(page, name) is None and opened.mentions(name) and name not in self._answered

        def ask_tempo() -> None:
            now = page.bpm or sample.bpm
            page.bpm = _ask("How fast, in bpm?", lambda text: a_tempo(text) or now, f"{now:g}" if now else "")

        def ask_key() -> None:
            page.key = _ask_line("In which key?", page.key if page.key is not None else sample.key)

        def ask_deadline() -> None:
            now = page.deadline or sample.deadline
            day = partial(a_day, today=self._today)
            question = f"Is there a deadline? A day such as {self._today.year + 1}-03-01; Enter for none."
            page.deadline = _ask(question, lambda text: day(text) or now, str(now or ""))

        steps = [
            Step("Tempo", ask_tempo, lambda: _number(page.bpm or sample.bpm), _always(mentioned("bpm"))),
            Step("Key", ask_key, lambda: page.key or sample.key, _always(mentioned("key"))),
        ]
        references = self._list_step("References", "reference", "Which tracks will you hold it against?")
        steps = [step for step in steps if step.relevant() or step.shown()]
        if opened.mentions("reference") or page.reference:
            steps.append(references)
        asks_day = page.deadline is None and sample.deadline is None
        return [
            *steps,
            Step(
                "Deadline",
                ask_deadline,
                lambda: str(page.deadline or sample.deadline or ""),
                lambda: asks_day,
            ),
        ]

    def _variables(self) -> list[Step]:
        return [self._variable(variable) for variable in self._opened.variables]

    def _variable(self, variable: Variable) -> Step:
        page, opened = self._page, self._opened
        given = variable.name in page.variables or opened.set_by_song(variable.name)

        def asked() -> bool:
            return opened.answered(page.variables).asked(variable.name)

        def ask_it() -> None:
            page.variables[variable.name] = _ask_variable(variable, page.variables.get(variable.name))

        def shown() -> str:
            return page.variables.get(variable.name, variable.default or "") if asked() else ""

        return Step(variable.ask, ask_it, shown, lambda: not given and asked(), again=asked)

    def _tasks(self) -> list[Step]:
        page = self._page
        return [
            Step(
                "Left out",
                self._ask_what_to_leave_out,
                lambda: "; ".join(title for _, title in page.left_out),
            ),
            Step("Added", self._ask_what_to_add, lambda: "; ".join(task.title for _, task in page.added)),
            Step("Times", self._ask_times, lambda: f"{len(page.times)} changed" if page.times else ""),
            Step("Order", self._ask_order, lambda: "yours" if page.order else ""),
        ]

    def _map(self) -> SongMap:
        return song_map_of(self._opened, self._page)

    def _ask_what_to_leave_out(self) -> None:
        if not self._flags_applied:
            self._flags_applied = True
            # What has been answered must not be lost for a flag that is wrong: the tasks are asked about next.
            for sentence in apply_task_flags(self._page, self._opened, self._flags, self._minutes):
                say(sentence)
        put_back: set[Place] = set()
        while True:
            song_map = self._map()
            now_here = _print_tasks(song_map)
            gone = sorted(self._page.left_out)
            back = f" Left out: {'; '.join(title for _, title in gone)}; - puts them back." if gone else ""
            chosen = _ask(
                f"Leave some out? Numbers, such as 4 7-9; Enter keeps these.{back}",
                partial(_numbers, count=len(now_here), clears=bool(gone)),
            )
            if chosen is None:
                put_back |= self._page.left_out
                self._page.left_out = set()
            elif not chosen:
                return
            else:
                self._page.left_out |= {now_here[number] for number in chosen}

    def _ask_what_to_add(self) -> None:
        page, before = self._page, len(self._page.added)
        first = next((section.name for section in self._map().sections), "Composition")
        question = (
            "Anything this song surely needs? A task per line, such as Record strings (30m); it goes into "
            f"{escape_controls(first)} unless you write Mixing / Print stems (15m). An empty line goes on."
        )
        if page.added:
            question += f" Added: {'; '.join(task.title for _, task in page.added)}; - takes them away."

        def meaning(text: str) -> tuple[tuple[str, Task], ...] | None:
            line = _BULLET.sub("", text.strip(), count=1)
            if line == "-":
                return ()
            return (a_task(line, self._map(), self._minutes),) if line else None

        while (found := _ask(question, meaning)) is not None:
            page.added = (*page.added, *found) if found else ()
            question = "And?"
        if len(page.added) != before:
            _print_tasks(self._map())

    def _ask_times(self) -> None:
        question = "Another time for one? Such as 3 40m, 5 1h; Enter keeps these."
        while True:
            order = places(self._map())
            times = _ask(question, partial(_times, count=len(order)))
            if not times:
                return
            for number, minutes in times.items():
                self._page.times[order[number]] = minutes
            _print_tasks(self._map())

    def _ask_order(self) -> None:
        question = "Another order? The numbers to begin with, such as 5 2 1; Enter keeps this one."

        def meaning(text: str) -> tuple[Place, ...] | None:
            song_map = self._map()
            order = places(song_map)
            chosen = _numbers(text, count=len(order), clears=False) or []
            return reordered(song_map, [order[number] for number in chosen]) if chosen else None

        while (order := _ask(question, meaning)) is not None:
            self._page.order = order
            _print_tasks(self._map())

    def _review(self) -> int | None:
        """None once the page is to be written, the number of a step to change, or -1 to go back one."""
        shown = [step for step in self._steps if step.again()]
        say("")
        for number, step in enumerate(shown, 1):
            _fold(f"{number:>3}  {escape_controls(step.label)}: {escape_controls(step.shown() or '-')}", 5)
        song_map = self._map()
        _print_tasks(song_map)
        question = (
            f"Enter writes {escape_controls(self._place(self._page.song))}. A number changes that line."
        )

        def meaning(text: str) -> int | None:
            numbers = _numbers(text, count=len(shown), clears=False) or []
            if len(numbers) > 1:
                raise AnswerError("one number at a time")
            return numbers[0] if numbers else None

        try:
            chosen = _ask(question, meaning)
        except _Back:
            return -1
        return None if chosen is None else self._steps.index(shown[chosen])


def _ask(
    question: str, meaning: Callable[[str], _Answer], now: str = "", *, can_empty: bool = False
) -> _Answer:
    """Ask; `<` is the way back, and Enter keeps what there is where `meaning` takes nothing for that."""

    def back_or_meaning(text: str) -> _Answer:
        if text.strip() == BACK:
            raise _Back
        return meaning(text)

    keeps = f" Enter keeps {quote(now, 200)}{', - empties it' if can_empty else ''}." if now else ""
    return ask(question + keeps, back_or_meaning)


def _ask_line(question: str, now: str) -> str:
    """One line; with nothing typed, what there is. A hyphen empties it."""

    def meaning(text: str) -> str:
        line = a_line(text)
        return "" if line == "-" and now else line or now

    return _ask(question, meaning, now, can_empty=True)


def _ask_list(question: str, now: Sequence[str]) -> tuple[str, ...]:
    """Entries, one a line or separated by semicolons, until an empty line; pasted bullets are taken off.

    On the way `<` begins the list anew; at its first line it leads to the question before.
    """
    how = "One per line or separated by semicolons; an empty line goes on."
    while True:
        found: list[str] = []
        line = _ask(f"{question} {how}", a_line, "; ".join(now), can_empty=True)
        if not line or (line == "-" and now):
            return () if line else tuple(now)
        try:
            while line:
                parts = (_BULLET.sub("", part.strip(), count=1) for part in line.split(";"))
                found += filter(None, parts)
                line = _ask("And?", a_line)
        except _Back:
            continue
        return tuple(found)


def _ask_variable(variable: Variable, now: str | None) -> str:
    ways = f" ({escape_controls(listed(variable.ways))})" if variable.ways else ""
    default = variable.default if now is None else now

    def meaning(text: str) -> str:
        return default if not text.strip() and default is not None else variable.clean(text)

    return _ask(f"{escape_controls(variable.ask)}{ways}", meaning, default or "")


def _print_tasks(song_map: SongMap) -> list[Place]:
    """The tasks with numbers, in the ideal order; returns them in that order."""
    order = ideal_order(song_map)
    names = [escape_controls(task.name) for _, task in order]
    width = min(50, max(map(len, names), default=0))
    for number, ((section, _), name) in enumerate(zip(order, names, strict=True), 1):
        say(f"{number:>4}  {name:{width}}  {escape_controls(section)}")
    say(f"{summed(song_map.task_count, song_map.total_minutes)} in all. Try not to go overboard.")
    return [(section, task.title) for section, task in order]


def _fold(text: str, indent: int) -> None:
    width = max(20, shutil.get_terminal_size().columns - 1)
    say(textwrap.fill(text, width, subsequent_indent=" " * indent, break_long_words=False))


def _numbers(text: str, *, count: int, clears: bool) -> list[int] | None:
    """Numbers from 0 in the order they were written; None for a hyphen where it `clears`."""
    if clears and text.strip() == "-":
        return None
    found: list[int] = []
    for part in re.sub(r"\s*-\s*", "-", text.replace(",", " ")).split():
        match = _NUMBERS.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            raise AnswerError(f"{quote(part)} is no number from 1 to {count}, nor a range such as 7-9")
        found += [number for number in range(first - 1, last) if number not in found]
    return found


def _times(text: str, *, count: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[;,](?=\s*\d+\s)", a_line(text)))):
        match = _A_TIME.fullmatch(part)
        if match is None or not 1 <= int(match[1]) <= count:
            raise AnswerError(f"{quote(part)} is no number from 1 to {count} and a time, such as 3 40m")
        found[int(match[1]) - 1] = a_time(match[2])
    return found


def _always(answer: bool) -> Callable[[], bool]:
    return lambda: answer


def _number(value: float | None) -> str:
    return f"{value:g}" if value else ""


def ask_word(song_map: SongMap, known: Mapping[str, Variable]) -> tuple[str, Variable] | None:
    """A word of the song map and the variable it becomes; None when there is to be no other."""

    def a_word(text: str) -> str:
        word = a_line(text)
        if word in known:
            raise AnswerError(f"{quote(word)} is a variable already")
        if word:
            word_variable(song_map, word, "x")
        return word

    def a_name(text: str) -> str:
        name = a_line(text)
        if any(variable.name == name for variable in known.values()):
            raise AnswerError(f"a variable is called {quote(name)} already")
        return word_variable(song_map, word, name).name

    word = ask("Which word becomes a variable? Enter when done.", a_word)
    if not word:
        return None
    name = ask(f"What is {quote(word)} in this song? A name such as lead.", a_name)
    return word, word_variable(song_map, word, name)
