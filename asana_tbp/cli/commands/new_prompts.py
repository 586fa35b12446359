"""Prompts of `new`: a line, a list, numbers and times, each with a way back."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from asana_tbp.cli.commands.new_answers import Place
from asana_tbp.cli.commands.new_values import a_line, a_time
from asana_tbp.cli.output.console import say
from asana_tbp.cli.output.tree import summed
from asana_tbp.cli.prompts.question import ask
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.templates.extract import word_variable
from asana_tbp.songmap.templates.variables import AnswerError, Variable
from asana_tbp.text import escape_controls, listed, quote

BACK = "<"
_NUMBERS = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?", re.ASCII)
_A_TIME = re.compile(r"(\d{1,4})[\s:=]+(\S.*)", re.ASCII)
_MOVE = re.compile(r"(\d{1,4}) +(before|after) +(\d{1,4})", re.ASCII | re.IGNORECASE)
_BULLET = re.compile(r"^[-*•–] +")
_Answer = TypeVar("_Answer")


class Back(Exception):
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


def always(answer: bool) -> Callable[[], bool]:
    """A condition that stays as it is now."""
    return lambda: answer


def number_or_nothing(value: float | None) -> str:
    """A number as one writes it, nothing for none."""
    return f"{value:g}" if value else ""


def without_bullet(text: str) -> str:
    """A pasted line without what stands before an entry of a list."""
    return _BULLET.sub("", text.strip(), count=1)


def ask_or_back(
    question: str, meaning: Callable[[str], _Answer], now: str = "", *, can_empty: bool = False
) -> _Answer:
    """Ask; `<` is the way back, and Enter keeps what there is where `meaning` takes nothing for that."""

    def back_or_meaning(text: str) -> _Answer:
        if text.strip() == BACK:
            raise Back
        return meaning(text)

    keeps = f" Enter keeps {quote(now, 200)}{', - empties it' if can_empty else ''}." if now else ""
    return ask(question + keeps, back_or_meaning)


def ask_line(question: str, now: str) -> str:
    """One line; with nothing typed, what there is. A hyphen empties it."""

    def meaning(text: str) -> str:
        line = a_line(text)
        return "" if line == "-" and now else line or now

    return ask_or_back(question, meaning, now, can_empty=True)


def ask_list(question: str, now: Sequence[str]) -> tuple[str, ...]:
    """Entries, one a line or separated by semicolons, until an empty line; pasted bullets are taken off.

    On the way `<` begins the list anew; at its first line it leads to the question before.
    """
    how = "One per line or separated by semicolons; an empty line continues."
    while True:
        found: list[str] = []
        line = ask_or_back(f"{question} {how}", a_line, "; ".join(now), can_empty=True)
        if not line or (line == "-" and now):
            return () if line else tuple(now)
        try:
            while line:
                parts = (without_bullet(part) for part in line.split(";"))
                found += filter(None, parts)
                line = ask_or_back("And?", a_line)
        except Back:
            continue
        return tuple(found)


def ask_variable(variable: Variable, now: str | None) -> str:
    ways = f" ({escape_controls(listed(variable.ways))})" if variable.ways else ""
    default = variable.default if now is None else now

    def meaning(text: str) -> str:
        return default if not text.strip() and default is not None else variable.clean(text)

    return ask_or_back(f"{escape_controls(variable.ask)}{ways}", meaning, default or "")


def print_tasks(song_map: SongMap, *, numbered: bool = True) -> list[Place]:
    """The tasks in the ideal order, with numbers to name them by; returns them in that order."""
    order = ideal_order(song_map)
    names = [escape_controls(task.name) for _, task in order]
    width = min(50, max(map(len, names), default=0))
    for number, ((section, _), name) in enumerate(zip(order, names, strict=True), 1):
        say(f"{number if numbered else '':>4}  {name:{width}}  {escape_controls(section)}")
    say(f"{summed(song_map.task_count, song_map.total_minutes)} in all. Try not to go overboard.")
    return [(section, task.title) for section, task in order]


def say_folded(text: str, indent: int) -> None:
    width = max(20, shutil.get_terminal_size().columns - 1)
    say(textwrap.fill(text, width, subsequent_indent=" " * indent, break_long_words=False))


def numbers_in(text: str, *, count: int, clears: bool) -> list[int] | None:
    """Numbers from 0 in the order they were written; None for a hyphen where it `clears`."""
    if clears and text.strip() == "-":
        return None
    found: list[int] = []
    for part in re.sub(r"\s*-\s*", "-", text.replace(",", " ")).split():
        match = _NUMBERS.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            raise AnswerError(f"{quote(part)} is not a number from 1 to {count}, nor a range such as 7-9")
        found += [number for number in range(first - 1, last) if number not in found]
    return found


def order_in(text: str, *, count: int) -> list[int] | None:
    """All numbers from 0 in another order: of `14 before 4`, `3 after 9`, or the numbers to begin with.

    None where nothing is typed.
    """
    if move := _MOVE.fullmatch(a_line(text)):
        moved, beside = int(move[1]) - 1, int(move[3]) - 1
        if not (0 <= moved < count and 0 <= beside < count and moved != beside):
            raise AnswerError(f"{quote(text.strip())} names no two numbers from 1 to {count}")
        order = [number for number in range(count) if number != moved]
        order.insert(order.index(beside) + (move[2].lower() == "after"), moved)
        return order
    first = numbers_in(text, count=count, clears=False)
    return [*first, *(number for number in range(count) if number not in first)] if first else None


def times_in(text: str, *, count: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[;,](?=\s*\d+\s)", a_line(text)))):
        match = _A_TIME.fullmatch(part)
        if match is None or not 1 <= int(match[1]) <= count:
            raise AnswerError(f"{quote(part)} is not a number from 1 to {count} and a time, such as 3 40m")
        found[int(match[1]) - 1] = a_time(match[2])
    return found


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
