"""Texts, lists and mappings taken out of a tree, each mistake noted at its place.

A value that cannot be used comes back as None, and its problem has been told: callers say nothing more.
Every text it gives has its variables filled in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TypeVar

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing, Text
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.variables import NO_VALUES, Values
from asana_tbp.songmap.write.scalars import double_quoted
from asana_tbp.text import SHOWN, Guesses, escape_controls, guess, listed, quote

LONGEST_LINE = 1000
"""Longest single-line text, in characters: a name in a list, not a page."""
LONGEST_PROSE = 20_000
"""Longest text of any kind, in characters: what Asana keeps as the notes of a task is not much more."""

Value = TypeVar("Value")
_MISSPELT = 0.75

_KINDS = {Nothing: "nothing", Text: "a text", Listing: "a list", tree.Mapping: "a mapping"}


@dataclass(frozen=True, slots=True)
class Located:
    """A usable text and where it stands, counted from 1, in the file whose `problems` these are."""

    text: str
    line: int
    column: int
    problems: Problems = field(compare=False, repr=False)

    def add(self, sentence: str) -> None:
        """Note a problem here: of several files, in the one that this text is from."""
        self.problems.add(self.line, self.column, sentence)


def fold_key(key: str) -> str:
    """What spellings of a key have in common: case, and what stands between its words."""
    return normalize(key).replace("_", "-").replace(" ", "-")


def is_repeated(first: dict[str, int], text: Located, what: str, how: str = "is there twice") -> bool:
    """Whether a text was met before, which is noted then: `the choice "x" is there twice; first in line 3`."""
    key = normalize(text.text)
    if key not in first:
        first[key] = text.line
        return False
    text.add(f"{what}{quote(text.text)} {how}; first in line {first[key]}")
    return True


class Keys:
    """The keys of one kind of mapping: each with its sentence, then the words people write for it too."""

    def __init__(self, keys: Mapping[str, Sequence[str]]) -> None:
        self.known = tuple(keys)
        self.help = {name: words[0] for name, words in keys.items()}
        self.spellings = {name: (name, *words[1:]) for name, words in keys.items()}
        others = {other: name for name, words in keys.items() for other in words[1:]}
        self._names = {name: name for name in keys} | others

    def named(self, key: str) -> str | None:
        """The key that a spelling stands for, in any case; None for an unknown one."""
        return self._names.get(fold_key(key))

    def meant(self, key: str, guesses: Guesses) -> str | None:
        """The known key that an unknown one was most likely meant to be."""
        close = guesses.nearest(fold_key(key), self._names)
        return close and self._names[close]

    def is_misspelt(self, key: str) -> bool:
        """Whether a key is so near to a known one that it can hardly be a title."""
        folded = fold_key(key)
        return any(
            abs(len(known) - len(folded)) < 3 and SequenceMatcher(None, folded, known).ratio() >= _MISSPELT
            for known in self.known
        )


@dataclass(slots=True)
class Fields:
    """What a mapping holds, by known key; `meant` has the keys that a misspelt one was meant to be."""

    values: dict[str, Node]
    meant: set[str]
    unknown: list[tuple[Text, Node]] = field(default_factory=list)
    """Pairs whose key is unknown, where the caller asked for them."""

    def missing(self, key: str) -> bool:
        """Whether nothing was written for the key, not even misspelt: that has been told already."""
        return isinstance(self.values.get(key, _ABSENT), Nothing) and key not in self.meant

    def __getitem__(self, key: str) -> Node:
        return self.values.get(key, _ABSENT)


_ABSENT = Nothing(1, 1)


class NodeReader:
    """Takes values out of a tree and notes what is wrong with them."""

    def __init__(self, problems: Problems, values: Values = NO_VALUES, *, fill: bool = True) -> None:
        self.problems = problems
        self.values = values
        self.relevant = True
        """Whether what is read now will be used; what is not needs no answers."""
        self.certain = True
        """Whether every title could be read: if not, nobody can say that a reference names no task."""
        self.guesses = Guesses()
        self._fill = fill

    @contextmanager
    def where(self, relevant: bool) -> Iterator[None]:
        """Read what is relevant only when that is, and when what it stands in is."""
        before = self.relevant
        self.relevant = before and relevant
        try:
            yield
        finally:
            self.relevant = before

    def add(self, node: Node | Located, sentence: str) -> None:
        """Note a problem at the place of a node."""
        self.problems.add(node.line, node.column, sentence)

    def line(self, node: Node, what: str) -> Located | None:
        """A text of one line that says something; `what` begins the sentence when it is not."""
        text = Text(1, 1, "") if isinstance(node, Nothing) else self._text(node, what)
        if text is None:
            return None
        stripped = text.text.strip()
        if not stripped:
            self.add(node, f"{what} is empty")
        elif len(stripped) > LONGEST_LINE:
            self.add(node, f"{what} is longer than {LONGEST_LINE:,} characters")
        elif "\n" in stripped:
            self.add(node, f"{what} must be a single line")
        elif self._clean(node, stripped, what):
            return Located(stripped, node.line, node.column, self.problems)
        return None

    def parsed(self, node: Node, what: str, parse: Callable[[str], Value], label: str = "") -> Value | None:
        """What a text of one line means; None for nothing, and for one whose AnswerError is noted."""
        written = None if isinstance(node, Nothing) else self.line(node, what)
        try:
            return parse(written.text) if written else None
        except AnswerError as wrong:
            self.add(node, f"{label}{wrong}")
            return None

    def prose(self, node: Node, what: str) -> str | None:
        """A text of any length; nothing is an empty one."""
        text = Text(1, 1, "") if isinstance(node, Nothing) else self._text(node, what)
        if text is None:
            return None
        stripped = text.text.strip()
        if len(stripped) > LONGEST_PROSE:
            self.add(node, f"{what} is longer than {LONGEST_PROSE:,} characters")
            return None
        return stripped if self._clean(node, stripped.replace("\n", "").replace("\t", ""), what) else None

    def lines(self, node: Node, key: str) -> list[Located]:
        """A list of one-line texts, where a single text is a list of one and nothing is an empty list."""
        if isinstance(node, tree.Mapping) and not self._key_in_text(node):
            self.add(node, f'"{key}" must be a list, not a mapping; begin each entry with "- "')
            return []
        if isinstance(node, Listing):
            read = [self.line(entry, f'an entry of "{key}"') for entry in node.entries]
        else:
            read = [] if isinstance(node, Nothing) else [self.line(node, f'"{key}"')]
        return [placed for placed in read if placed]

    def fields(
        self,
        node: tree.Mapping,
        keys: Keys,
        *,
        top: bool = False,
        may_be: Callable[[str, Node], bool] | None = None,
    ) -> Fields:
        """The values of a mapping with known keys. Of a key written twice, the first value counts.

        At the `top` of a file people write a variable's answer as if it were a key. An unknown pair that `may_be`
        takes for something else is left to the caller.
        """
        found = Fields({}, set())
        first: dict[str, Located] = {}
        there = {keys.named(key.text) for key, _ in tree.text_pairs(node)}
        for key_node, value in node.pairs:
            if (key := self.key(key_node)) is None:
                # It may have been any of them.
                found.meant.update(keys.known)
                continue
            named = keys.named(key.text) or key.text
            if named in first:
                again = first[named]
                also = f" as {quote(again.text)}" if again.text != key.text else ""
                self.add(key, f"{quote(key.text)} is there twice; first in line {again.line}{also}")
                continue
            first[named] = key
            if named in keys.known:
                found.values[named] = value
            elif isinstance(key_node, Text) and may_be is not None and may_be(key.text, value):
                found.unknown.append((key_node, value))
            elif top and key.text in self.values.variables:
                self.add(key, f"unknown key {quote(key.text)}; it is a variable, and is answered under vars:")
            elif meant := self.unknown_key(key, keys, there):
                found.meant.add(meant)
        return found

    def unknown_key(self, key: Located, keys: Keys, there: Collection[str | None] = ()) -> str | None:
        """Note a key that is unknown; the one that was most likely meant. `there` are the keys that are written."""
        meant = keys.meant(key.text, self.guesses)
        better = guess(meant) or f"; known keys are {listed(keys.known, 'and')}"
        if meant and meant in there:
            better = f"; {quote(meant)} is there already, so leave this out"
        self.add(key, f"unknown key {quote(key.text)}{better}")
        return meant

    def key(self, node: Node, what: str = "a key") -> Located | None:
        """A key of a mapping."""
        if isinstance(node, Text) and node.plain and node.text == "<<":
            self.add(node, "merging with << is not supported; write the keys out")
            return None
        return self.line(node, what)

    def not_a(self, wanted: str, node: Node, what: str) -> None:
        """Note that a value has the wrong kind."""
        self.add(node, f"{what} must be {wanted}, not {_KINDS[type(node)]}")

    def text_with_colon(self, node: tree.Mapping) -> Text | None:
        """The text that YAML took for a mapping because of a `: ` in it."""
        match node.pairs:
            case ((Text(plain=True) as key, Text(plain=True) as value),) if key.line == value.line:
                return replace(key, text=f"{key.text}: {value.text}", end=value.end)
        return None

    def _mistaken_key(self, node: tree.Mapping) -> bool:
        """Whether a text was taken for a mapping because of a `: ` in it, and note it when so."""
        if (key := self._key_in_text(node)) is None:
            return False
        if self.problems.line(node.line)[node.column - 1 : node.column] == "{":
            better = double_quoted("{" + key + "}")
            self.add(node, f'a text that begins with "{{" needs quotes: {better}')
        else:
            text = self.text_with_colon(node)
            better = f": {double_quoted(text.text)}" if text and len(text.text) <= SHOWN else ""
            self.add(node, f'put quotes around this text, because of the ":" in it{better}')
        return True

    def _text(self, node: Node, what: str) -> Text | None:
        if isinstance(node, Text):
            if self._is_folded(node):
                return None
            return self._filled(node) if self._fill and "$" in node.text else node
        if not (isinstance(node, tree.Mapping) and self._mistaken_key(node)):
            self.not_a("a text", node, what)
        return None

    def _is_folded(self, node: Text) -> bool:
        """Whether entries of a list were moved in so far that YAML made one text of them, and note it when so."""
        for number in range(node.line + 1, node.end[0] + 1) if node.is_folded else ():
            line = self.problems.line(number)
            if line.lstrip().startswith("- "):
                column = len(line) - len(line.lstrip()) + 1
                sentence = 'this "-" is moved in further than the text above it, so both would be one text'
                self.problems.add(number, column, f'{sentence}; begin it in the same column as the "-" above')
                return True
        return False

    def _filled(self, node: Text) -> Text:
        if len(node.text) > LONGEST_PROSE:
            # It is refused for its length in any case.
            return node
        source = self.problems.line(node.line)

        def tell(mention: str, sentence: str) -> None:
            at = source.find(mention, node.column - 1)
            self.problems.add(node.line, at + 1 if at >= 0 else node.column, sentence)

        return replace(node, text=self.values.filled(node.text, tell, relevant=self.relevant))

    def _key_in_text(self, node: tree.Mapping) -> str | None:
        match node.pairs:
            case ((Text(plain=True, text=key, line=line), Text(line=after) | Nothing(line=after)),):
                return key if line == after and key != "<<" else None
        return None

    def _clean(self, node: Node, text: str, what: str) -> bool:
        controls = () if text.isprintable() else text
        bad = next((char for char in controls if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}), "")
        if bad:
            self.add(node, f"{what} holds the control character {escape_controls(bad)}; remove it")
        return not bad
