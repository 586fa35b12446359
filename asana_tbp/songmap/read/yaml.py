"""A file's YAML text as a tree of values with their places.

The tree is built from YAML's events rather than by a constructor: so nothing in a file can create an object
or run code, every value keeps its place, `1999` and `no` stay texts as written, and depth, aliases and size
are limited while reading.
"""

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
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
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, Problems, Text
from asana_tbp.songmap.read.yaml_messages import (
    A_DIRECTIVE,
    OTHER_VERSION,
    SyntaxProblem,
    in_quotes,
    key_in_stars,
    syntax_problem,
    value_in,
    without_value,
)
from asana_tbp.text import escape_controls, quote

LARGEST = 1_000_000
"""Largest text, in characters."""
DEEPEST = 20
MOST_ALIASES = 100
_LONGEST_EXPLAINED = 5000
# Characters of a line that are read for what its author may have meant: some patterns take their square in time.
MOST_VALUES = 50_000
"""Most values in a text, counted with every alias expanded."""
TOO_LARGE = "the file is larger than 1 MB; a song map has a few dozen tasks"

MOST_DIRECTIVES = 10
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_VERSION = re.compile(r"^%YAML\b", re.MULTILINE)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANKS = "\u00a0\u2002\u2003\u2009\u202f\u3000"
"""The spaces that text from web pages may contain."""
_BULLET = re.compile(rf"([*•·●▪‣◦☐–—]|[0-9]{{1,2}}[.)])[ {_BLANKS}]+(?=\S)")
_CURLY = re.compile(
    r"((?:- +|[^\s\"'“”„‘’#-][^\"“”„#:]*: +)?)(?:[“„]([^\"\\“”„]*)[”“]|‘([^'‘’]*)’)(:(?: .*)?|\s*|\s+#.*)"
)
_OPEN_QUOTE = re.compile(r"""(?:- +)*+(?:[^\s"'#][^"'#]*: +)?(["'])(?:(?!\1).)*""")
_BEHIND_DASH = re.compile(r"- +((?:[•·●▪‣◦☐]|\[ ?\]) +)+(?=\S)")
_BLOCK = re.compile(r"[:-] +[|>][-+0-9]*\s*(?:#.*)?$")
_OPENS_LIST = re.compile(r":\s*(?:#.*)?$")
_MOST_FORBIDDEN_REPORTED = 20
_MOST_MISTAKES = 20
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def file_text(path: Path) -> str:
    """The text of a file. Raises SongMapError when it can't be read."""
    readable = ""
    try:
        if path.is_dir():
            wrong = "this is a folder, not a song map"
        elif not path.exists():
            wrong = "there is no such file"
        elif not path.is_file():
            # Reading a pipe or a device could wait forever.
            wrong = "this is not a regular file"
        else:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
            # Windows writes wide text: an editor as "Unicode", a shell when redirecting.
            is_wide = content.startswith(_WIDE_MARKS) or b"\0" in content[:2]
            if len(content) <= LARGEST and not is_wide:
                return content.decode("utf-8-sig")
            wide = "the file is UTF-16 or UTF-32 text; save it as UTF-8"
            wrong = TOO_LARGE if len(content) > LARGEST else wide
    except UnicodeDecodeError as undecodable:
        readable = undecodable.object[: undecodable.start].decode("utf-8")
        wrong = "the file is not UTF-8 text; save it as UTF-8"
    except (OSError, ValueError) as unreadable:
        # ValueError: a path with a NUL character, which no file system has.
        reason = (getattr(unreadable, "strerror", None) or str(unreadable)).lower()
        wrong = f"the file cannot be read: {reason}"
    problems = Problems(str(path), readable)
    problems.add(*_place_in(readable, len(readable)), wrong)
    raise SongMapError(problems.sorted())


def read_tree(text: str, name: str) -> Node:
    """The values of a text; `name` stands for the file in problems. Raises SongMapError when it isn't YAML."""
    text = text.removeprefix("\ufeff")
    problems = Problems(name, text)
    if len(text) > LARGEST:
        problems.add(1, 1, TOO_LARGE)
        problems.raise_if_any()
    for bad in islice(_FORBIDDEN.finditer(text), _MOST_FORBIDDEN_REPORTED):
        sentence = f"the file holds the control character {escape_controls(bad[0])}; remove it"
        problems.add(*_place_in(text, bad.start()), sentence)
    # The parser would take seconds for many meaningless directives.
    for directive in islice(_DIRECTIVE.finditer(text), MOST_DIRECTIVES, MOST_DIRECTIVES + 1):
        problems.add(*_place_in(text, directive.start()), A_DIRECTIVE)
    problems.raise_if_any()
    lines = _plain_yaml(re.split(r"\r\n|\r|\n", text))
    for _ in range(_MOST_MISTAKES):
        try:
            tree = _parsed("\n".join(lines), problems)
        except SyntaxProblem as wrong:
            problems.add(wrong.line, wrong.column, wrong.sentence)
            if wrong.instead is None or wrong.instead == lines[wrong.line - 1]:
                break
            lines[wrong.line - 1] = wrong.instead
            lines = _plain_yaml(lines)
        else:
            problems.raise_if_any()
            return tree
    raise SongMapError(problems.sorted())


def _plain_yaml(lines: Sequence[str]) -> list[str]:
    """The lines with dashes, spaces and straight quotes in place of bullets, checkboxes, other blanks and curly quotes.

    Every character keeps its position, so that a problem's line and column are those of the file.
    """
    changed = list(lines)
    block: int | None = None  # the indentation of the key whose text continues in the lines below it
    lists: set[int] = set()  # columns in which a list may continue
    opens, open_quote = False, ""
    for at, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if open_quote:
            open_quote = "" if open_quote in line else open_quote
            continue
        is_text = block is not None and indent > block
        if indent == len(line) or is_text or (line[indent] == "#" and block is None):
            continue
        block = indent if _BLOCK.search(line) else None
        lists = {column for column in lists if column <= indent}
        begin = line[:indent].translate(dict.fromkeys(map(ord, _BLANKS), " "))
        bullet = _BULLET.match(line, indent) if opens or indent in lists else None
        content = "-" + " " * (len(bullet[0]) - 1) + line[bullet.end() :] if bullet else line[indent:]
        if content.startswith("- "):
            lists.add(indent)
            content = _BEHIND_DASH.sub(lambda found: "-" + " " * (len(found[0]) - 1), content)
        if opened := _OPEN_QUOTE.fullmatch(content):
            open_quote = opened[1]
        curly = _CURLY.fullmatch(content)
        if curly and (curly[4][:1] == ":" or (curly[1] and not _continues(lines, at))):
            mark = "'" if curly[2] is None else '"'
            content = f"{curly[1]}{mark}{curly[2] or curly[3] or ''}{mark}{curly[4]}"
        if "\t" in content and not {"'", '"'} & set(content):
            content = content.replace("\t", " ")
        changed[at] = begin + content
        opens = bool(_OPENS_LIST.search(line))
    return changed


def _continues(lines: Sequence[str], at: int) -> bool:
    """Whether what stands below a line is indented more than that is."""
    below = next(filter(str.strip, (lines[line] for line in range(at + 1, len(lines)))), "")
    indent = len(lines[at]) - len(lines[at].lstrip())
    return len(below) - len(below.lstrip()) > indent


def _place_in(text: str, offset: int) -> tuple[int, int]:
    """Line and column, counted from 1, of a character."""
    lines = re.split(r"\r\n|\r|\n", text[:offset])
    return len(lines), len(lines[-1]) + 1


def _parsed(text: str, problems: Problems) -> Node:
    """The tree of a text. Raises SyntaxProblem."""
    builder = _Builder(text, problems)
    try:
        return builder.tree()
    except MarkedYAMLError as wrong:
        raise syntax_problem(wrong, [line[:_LONGEST_EXPLAINED] for line in text.split("\n")]) from None
    except YAMLError as wrong:
        place = _place_in(text, getattr(wrong, "position", 0))
        raise SyntaxProblem(*place, "this character is not allowed in YAML; remove it") from None
    except AssertionError:
        # The parser asserts only the version of YAML: for an unknown one it raises this, for a wrong one an error.
        version = _VERSION.search(text)
        place = _place_in(text, version.start() if version else 0)
        raise SyntaxProblem(*place, OTHER_VERSION) from None
    except (ValueError, IndexError, OverflowError):
        # The scanner raises these for escapes and versions out of range.
        sentence = "YAML cannot read the text after this place; check its escapes and quotes"
        raise SyntaxProblem(*builder.place, sentence) from None


def _place(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


class _Builder:
    """Builds a tree from the events of a text, within the limits; `place` is where the last event begins."""

    def __init__(self, text: str, problems: Problems) -> None:
        self.place = (1, 1)
        self._lines = text.split("\n")
        self._problems = problems
        self._events = YAML(typ="safe", pure=True).parse(text)
        self._anchors: dict[str, Node | None] = {}
        self._aliases = 0

    def tree(self) -> Node:
        """The value of the only document. Raises SyntaxProblem, and whatever ruamel raises."""
        root: Node = Nothing(1, 1, self._problems)
        documents = 0
        for event in self._events:
            self.place = _place(event.start_mark)
            documents += isinstance(event, DocumentStartEvent)
            if documents > 1:
                two = 'a second song map begins here; remove this "---", or put the second into a file of its own'
                raise SyntaxProblem(*self.place, two)
            if isinstance(event, NodeEvent):
                root = self._value(event, 0, flow=False)
        return root

    def _value(self, event: Any, depth: int, *, flow: bool) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self._problems.add(*self.place, f"tags such as {quote(tag)} are not supported; remove it")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        begin, end = (*self.place, self._problems), _place(event.end_mark)
        if isinstance(event, ScalarEvent):
            plain = event.style is None
            text = Text(*begin, event.value, plain, end=end, flow=flow)
            node: Node = Nothing(*begin) if plain and event.value in _NULLS else text
        elif depth == DEEPEST:
            raise SyntaxProblem(*self.place, f"lists and mappings are nested more than {DEEPEST} deep")
        else:
            node = self._collection(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _collection(self, opened: Any, depth: int) -> Node:
        begin, nodes, size = (*self.place, self._problems), [], 1
        for event in self._events:
            self.place = _place(event.start_mark)
            if isinstance(event, SequenceEndEvent | MappingEndEvent):
                break
            nodes.append(self._value(event, depth + 1, flow=bool(opened.flow_style)))
            size += nodes[-1].size
            if size > MOST_VALUES:
                many = f"the file holds more than {MOST_VALUES:,} values, aliases written out"
                raise SyntaxProblem(*_place(event.start_mark), many)
        more: Any = {"end": _place(event.end_mark), "flow": bool(opened.flow_style), "size": size}
        if isinstance(opened, MappingStartEvent):
            return Mapping(*begin, tuple(zip(nodes[::2], nodes[1::2], strict=True)), **more)
        return Listing(*begin, tuple(nodes), **more)

    def _alias(self, event: Any) -> Node:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            many = f"there are more than {MOST_ALIASES} aliases; write the values out"
            raise SyntaxProblem(*self.place, many)
        shown, (line, column) = quote(f"*{event.anchor}"), self.place
        if event.anchor not in self._anchors:
            written = self._lines[line - 1][:_LONGEST_EXPLAINED]
            if in_stars := key_in_stars(written):
                raise SyntaxProblem(line, column, *in_stars)
            better = in_quotes(value_in(written))
            sentence = f"{shown} stands for nothing; put quotes around a text that begins with *: {better}"
            raise SyntaxProblem(line, column, sentence, without_value(written))
        node = self._anchors[event.anchor]
        if node is None:
            raise SyntaxProblem(line, column, f"{shown} stands for a value that holds itself")
        return replace(node, line=line, column=column, end=_place(event.end_mark))
