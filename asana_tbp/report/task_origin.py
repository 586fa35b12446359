"""Which tasks are alike: those that come from one line of one template.

Knows how a song's source names its template, and what the journal says a task was made from. Must not know
budgets, nor what was worked on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from asana_tbp.errors import SongMapError, UsageError
from asana_tbp.report.calibration import TaskKind
from asana_tbp.scaffold.desired import is_called
from asana_tbp.scaffold.journal import Journal, Song, known_songs
from asana_tbp.songmap.read.loader import MOST_FILES, Template, open_template
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.library import Library, is_song_map
from asana_tbp.songmap.templates.origin import Origins, TemplateTask, lines_of
from asana_tbp.store.database import Database

# `new` writes it into the file's first lines.
_BEGUN = re.compile(r"^# .*, begun from ([\w.-]+?)\.?$", re.MULTILINE)
_EXTENDS = re.compile(r"""^extends:[ \t]*(["']?)(.+?)\1[ \t]*(?:[ \t]#.*)?$""", re.MULTILINE)


def templates_of(database: Database) -> dict[str, str]:
    """The template each scaffolded song came from, by its project."""
    found = {}
    for song in known_songs(database):
        template = template_of(song.source)
        if song.project_gid and template:
            found[song.project_gid] = template
    return found


def template_of(source: str) -> str:
    """The template that a song's source is, was begun from or extends; "" for none."""
    kind, _, rest = source.partition(":")
    name = rest.partition("#")[0]
    if kind == "template":
        return name
    return _template_of_file(Path(name), MOST_FILES) if kind == "file" else ""


def _template_of_file(path: Path, deepest: int) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        # A map that was moved or thrown away says nothing any more.
        return ""
    if extends := _EXTENDS.search(text):
        wanted = extends[2]
        if not is_song_map(Path(wanted)):
            return wanted
        return _template_of_file(path.parent / Path(wanted).expanduser(), deepest - 1) if deepest > 1 else ""
    begun = _BEGUN.search("\n".join(text.split("\n", 12)[:12]))
    return begun[1] if begun else ""


class TaskOrigins:
    """The kinds of all tasks of the songs that were scaffolded here."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library
        self._origins: dict[str, Origins] = {}
        self._made: dict[str, dict[str, tuple[str, str]]] = {}

    def of(self, project_gid: str, task_gid: str, title: str) -> TaskKind | None:
        """The kind of a task that is called so now; None where it could be of several.

        A task that was made here may come from a line with variables. One that somebody typed, or gave another
        title, is of the kind that has its very title.
        """
        template = self._templates.get(project_gid, "")
        origins = self._origins_of(template)
        section, made_as = self.made(project_gid).get(task_gid, ("", ""))
        if made_as and is_called(made_as, title, numbered=True):
            lines = origins.of(made_as, section)
            if len(lines) > 1:
                return None
            return _kind(lines[0]) if lines else TaskKind(template, _like(title, made_as))
        line = origins.plain(title)
        return _kind(line) if line else TaskKind(template, title)

    def made(self, project_gid: str) -> dict[str, tuple[str, str]]:
        """The tasks of a song that were made here, by gid: section and title in the song map."""
        if project_gid not in self._made:
            song = self._songs.get(project_gid)
            entries = Journal(self._database, song).entries("task") if song else {}
            self._made[project_gid] = {
                entry.gid: (section, title)
                for key, entry in entries.items()
                for section, _, title in [key.partition("\n")]
                if entry.gid and entry.ours
            }
        return self._made[project_gid]

    @cached_property
    def _songs(self) -> dict[str, Song]:
        return {song.project_gid: song for song in known_songs(self._database) if song.project_gid}

    @cached_property
    def _templates(self) -> dict[str, str]:
        return templates_of(self._database)

    def _origins_of(self, template: str) -> Origins:
        if template not in self._origins:
            self._origins[template] = self._read(template)
        return self._origins[template]

    def _read(self, template: str) -> Origins:
        shelved = self._library.templates().get(template)
        if shelved is None:
            return Origins((), {})
        try:
            opened = open_template(shelved.path, self._library)
            variables = {variable.name: variable for variable in opened.variables}
        except (SongMapError, UsageError):
            return Origins((), {})
        return Origins(self._lines(template, opened), variables)

    def _lines(self, template: str, opened: Template) -> Iterator[TemplateTask]:
        names = {shelved.path: name for name, shelved in self._library.templates().items()}
        for path, tasks in opened.written():
            yield from lines_of(names.get(path, template) if path else template, tasks)


def _kind(line: TemplateTask) -> TaskKind:
    return TaskKind(line.home, line.title)


def _like(title: str, made_as: str) -> str:
    """The title as it is written, without the number that was put before it."""
    return title if normalize(title) == made_as else title.split(None, 1)[1]
