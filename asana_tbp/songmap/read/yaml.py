"""A file's YAML text as a tree of values with their places.

The tree is built from YAML's events rather than by a constructor: so nothing in a file can make an object
or run code, every value keeps its place, `1999` and `no` stay the texts somebody wrote, and depth, aliases
and size are limited while reading.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, Text
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.yaml_messages import (
    A_DIRECTIVE,
    OTHER_VERSION,
    in_quotes,
    syntax_problem,
    value_in,
    without_value,
)
from asana_tbp.text import escape_controls, quote

LARGEST = 1_000_000
"""Largest text, in characters."""
DEEPEST = 20
MOST_ALIASES = 100
MOST_VALUES = 50_000
"""Most values in a text, counted with every alias written out."""
TOO_LARGE = "the file is larger than 1 MB; a song map has a few dozen tasks"

MOST_DIRECTIVES = 10
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_VERSION = re.compile(r"^%YAML\b", re.MULTILINE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MOST_FORBIDDEN_TOLD = 20
_MOST_MISTAKES = 20
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def file_text(path: Path) -> str:
    """The text of a file. Raises SongMapError when there is none to be had."""
    problems = Problems(str(path))
    content = b""
    wrong = ""
    try:
        if path.is_dir():
            wrong = "this is a folder, not a song map"
        elif not path.exists():
            wrong = "there is no such file"
        elif not path.is_file():
            # Reading a pipe or a device could wait for ever.
            wrong = "this is not a regular file"
        else:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
    except (OSError, ValueError) as unreadable:
        # ValueError: a path with a NUL character, which no file system has.
        reason = (getattr(unreadable, "strerror", None) or str(unreadable)).lower()
        wrong = f"the file cannot be read: {reason}"
    if len(content) > LARGEST:
        wrong = TOO_LARGE
    elif content.startswith(_WIDE_MARKS) or b"\0" in content[:2]:
        # Windows writes it: in an editor as "Unicode", in a shell by redirecting.
        wrong = "the file is UTF-16 or UTF-32 text; save it as UTF-8"
    if wrong:
        problems.add(1, 1, wrong)
    problems.raise_if_any()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as undecodable:
        readable = content[: undecodable.start].decode("utf-8-sig")
        problems = Problems(str(path), readable)
        place = place_in(readable, len(readable))
        problems.add(*place, "the file is not UTF-8 text; save it as UTF-8")
        raise problems.error() from None


def read_tree(text: str, problems: Problems) -> Node:
    """The values of a text. What is wrong is noted, and the tree is then not whole."""
    if len(text) > LARGEST:
        problems.add(1, 1, TOO_LARGE)
        return Nothing(1, 1)
    for bad in islice(_FORBIDDEN.finditer(text), _MOST_FORBIDDEN_TOLD):
        sentence = f"the file holds the control character {escape_controls(bad[0])}; remove it"
        problems.add(*place_in(text, bad.start()), sentence)
    # The parser takes seconds for what means nothing.
    for directive in islice(_DIRECTIVE.finditer(text), MOST_DIRECTIVES, MOST_DIRECTIVES + 1):
        problems.add(*place_in(text, directive.start()), A_DIRECTIVE)
    return Nothing(1, 1) if problems else _tree(text, problems)


def place_in(text: str, offset: int) -> tuple[int, int]:
    """Line and column, counted from 1, of a character."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    return len(lines), len(lines[-1]) + 1


class _UnreadableError(Exception):
    """The tree cannot be built any further."""

    def __init__(self, event: Any, sentence: str) -> None:
        super().__init__(sentence)
        self.event = event
        self.sentence = sentence


def _tree(text: str, problems: Problems) -> Node:
    lines = re.split(r"\r\n|\r|\n", text)
    for _ in range(_MOST_MISTAKES):
        builder = _Builder(problems)
        wrong_line = _parse("\n".join(lines), builder, problems)
        # A text that only lacks its quotes spoils nothing else: the mistakes below it are found as well.
        harmless = without_value(lines[wrong_line - 1]) if 0 < wrong_line <= len(lines) else None
        if harmless is None or harmless == lines[wrong_line - 1]:
            break
        lines[wrong_line - 1] = harmless
    return builder.root


def _parse(text: str, builder: _Builder, problems: Problems) -> int:
    """Build a tree; the line of a text that cannot be read where the lines around it can, else 0."""
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.feed(event)
    except _UnreadableError as stopped:
        line, column = _start(stopped.event)
        text_of_line = value_in(text.split("\n")[line - 1])
        better = f": {in_quotes(text_of_line)}" if stopped.sentence.endswith("begins with *") else ""
        problems.add(line, column, stopped.sentence + better)
        return line if better else 0
    except MarkedYAMLError as wrong:
        told = syntax_problem(wrong, text.split("\n"))
        problems.add(told.line, told.column, told.sentence)
        return told.line if told.alone else 0
    except YAMLError as wrong:
        place = place_in(text, getattr(wrong, "position", 0))
        problems.add(*place, "this character is not allowed in YAML; remove it")
    except AssertionError:
        # What the parser asserts of a file is its version; a wrong one it tells, one it has never heard of not.
        found = _VERSION.search(text)
        problems.add(*place_in(text, found.start() if found else 0), OTHER_VERSION)
    except (ValueError, IndexError, OverflowError):
        # The scanner lets these through for escapes and versions outside any range.
        sentence = "YAML cannot read the text after this place; check its escapes and quotes"
        problems.add(*builder.place, sentence)
    return 0


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _end(event: Any) -> tuple[int, int]:
    return event.end_mark.line + 1, event.end_mark.column + 1


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    event: Any
    children: list[Node] = field(default_factory=list)
    size: int = 1


class _Builder:
    """Puts events together to a tree, without recursion, and keeps the limits."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.root: Node = Nothing(1, 1)
        self.place = (1, 1)
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._aliases = 0
        self._documents = 0

    def feed(self, event: Any) -> None:
        self.place = _start(event)
        match event:
            case ScalarEvent():
                self._decorations(event)
                plain = event.style is None
                flow = bool(self._open and self._open[-1].event.flow_style)
                text = Text(*self.place, event.value, plain, end=_end(event), flow=flow)
                self._attach(event, Nothing(*self.place) if plain and event.value in _NULLS else text)
            case AliasEvent():
                self._attach(event, self._alias(event))
            case SequenceStartEvent() | MappingStartEvent():
                self._decorations(event)
                if len(self._open) == DEEPEST:
                    raise _UnreadableError(event, f"lists and mappings are nested more than {DEEPEST} deep")
                self._open.append(_Open(event))
            case SequenceEndEvent() | MappingEndEvent():
                opened = self._open.pop()
                begin, nodes = opened.event, tuple(opened.children)
                more: Any = {"end": _end(event), "flow": bool(begin.flow_style), "size": opened.size}
                if isinstance(begin, SequenceStartEvent):
                    self._attach(begin, Listing(*_start(begin), nodes, **more))
                else:
                    pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
                    self._attach(begin, Mapping(*_start(begin), pairs, **more))
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise _UnreadableError(
                        event, "a file holds one song map; put the second into a file of its own"
                    )

    def _decorations(self, event: Any) -> None:
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.problems.add(*self.place, f"tags such as {quote(tag)} are not supported; remove it")
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _alias(self, event: Any) -> Node:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise _UnreadableError(event, f"there are more than {MOST_ALIASES} aliases; write the values out")
        if event.anchor not in self._anchors:
            shown = quote(f"*{event.anchor}")
            raise _UnreadableError(
                event, f"{shown} stands for nothing; put quotes around a text that begins with *"
            )
        node = self._anchors[event.anchor]
        if node is None:
            raise _UnreadableError(event, f"{quote(f'*{event.anchor}')} stands for a value that holds itself")
        line, column = self.place
        return replace(node, line=line, column=column, end=_end(event))

    def _attach(self, event: Any, node: Node) -> None:
        if not isinstance(event, AliasEvent) and event.anchor is not None:
            self._anchors[event.anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.children.append(node)
        parent.size += node.size
        if parent.size > MOST_VALUES:
            raise _UnreadableError(
                event, f"the file holds more than {MOST_VALUES:,} values, aliases written out"
            )
