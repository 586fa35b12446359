"""The essay's first step as questions at a prompt.

Knows what is asked and which answers there are. Must not know flags, nor what becomes of the answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from asana_tbp.cli.output.console import say
from asana_tbp.cli.output.prompt import ask
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.templates.extract import word_variable
from asana_tbp.songmap.templates.variables import AnswerError, Variable
from asana_tbp.text import escape_controls, listed, plural, quote

LONGEST = 1000
"""Longest answer to a question, in characters."""
_NUMBERS = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?", re.ASCII)


def a_line(text: str) -> str:
    """One line as it was typed, stripped; may be empty. Raises AnswerError."""
    stripped = text.strip()
    if len(stripped) > LONGEST:
        raise AnswerError(f"an answer is at most {LONGEST:,} characters long")
    if not all(char.isprintable() or char == "\u00a0" for char in stripped):
        raise AnswerError(f"{quote(stripped)} holds a control character; write it without")
    return stripped


def a_title(text: str) -> str:
    """A line that says something. Raises AnswerError."""
    title = a_line(text)
    if not title:
        raise AnswerError("a song needs a name, if only for now")
    return title


def themes(text: str) -> tuple[str, ...]:
    """Themes set apart by semicolons, or by commas where there are none. Raises AnswerError."""
    line = a_line(text)
    parts = line.split(";") if ";" in line else line.split(",")
    return tuple(part.strip() for part in parts if part.strip())


def ask_inspiration() -> tuple[str, ...]:
    """Thoughts, one a line, until an empty line."""
    found: list[str] = []
    question = "Where does it come from? Thoughts, images, words; one a line, Enter when done."
    while line := ask(question if not found else "And?", a_line):
        found.append(line)
    return tuple(found)


def ask_themes(kind: str, example: str, default: Sequence[str]) -> tuple[str, ...] | None:
    """Themes of a kind; None keeps the template's."""
    keeps = f" Enter keeps {quote('; '.join(default), 200)}." if default else ""
    return ask(f"{kind} themes, such as {example}?{keeps}", themes) or None


def ask_variable(variable: Variable) -> str:
    """An answer that the variable can have; nothing takes the default."""
    shown = f" ({escape_controls(listed(variable.ways))})" if variable.ways else ""
    default = f" Enter takes {quote(variable.default)}." if variable.default else ""

    def meaning(text: str) -> str:
        if not text.strip() and variable.default is not None:
            return variable.default
        return variable.clean(text)

    return ask(f"{escape_controls(variable.ask)}{shown}{default}", meaning)


def ask_what_to_leave_out(song_map: SongMap) -> set[tuple[str, str]]:
    """Tasks to do without, by section and title: their numbers are asked for until nothing is answered."""
    out: set[tuple[str, str]] = set()
    while True:
        left = [
            (section.name, task)
            for section in song_map.sections
            for task in section.tasks
            if (section.name, task.title) not in out
        ]
        heading = ""
        for number, (section, task) in enumerate(left, 1):
            if section != heading:
                say(escape_controls(section))
            heading = section
            say(f"{number:>4}  {escape_controls(song_map.name_of(task))}")
        minutes = format_budget(sum(task.minutes for _, task in left))
        tasks = plural(sum(task.in_asana for _, task in left), "task")
        say(f"{tasks}, {minutes} in all. Try not to go overboard.")
        if not left:
            return out
        chosen = ask(
            "Leave some out? Numbers, such as 4 7-9; Enter keeps these.", partial(_numbers, left=left)
        )
        if not chosen:
            return out
        out |= {(left[number][0], left[number][1].title) for number in chosen}


def _numbers(text: str, left: Sequence[tuple[str, Task]]) -> set[int]:
    found: set[int] = set()
    for part in re.sub(r"\s*-\s*", "-", text.replace(",", " ")).split():
        match = _NUMBERS.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= len(left):
            raise AnswerError(f"{quote(part)} is no number from 1 to {len(left)}, nor a range such as 7-9")
        found |= set(range(first - 1, last))
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
