"""A project in Asana as a song map: the way back. Nothing here writes to Asana."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape
from itertools import chain, count

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import UNNAMED, Project, Task
from asana_tbp.errors import SongMapError
from asana_tbp.scaffold.base import Base, title_of
from asana_tbp.scaffold.compare.plan import Plan, Remote
from asana_tbp.scaffold.desired import desired_of, task_key
from asana_tbp.scaffold.journal import Journal, adopt_song, keep_bases, link, task_entries
from asana_tbp.songmap import model
from asana_tbp.songmap.order import ideal_order, references
from asana_tbp.songmap.task_name import kind_of, normalize, read_name
from asana_tbp.songmap.write.notes import read_notes
from asana_tbp.store.database import Database
from asana_tbp.text import LONGEST_LINE, one_line, paragraph, quote, unbroken

MOST_NAMES = 5
NOT_KNOWN = (None, None)
_LINK = re.compile(r"<a\s[^>]*?href=([\"'])(.*?)\1[^>]*>(.*?)</a>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def read_project(asana: Gateway, project: Project, me: str) -> Remote:
    """Read a project for a song map; `me` is the user's gid."""
    detailed = asana.tasks(project.gid, detailed=True)
    tasks = tuple(replace(task, notes=written_out(task.notes, task.rich_notes)) for task in detailed)
    notes = written_out(project.notes, asana.project(project.gid, exact=True).rich_notes)
    sections = asana.sections(project.gid)
    return Remote(replace(project, notes=notes), sections, tasks, tuple(unheld(tasks, me)))


def unheld(tasks: Iterable[Task], me: str) -> Iterator[str]:
    """What a song map has no place for, a sentence a kind."""
    kinds: dict[str, Callable[[Task], object]] = {
        "Subtasks stay in Asana, a song map has none": lambda task: task.subtasks,
        "Dependencies stay in Asana, write them as after in the map": lambda task: task.has_dependencies,
        "Approvals are ordinary tasks in a song map": lambda task: task.subtype == "approval",
        "Milestones are ordinary tasks in a song map": lambda task: task.subtype == "milestone",
        "Assigned to somebody else in Asana": lambda task: task.assignee_gid not in (None, me),
    }
    for sentence, applies in kinds.items():
        named = [quote(task.name) for task in tasks if applies(task) and not task.completed]
        yield from _listed(sentence, named)


def _listed(sentence: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        rest = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        yield f"{sentence}: {', '.join(names[:MOST_NAMES])}{rest}."


def written_out(notes: str, rich_notes: str) -> str:
    """Notes with the address of each link after its words, if they are not the address itself."""
    end = 0
    for _, target, inner in _LINK.findall(rich_notes):
        address, words = unescape(target), unescape(_TAG.sub("", inner)).strip()
        at = notes.find(words, end)
        if words and address and at >= 0 and words != address:
            end = at + len(words)
            notes = f"{notes[:end]} ({address}){notes[end:]}"
            end += len(address) + 3
    return notes


@dataclass(slots=True)
class PulledSong:
    """A song map and where its parts came from: `gids` by the keys of `scaffold.desired`.

    A task without a budget gets `default_minutes`; `completed` includes completed tasks. `known` are the titles and
    places in the ideal order of the journal's tasks, by gid. `remarks` are for the author, by section and title;
    `renamed` is how many names had to be made unique.
    """

    reading: Remote
    default_minutes: int
    completed: bool
    known: Mapping[str, tuple[str, int | None]]
    song_map: model.SongMap = field(init=False)
    gids: dict[str, str] = field(default_factory=dict)
    remarks: dict[tuple[str, str], str] = field(default_factory=dict)
    renamed: int = 0

    def __post_init__(self) -> None:
        project = self.reading.project
        name, text = one_line(project.name), paragraph(self.reading.notes)
        song_map = model.SongMap(song=name or "Untitled song", sections=self._sections())
        try:
            song_map = replace(song_map, **read_notes(text))
        except ValueError:
            # Somebody has edited the notes into something that a song map can't hold.
            song_map = replace(song_map, inspiration=(text,) if text else ())
        self.song_map = self._ordered(song_map)

    @property
    def unheld(self) -> list[str]:
        """What the song map has no place for, a sentence a kind."""
        known = {None, "", str(self.song_map.deadline)}
        tasks = () if self.song_map.sessions else self.reading.tasks
        others = (task for task in tasks if task.due_on not in known and not task.completed)
        dated = [f"{quote(task.name)} ({task.due_on})" for task in others]
        due = _listed("Due dates stay in Asana, a song map has a deadline and sessions", dated)
        return [*self.reading.unheld, *due]

    def _sections(self) -> tuple[model.Section, ...]:
        homes = {section.gid: section.name for section in self.reading.sections}
        inside: dict[str, list[Task]] = {gid: [] for gid in homes}
        for task in self.reading.tasks:
            if self.completed or not task.completed:
                inside.setdefault(task.section_gid if task.section_gid in homes else "", []).append(task)
        shown = [gid for gid in inside if inside[gid] or normalize(homes[gid]) not in UNNAMED]
        names: set[str] = set()
        sections = []
        for gid in shown or list(homes)[:1]:
            name = self._unlike(one_line(homes.get(gid, "")) or "Untitled section", names)
            if gid:
                self.gids[normalize(name)] = gid
            titles: set[str] = set()
            own = tuple(self._task(task, name, titles) for task in inside[gid])
            sections.append(model.Section(name=name, tasks=own))
        return tuple(sections) or (model.Section(name="Composition"),)

    def _task(self, task: Task, section: str, titles: set[str]) -> model.Task:
        name = unbroken(task.name)
        written, minutes = read_name(name)[:2]
        number, _, words = written.partition(" ")
        # Without the number that we have put in front of it, see `desired_of`.
        if not number.isdecimal() or normalize(words) != self.known.get(task.gid, NOT_KNOWN)[0]:
            words = written
        short = words[:LONGEST_LINE].strip()
        title = self._unlike(short or "Untitled task", titles)
        self.gids[task_key(section, title)] = task.gid
        remarks = []
        if minutes is None:
            minutes = self.default_minutes
            remarks.append("no time budget in Asana")
        if title != short:
            remarks.append("another one has the same title in Asana" if short else "no title in Asana")
        if short != words:
            remarks.append("longer in Asana")
        if remarks:
            self.remarks[section, title] = "; ".join(remarks)
        return model.Task(title=title, minutes=minutes, notes=paragraph(task.notes), kind=kind_of(title))

    def _unlike(self, text: str, known: set[str]) -> str:
        """The text, with a number after it if it is already taken."""
        numbered = (f"{text} {number}" for number in count(2))
        unlike = next(each for each in chain([text], numbered) if normalize(each) not in known)
        self.renamed += unlike != text
        known.add(normalize(unlike))
        return unlike

    def _ordered(self, song_map: model.SongMap) -> model.SongMap:
        """The map with its ideal order written out, if it is known and differs from the project's."""
        tasks = [(section.name, task.title) for section in song_map.sections for task in section.tasks]
        places = {task: self.known.get(self.gids[task_key(*task)], NOT_KNOWN)[1] for task in tasks}
        ideal = [task for _, task in sorted((at, task) for task, at in places.items() if at is not None)]
        if ideal == [place for place in tasks if place in set(ideal)]:
            return song_map
        stated = replace(song_map, order=references(ideal, tasks))
        try:
            ideal_order(stated)
        except SongMapError:
            # Two titles that a reference cannot tell apart.
            return song_map
        return stated


def pull_song(
    database: Database, reading: Remote, *, default_minutes: int, completed: bool = False
) -> PulledSong:
    """The song map of a project, with what the journal knows of its tasks."""
    entries = task_entries(database, reading.project.gid)
    known = {gid: (title_of(entry.key), entry.ideal) for gid, entry in entries.items()}
    return PulledSong(reading, default_minutes, completed, known)


def remember(database: Database, source: str, found: PulledSong, at: datetime) -> None:
    """Record that this source is the map of this project, so that a scaffold creates nothing twice.

    The map and Asana count as agreed on everything that was read, even on what a map can't hold as Asana has it.
    """
    project, desired, gids = found.reading.project, desired_of(found.song_map), found.gids
    song = adopt_song(database, source, project, found.song_map.song, at)
    journal = Journal(database, song)
    known = {entry.gid: key for key, entry in journal.entries().items()}
    links = {known[gid]: key for key, gid in gids.items() if known.get(gid, key) != key}
    there = {task.gid: task for task in found.reading.tasks}
    bases = {"": replace(desired.base, notes_in_asana=found.reading.notes)}
    for place, section in enumerate(desired.sections):
        if section.key in gids:
            bases[section.key] = Base(section.name, place=place)
    for place, task in enumerate(desired.tasks):
        base, shown = task.base(gids.get(task.section_key, ""), place), there[gids[task.key]]
        bases[task.key] = replace(base, name=shown.name, due_on=shown.due_on or "")
    planned = Plan(desired, gids=gids, links=links, bases=bases)
    link(journal, planned)
    keep_bases(journal, planned, at)
    # What was in Asana before its map is where its owner wants it, in My Tasks as well.
    if song.my_order is None:
        journal.my_order("given up", gids.values())
