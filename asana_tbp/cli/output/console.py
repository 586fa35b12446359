"""Printing: stdout is for data, stderr for messages.

Text from Asana or a template is untrusted. Whatever is printed passes through a function of this module that
escapes it: `out` and `say` for a terminal, `console` for what rich draws, `json_of` for programs.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any, TextIO

from asana_tbp.text import escape_controls, escape_for_json, escape_lines, suggesting

if TYPE_CHECKING:
    from rich.console import Console

    from asana_tbp.errors import TbpError

JSON_VERSION = 1
"""Increased when a field that `--json` prints is renamed, removed or changes its meaning."""


def set_encodings() -> None:
    """Write UTF-8 into pipes and files on every machine, and escapes for what a terminal can't show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if chosen else "utf-8", errors="backslashreplace")


def out(text: str = "") -> None:
    """Print lines of data on stdout. Raises TbpError if they can't be written, BrokenPipeError if nobody reads."""
    _write(suggesting(escape_lines(text)))


def out_file(text: str) -> None:
    """Print a file's text on stdout: to the letter, except on a terminal. Raises as `out` does."""
    _write(escape_lines(text) if sys.stdout.isatty() else text)


def _write(text: str) -> None:
    from asana_tbp.errors import TbpError

    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as full:
        let_go_of_stdout()
        if sys.platform == "win32" and full.errno == errno.EINVAL:
            # How Windows reports that nobody reads a pipe any more (CPython issue 79935).
            raise BrokenPipeError from None
        raise TbpError(f"What is printed can't be written: {full.strerror}.") from None


def json_of(command: str, facts: dict[str, Any], indent: int | None = None) -> str:
    """A command's output for programs: its facts with the command's name and a version."""
    content = {"version": JSON_VERSION, "command": command, **facts}
    return escape_for_json(json.dumps(content, indent=indent, ensure_ascii=False, default=str))


def emit_json(command: str, **facts: Any) -> None:
    """Print the facts of a command for programs."""
    _write(json_of(command, facts, indent=2))


def let_go_of_stdout() -> None:
    """Redirect stdout to nowhere, so that what is still buffered raises nothing at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str, hanging: int = 0) -> None:
    """Print messages on stderr; in a terminal folded at spaces, except commands and indented lines, to be copied."""

    def shown(line: str) -> str:
        whole = "asana-tbp " in line or (line.startswith(" ") and not hanging)
        return escape_lines(line) if whole else fold(line, hanging, stream=sys.stderr)

    sys.stderr.write("".join(f"{shown(line)}\n" for line in suggesting(text).split("\n")))
    sys.stderr.flush()


def fold(text: str, hanging: int = 0, stream: TextIO | None = None) -> str:
    """The text as one printable line; on a terminal folded at spaces, with `hanging` before all but the first line."""
    text = escape_controls(text)
    if not (stream or sys.stdout).isatty():
        return text
    width = max(20, shutil.get_terminal_size().columns - 1)
    return textwrap.fill(
        text, width, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False
    )


def complain(error: TbpError) -> None:
    """Print an error on stderr: its sentence, then what to do; a song map's problems with their lines."""
    from asana_tbp.errors import SongMapError
    from asana_tbp.songmap.read.nodes import problems_in, render_problem

    if isinstance(error, SongMapError) and (problems := problems_in(error)):
        for problem in problems:
            say("\n".join(render_problem(problem)))
        return
    say(error.sentence)
    if error.hint:
        say(error.hint)


def asks() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A rich console that reads no markup and escapes what it draws, for tables and live displays."""
    from rich.console import Console
    from rich.segment import Segment

    class EscapingConsole(Console):
        def render(self, renderable: Any, options: Any = None) -> Any:
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else escape_lines(text), style, control)

    return EscapingConsole(
        stderr=stderr, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False
    )


def is_live() -> bool:
    """Whether stdout is a terminal that can redraw."""
    return console().is_terminal and not console().is_dumb_terminal
