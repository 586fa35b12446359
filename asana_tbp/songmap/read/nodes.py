"""The values of a YAML file with their places: what the loader reads and the editor changes."""

from __future__ import annotations

from dataclasses import dataclass, field

from asana_tbp.songmap.read.problems import Problems


@dataclass(frozen=True, slots=True)
class _Value:
    """A value and its place: line and column of its first character, counted from 1, in the file of `problems`.

    `end` is the place behind its last character, for texts and for what stands in brackets. `flow` tells that it
    stands in brackets or has its own. `size` is the number of values in it, itself included, aliases written out.
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
    """A text as written, `plain` without quotes; `1999` and `yes` are texts too, because a song may be called so."""

    text: str
    plain: bool = True

    def __str__(self) -> str:
        return self.text

    @property
    def is_folded(self) -> bool:
        """Whether it goes on in the next line without quotes."""
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
    """The pairs of a mapping whose keys are texts; none of anything else."""
    pairs = node.pairs if isinstance(node, Mapping) else ()
    return [(key, value) for key, value in pairs if isinstance(key, Text)]


def children(node: Node) -> list[Node]:
    """What stands directly in a list or mapping, keys included."""
    if isinstance(node, Mapping):
        return [each for pair in node.pairs for each in pair]
    return list(node.entries) if isinstance(node, Listing) else []


def texts_in(node: Node) -> list[Text]:
    """Every text in a value, itself and keys included."""
    inner = [text for child in children(node) for text in texts_in(child)]
    return [node, *inner] if isinstance(node, Text) else inner
