"""A question at a prompt, asked until its answer means something."""

from __future__ import annotations

import contextlib
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

from asana_tbp.cli.output.console import asks, say
from asana_tbp.errors import Cancelled, SeveralMatches
from asana_tbp.songmap.templates.variables import AnswerError
from asana_tbp.text import escape_controls

_Answer = TypeVar("_Answer")


def ask(question: str, meaning: Callable[[str], _Answer]) -> _Answer:
    """Ask until the answer has a meaning: until `meaning` raises no AnswerError.

    Raises KeyboardInterrupt on Ctrl-C, Cancelled at the input's end.
    """
    _say(question)
    while True:
        try:
            return meaning(_typed())
        except AnswerError as wrong:
            _say(wrong.sentence, "  ")
        except EOFError:
            say("")
            raise Cancelled("There was no more input.") from None
        except KeyboardInterrupt:
            say("")
            raise


def one_of(find: Callable[[], _Answer]) -> _Answer:
    """What `find` finds; where a name means several things, the one whose number is typed in a terminal.

    Raises `SeveralMatches` where there is nobody to ask.
    """
    try:
        return find()
    except SeveralMatches as several:
        if not asks():
            raise
        say(escape_controls(several.question))
        for number, line in enumerate(several.lines, 1):
            say(f"  {number}  {escape_controls(line)}")
        matches = several.matches

        def meaning(text: str) -> object:
            if text.strip().isdecimal() and 1 <= int(text.strip()[:6]) <= len(matches):
                return matches[int(text) - 1]
            raise AnswerError(f"write a number from 1 to {len(matches)}")

        return cast("_Answer", ask("Which one?", meaning))


def agrees(question: str) -> bool:
    """Whether the user says yes; Enter is no."""

    def meaning(text: str) -> bool:
        word = text.strip().casefold()
        if word in {"y", "yes", "n", "no", ""}:
            return word in {"y", "yes"}
        raise AnswerError("Answer y or n")

    return ask(f"{question} [y/N]", meaning)


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


def _say(text: str, indent: str = "") -> None:
    width = max(20, shutil.get_terminal_size().columns - 1)
    folded = textwrap.fill(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False
    )
    say(folded)
