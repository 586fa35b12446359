"""The values of a YAML file with their places, and the problems noted there, one sentence each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from asana_tbp.errors import SongMapError
from asana_tbp.text import escape_controls

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_WIDEST = 100
MOST_REPORTED = 1000
"""Most problems that are reported for one file."""
_LEFT_OF_CARET = 60


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem in a file.

    Line and column count from 1, in characters; a problem of the whole file is at 1:1. `source` is the
    line as it is in the file, empty when there is none to show.
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
        self.found: set[Problem] = set()

    def add(self, line: int, column: int, sentence: str) -> None:
        """Note a problem at a place, counted from 1; the same problem is noted only once.

        After `MOST_REPORTED` nothing more is noted: nobody reads more, and a file can have a hundred thousand.
        """
        if len(self.found) < MOST_REPORTED:
            self.found.add(Problem(self.path, line, column, sentence, self.line(line)))

    def line(self, number: int) -> str:
        """A line of the file, counted from 1, without its break; empty when the file has no such line."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def sorted(self) -> tuple[Problem, ...]:
        """Every problem, in file order."""
        return tuple(sorted(self.found))

    def raise_if_any(self) -> None:
        """Raise a SongMapError holding every problem, when there is one."""
        if self.found:
            raise SongMapError(self.sorted())


@dataclass(frozen=True, slots=True)
class _Value:
    """A value and its place: line and column of its first character, counted from 1, in the file of `problems`.

    `end` is the place after its last character, for texts and values in brackets. `flow` is True if it is in
    brackets or has its own. `size` is the number of values in it, itself included, with aliases expanded.
    """

    line: int
    column: int
    problems: Problems = field(compare=False, repr=False)
    end: tuple[int, int] = field(default=(0, 0), kw_only=True)
    flow: bool = field(default=False, kw_only=True)
    size: int = field(default=1, kw_only=True)

    def add(self, sentence: str) -> None:
        """Note a problem here: of several files, in the one that this value is from."""
        self.problems.add(self.line, self.column, sentence)


@dataclass(frozen=True, slots=True)
class Nothing(_Value):
    """A value left out: `~`, `null`, or an empty place."""


@dataclass(frozen=True, slots=True)
class Text(_Value):
    """A text as written, `plain` if without quotes; `1999` and `yes` are texts too, as songs may have such names."""

    text: str
    plain: bool = True

    def __str__(self) -> str:
        return self.text

    @property
    def is_folded(self) -> bool:
        """Whether it continues in the next line without quotes."""
        return self.plain and self.end[0] > self.line


@dataclass(frozen=True, slots=True)
class Listing(_Value):
    """A list of values."""

    entries: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping(_Value):
    """Keys and values in file order, equal keys included."""

    pairs: tuple[tuple[Node, Node], ...]


Node = Nothing | Text | Listing | Mapping


def text_pairs(node: Node) -> list[tuple[Text, Node]]:
    """The pairs of a mapping whose keys are texts; empty for any other node."""
    pairs = node.pairs if isinstance(node, Mapping) else ()
    return [(key, value) for key, value in pairs if isinstance(key, Text)]


def children(node: Node) -> list[Node]:
    """The values directly in a list or mapping, keys included."""
    if isinstance(node, Mapping):
        return [each for pair in node.pairs for each in pair]
    return list(node.entries) if isinstance(node, Listing) else []


def texts_in(node: Node) -> list[Text]:
    """Every text in a value, itself and keys included."""
    inner = [text for child in children(node) for text in texts_in(child)]
    return [node, *inner] if isinstance(node, Text) else inner


def problems_in(error: SongMapError) -> tuple[Problem, ...]:
    """Those of an error's problems that have a place in a file."""
    return tuple(problem for problem in error.problems if isinstance(problem, Problem))


def render_problem(problem: Problem) -> list[str]:
    """The problem as lines of plain text: its sentence, its line in the file, and a caret under the place.

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
