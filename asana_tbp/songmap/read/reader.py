"""Reads texts, lists and mappings from a tree and notes each mistake at its place.

A value that cannot be used is returned as None and its problem is noted: callers need not report it again.
All texts are returned with their variables filled in.
"""

import re
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
"""Longest text of any kind, in characters: Asana does not store much more as a task's notes."""

Value = TypeVar("Value")

_NULL = re.compile(r"null(?=\s|$|[:,\]}])", re.IGNORECASE)
_KINDS = {Nothing: "nothing", Text: "a text", Listing: "a list", tree.Mapping: "a mapping"}


def is_repeated(first: dict[str, int], text: Text, what: str, how: str = "is there twice") -> bool:
    """Whether a text was seen before; then notes it: `the choice "x" is there twice; first in line 3`."""
    key = normalize(text.text)
    if key not in first:
        first[key] = text.line
        return False
    text.add(f"{what}{quote(text.text)} {how}; first in line {first[key]}")
    return True


@dataclass(slots=True)
class Fields:
    """The values of a mapping by known key; `meant` are the keys that misspelt ones probably mean."""

    values: dict[str, Node]
    meant: set[str] = field(default_factory=set)
    unknown: list[tuple[Text, Node]] = field(default_factory=list)
    """Pairs with unknown keys that the caller's `may_be` has accepted."""

    def missing(self, key: str) -> bool:
        """Whether the key is absent, not even misspelt; a misspelt key has been reported already."""
        return not self.says(key) and key not in self.meant

    def says(self, key: str) -> bool:
        """Whether something is written for the key."""
        return not isinstance(self[key], Nothing)

    def __getitem__(self, key: str) -> Node:
        return self.values.get(key, _ABSENT)


_ABSENT = Nothing(1, 1, Problems(""))


class NodeReader:
    """Reads values from a tree and notes what is wrong with them; without `values` its variables stay."""

    def __init__(self, values: Values = NO_VALUES) -> None:
        self.values = values
        self.relevant = True
        """Whether the values read now will be used; otherwise they need no answers."""
        self.certain = True
        """Whether every title could be read: if not, a reference to an unknown task may still be right."""
        self.guesses = Guesses()
        self.notices: list[str] = []
        """Sentences about values that may not mean what the author intended."""

    def line(self, node: Node, what: str) -> Text | None:
        """A text of one line that isn't empty; `what` begins the sentence about a problem."""
        text = self.prose(node, what, single=True)
        return replace(node, text=text) if text and isinstance(node, Text) else None

    def parsed(self, node: Node, what: str, parse: Callable[[str], Value], label: str = "") -> Value | None:
        """The parsed value of a text of one line; None for nothing, or if `parse` refuses it, which is noted."""
        written = None if isinstance(node, Nothing) else self.line(node, what)
        try:
            return parse(written.text) if written else None
        except AnswerError as wrong:
            node.add(f"{label}{wrong}")
            return None

    def lines(self, node: Node, key: str) -> list[Text]:
        """A list of one-line texts; a single text counts as a list of one, nothing as an empty list."""
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
        accepts is left to the caller.
        """
        fields = Fields({})
        first: dict[str, Text] = {}
        there = {keys.named(key.text) for key, _ in tree.text_pairs(node)}
        for key_node, value in node.pairs:
            if (key := self.key(key_node)) is None:
                # It may have been meant as any of the keys.
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
        """Note an unknown key; returns the one that was probably meant. `there` are the keys in the mapping."""
        close = self.guesses.nearest(fold_key(key.text), keys.names, 0.65)
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
        """A stripped text, of any length or a `single` non-empty line; "" for nothing, None if it can't be used."""
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
        if null := written_null(node) if single else "":
            wrong = f"means nothing in YAML; put quotes around it: {double_quoted(null)}"
        elif single and not text:
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
        if "$" not in node.text or self.values is NO_VALUES or len(node.text) > LONGEST_PROSE:
            # A text that is too long is refused anyway.
            return node.text
        source = node.problems.line(node.line)

        def tell(mention: str, sentence: str) -> None:
            at = source.find(mention, node.column - 1)
            node.problems.add(node.line, at + 1 if at >= 0 else node.column, sentence)

        return self.values.filled(node.text, tell, relevant=self.relevant)


def written_null(node: Node) -> str:
    """The word that YAML takes for nothing: `null`; "" for a value that is left out, or any other."""
    source = node.problems.line(node.line)[node.column - 1 :] if isinstance(node, Nothing) else ""
    found = _NULL.match(source)
    return found[0] if found else ""


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
    """Whether YAML took a text for a mapping because of a `: ` in it; then notes it."""
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
    """Whether entries of a list are indented so far that YAML made them one text; then notes it."""
    for number in range(node.line + 1, node.end[0] + 1) if node.is_folded else ():
        line = node.problems.line(number)
        if line.lstrip().startswith("- "):
            column = len(line) - len(line.lstrip()) + 1
            sentence = 'this "-" is moved in further than the text above it, so both would be one text'
            node.problems.add(number, column, f'{sentence}; begin it in the same column as the "-" above')
            return True
    return False
