"""A question at a prompt, asked until its answer means something.

Knows terminals: that an answer is edited while it is typed, and that talk never stands among data. Must not
know what is asked.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import TypeVar

from asana_tbp.cli.output.console import say
from asana_tbp.errors import Cancelled
from asana_tbp.songmap.templates.variables import AnswerError

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
