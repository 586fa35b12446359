"""Texts, lists and mappings taken out of a tree, each mistake noted at its place.

Knows what makes a text usable and a key known. Must not know which keys a song map has, nor YAML's grammar.
A value that cannot be used comes back as None, and its problem has been told: callers say nothing more.
Every text it gives has its variables filled in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing, Text
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.variables import NO_VALUES, Values
from asana_tbp.text import Guesses, escape_controls, listed, quote

LONGEST_LINE = 1000
"""Longest single-line text, in characters: a name in a list, not a page."""
LONGEST_PROSE = 20_000
"""Longest text of any kind, in characters: what Asana keeps as the notes of a task is not much more."""

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

    def with_text(self, text: str) -> Located:
        """Another text at the same place."""
        return Located(text, self.line, self.column, self.problems)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one kind of mapping, and the words people write for them (`title` for `task`)."""

    known: tuple[str, ...]
    also_called: Mapping[str, str]

    def meant(self, key: str, guesses: Guesses) -> str | None:
        """The known key that `key` was most likely meant to be."""
        folded = normalize(key).replace("_", "-").replace(" ", "-")
        return self.also_called.get(folded) or guesses.nearest(folded, self.known)


@dataclass(slots=True)
class Fields:
    """What a mapping holds, by known key; `meant` has the keys that a misspelt one was meant to be."""

    values: dict[str, Node]
    meant: set[str]

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
        if isinstance(node, Nothing):
            self.add(node, f"{what} is empty")
            return None
        text = self._text(node, what)
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

    def prose(self, node: Node, what: str) -> str | None:
        """A text of any length; nothing is an empty one."""
        if isinstance(node, Nothing):
            return ""
        text = self._text(node, what)
        if text is None:
            return None
        stripped = text.text.strip()
        if len(stripped) > LONGEST_PROSE:
            self.add(node, f"{what} is longer than {LONGEST_PROSE:,} characters")
            return None
        return stripped if self._clean(node, stripped.replace("\n", "").replace("\t", ""), what) else None

    def lines(self, node: Node, key: str) -> list[Located]:
        """A list of one-line texts, where a single text is a list of one and nothing is an empty list."""
        if isinstance(node, Nothing):
            return []
        if isinstance(node, Listing):
            read = [self.line(entry, f'an entry of "{key}"') for entry in node.entries]
            return [placed for placed in read if placed]
        if isinstance(node, tree.Mapping) and not self._key_in_text(node):
            self.add(node, f'"{key}" must be a list, not a mapping; begin each entry with "- "')
            return []
        single = self.line(node, f'"{key}"')
        return [single] if single else []

    def fields(self, node: tree.Mapping, keys: Keys, *, top: bool = False) -> Fields:
        """The values of a mapping with known keys. Of a key written twice, the first value counts.

        At the `top` of a file people write a variable's answer as if it were a key.
        """
        found = Fields({}, set())
        first: dict[str, Node] = {}
        for key_node, value in node.pairs:
            if (key := self.key(key_node)) is None:
                # It may have been any of them.
                found.meant.update(keys.known)
                continue
            if key.text in first:
                self.add(key, f"{quote(key.text)} is there twice; first in line {first[key.text].line}")
                continue
            first[key.text] = key_node
            if key.text in keys.known:
                found.values[key.text] = value
            elif top and key.text in self.values.variables:
                self.add(key, f"unknown key {quote(key.text)}; it is a variable, and is answered under vars:")
            elif meant := keys.meant(key.text, self.guesses):
                found.meant.add(meant)
                self.add(key, f"unknown key {quote(key.text)}; did you mean {quote(meant)}?")
            else:
                self.add(key, f"unknown key {quote(key.text)}; known keys are {listed(keys.known, 'and')}")
        return found

    def key(self, node: Node, what: str = "a key") -> Located | None:
        """A key of a mapping."""
        if isinstance(node, Text) and node.plain and node.text == "<<":
            self.add(node, "merging with << is not supported; write the keys out")
            return None
        return self.line(node, what)

    def not_a(self, wanted: str, node: Node, what: str) -> None:
        """Note that a value has the wrong kind."""
        self.add(node, f"{what} must be {wanted}, not {_KINDS[type(node)]}")

    def mistaken_key(self, node: tree.Mapping, keys: Collection[str]) -> bool:
        """Whether a text was taken for a mapping because of a `: ` in it, and note it when so."""
        key = self._key_in_text(node)
        if key is None or key in keys:
            return False
        self.add(node, f"put quotes around this text, in which YAML takes {quote(key)} for a key")
        return True

    def _text(self, node: Node, what: str) -> Text | None:
        if isinstance(node, Text):
            return self._filled(node) if self._fill and "$" in node.text else node
        if not (isinstance(node, tree.Mapping) and self.mistaken_key(node, ())):
            self.not_a("a text", node, what)
        return None

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
        if text.isprintable():
            return True
        for char in text:
            if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
                self.add(node, f"{what} holds the control character {escape_controls(char)}; remove it")
                return False
        return True
