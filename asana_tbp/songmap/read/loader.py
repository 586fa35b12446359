"""Song maps read from files, every problem told at once with file, line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count, takewhile
from pathlib import Path

from asana_tbp.errors import SongMapError, UsageError
from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.keys import value_of
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.assembly import checked, merged, song_map
from asana_tbp.songmap.read.nodes import Node, Nothing, Text
from asana_tbp.songmap.read.problems import Problem, Problems
from asana_tbp.songmap.read.reader import NodeReader
from asana_tbp.songmap.read.sections import PartialSongMap, read_sheet
from asana_tbp.songmap.read.tasks import Known
from asana_tbp.songmap.read.variable_section import (
    VariableDraft,
    names_in,
    note_unasked,
    read_variables,
    whole_variables,
)
from asana_tbp.songmap.read.yaml import file_text, read_tree
from asana_tbp.songmap.templates.library import Library
from asana_tbp.songmap.templates.variables import AllBut, Values, Variable
from asana_tbp.text import as_sentence, guess, listed, nearest, quote, truncate

MOST_FILES = 8
"""Most files that extend one another, the first one counted."""


def load_song_map(
    path: Path,
    answers: Mapping[str, str] | None = None,
    library: Library | None = None,
    *,
    strict: bool = False,
) -> SongMap:
    """The song map in a file, its variables answered; `strict` refuses a task without a time.

    Raises SongMapError with every problem, also when the file cannot be read, and UsageError for an answer
    that no variable asks for or that it cannot have.
    """
    return open_template(path, library).song_map(answers, strict=strict)


def parse_song_map(text: str, name: str, answers: Mapping[str, str] | None = None) -> SongMap:
    """The song map in a text; `name` stands for the file in problems. Raises like `load_song_map`."""
    return _template(_Page.of(text, name, None), Library()).song_map(answers)


def open_template(path: Path, library: Library | None = None, answers_file: Path | None = None) -> Template:
    """A file with everything it extends, read once: it can be asked and answered any number of times.

    `answers_file` has the keys of a song map as well and goes over `path` as if it extended it. Raises
    SongMapError when a file cannot be read as YAML at all.
    """
    template = _Page.of(file_text(path), str(path), path)
    over = _Page.of(file_text(answers_file), str(answers_file), answers_file) if answers_file else None
    return _template(template, library or Library(), over)


@dataclass(frozen=True, slots=True)
class _Page:
    """One file: its text as a tree."""

    path: Path | None
    root: Node

    @classmethod
    def of(cls, text: str, name: str, path: Path | None) -> _Page:
        text = text.removeprefix("\ufeff")
        problems = Problems(name, text)
        root = read_tree(text, problems)
        problems.raise_if_any()
        return cls(path, root)

    @property
    def problems(self) -> Problems:
        """What is wrong with the file."""
        return self.root.problems

    def value(self, key: str) -> Node | None:
        """What stands behind a key at the top; None where it is not written or empty."""
        value = value_of(self.root, key)
        return None if isinstance(value, Nothing) else value

    def extends(self) -> Text | None:
        """What the file extends, where it says so in a way that can be read; `read_sheet` notes what is wrong."""
        node = self.value("extends")
        return NodeReader(fill=False).line(node, '"extends"') if node else None


@dataclass(frozen=True, slots=True)
class Template:
    """A song map whose variables are still open. `complete` is False where a file it extends is missing."""

    pages: tuple[_Page, ...]
    values: Values
    complete: bool
    before: tuple[Problem, ...]
    """Problems that do not depend on answers."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What there is to ask, in the order to ask it. Raises SongMapError when that cannot be said."""
        if self.before:
            raise SongMapError(self.before)
        return tuple(self.values.variables.values())

    @property
    def about(self) -> str:
        """What the file says about itself: the first line of the comment at its top; may be empty."""
        return self._comment("")

    @property
    def audience(self) -> str:
        """Who the file says it is for: the line of the comment at its top that begins with `For:`; may be empty."""
        return self._comment("For:")

    def _comment(self, begin: str) -> str:
        lines = takewhile(lambda line: line[:1] == "#", map(self.pages[0].problems.line, count(1)))
        texts = (line.strip().lstrip("#").strip() for line in lines)
        said = (text for text in texts if text and not text.startswith("yaml-language-server:"))
        return next((text for text in said if text.startswith(begin)), "").removeprefix(begin).strip()

    def says(self, key: str) -> bool:
        """Whether the first file itself says something for a key."""
        return self.pages[0].value(key) is not None

    def mentions(self, key: str) -> bool:
        """Whether any of the files has a key at its top, be it empty."""
        return any(value_of(page.root, key) for page in self.pages)

    def set_by_song(self, name: str) -> bool:
        """Whether the first file answers a variable that a file below it asks: then there is nothing to ask."""
        first, *others = [read_variables(page.root) for page in self.pages]
        return name in first and "default" in first[name].texts and any(name in other for other in others)

    def answered(self, answers: Mapping[str, str]) -> Values:
        """The values these answers give. Raises UsageError for one that cannot be."""
        known = self.values.variables
        clean = {}
        for name, answer in answers.items():
            if name not in known and self.values.known(name):
                continue
            if name not in known:
                meant = guess(nearest(name, known)) or f"; it has {listed(known, 'and') or 'none'}"
                raise UsageError(as_sentence(f"no variable of this song map is called {quote(name)}{meant}"))
            try:
                clean[name] = known[name].clean(answer)
            except AnswerError as wrong:
                raise UsageError(f"{name}: {wrong}.") from None
        return replace(self.values, answers=clean)

    def song_map(self, answers: Mapping[str, str] | None = None, *, strict: bool = False) -> SongMap:
        """The song map with these answers; `strict` refuses a task without a time.

        Raises SongMapError with every problem, and UsageError.
        """
        self._rewind()
        whole = self._assembled(answers or {}, strict=strict)
        if (problems := self._noted()) or whole is None:
            raise SongMapError(problems)
        return song_map(whole)

    def _rewind(self) -> None:
        """Forget what was noted for other answers: it says nothing about these."""
        for page in self.pages:
            page.problems.rewind()

    def _noted(self) -> tuple[Problem, ...]:
        return tuple(dict.fromkeys(problem for page in self.pages for problem in page.problems.sorted()))

    def _assembled(
        self, answers: Mapping[str, str], known: Known | None = None, *, strict: bool = False
    ) -> PartialSongMap | None:
        """The files as one, with these answers; what is wrong is noted. None where nothing is a map."""
        values = self.answered(answers)
        whole: PartialSongMap | None = None
        complete = self.complete
        for page in reversed(self.pages):
            sheet = read_sheet(page.root, values, known)
            if sheet is None:
                # Noted in its own problems; what extends it is judged without it.
                complete = False
                continue
            if sheet.drop and whole is None and self.complete and "extends" not in sheet.named:
                sheet.drop[0].add('"drop" leaves out what another file has, and this one extends none')
            whole = sheet if whole is None else merged(sheet, whole)
        return whole and checked(whole, complete=complete, strict=strict)

    def extended(self) -> SongMap | None:
        """The song map that the file extends, with the file's answers; None where it extends none."""
        return replace(self, pages=self.pages[1:]).song_map() if len(self.pages) > 1 else None

    def sample(self, answers: Mapping[str, str] | None = None) -> SongMap:
        """The song map with these answers, and something for every variable that still has none."""
        return self.song_map({**self._something(), **(answers or {})})

    def _something(self) -> dict[str, str]:
        return {
            name: variable.choices[0] if variable.choices else "no" if variable.type == "yes/no" else name
            for name, variable in self.values.variables.items()
            if variable.default is None
        }

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file whatever is answered: each yes/no and each choice is tried in turn."""
        something = self._something()
        tries = [{name: way} for name, variable in self.values.variables.items() for way in variable.ways]
        known = Known()
        self._rewind()
        for answers in ({}, *tries):
            self._assembled({**something, **answers}, known)
        return self._noted()


def _template(page: _Page, library: Library, over: _Page | None = None) -> Template:
    pages, complete = _chain(page, library)
    if over is not None:
        if (extended := over.extends()) is not None:
            extended.add("answers extend the template they are given for; leave this out")
        pages = [over, *pages]
    drafts: dict[str, VariableDraft] = {}
    used = set().union(*(names_in(each.root) for each in pages)) if len(pages) > 1 else set()
    for each in reversed(pages):
        said = read_variables(each.root)
        if complete and each is not pages[-1]:
            note_unasked(said.values(), drafts, used)
        for name, draft in said.items():
            drafts[name] = draft.over(drafts[name]) if name in drafts else draft
    values = whole_variables(drafts)
    if not complete:
        # Nobody can say which variables the missing file has.
        values = replace(values, unsure=AllBut())
    before = tuple(problem for each in pages for problem in each.problems.sorted())
    for each in pages:
        each.problems.keep()
    return Template(tuple(pages), values, complete, before)


def _chain(page: _Page, library: Library) -> tuple[list[_Page], bool]:
    """The file and those it extends, nearest first; and whether all of them could be read."""
    pages = [page]
    while (extended := pages[-1].extends()) is not None:
        try:
            path = library.parent(extended.text, pages[-1].path)
        except UsageError as unknown:
            extended.add(unknown.sentence)
            return pages, False
        known = [each.path and each.path.resolve() for each in pages]
        if path.resolve() in known:
            names = [truncate(each.problems.path) for each in pages[known.index(path.resolve()) :]]
            circle = f"these files extend each other: {' -> '.join([*names, names[0]])}"
            extended.add(circle if len(names) > 1 else "this file extends itself")
            return pages, False
        if len(pages) == MOST_FILES:
            extended.add(f"more than {MOST_FILES} files extend one another")
            return pages, False
        try:
            pages.append(_Page.of(file_text(path), str(path), path))
        except SongMapError as unreadable:
            pages[-1].problems.include(unreadable)
            return pages, False
    return pages, pages[-1].value("extends") is None
