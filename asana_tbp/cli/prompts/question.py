"""Questions at a prompt, asked until the answer is valid."""

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
_BULLET = re.compile(r"(?:[-*•·●▪‣◦☐–—] +)?(?:\[ ?\] +)?")
_ENTRY = re.compile(r"(?:\w+://\S*[^\s;]|[^;])+")
"""An entry between semicolons; a link may contain some itself."""


class Back(Exception):
    """The user wants to go back to the previous question."""


def ask(question: str, meaning: Callable[[str], _Answer], *, back: bool = False) -> _Answer:
    """Ask until `meaning` accepts the answer without raising AnswerError. With `back`, `<` raises Back.

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
    """A pasted line without the bullet of a list, and without an empty checkbox."""
    return _BULLET.sub("", text.strip(), count=1)


def keeps(now: str, *, empties: bool = False) -> str:
    """What Enter does with an existing answer, to append to the question; "" without one."""
    return f" Enter keeps {quote(now, 200)}{', - empties it' if empties else ''}." if now else ""


def ask_or_keep(
    question: str, meaning: Callable[[str], _Answer], now: _Answer, shown: str, *, empties: bool = True
) -> _Answer:
    """Ask; if nothing is typed, keep the answer there is. A hyphen empties it."""

    def kept_or_meaning(text: str) -> _Answer:
        line = text.strip()
        if shown and not line:
            return now
        return meaning("" if shown and empties and line == "-" else line)

    return ask(question + keeps(shown, empties=empties), kept_or_meaning, back=True)


def ask_list(question: str, now: Sequence[str]) -> tuple[str, ...]:
    """Ask for entries, one per line or separated by semicolons, until an empty line; pasted bullets are removed.

    After the first line `<` starts the list over; at the first line it goes back to the previous question.
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
    """Ask for one of `things` by its number; `lines` show them."""
    for number, line in enumerate(lines, 1):
        say(f"  {number}  {escape_controls(line)}")

    def meaning(text: str) -> _Answer:
        return things[number_in(text, len(things))]

    return ask(question, meaning)


def number_in(text: str, count: int, nor: str = "") -> int:
    """The typed number, counted from 0; `nor` names other possible answers. Raises AnswerError."""
    word = text.strip()
    if word.isdecimal() and 1 <= int(word[:6]) <= count:
        return int(word[:6]) - 1
    raise AnswerError(f"{quote(word)} is not a number from 1 to {count}{nor}")


def one_of(find: Callable[[], _Answer]) -> _Answer:
    """What `find` returns; if a name means several things, the one the user chooses by number.

    Raises `SeveralMatches` if nobody can be asked.
    """
    try:
        return find()
    except SeveralMatches as several:
        return cast("_Answer", _chosen(several))


def with_choice(run: Callable[[str], _Answer], query: str) -> _Answer:
    """What `run` returns for the query; if that means several things, for the gid of the chosen one."""
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
    """Whether the user says yes; Enter means no, or yes with `enter`."""
    answers = {"y": True, "yes": True, "n": False, "no": False, "": enter}

    def meaning(text: str) -> bool:
        try:
            return answers[text.strip().casefold()]
        except KeyError:
            raise AnswerError("Answer y or n") from None

    return ask(f"{question} {'[Y/n]' if enter else '[y/N]'}", meaning)


@contextlib.contextmanager
def no_file_where_left() -> Iterator[None]:
    """Say that no file was written if the user leaves the questions half way."""
    try:
        yield
    except (KeyboardInterrupt, Cancelled):
        say("No file was written.")
        raise


def _typed() -> str:
    try:
        if sys.stdout.isatty():
            with contextlib.suppress(ImportError):
                # Once this is loaded, Python's prompt knows the arrow keys; Windows has its own.
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
