"""Reads song maps from files and reports all problems at once, with file, line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count, takewhile
from pathlib import Path

from asana_tbp.errors import SongMapError, UsageError
from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.keys import value_of
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.assembly import check, merged, song_map
from asana_tbp.songmap.read.nodes import Node, Nothing, Problem, Text, problems_in
from asana_tbp.songmap.read.reader import NodeReader
from asana_tbp.songmap.read.sections import PartialSongMap, read_sheet
from asana_tbp.songmap.read.tasks import Known
from asana_tbp.songmap.read.variable_section import read_values, read_variables
from asana_tbp.songmap.read.yaml import file_text, read_tree
from asana_tbp.songmap.templates.library import Library
from asana_tbp.songmap.templates.variables import Values, Variable
from asana_tbp.text import as_sentence, guess, listed, nearest, quote, truncate

MOST_FILES = 8
"""Most files that extend one another, the first one counted."""


def parse_song_map(
    text: str, name: str, answers: Mapping[str, str] | None = None, library: Library | None = None
) -> SongMap:
    """The song map in a text; `name` stands for the file in problems. Raises like `Template.song_map`."""
    return _template(read_tree(text, name), library or Library()).song_map(answers)


def open_template(path: Path, library: Library | None = None, answers_file: Path | None = None) -> Template:
    """A file with everything it extends, read once: it can be used with any number of sets of answers.

    `answers_file` has the keys of a song map too and is merged over `path` as if it extended it. Raises
    SongMapError when a file cannot be read as YAML at all.
    """
    over = _page(answers_file) if answers_file else None
    return _template(_page(path), library or Library(), over)


def _page(path: Path) -> Node:
    return read_tree(file_text(path), str(path))


@dataclass(frozen=True, slots=True)
class Template:
    """A song map whose variables are still open, in `pages`: the trees of the file and of those it extends.

    `complete` is False if one of these is missing, and `found` are each page's problems with any answers.
    """

    pages: tuple[Node, ...]
    values: Values
    complete: bool
    found: tuple[frozenset[Problem], ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables in the order to ask for them. Raises SongMapError if the map has problems."""
        self._rewind()
        if problems := self._noted():
            raise SongMapError(problems)
        return tuple(self.values.variables.values())

    def comment(self, begin: str = "") -> str:
        """The first line of the file's top comment that begins with `begin` (`For:`), without that; may be empty."""
        lines = takewhile(lambda line: line[:1] == "#", map(self.pages[0].problems.line, count(1)))
        texts = (line.strip().lstrip("#").strip() for line in lines)
        said = (text for text in texts if text and not text.startswith("yaml-language-server:"))
        return next((text for text in said if text.startswith(begin)), "").removeprefix(begin).strip()

    def says(self, key: str) -> bool:
        """Whether the first file itself has a value for a key."""
        return not isinstance(value_of(self.pages[0], key), Nothing | None)

    def mentions(self, key: str) -> bool:
        """Whether any of the files has a key at its top, even an empty one."""
        return any(value_of(page, key) for page in self.pages)

    def set_by_song(self, name: str) -> bool:
        """Whether the first file answers a variable of a file that it extends, so that it need not be asked for."""
        first, *others = map(read_variables, self.pages)
        return name in first and "default" in first[name].said and any(name in other for other in others)

    def answered(self, answers: Mapping[str, str]) -> Values:
        """The variables' values with these answers. Raises UsageError for an invalid answer."""
        known = self.values.variables
        clean = {}
        for name, answer in answers.items():
            if name in known:
                try:
                    clean[name] = known[name].clean(answer)
                except AnswerError as wrong:
                    raise UsageError(f"{name}: {wrong}.") from None
            elif not self.values.known(name):
                meant = guess(nearest(name, known)) or f"; it has {listed(known, 'and') or 'none'}"
                raise UsageError(as_sentence(f"no variable of this song map is called {quote(name)}{meant}"))
        return replace(self.values, answers=clean)

    def song_map(self, answers: Mapping[str, str] | None = None, *, strict: bool = False) -> SongMap:
        """The song map with these answers; `strict` refuses a task without a time.

        Raises SongMapError with every problem, and UsageError for an answer that no variable asks for or that it
        cannot have.
        """
        self._rewind()
        whole = self._assembled(answers or {}, strict=strict)
        if (problems := self._noted()) or whole is None:
            raise SongMapError(problems)
        return song_map(whole)

    def extended(self) -> SongMap | None:
        """The song map that the file extends, with the file's answers; None where it extends none."""
        # It need not be a complete map: it may lack the song's name.
        whole = replace(self, pages=self.pages[1:], complete=False)._assembled({})
        if whole is None:
            return None
        return song_map(replace(whole, values={"song": "Untitled song", **whole.values}))

    def sample(self, answers: Mapping[str, str] | None = None) -> SongMap:
        """The song map with these answers, and a made-up one for every variable that still has none."""
        return self.song_map({**self._something(), **(answers or {})})

    def problems(self) -> tuple[Problem, ...]:
        """The problems of the file with any answers: each yes/no and each choice is tried in turn."""
        something = self._something()
        tries = [{name: way} for name, variable in self.values.variables.items() for way in variable.ways]
        known: Known = {}
        self._rewind()
        for answers in ({}, *tries):
            self._assembled({**something, **answers}, known)
        return self._noted()

    def _something(self) -> dict[str, str]:
        return {
            name: variable.choices[0] if variable.choices else "no" if variable.type == "yes/no" else name
            for name, variable in self.values.variables.items()
            if variable.default is None
        }

    def _rewind(self) -> None:
        """Forget the problems that were noted for other answers."""
        for page, found in zip(self.pages, self.found, strict=True):
            page.problems.found = set(found)

    def _noted(self) -> tuple[Problem, ...]:
        return tuple(dict.fromkeys(problem for page in self.pages for problem in page.problems.sorted()))

    def _assembled(
        self, answers: Mapping[str, str], known: Known | None = None, *, strict: bool = False
    ) -> PartialSongMap | None:
        """The files merged, with these answers; problems are noted. None if none of them is a map."""
        values = self.answered(answers)
        whole: PartialSongMap | None = None
        complete = self.complete
        for page in reversed(self.pages):
            sheet = read_sheet(page, values, known)
            if sheet is None:
                # The problem is noted; the file that extends it is checked without it.
                complete = False
                continue
            if sheet.drop and whole is None and self.complete and "extends" not in sheet.named:
                sheet.drop[0].add('"drop" leaves out what another file has, and this one extends none')
            whole = sheet if whole is None else merged(sheet, whole)
        if whole is not None:
            check(whole, complete=complete, strict=strict)
        return whole


def _template(page: Node, library: Library, over: Node | None = None) -> Template:
    pages, complete = _chain(page, library)
    if over is not None:
        if (extended := _extends(over)) is not None:
            extended.add("answers extend the template they are given for; leave this out")
        pages = [over, *pages]
    values = read_values(pages, complete=complete)
    return Template(tuple(pages), values, complete, tuple(frozenset(each.problems.found) for each in pages))


def _extends(page: Node) -> Text | None:
    """What a file extends, if that can be read; `read_sheet` notes what is wrong."""
    node = value_of(page, "extends")
    return None if isinstance(node, Nothing | None) else NodeReader().line(node, '"extends"')


def _chain(page: Node, library: Library) -> tuple[list[Node], bool]:
    """The file and those it extends, nearest first; and whether all of them could be read."""
    pages = [page]
    while (extended := _extends(pages[-1])) is not None:
        paths = [Path(each.problems.path) for each in pages]
        try:
            path = library.parent(extended.text, paths[-1])
            known = [each.resolve() for each in paths]
            if path.resolve() in known:
                names = [truncate(str(each)) for each in paths[known.index(path.resolve()) :]]
                circle = f"these files extend each other: {' -> '.join([*names, names[0]])}"
                raise UsageError(circle if len(names) > 1 else "this file extends itself")
            if len(pages) == MOST_FILES:
                raise UsageError(f"more than {MOST_FILES} files extend one another")
            pages.append(_page(path))
        except UsageError as wrong:
            extended.add(wrong.sentence)
            return pages, False
        except SongMapError as unreadable:
            pages[-1].problems.found.update(problems_in(unreadable))
            return pages, False
    return pages, isinstance(value_of(pages[-1], "extends"), Nothing | None)
