"""A song map's text, with the place of every task, key and list in it, and texts made from it by small changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from asana_tbp.errors import TbpError
from asana_tbp.songmap.keys import TOP
from asana_tbp.songmap.model import Question
from asana_tbp.songmap.order import Names, Step
from asana_tbp.songmap.read.assembly import Assembly, note_missing
from asana_tbp.songmap.read.document import read_sheet
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Nothing, Text
from asana_tbp.songmap.read.partial import SectionDraft, TaskDraft
from asana_tbp.songmap.read.plain_text import as_yaml
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.reader import Located
from asana_tbp.songmap.read.variable_section import read_variables, whole_variables
from asana_tbp.songmap.read.yaml import read_tree
from asana_tbp.songmap.task_name import bare_key, normalize
from asana_tbp.songmap.templates.variables import AllBut, mentioned
from asana_tbp.songmap.write.scalars import (
    double_quoted,
    escape_dollars,
    is_plain,
    list_lines,
    prose_entry,
    scalar,
)
from asana_tbp.text import quote

_BREAK = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_DASH = re.compile(r"(\s*)(?:[-*•·●▪‣◦–—]|\d{1,2}[.)])\s+(?:&\S+\s+)?")
_ANCHOR = re.compile(r"&\S+\s+")
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL), "'": re.compile(r"'(?:[^']|'')*'")}
_NUMBER = re.compile(r"\d[\d.-]*", re.ASCII)
_AFTER_KEY = re.compile(r"\s*:")

Change = tuple[Text, str]
"""A text of the file and what stands there instead, its dollars escaped."""


class EditError(TbpError):
    """A change that cannot be made in this file; nothing was changed."""


def texts_in(node: Node) -> tuple[str, ...]:
    """The texts of a list, where a single text is a list of one."""
    entries = node.entries if isinstance(node, Listing) else (node,)
    return tuple(entry.text for entry in entries if isinstance(entry, Text))


class MapText:
    """One song map as text. Raises SongMapError when it cannot be read as one."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.lines = _BREAK.split(text)
        if not self.lines[-1]:
            self.lines.pop()
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))
        self._problems = Problems(name, text)
        self._root = read_tree(as_yaml(text.removeprefix("\ufeff")), self._problems)
        self._problems.raise_if_any()
        drafts = read_variables(self._root, Problems(name))
        own = whole_variables(drafts)
        # Nobody here can say which variables a template has that this file extends.
        self._values = replace(own, unsure=AllBut(own.variables))
        self._sheet = read_sheet(self._root, self._problems, self._values)
        if self.extends:
            self._sheet.certain = False
        else:
            note_missing(self._sheet)
        Assembly(self._sheet).check()

    @property
    def extends(self) -> bool:
        """Whether some of the song stands in another file."""
        return "extends" in self._sheet.named

    def sentences(self) -> set[str]:
        """What is wrong with the map, as far as this file alone tells."""
        return {problem.sentence for problem in self._problems.sorted()}

    # Finding

    def section(self, name: str) -> SectionDraft | None:
        """The section of this name, as it is written or as it reads."""
        for section in self._sheet.sections or ():
            written = section.key.text if isinstance(section.key, Text) else ""
            if normalize(name) in (normalize(section.name.text), normalize(written)):
                return section
        return None

    def task(self, section: str, title: str) -> TaskDraft | None:
        """The task of this title in this section, each as it is written or as it reads."""
        found = self.section(section)
        for draft in found.tasks if found else ():
            titles = (normalize(draft.title.text), bare_key(draft.title.text), normalize(draft.line))
            if draft.source and normalize(title) in titles:
                return draft
        return None

    def pair(self, *path: str) -> tuple[Text, Node] | None:
        """A key and its value, from the top of the file on."""
        found: tuple[Text, Node] | None = None
        within: Node = self._root
        for key in path:
            pairs = _pairs(within)
            known = TOP.named if within is self._root else str
            found = next((pair for pair in pairs if known(pair[0].text) == key), None)
            if found is None:
                return None
            within = found[1]
        return found

    def entries(self, section: SectionDraft) -> tuple[Node, ...]:
        """What stands in a section's list, tasks under a common condition as one entry."""
        value = section.value
        if isinstance(value, Mapping):
            value = next((node for key, node in _pairs(value) if key.text == "tasks"), None)
        return value.entries if isinstance(value, Listing) else ()

    def is_block(self, section: SectionDraft) -> bool:
        """Whether each entry of a section has lines of its own."""
        entry = self.entries(section)[0]
        return bool(_DASH.fullmatch(self.lines[entry.line - 1][: entry.column - 1]))

    def block_of(self, entry: Node) -> tuple[int, int]:
        """The lines of an entry of a list, from its dash to where the next begins."""
        start = entry.line - 1
        dash = _DASH.fullmatch(self.lines[start][: entry.column - 1])
        if dash is None:
            place = f"{self.name}:{entry.line}:{entry.column}"
            raise EditError(
                f"{place}: this stands in one line with others; give each entry a line of its own."
            )
        return start, self._end_of_block(start, len(dash[1]))

    def entry_lines(self, draft: TaskDraft) -> tuple[int, int]:
        """The lines of a task."""
        assert draft.source is not None
        return self.block_of(draft.source.entry)

    def indent_of(self, line: int) -> str:
        """The blanks a line begins with."""
        text = self.lines[line]
        return text[: len(text) - len(text.lstrip())]

    def _key_block(self, key: Text) -> tuple[int, int]:
        start = key.line - 1
        return start, self._end_of_block(start, key.column - 1, lists=True)

    def _end_of_block(self, start: int, indent: int, *, lists: bool = False) -> int:
        """The line behind what is moved in further than `indent`; blank lines behind it do not belong to it."""
        end = start + 1
        for at in range(start + 1, len(self.lines)):
            stripped = self.lines[at].strip()
            if not stripped:
                continue
            depth = len(self.indent_of(at))
            if depth > indent or (lists and depth == indent and (stripped + " ").startswith("- ")):
                end = at + 1
            elif not stripped.startswith("#"):
                break
        return end

    # Texts made from this one

    @cached_property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def inserted(self, at: int, lines: Iterable[str]) -> str:
        """The text with lines in front of the line `at`."""
        before = "".join(self.lines[:at])
        if before and not before.endswith(("\n", "\r")):
            before += self._newline
        return before + "".join(line + self._newline for line in lines) + "".join(self.lines[at:])

    def cut(self, start: int, end: int) -> str:
        """The text without some lines."""
        return "".join([*self.lines[:start], *self.lines[end:]])

    def _instead(self, start: int, end: int, lines: Iterable[str]) -> str:
        return MapText._joined(self.lines[:start], lines, self.lines[end:], self._newline)

    @staticmethod
    def _joined(before: Sequence[str], lines: Iterable[str], after: Sequence[str], newline: str) -> str:
        return "".join([*before, *(line + newline for line in lines), *after])

    def replaced(self, changes: Iterable[Change]) -> str:
        """The text with other texts at some places, each in the quotes it had."""
        spans = {self._span(node): (node, new) for node, new in changes}
        text = self.text
        for (start, end), (node, new) in sorted(spans.items(), reverse=True):
            text = text[:start] + self._in_quotes_of(text[start], new, node) + text[end:]
        return text

    def _in_quotes_of(self, first: str, new: str, node: Text) -> str:
        if first == "'" and new.isprintable():
            return "'" + new.replace("'", "''") + "'"
        key, colon, value = new.partition(": ")
        if first not in "'\"" and colon and ": " in node.text and is_plain(key) and is_plain(value):
            # `Chords: 20m`, which is a mapping only to YAML.
            return new
        in_flow = (node.line, node.column) in self._flow
        plain = is_plain(new) or _NUMBER.fullmatch(new)
        if first not in "'\"" and plain and not (in_flow and set(",[]{}") & set(new)):
            return new
        return double_quoted(new)

    def _offset(self, node: Node) -> int:
        return self._starts[node.line - 1] + node.column - 1

    def _span(self, node: Text) -> tuple[int, int]:
        """Where a text begins and ends, its quotes included."""
        start = self._offset(node)
        if anchor := _ANCHOR.match(self.text, start):
            start = anchor.end()
        first = self.text[start : start + 1]
        pattern = _QUOTED.get(first) or re.compile(r"\s+".join(map(re.escape, node.text.split())) or r"(?!)")
        found = pattern.match(self.text, start)
        if found is None or (first == "*" and node.text[:1] != "*"):
            place = f"{self.name}:{node.line}:{node.column}"
            raise EditError(
                f"{place}: this text is written in a way that cannot be changed; change it by hand."
            )
        return found.span()

    @cached_property
    def _flow(self) -> set[tuple[int, int]]:
        """The places of all texts inside brackets."""
        return set(self._in_flow(self._root, False))

    def _in_flow(self, node: Node, inside: bool) -> Iterator[tuple[int, int]]:
        if isinstance(node, Text) and inside:
            yield node.line, node.column
        inside = inside or self._is_flow(node)
        for child in _children(node):
            yield from self._in_flow(child, inside)

    def _is_flow(self, node: Node) -> bool:
        return isinstance(node, Listing | Mapping) and self.text[self._offset(node)] in "[{"

    def _slice(self, node: Node) -> str:
        """A value as it stands in the file."""
        if isinstance(node, Text):
            start, end = self._span(node)
            return self.text[start:end]
        if not self._is_flow(node):
            return ""
        last = [*_children(node)][-1:]
        end = self._offset(last[0]) + len(self._slice(last[0])) if last else self._offset(node) + 1
        closing = "]" if isinstance(node, Listing) else "}"
        return self.text[self._offset(node) : self.text.index(closing, end) + 1]

    # Titles and references

    def with_variables(self, written: str, new: str) -> str:
        """A new text for one with variables: what one of them stands for stays a variable."""
        names = [name for name in mentioned(written) if name in self._values.variables]
        for at, name in enumerate(names):
            if value := self._values.of(name):
                new = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", chr(0xE000 + at), new, count=1)
        new = escape_dollars(new)
        for at, name in enumerate(names):
            new = new.replace(chr(0xE000 + at), f"${{{name}}}")
        return new

    def _references(self, draft: TaskDraft) -> Iterator[tuple[TaskDraft | None, Text]]:
        """Every place that names a task: who waits for it, None for the map's `order`."""
        pairs = list(self._sheet.tasks())
        names = Names([Step(section.name.text, task.title.text) for section, task in pairs])
        at = next(index for index, (_, task) in enumerate(pairs) if task is draft)
        owned: list[tuple[TaskDraft | None, Sequence[Located]]] = [
            (task, task.after or ()) for _, task in pairs
        ]
        for owner, references in [*owned, (None, self._sheet.order or ())]:
            for reference in references:
                node = self._texts.get((reference.line, reference.column))
                if node is not None and names.find(reference.text) == [at]:
                    yield owner, node

    @cached_property
    def _texts(self) -> dict[tuple[int, int], Text]:
        return {(node.line, node.column): node for node in _every_text(self._root)}

    def references_to(self, draft: TaskDraft, new_title: str) -> list[Change]:
        """What names a task, with its new title."""
        section = next(section for section, task in self._sheet.tasks() if task is draft)
        ambiguous = any(
            task is not draft and bare_key(task.title.text) == bare_key(new_title)
            for _, task in self._sheet.tasks()
        )
        changes = []
        for _, node in self._references(draft):
            placed = ambiguous or normalize(node.text).startswith(f"{normalize(section.name.text)} /")
            new = f"{section.name.text} / {new_title}" if placed else new_title
            changes.append((node, self.with_variables(node.text, new)))
        return changes

    def references_to_section(
        self, section: SectionDraft, new_name: str, only: TaskDraft | None = None
    ) -> list[Change]:
        """What names a task by its section as well, with another name of the section; `only` for one task."""
        changes = []
        old = normalize(section.name.text)
        for draft in section.tasks if only is None else (only,):
            for _, node in self._references(draft):
                name, slash, title = node.text.partition("/")
                if slash and normalize(name) == old and bare_key(draft.title.text) != bare_key(node.text):
                    changes.append((node, f"{escape_dollars(new_name)} / {title.strip()}"))
        return changes

    def without_references(self, draft: TaskDraft) -> MapText:
        """The map where nothing names a task any longer."""
        section = next(section for section, task in self._sheet.tasks() if task is draft).name.text
        source = self
        while True:
            here = source.task(section, draft.title.text)
            found = next(source._references(here), None) if here else None
            if found is None:
                return source
            owner, node = found
            source = MapText(source._without_reference(owner, node), self.name)

    def _without_reference(self, owner: TaskDraft | None, node: Text) -> str:
        if owner is None:
            pair = self.pair("order")
        else:
            entry = owner.source.entry if owner.source else Nothing(1, 1)
            pair = next((pair for pair in _pairs(entry) if pair[0].text == "after"), None)
        assert pair is not None
        left = [each for each in _children(pair[1]) if (each.line, each.column) != (node.line, node.column)]
        if left and not self._is_flow(pair[1]):
            return self.cut(*self.block_of(node))
        if left:
            start = self._offset(pair[1])
            end = start + len(self._slice(pair[1]))
            return f"{self.text[:start]}[{', '.join(map(self._slice, left))}]{self.text[end:]}"
        if owner is None:
            return self.cut(*self._key_block(pair[0]))
        return self.with_field(owner, "after", [])

    # Fields, keys and lists

    def with_field(self, draft: TaskDraft, key: str, lines: Sequence[str]) -> str:
        """A task with another field: lines of YAML, none to take it away."""
        assert draft.source is not None
        entry = draft.source.entry
        start, end = self.block_of(entry)
        indent = self.indent_of(start) + "  "
        new = [indent + line if line else "" for line in lines]
        if isinstance(entry, Text):
            if not lines:
                return self.text
            at = self._span(entry)[0] - self._starts[start]
            first = self.lines[start]
            named = [f"{first[:at]}task: {first[at:]}", *self.lines[start + 1 : end]]
            if not named[-1].endswith(("\n", "\r")):
                named[-1] += self._newline
            return self._joined([*self.lines[:start], *named], new, self.lines[end:], self._newline)
        if self._is_flow(entry):
            pairs = [
                (self._slice(name), self._slice(value)) for name, value in _pairs(entry) if name.text != key
            ]
            plain = [f"{indent}{name}: {value}".rstrip() for name, value in pairs]
            plain[0] = f"{indent[:-2]}- {plain[0].lstrip()}"
            return self._instead(start, end, [*plain, *new])
        pair = next((pair for pair in _pairs(entry) if pair[0].text == key), None)
        if pair is None:
            return self.inserted(end, new)
        first_line, last_line = self._key_block(pair[0])
        if first_line == start:
            raise EditError(f"{self.name}:{start + 1}: begin this task with task: and its title.")
        return self._instead(first_line, last_line, new)

    def with_key(self, key: str, lines: Sequence[str]) -> str:
        """The map with another value of a key at its top: lines of YAML, none to take it away."""
        pair = self.pair(key)
        if pair is not None:
            return self._instead(*self._key_block(pair[0]), lines)
        if not lines:
            return self.text
        rank = TOP.known.index(key)
        before = [(_rank(name.text), name) for name, _ in _pairs(self._root) if _rank(name.text) < rank]
        nearest = max(before, key=lambda each: each[0])[1] if before else None
        blank = [""] if len(lines) > 1 else []
        return self.inserted(self._key_block(nearest)[1] if nearest else 0, [*blank, *lines])

    def with_list(self, path: tuple[str, ...], entries: Sequence[str]) -> str:
        """The map with other entries in a list; those that were in it keep their lines and comments."""
        pair = self.pair(*path)
        if pair is None:
            above = self.pair(*path[:-1])
            if above is None or not entries:
                return self.text
            inner = _pairs(above[1])
            indent = " " * (inner[0][0].column - 1) if inner else self.indent_of(above[0].line - 1) + "  "
            return self.inserted(self._key_block(above[0])[1], list_lines(path[-1], entries, indent))
        key, value = pair
        old = [self._filled(text).strip() for text in texts_in(value)]
        if old == list(entries):
            return self.text
        indent = " " * (key.column - 1)
        start, end = self._key_block(key)
        if not isinstance(value, Listing) or self._is_flow(value) or not entries:
            return self._instead(start, end, list_lines(key.text, entries, indent))
        chunks: dict[str, list[list[str]]] = {}
        begin = first = value.entries[0].line - 1
        for entry, text in zip(value.entries, old, strict=False):
            stop = self.block_of(entry)[1]
            chunks.setdefault(text, []).append([line.rstrip("\r\n") for line in self.lines[begin:stop]])
            begin = stop
        dash = self.indent_of(first)
        lines: list[str] = []
        for text in entries:
            known = chunks.get(text)
            lines += known.pop(0) if known else list_lines("", [text], dash[2:] if len(dash) > 1 else "")[1:]
        return self._instead(first, begin, lines)

    def with_answer(self, asked: Question) -> str:
        """The map with another answer to a question; one that is not there is added."""
        key = normalize(asked.question)
        questions = self.pair("questions")
        assert questions is not None
        pairs = _pairs(questions[1])
        indent = " " * (pairs[0][0].column - 1) if pairs else "  "
        new = prose_entry(asked.question, asked.answer, indent)
        found = next((pair for pair in pairs if normalize(self._filled(pair[0].text)) == key), None)
        if found is None:
            return self.inserted(self._key_block(questions[0])[1], new)
        question, answer = found
        if isinstance(answer, Text) and self._filled(answer.text).strip() == asked.answer:
            return self.text
        if isinstance(answer, Nothing) and len(new) == 1:
            colon = _AFTER_KEY.match(self.text, self._span(question)[1])
            if not asked.answer:
                return self.text
            if colon is not None:
                at = colon.end()
                return f"{self.text[:at]} {scalar(asked.answer)}{self.text[at:]}"
        if isinstance(answer, Text) and asked.answer and "\n" not in answer.text + asked.answer:
            return self.replaced([(answer, escape_dollars(asked.answer))])
        return self._instead(*self._key_block(question), new)

    def _filled(self, text: str) -> str:
        return self._values.filled(text, lambda *_: None)

    # Sections

    def with_section(self, name: str) -> tuple[MapText, str, int]:
        """The map with one more section, and where its first task goes."""
        top = self.pair("sections")
        if top is None:
            blank = [""] if self.lines else []
            text = self.inserted(len(self.lines), [*blank, "sections:", f"  {scalar(name)}:"])
        else:
            sections = _pairs(top[1])
            indent = " " * (sections[0][0].column - 1) if sections else "  "
            at = self._key_block(top[0])[1]
            spaced = len(sections) > 1 and not self.lines[sections[1][0].line - 2].strip()
            lines = [""] * spaced + [f"{indent}{scalar(name)}:"]
            text = self.inserted(at, lines)
        source = MapText(text, self.name)
        found = source.section(name)
        if found is None:
            raise EditError(f"The section {quote(name)} cannot be added to the song map; add it by hand.")
        return source.with_open_section(found)

    def with_open_section(self, section: SectionDraft) -> tuple[MapText, str, int]:
        """The map with an empty section's brackets taken away, and where its first task goes."""
        assert isinstance(section.key, Text)
        source = self
        if isinstance(section.value, Listing):
            start = self._offset(section.value)
            end = start + len(self._slice(section.value))
            source = MapText(self.text[:start].rstrip(" ") + self.text[end:], self.name)
        return source, " " * (section.key.column - 1 + 2), self._key_block(section.key)[1]

    def with_unfolded_section(self, section: SectionDraft) -> MapText:
        """The map with a section's tasks in lines of their own."""
        assert isinstance(section.key, Text)
        assert isinstance(section.value, Listing)
        indent = " " * (section.key.column - 1 + 2)
        start, end = self._key_block(section.key)
        key = self.indent_of(start) + self._slice(section.key) + ":"
        entries = [f"{indent}- {self._slice(entry)}" for entry in section.value.entries]
        return MapText(self._instead(start, end, [key, *entries]), self.name)


def _pairs(node: Node) -> list[tuple[Text, Node]]:
    if not isinstance(node, Mapping):
        return []
    return [(key, value) for key, value in node.pairs if isinstance(key, Text)]


def _children(node: Node) -> list[Node]:
    match node:
        case Listing(entries=entries):
            return list(entries)
        case Mapping(pairs=pairs):
            return [each for pair in pairs for each in pair]
    return []


def _every_text(node: Node) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
    for child in _children(node):
        yield from _every_text(child)


def _rank(key: str) -> int:
    named = TOP.named(key)
    return TOP.known.index(named) if named else len(TOP.known)
