"""Texts, lists and mappings taken out of a tree, each mistake noted at its place.

A value that cannot be used comes back as None, and its problem has been told: callers say nothing more.
Every text it gives has its variables filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import TypeVar
from unicodedata import category

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.keys import Keys, fold_key
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Listing, Node, Nothing, Problems, Text
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.variables import NO_VALUES, Values
from asana_tbp.songmap.write.scalars import double_quoted
from asana_tbp.text import SHOWN, Guesses, escape_controls, guess, listed, quote

LONGEST_LINE = 1000
"""Longest single-line text, in characters: a name in a list, not a page."""
LONGEST_PROSE = 20_000
"""Longest text of any kind, in characters: what Asana keeps as the notes of a task is not much more."""

Value = TypeVar("Value")

_KINDS = {Nothing: "nothing", Text: "a text", Listing: "a list", tree.Mapping: "a mapping"}


def is_repeated(first: dict[str, int], text: Text, what: str, how: str = "is there twice") -> bool:
    """Whether a text was met before, which is noted then: `the choice "x" is there twice; first in line 3`."""
    key = normalize(text.text)
    if key not in first:
        first[key] = text.line
        return False
    text.add(f"{what}{quote(text.text)} {how}; first in line {first[key]}")
    return True


@dataclass(slots=True)
class Fields:
    """What a mapping holds, by known key; `meant` has the keys that a misspelt one was meant to be."""

    values: dict[str, Node]
    meant: set[str] = field(default_factory=set)
    unknown: list[tuple[Text, Node]] = field(default_factory=list)
    """Pairs whose key is unknown, where the caller asked for them."""

    def missing(self, key: str) -> bool:
        """Whether nothing was written for the key, not even misspelt: that has been told already."""
        return not self.says(key) and key not in self.meant

    def says(self, key: str) -> bool:
        """Whether something is written for the key."""
        return not isinstance(self[key], Nothing)

    def __getitem__(self, key: str) -> Node:
        return self.values.get(key, _ABSENT)


_ABSENT = Nothing(1, 1, Problems(""))


class NodeReader:
    """Takes values out of a tree and notes what is wrong with them."""

    def __init__(self, values: Values = NO_VALUES, *, fill: bool = True) -> None:
        self.values = values
        self.relevant = True
        """Whether what is read now will be used; what is not needs no answers."""
        self.certain = True
        """Whether every title could be read: if not, nobody can say that a reference names no task."""
        self.guesses = Guesses()
        self.notices: list[str] = []
        """Sentences about what was read, but may not be what was meant."""
        self._fill = fill

    def line(self, node: Node, what: str) -> Text | None:
        """A text of one line that says something; `what` begins the sentence when it is not."""
        text = self.prose(node, what, single=True)
        return replace(node, text=text) if text and isinstance(node, Text) else None

    def parsed(self, node: Node, what: str, parse: Callable[[str], Value], label: str = "") -> Value | None:
        """What a text of one line means; None for nothing, and for one whose AnswerError is noted."""
        written = None if isinstance(node, Nothing) else self.line(node, what)
        try:
            return parse(written.text) if written else None
        except AnswerError as wrong:
            node.add(f"{label}{wrong}")
            return None

    def lines(self, node: Node, key: str) -> list[Text]:
        """A list of one-line texts, where a single text is a list of one and nothing is an empty list."""
        if isinstance(node, tree.Mapping) and not _key_in_text(node):
            node.add(f'"{key}" must be a list, not a mapping; begin each entry with "- "')
            return []
        if isinstance(node, Listing):
            read = [self.line(entry, f'an entry of "{key}"') for entry in node.entries]
        else:
            read = [] if isinstance(node, Nothing) else [self.line(node, f'"{key}"')]
        return [text for text in read if text]

    def fields(
        self,
        node: tree.Mapping,
        keys: Keys,
        *,
        top: bool = False,
        may_be: Callable[[str, Node], bool] = lambda *_: False,
    ) -> Fields:
        """The values of a mapping with known keys. Of a key written twice, the first value counts.

        At the `top` of a file people write a variable's answer as if it were a key. An unknown pair that `may_be`
        takes for something else is left to the caller.
        """
        fields = Fields({})
        first: dict[str, Text] = {}
        there = {keys.named(key.text) for key, _ in tree.text_pairs(node)}
        for key_node, value in node.pairs:
            if (key := self.key(key_node)) is None:
                # It may have been any of them.
                fields.meant.update(keys.known)
                continue
            named = keys.named(key.text) or key.text
            again = first.setdefault(named, key)
            if again is not key:
                also = f" as {quote(again.text)}" if again.text != key.text else ""
                key.add(f"{quote(key.text)} is there twice; first in line {again.line}{also}")
            elif named in keys.known:
                fields.values[named] = value
            elif isinstance(key_node, Text) and may_be(key.text, value):
                fields.unknown.append((key_node, value))
            elif top and key.text in self.values.variables:
                key.add(f"unknown key {quote(key.text)}; it is a variable, and is answered under vars:")
            elif meant := self.unknown_key(key, keys, there):
                fields.meant.add(meant)
        return fields

    def unknown_key(self, key: Text, keys: Keys, there: Collection[str | None] = ()) -> str | None:
        """Note a key that is unknown; the one that was most likely meant. `there` are the keys that are written."""
        close = self.guesses.nearest(fold_key(key.text), keys.names)
        meant = close and keys.names[close]
        better = guess(meant) or f"; known keys are {listed(keys.known, 'and')}"
        if meant and meant in there:
            better = f"; {quote(meant)} is there already, so leave this out"
        key.add(f"unknown key {quote(key.text)}{better}")
        return meant

    def key(self, node: Node, what: str = "a key") -> Text | None:
        """A key of a mapping."""
        if isinstance(node, Text) and node.plain and node.text == "<<":
            node.add("merging with << is not supported; write the keys out")
            return None
        return self.line(node, what)

    def prose(self, node: Node, what: str, *, single: bool = False) -> str | None:
        """A text without blanks around it, of any length or a `single` line that says something; nothing is empty."""
        if isinstance(node, Listing | tree.Mapping):
            if isinstance(node, Listing) or not _is_text_with_colon(node):
                not_a("a text", node, what)
            return None
        if isinstance(node, Text) and _is_folded_list(node):
            return None
        text = self._filled(node).strip() if isinstance(node, Text) else ""
        longest = LONGEST_LINE if single else LONGEST_PROSE
        checked = text if single else text.replace("\n", "").replace("\t", "")
        wrong = ""
        if single and not text:
            wrong = "is empty"
        elif len(text) > longest:
            wrong = f"is longer than {longest:,} characters"
        elif single and "\n" in text:
            wrong = "must be a single line"
        elif not checked.isprintable():
            bad = next((char for char in checked if category(char) in {"Cc", "Cs", "Zl", "Zp"}), "")
            wrong = bad and f"holds the control character {escape_controls(bad)}; remove it"
        if wrong:
            node.add(f"{what} {wrong}")
        return None if wrong else text

    def _filled(self, node: Text) -> str:
        if "{" in node.text and self.relevant:
            self.notices += self.values.bare_mentions(node.text)
        if "$" not in node.text or not self._fill or len(node.text) > LONGEST_PROSE:
            # The last is refused for its length in any case.
            return node.text
        source = node.problems.line(node.line)

        def tell(mention: str, sentence: str) -> None:
            at = source.find(mention, node.column - 1)
            node.problems.add(node.line, at + 1 if at >= 0 else node.column, sentence)

        return self.values.filled(node.text, tell, relevant=self.relevant)


def not_a(kind: str, node: Node, what: str) -> None:
    """Note that a value has the wrong kind."""
    node.add(f"{what} must be {kind}, not {_KINDS[type(node)]}")


def text_with_colon(node: tree.Mapping) -> Text | None:
    """The text that YAML took for a mapping because of a `: ` in it."""
    match node.pairs:
        case ((Text(plain=True) as key, Text(plain=True) as value),) if key.line == value.line:
            return replace(key, text=f"{key.text}: {value.text}", end=value.end)
    return None


def _key_in_text(node: tree.Mapping) -> str | None:
    """The part before the colon of a text that YAML took for a mapping."""
    match node.pairs:
        case ((Text(plain=True, text=key, line=line), Text(line=after) | Nothing(line=after)),):
            return key if line == after and key != "<<" else None
    return None


def _is_text_with_colon(node: tree.Mapping) -> bool:
    """Whether a text was taken for a mapping because of a `: ` in it, and note it when so."""
    if (key := _key_in_text(node)) is None:
        return False
    if node.problems.line(node.line)[node.column - 1 : node.column] == "{":
        better = double_quoted("{" + key + "}")
        node.add(f'a text that begins with "{{" needs quotes: {better}')
    else:
        text = text_with_colon(node)
        better = f": {double_quoted(text.text)}" if text and len(text.text) <= SHOWN else ""
        node.add(f'put quotes around this text, because of the ":" in it{better}')
    return True


def _is_folded_list(node: Text) -> bool:
    """Whether entries of a list were moved in so far that YAML made one text of them, and note it when so."""
    for number in range(node.line + 1, node.end[0] + 1) if node.is_folded else ():
        line = node.problems.line(number)
        if line.lstrip().startswith("- "):
            column = len(line) - len(line.lstrip()) + 1
            sentence = 'this "-" is moved in further than the text above it, so both would be one text'
            node.problems.add(number, column, f'{sentence}; begin it in the same column as the "-" above')
            return True
    return False
