"""A song map's text with the place of everything in it, and new texts made from it by small changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, reduce

from asana_tbp.errors import SongMapError, TbpError
from asana_tbp.songmap.keys import TOP
from asana_tbp.songmap.order import Names
from asana_tbp.songmap.read.assembly import check
from asana_tbp.songmap.read.nodes import Listing, Mapping, Node, Text, children, text_pairs
from asana_tbp.songmap.read.sections import SectionDraft, read_sheet
from asana_tbp.songmap.read.tasks import TaskDraft
from asana_tbp.songmap.read.variable_section import read_values
from asana_tbp.songmap.read.yaml import read_tree
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.variables import AllBut
from asana_tbp.songmap.write.scalars import (
    Data,
    entry_lines,
    escape_dollars,
    indented,
    list_entry,
    requoted,
    value_lines,
)
from asana_tbp.text import quote

_BREAK = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_DASH = re.compile(r"(\s*)(?:[-*•·●▪‣◦–—]|\d{1,2}[.)])\s+(?:&\S+\s+)?")
_ANCHOR = re.compile(r"&\S+\s+")
_COLON = re.compile(r"\s*:")
_COMMENT = re.compile(r"\s+#.*")

Change = tuple[Text, str]
"""A text of the file and its replacement, with dollars escaped."""
Pair = tuple[Text, Node]
"""A key and its value."""


class EditError(TbpError):
    """A change that cannot be made in this file; nothing was changed."""


class MapText:
    """One song map as text; `extended` has the files whose variables it uses. Raises SongMapError if it isn't one."""

    def __init__(self, text: str, name: str, extended: Sequence[Node] = ()) -> None:
        self.text, self.name, self._extended = text, name, extended
        self.lines = [line for line in _BREAK.split(text) if line]
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self.root = read_tree(text, name)
        known = read_values([self.root, *extended])
        # If they are not given, they may have any variables.
        self.values = replace(known, unsure=AllBut(known.variables))
        sheet = read_sheet(self.root, self.values)
        if sheet is None:
            raise SongMapError(self.root.problems.sorted())
        self.sheet = sheet
        self.tasks = list(sheet.tasks())
        check(sheet, complete=not self.extends)

    @property
    def extends(self) -> bool:
        """Whether part of the song is in another file."""
        return "extends" in self.sheet.named

    def sentences(self) -> set[str]:
        """The problems of the map, as far as this file alone shows them."""
        return {problem.sentence for problem in self.root.problems.sorted()}

    def filled(self, text: str) -> str:
        """A text with its variables filled in."""
        return self.values.filled(text, lambda *_: None).strip()

    @cached_property
    def names(self) -> Names:
        """Where in `tasks` a task stands, by what a person calls it."""
        return Names([(section.name.text, task.title.text) for section, task in self.tasks])

    def section(self, name: str) -> SectionDraft | None:
        """The section of this name."""
        sections = self.sheet.sections
        return next((each for each in sections if normalize(each.name.text) == normalize(name)), None)

    def task(self, section: str, title: str) -> TaskDraft | None:
        """The task of this title in this section."""
        at = self.names.at(section, title)
        return None if at is None else self.tasks[at][1]

    def existing_task(self, section: str, title: str) -> TaskDraft:
        """As `task`. Raises EditError where there is none."""
        if (draft := self.task(section, title)) is None:
            raise EditError(
                f"There is no task {quote(title)} in the section {quote(section)} of the song map."
            )
        return draft

    def is_inherited(self, section: str, title: str) -> bool:
        """Whether the task is in the file that this one extends."""
        return self.extends and self.task(section, title) is None

    def pair(self, *path: str) -> Pair | None:
        """A key and its value, by its path from the top of the file."""
        *above, last = path
        if not above:
            return next((pair for pair in text_pairs(self.root) if TOP.named(pair[0].text) == last), None)
        outer = self.pair(*above)
        pairs = text_pairs(outer[1]) if outer else []
        return next((pair for pair in pairs if normalize(self.filled(pair[0].text)) == normalize(last)), None)

    def texts_of(self, start: int, end: int) -> list[str]:
        """Some lines, counted from 0, without what ends them."""
        return [line.rstrip("\r\n") for line in self.lines[start:end]]

    def block_of(self, entry: Node) -> tuple[int, int]:
        """The lines of an entry of a list, from its dash to where the next begins."""
        dash = _DASH.fullmatch(self.lines[entry.line - 1][: entry.column - 1])
        if dash is None:
            why = "this stands in one line with others; give each entry a line of its own"
            raise self._refusal(entry, why)
        return entry.line - 1, self._end_of_block(entry.line, len(dash[1]))

    def block_of_key(self, key: Text) -> tuple[int, int]:
        """The lines of a key with its value."""
        return key.line - 1, self._end_of_block(key.line, key.column - 1, lists=True)

    def indent_of(self, line: int) -> str:
        """The blanks that a line, counted from 1, begins with."""
        text = self.lines[line - 1]
        return text[: len(text) - len(text.lstrip())]

    def _end_of_block(self, start: int, indent: int, *, lists: bool = False) -> int:
        """The line after the lines that are indented more than `indent`, without the blank lines that follow."""
        end = start
        for at, line in enumerate(self.lines[start:], start + 1):
            stripped = line.strip()
            depth = len(self.indent_of(at))
            belongs = depth > indent or (lists and depth == indent and (stripped + " ").startswith("- "))
            if stripped and belongs:
                end = at
            elif stripped and not stripped.startswith("#"):
                break
        return end

    def _offset(self, line: int, column: int) -> int:
        return sum(map(len, self.lines[: line - 1])) + column - 1 + (line == 1 and self.text[:1] == "\ufeff")

    def _span(self, node: Node) -> tuple[int, int]:
        """Where a text or a value in brackets begins and ends."""
        start, end = self._offset(node.line, node.column), self._offset(*node.end)
        if anchor := _ANCHOR.match(self.text, start):
            start = anchor.end()
        is_alias = self.text[start] == "*" and isinstance(node, Text) and node.text[:1] != "*"
        if is_alias or self.text[start] in "|>":
            why = "this text is written in a way that cannot be changed; change it by hand"
            raise self._refusal(node, why)
        return start, end

    def _slice(self, node: Node) -> str:
        return self.text[slice(*self._span(node))]

    def _refusal(self, node: Node, why: str) -> EditError:
        return EditError(f"{self.name}:{node.line}:{node.column}: {why}.")

    def _with_text(self, text: str) -> MapText:
        return MapText(text, self.name, self._extended)

    def with_lines(self, start: int, end: int, new: Iterable[str]) -> MapText:
        """The map with the lines from `start` to before `end`, counted from 0, replaced."""
        before = "".join(self.lines[:start])
        lines = [line + self._newline for line in new]
        if lines and before and not before.endswith(("\n", "\r")):
            before += self._newline
        return self._with_text("".join([before, *lines, *self.lines[end:]]))

    def with_texts(self, changes: Iterable[Change]) -> MapText:
        """The map with some texts replaced, each in the quotes it had."""
        spans = {self._span(node): (node, new) for node, new in changes}
        text = self.text
        for (start, end), (node, new) in sorted(spans.items(), reverse=True):
            text = text[:start] + requoted(new, text[start:end], in_brackets=node.flow) + text[end:]
        return self._with_text(text)

    def with_tasks_in_lines(self, section: str) -> MapText:
        """The map with each task of a section on its own line."""
        found = self.section(section)
        tasks = found.listing if found else None
        return self.unfolded(tasks) if tasks is not None and tasks.flow else self

    def unfolded(self, node: Listing | Mapping) -> MapText:
        """The map with each part of a value in brackets on its own line."""
        start, end = self._span(node)
        if isinstance(node, Listing):
            first, lines = "", [f"- {self._slice(entry)}" for entry in node.entries]
        else:
            first, *lines = (f"{self._slice(key)}: {self._slice(value)}" for key, value in text_pairs(node))
        behind, line_break, below = self.text[end:].partition(self._newline)
        above = self.text[:start].rstrip(" ") + (first and f" {first}") + behind + line_break
        more = indented(lines, self.indent_of(node.line) + "  ")
        return self._with_text(above + "".join(line + self._newline for line in more) + below)

    def with_entry(self, path: tuple[str, ...], data: Data | None) -> MapText:
        """The map with another value for the key at a path, or for each part of it; None removes it."""
        if pair := self.pair(*path):
            if isinstance(data, dict) and isinstance(pair[1], Mapping) and not pair[1].flow:
                parts = data.items()
                return reduce(lambda source, part: source.with_entry((*path, part[0]), part[1]), parts, self)
            return self.with_value(pair, data)
        if data is None:
            return self
        *above, name = path
        lines = entry_lines(name, data)
        if not above:
            rank = {known: max(at, 1) for at, known in enumerate(TOP.known)}  # song: or extends: stands first
            keys = {rank[known]: key for key, _ in text_pairs(self.root) if (known := TOP.named(key.text))}
            before = [at for at in keys if at < rank[name]]
            start = self.block_of_key(keys[max(before)])[1] if before else 0
            is_spaced = len(lines) > 1 and bool(self.lines)
        elif outer := self.pair(*above):
            inner = [key for key, _ in text_pairs(outer[1])]
            indent = " " * (inner[0].column - 1) if inner else self.indent_of(outer[0].line) + "  "
            lines, start = indented(lines, indent), self.block_of_key(outer[0])[1]
            is_spaced = len(inner) > 1 and not self.lines[inner[1].line - 2].strip()
        elif above == ["sections"] and self.sheet.sections:
            # The sections are at the top of the file.
            *_, last = (key for key, _ in text_pairs(self.root) if not TOP.named(key.text))
            start, is_spaced = self.block_of_key(last)[1], False
        else:
            return self.with_entry(tuple(above), {name: data})
        return self.with_lines(start, start, [*[""] * is_spaced, *lines])

    def with_value(self, pair: Pair, data: Data | None) -> MapText:
        """The map with another value for a key; None removes the key."""
        value = pair[1]
        if isinstance(data, list | tuple):
            return self._with_list(pair, list(data))
        if isinstance(data, dict) and len(data) == 1 and isinstance(value, Text):
            # `board: Mixing` is short for a mapping with a single key.
            (data,) = data.values()
        if isinstance(data, str):
            if self.filled(value.text if isinstance(value, Text) else "") == data and not children(value):
                return self
            if data and isinstance(value, Text) and "\n" not in data + value.text:
                return self.with_texts([(value, escape_dollars(data))])
        return self._with_lines_of(pair, None if data is None else value_lines(data))

    def _with_lines_of(self, pair: Pair, lines: Sequence[str] | None) -> MapText:
        """The map with other lines behind a key's colon; the comment in its line stays. None removes the key."""
        key, value = pair
        start, end = self.block_of_key(key)
        before = self.lines[start][: key.column - 1]
        if lines is None:
            if before.strip():
                raise self._refusal(key, "begin this task with task: and its title")
            return self.with_lines(start, end, [])
        in_place = (
            value.line == key.line
            and value.end[0]
            and self.text[self._offset(value.line, value.column)] not in "|>"
        )
        line, column = value.end if in_place else key.end
        comment = _COMMENT.search(self.lines[line - 1].rstrip("\r\n"), column - 1)
        if (colon := _COLON.match(self.text, self._offset(*key.end))) is None:
            raise self._refusal(key, "this key has no colon behind it; change it by hand")
        head = self.text[sum(map(len, self.lines[:start])) : colon.end()]
        first, *rest = lines
        head += (f" {first}" if first else "") + (comment[0] if comment else "")
        return self.with_lines(start, end, [head, *indented(rest, " " * len(before))])

    def _with_list(self, pair: Pair, entries: list[str]) -> MapText:
        """The map with other entries in a list; those that were in it keep their lines and comments."""
        value = pair[1]
        nodes = value.entries if isinstance(value, Listing) else (value,)
        old = [self.filled(node.text) for node in nodes if isinstance(node, Text)]
        if old == entries:
            return self
        if not isinstance(value, Listing) or not entries or (value.flow and not set(entries) <= set(old)):
            return self._with_lines_of(pair, value_lines(entries))
        if value.flow:
            start, end = self._span(value)
            slices = (self._slice(nodes[old.index(text)]) for text in entries)
            return self._with_text(f"{self.text[:start]}[{', '.join(slices)}]{self.text[end:]}")
        chunks: dict[str, list[list[str]]] = {}
        begin = first = nodes[0].line - 1
        for entry, text in zip(nodes, old, strict=False):
            stop = self.block_of(entry)[1]
            chunks.setdefault(text, []).append(self.texts_of(begin, stop))
            begin = stop
        lines: list[str] = []
        for text in entries:
            known = chunks.get(text)
            lines += known.pop(0) if known else indented(list_entry(text), self.indent_of(nodes[0].line))
        return self.with_lines(first, begin, lines)

    def with_field(self, draft: TaskDraft, key: str, data: Data | None) -> MapText:
        """The map with another value for a field of a task; None removes it."""
        entry = draft.entry
        _, end = self.block_of(entry)
        pair = next((pair for pair in text_pairs(entry) if pair[1] is draft.fields.get(key)), None)
        if pair is None and data is None:
            return self
        if isinstance(entry, Text) or entry.flow:
            at = self._offset(entry.line, entry.column)
            named = f"{self.text[:at]}task: {self.text[at:]}"
            source = self.unfolded(entry) if isinstance(entry, Mapping) else self._with_text(named)
            again = next(task for _, task in source.tasks if task.entry.line == entry.line)
            return source.with_field(again, key, data)
        if pair is not None:
            return self.with_value(pair, data)
        lines = indented(entry_lines(key, data or ""), self.indent_of(entry.line) + "  ")
        return self.with_lines(end, end, lines)
