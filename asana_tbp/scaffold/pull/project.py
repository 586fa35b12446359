"""A project in Asana as a song map: the way back.

`pull_song` is pure; nothing here writes to Asana.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from asana_tbp.bridge.values import UNNAMED, Project, Section, Task
from asana_tbp.errors import SongMapError
from asana_tbp.scaffold.base import Base, title_of
from asana_tbp.scaffold.compare.plan import base_of_task, song_base_of
from asana_tbp.scaffold.creates import marked, own_lines_removed
from asana_tbp.scaffold.desired import desired_of, task_key
from asana_tbp.scaffold.journal import Journal, adopt_song, known_songs
from asana_tbp.songmap import model
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.task_name import bare_key, kind_of, normalize, split_name
from asana_tbp.songmap.write.notes import read_notes
from asana_tbp.store.database import Database
from asana_tbp.text import LONGEST_LINE, one_line, paragraph, unbroken


@dataclass(slots=True)
class PulledSong:
    """A song map and where its parts came from: `gids` by the keys of `scaffold.desired`.

    `remarks` are for the author, by section and title; `renamed` is how many titles had to be made unlike.
    """

    song_map: model.SongMap
    gids: dict[str, str] = field(default_factory=dict)
    remarks: dict[tuple[str, str], str] = field(default_factory=dict)
    renamed: int = 0


def pull_song(
    project: Project,
    sections: Sequence[Section],
    tasks: Sequence[Task],
    *,
    default_minutes: int,
    completed: bool = False,
    places: Mapping[str, int] | None = None,
    keys: Mapping[str, str] | None = None,
) -> PulledSong:
    """The song map of a project.

    A task without a budget gets `default_minutes`. `completed` takes completed tasks in as well. `places` is
    the ideal order and `keys` are the keys of `scaffold.desired`, both by gid and where they are known.
    """
    pulled = PulledSong(model.SongMap(song=one_line(project.name) or "Untitled song"))
    pulling = _Pulling(default_minutes, completed, places or {}, keys or {}, pulled)
    pulling.fill(sections, tasks, project.notes)
    return pulled


def known_keys(database: Database, project_gid: str) -> dict[str, str]:
    """The keys of `scaffold.desired` by task gid; empty for a project we do not know."""
    return {
        entry.gid: key
        for song in known_songs(database)
        if song.project_gid == project_gid
        for key, entry in Journal(database, song).entries("task").items()
        if entry.gid
    }


def remember(
    database: Database,
    source: str,
    project: Project,
    found: PulledSong,
    tasks: Sequence[Task],
    at: datetime,
) -> None:
    """Enter in the journal that this source is the map of this project, so that a scaffold makes nothing twice.

    The map and Asana agree on everything in `tasks`, also where Asana has a task otherwise than a map can.
    """
    song = adopt_song(database, source, project, found.song_map.song, at, marked(project.notes))
    journal = Journal(database, song)
    desired, gids = desired_of(found.song_map), found.gids
    there = {task.gid: task for task in tasks}
    known = {entry.gid: key for key, entry in journal.entries().items() if entry.gid}
    journal.rekey({known[gid]: key for key, gid in gids.items() if known.get(gid, key) != key})
    ours = {entry.gid for entry in journal.entries("task").values() if entry.ours}
    for place, section in enumerate(desired.sections):
        if gid := gids.get(section.key):
            journal.answered(section.key, gid, ours=False, base=Base(section.name, place=place))
    for place, task in enumerate(desired.tasks):
        gid = gids[task.key]
        base = base_of_task(task, gids.get(task.section_key, ""), place)
        base = replace(base, name=there[gid].name, due_on=there[gid].due_on or "")
        journal.answered(task.key, gid, ours=gid in ours, base=base, line=task.line)
    journal.finished(desired.tasks, at)
    journal.song_agreed(replace(song_base_of(desired), notes_in_asana=own_lines_removed(project.notes)))
    # What was in Asana before its map is where its owner wants it, in My Tasks as well.
    if song.my_order is None:
        journal.my_order("given up", gids.values())


@dataclass(slots=True)
class _Pulling:
    default_minutes: int
    completed: bool
    places: Mapping[str, int]
    keys: Mapping[str, str]
    pulled: PulledSong

    def fill(self, sections: Sequence[Section], tasks: Sequence[Task], notes: str) -> None:
        taken = [task for task in tasks if self.completed or not task.completed]
        homes = {section.gid for section in sections}
        homeless = [task for task in taken if task.section_gid not in homes]
        found: list[model.Section] = []
        names: set[str] = set()
        for section in sections:
            mine = [task for task in taken if task.section_gid == section.gid]
            if mine or normalize(section.name) not in UNNAMED:
                found.append(self._section(section.name, section.gid, mine, names))
        if homeless:
            found.append(self._section("", "", homeless, names))
        if not found and sections:
            found.append(self._section(sections[0].name, sections[0].gid, (), names))
        elif not found:
            found.append(model.Section(name="Composition"))
        song_map = replace(self.pulled.song_map, sections=tuple(found))
        self.pulled.song_map = self._ordered(_with_words(song_map, notes))

    def _section(self, name: str, gid: str, tasks: Sequence[Task], names: set[str]) -> model.Section:
        name = self._unlike(one_line(name) or "Untitled section", names)
        if gid:
            self.pulled.gids[normalize(name)] = gid
        titles: set[str] = set()
        return model.Section(name=name, tasks=tuple(self._task(task, name, titles) for task in tasks))

    def _task(self, task: Task, section: str, titles: set[str]) -> model.Task:
        name = unbroken(task.name)
        written, minutes = split_name(name)
        words = self._unnumbered(written, task.gid)
        short = words[:LONGEST_LINE].strip()
        title = self._unlike(short or "Untitled task", titles)
        self.pulled.gids[task_key(section, title)] = task.gid
        remarks = []
        if minutes is None:
            minutes = self.default_minutes
            remarks.append("no time budget in Asana")
        if title != short:
            remarks.append("another one has the same title in Asana" if short else "no title in Asana")
        if short != words:
            remarks.append("longer in Asana")
        if remarks:
            self.pulled.remarks[section, title] = "; ".join(remarks)
        return model.Task(title=title, minutes=minutes, notes=paragraph(task.notes), kind=kind_of(title))

    def _unnumbered(self, title: str, gid: str) -> str:
        """A title without the number that we have put in front of it, see `desired_of`."""
        number, _, rest = title.partition(" ")
        known = title_of(self.keys.get(gid, ""))
        return rest if number.isdecimal() and normalize(rest) == known else title

    def _unlike(self, text: str, known: set[str]) -> str:
        """The text, with a number behind it where there is one like it already."""
        unlike, number = text, 1
        while normalize(unlike) in known:
            number += 1
            unlike = f"{text} {number}"
        if number > 1:
            self.pulled.renamed += 1
        known.add(normalize(unlike))
        return unlike

    def _ordered(self, song_map: model.SongMap) -> model.SongMap:
        """The map with the ideal order stated, where it is known and another than that of the project."""
        tasks = [(section.name, task.title) for section in song_map.sections for task in section.tasks]
        known = [
            (self.places[gid], section, title)
            for section, title in tasks
            if (gid := self.pulled.gids[task_key(section, title)]) in self.places
        ]
        ideal = [(section, title) for _, section, title in sorted(known)]
        if ideal == [place for place in tasks if place in set(ideal)]:
            return song_map
        stated = replace(song_map, order=references(ideal, tasks))
        try:
            ideal_order(stated)
        except SongMapError:
            # Two titles that a reference cannot tell apart.
            return song_map
        return stated


def _with_words(song_map: model.SongMap, notes: str) -> model.SongMap:
    text = paragraph(own_lines_removed(notes))
    words = {key: _fitting(value) for key, value in read_notes(text).items()}
    words["reference"] = _cut(words.get("reference", ()))
    try:
        return replace(song_map, **words)
    except ValueError:
        # Somebody has written things into our words that a song map cannot hold.
        return replace(song_map, inspiration=(text,) if text else ())


def _fitting(value: Any) -> Any:
    """Words of one line each cut to what a line can hold; of two questions that are the same the first."""
    match value:
        case str():
            return value[:LONGEST_LINE]
        case model.Themes():
            return model.Themes(musical=_cut(value.musical), non_musical=_cut(value.non_musical))
        case (model.Question(), *_):
            asked: dict[str, model.Question] = {}
            for each in value:
                if line := one_line(each.question):
                    asked.setdefault(normalize(line), model.Question(question=line, answer=each.answer))
            return tuple(asked.values())
    return value


def _cut(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for text in lines if (line := one_line(text)))


def references(places: Iterable[tuple[str, str]], among: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Tasks, by section and title, as an order names them: with the section where others have the same title."""
    titles = Counter(bare_key(title) for _, title in among)
    return tuple(
        title if titles[bare_key(title)] == 1 else f"{section} / {title}" for section, title in places
    )
