"""A question at a prompt, asked until its answer means something."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

from asana_tbp.cli.output.console import asks, say
from asana_tbp.errors import Cancelled, SeveralMatches
from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.templates.variables import parse_line
from asana_tbp.text import escape_controls, quote

_Answer = TypeVar("_Answer")

BACK = "<"
_BULLET = re.compile(r"^[-*•–] +")
_ENTRY = re.compile(r"(?:\w+://\S*[^\s;]|[^;])+")
"""What stands between semicolons; a link may have some of its own."""


class Back(Exception):
    """The person wants to see the question before this one again."""


def ask(question: str, meaning: Callable[[str], _Answer], *, back: bool = False) -> _Answer:
    """Ask until the answer has a meaning: until `meaning` raises no AnswerError. With `back`, `<` raises Back.

    Raises KeyboardInterrupt on Ctrl-C, Cancelled at the input's end.
    """
    say(question)
    while True:
        try:
            text = _typed()
            if back and text.strip() == BACK:
                raise Back
            return meaning(text)
        except AnswerError as wrong:
            say(f"  {wrong}", 2)
        except EOFError:
            say("")
            raise Cancelled("There was no more input.") from None
        except KeyboardInterrupt:
            say("")
            raise


def without_bullet(text: str) -> str:
    """A pasted line without what stands before an entry of a list."""
    return _BULLET.sub("", text.strip(), count=1)


def keeps(now: str, *, empties: bool = False) -> str:
    """What Enter does to an answer there is, to stand behind a question; "" where there is none."""
    return f" Enter keeps {quote(now, 200)}{', - empties it' if empties else ''}." if now else ""


def ask_or_keep(
    question: str, meaning: Callable[[str], _Answer], now: _Answer, shown: str, *, empties: bool = True
) -> _Answer:
    """Ask; with nothing typed, what there is. A hyphen empties it."""

    def kept_or_meaning(text: str) -> _Answer:
        line = text.strip()
        if shown and not line:
            return now
        return meaning("" if shown and empties and line == "-" else line)

    return ask(question + keeps(shown, empties=empties), kept_or_meaning, back=True)


def ask_list(question: str, now: Sequence[str]) -> tuple[str, ...]:
    """Entries, one a line or separated by semicolons, until an empty line; pasted bullets are taken off.

    On the way `<` begins the list anew; at its first line it leads to the question before.
    """
    how = "One per line or separated by semicolons; an empty line continues."
    while True:
        entries: list[str] = []
        line = ask(f"{question} {how}{keeps('; '.join(now), empties=True)}", parse_line, back=True)
        if not line or (line == "-" and now):
            return () if line else tuple(now)
        try:
            while line:
                parts = (without_bullet(part) for part in _ENTRY.findall(line))
                entries += filter(None, parts)
                line = ask("And?", parse_line, back=True)
        except Back:
            continue
        return tuple(entries)


def choose(question: str, lines: Iterable[str], things: Sequence[_Answer]) -> _Answer:
    """The one of `things` whose number is typed; `lines` show them."""
    for number, line in enumerate(lines, 1):
        say(f"  {number}  {escape_controls(line)}")

    def meaning(text: str) -> _Answer:
        return things[number_in(text, len(things))]

    return ask(question, meaning)


def number_in(text: str, count: int, nor: str = "") -> int:
    """A number that was typed, counted from 0; `nor` names other answers there are. Raises AnswerError."""
    word = text.strip()
    if word.isdecimal() and 1 <= int(word[:6]) <= count:
        return int(word[:6]) - 1
    raise AnswerError(f"{quote(word)} is not a number from 1 to {count}{nor}")


def one_of(find: Callable[[], _Answer]) -> _Answer:
    """What `find` finds; where a name means several things, the one whose number is typed in a terminal.

    Raises `SeveralMatches` where there is nobody to ask.
    """
    try:
        return find()
    except SeveralMatches as several:
        return cast("_Answer", _chosen(several))


def with_choice(run: Callable[[str], _Answer], query: str) -> _Answer:
    """What `run` makes of the query; where that means several things, of the gid of the chosen one."""
    try:
        return run(query)
    except SeveralMatches as several:
        return run(_chosen(several).gid)


def _chosen(several: SeveralMatches) -> Any:
    if not asks():
        raise several
    say(escape_controls(several.question))
    return choose("Which one?", several.lines, several.matches)


def agrees(question: str, *, enter: bool = False) -> bool:
    """Whether the user says yes; Enter is no, unless it is said to be yes."""
    answers = {"y": True, "yes": True, "n": False, "no": False, "": enter}

    def meaning(text: str) -> bool:
        try:
            return answers[text.strip().casefold()]
        except KeyError:
            raise AnswerError("Answer y or n") from None

    return ask(f"{question} {'[Y/n]' if enter else '[y/N]'}", meaning)


@contextlib.contextmanager
def no_file_where_left() -> Iterator[None]:
    """Say so where questions that lead to a file are left half way."""
    try:
        yield
    except (KeyboardInterrupt, Cancelled):
        say("No file was written.")
        raise


def _typed() -> str:
    try:
        if sys.stdout.isatty():
            with contextlib.suppress(ImportError):
                # Once it is loaded, Python's prompt knows the arrow keys; Windows has its own.
                import readline  # noqa: F401
            return input("> ")
        sys.stderr.write("> ")
        sys.stderr.flush()
        line = sys.stdin.readline()
    except UnicodeDecodeError:
        raise AnswerError("the answer is not UTF-8 text; set the terminal to UTF-8") from None
    if not line:
        raise EOFError
    return line.removesuffix("\n")
