"""Problems of a song map: where, and one sentence each; collected so that all are told at once."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from asana_tbp.errors import SongMapError
from asana_tbp.text import escape_controls

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_WIDEST = 100
MOST_TOLD = 1000
"""Most problems told of one file."""
_LEFT_OF_CARET = 60


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a file.

    Line and column count from 1, in characters; a problem of the whole file stands at 1:1. `source` is the
    line as it stands in the file, empty when there is none to show.
    """

    path: str
    line: int
    column: int
    sentence: str
    source: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        return f"{escape_controls(self.path)}:{self.line}:{self.column}: {self.sentence}"


class Problems:
    """Collects the problems of one file."""

    def __init__(self, path: str, text: str = "") -> None:
        self.path = path
        self._lines = _LINE_BREAK.split(text)
        self._found: set[Problem] = set()
        self._kept: set[Problem] = set()

    def __len__(self) -> int:
        return len(self._found)

    def add(self, line: int, column: int, sentence: str) -> None:
        """Note a problem at a place, counted from 1. The same one twice is told once.

        After `MOST_TOLD` nothing more is noted: nobody reads them, and a file can hold a hundred thousand.
        """
        if len(self._found) < MOST_TOLD:
            self._found.add(Problem(self.path, line, column, sentence, self.line(line)))

    def include(self, error: SongMapError) -> None:
        """Note the problems of another file: one that this one cannot do without."""
        self._found.update(problems_in(error))

    def keep(self) -> None:
        """Make the problems noted so far those that `rewind` goes back to."""
        self._kept = set(self._found)

    def rewind(self) -> None:
        """Forget what was noted since `keep`."""
        self._found = set(self._kept)

    def line(self, number: int) -> str:
        """A line of the file, counted from 1, without its break; empty when the file has no such line."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def sorted(self) -> tuple[Problem, ...]:
        """Every problem, in file order."""
        return tuple(sorted(self._found))

    def raise_if_any(self) -> None:
        """Raise a SongMapError holding every problem, when there is one."""
        if self._found:
            raise SongMapError(self.sorted())


def problems_in(error: SongMapError) -> tuple[Problem, ...]:
    """Those of an error's problems that stand in a file."""
    return tuple(problem for problem in error.problems if isinstance(problem, Problem))


def render_problem(problem: Problem) -> list[str]:
    """The problem as lines of plain text: its sentence, the line it stands in, and a caret under the place.

    Safe for a terminal: control characters of the file are written as escapes. A long line is cut around
    the caret; wide characters are counted as two columns.
    """
    if not problem.source.strip():
        return [str(problem)]
    at = min(problem.column - 1, len(problem.source))
    before, after = problem.source[:at], problem.source[at:]
    before = escape_controls(before.replace("\t", " "))
    after = escape_controls(after.replace("\t", " ")).rstrip()
    before = "…" + before[-_LEFT_OF_CARET:] if len(before) > _LEFT_OF_CARET else before
    room = max(20, _WIDEST - len(before))
    after = after[:room] + "…" if len(after) > room else after
    number = f"{problem.line:>5}"
    columns = sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in before
    )
    shown = (f"{number} | {before}{after}", f"{' ' * len(number)} | {' ' * columns}^")
    return [str(problem), *shown]
