"""Printing: stdout is data, stderr is talk.

Text from Asana or a template is untrusted: no markup is read from it, and no control character of it reaches the
terminal.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from asana_tbp.text import escape_controls

if TYPE_CHECKING:
    from rich.console import Console

    from asana_tbp.errors import TbpError

JSON_VERSION = 1
"""Grows when a field of what `--json` prints is renamed, removed or changes its meaning."""


def settle_encodings() -> None:
    """Data in a pipe or a file is UTF-8 on every machine; what a terminal can't show is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if chosen else "utf-8", errors="backslashreplace")


def out(text: str = "") -> None:
    """Lines of data on stdout. Raises TbpError where they can't be written, BrokenPipeError where nobody reads."""
    from asana_tbp.errors import TbpError

    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as full:
        let_go_of_stdout()
        raise TbpError(f"What is printed can't be written: {full.strerror}.") from None


def emit_json(command: str, **facts: Any) -> None:
    """What a reading command has to say, for programs: one envelope with a version, on stdout."""
    content = {"version": JSON_VERSION, "command": command, **facts}
    out(json.dumps(content, indent=2, ensure_ascii=False, default=str))


def let_go_of_stdout() -> None:
    """What is still buffered must not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """A line of talk on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def complain(error: TbpError) -> None:
    """An error on stderr: its sentence, then what to do; a song map's problems with the lines they stand in."""
    from asana_tbp.errors import SongMapError
    from asana_tbp.songmap.read.problems import problems_in, render_problem

    if isinstance(error, SongMapError) and (problems := problems_in(error)):
        for problem in problems:
            say("\n".join(render_problem(problem)))
        return
    say("\n".join(escape_controls(line) for line in error.sentence.splitlines()))
    if error.hint:
        say("\n".join(escape_controls(line) for line in error.hint.splitlines()))


def asks() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def console() -> Console:
    """A rich console on stdout that reads no markup, for trees and live displays."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=False)


def is_live() -> bool:
    """Whether stdout is a terminal that can redraw."""
    return console().is_terminal and not console().is_dumb_terminal
