"""The journal of a song: which section and task of its map has which gid in Asana, and the base of each.

A row is written before a create is sent and completed when it is answered: a row without a gid is a create whose
fate is unknown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from asana_tbp.bridge.values import Project, marked
from asana_tbp.scaffold.base import NOBODYS, UNKNOWN, Base, Entry, Kind, base_of, kind_of
from asana_tbp.songmap.model import MapBreak
from asana_tbp.store.database import Database
from asana_tbp.store.rows import insert, row_as, update

if TYPE_CHECKING:
    # The timer reads the journal, and need not load what reads and compares maps.
    from asana_tbp.scaffold.compare.plan import Plan
    from asana_tbp.scaffold.desired import DesiredTask


@dataclass(frozen=True, slots=True)
class Song:
    """A song map that is, or is about to be, a project. `project_gid` is None until Asana has confirmed it.

    `finished_at` is when everything was last in its place. `ours` is False for a project that was there before, or
    whose journal was lost. `my_section` is its section of My Tasks; `my_order` is None until its tasks stand there
    in order, or the attempt was given up. `begun_at` is None in the run that creates the song.
    """

    id: str
    source: str
    workspace_gid: str
    title: str
    project_gid: str | None = None
    link: str = ""
    finished_at: datetime | None = None
    ours: bool = True
    my_section: str | None = None
    my_order: str | None = None
    base: Base = UNKNOWN
    begun_at: datetime | None = None

    @property
    def map_file(self) -> Path | None:
        """The file of its song map; None where it has none, or it is gone. A file's name may have a `#` in it."""
        kind, _, rest = self.source.partition(":")
        while kind == "file" and rest:
            if Path(rest).is_file():
                return Path(rest)
            rest = rest.rpartition("#")[0]
        return None


class Journal:
    """The journal of one song. Threads may share it."""

    def __init__(self, database: Database, song: Song) -> None:
        self.database = database
        self.song = song

    def entries(self, kind: Kind | None = None) -> dict[str, Entry]:
        """Every entry, or those of a kind, by key."""
        entries = _entries(self.database, "song_id = ?", self.song.id)
        return {entry.key: entry for entry in entries if kind in (None, kind_of(entry.key))}

    def change(self, keys: Iterable[str], **columns: object) -> None:
        """Change columns of entries."""
        with self.database.transaction():
            for key in keys:
                self._update(columns, key=key)

    def _update(self, columns: Mapping[str, object], **where: object) -> None:
        update(self.database, "journal", {"song_id": self.song.id, **where}, columns)

    def change_song(self, **changes: Any) -> None:
        """Change columns of the song."""
        self.song = _change_song(self.database, self.song, **changes)

    def sending(self, key: str, *, ours: bool = True) -> None:
        """Record that a create is about to be sent. What existed before us is not `ours`."""
        row = {"song_id": self.song.id, "kind": kind_of(key), "key": key, "ours": ours, "placed": not ours}
        with self.database.transaction():
            insert(self.database, "journal", row, update=())

    def answered(
        self, key: str, gid: str, *, ours: bool = True, base: Base = UNKNOWN, line: str = ""
    ) -> None:
        """Record the gid of a section or task; `ours` counts only if it had no entry."""
        with self.database.transaction():
            self.sending(key, ours=ours)
            self.change([key], gid=gid, base=base, line=line)

    def rekey(self, keys: Mapping[str, str]) -> None:
        """Give entries new keys, old to new. An entry without a gid that already has a new key is dropped."""
        with self.database.transaction():
            for old, new in keys.items():
                self.forget([new], "AND gid IS NULL")
                self.change([old], key=f"\r{new}")
            # In two steps: two entries may have changed places.
            self.database.write(
                "UPDATE journal SET key = substr(key, 2) WHERE song_id = ? AND key LIKE char(13) || '%'",
                (self.song.id,),
            )

    def forget(self, keys: Iterable[str], condition: str = "") -> None:
        """Delete the entries with these keys that meet an SQL condition."""
        with self.database.transaction():
            for key in keys:
                statement = f"DELETE FROM journal WHERE song_id = ? AND key = ? {condition}"
                self.database.write(statement, (self.song.id, key))

    def was_run(self, gid: str) -> bool:
        """Whether the timer ever ran a task."""
        query = "SELECT 1 FROM event WHERE kind = 'timebox-started' AND json_extract(facts, '$.gid') = ?"
        return self.database.row(query, (gid,)) is not None

    def song_agreed(self, base: Base) -> None:
        """Save the base of the song itself, and its title."""
        self.change_song(base=base, title=base.name or self.song.title)

    def ordered(self, tasks: Iterable[DesiredTask], finished_at: datetime | None = None) -> None:
        """Save the map's ideal order with its breaks; `finished_at` if everything is in its place in Asana."""
        with self.database.transaction():
            self._update({"place": None, "rest": 0, "rest_title": ""})
            for task in tasks:
                rest, title = task.rest or (0, "")
                self.change([task.key], place=task.place, rest=rest, rest_title=title)
            if finished_at is not None:
                self._update({"placed": True})
                self.change_song(finished_at=finished_at)

    def my_order(self, outcome: Literal["placed", "given up"], queued: Iterable[str]) -> None:
        """Save what became of My Tasks. `queued` are the gids of the tasks in its section."""
        with self.database.transaction():
            self.change_song(my_order=outcome)
            for gid in queued:
                self._update({"queued": True}, gid=gid)


def _songs(database: Database, clauses: str, *values: str) -> list[Song]:
    rows = database.rows(f"SELECT * FROM song {clauses}", values)
    return [row_as(Song, row, base=base_of(row["base"])) for row in rows]


def _change_song(database: Database, song: Song, **changes: Any) -> Song:
    with database.transaction():
        update(database, "song", {"id": song.id}, changes)
    return replace(song, **changes)


def find_songs(database: Database, source: str) -> list[Song]:
    """The songs of this source, at most one per workspace."""
    return _songs(database, "WHERE source = ?", source)


def known_songs(database: Database) -> tuple[Song, ...]:
    """Songs that have a project, the last scaffolded first."""
    order = "ORDER BY coalesce(finished_at, begun_at) DESC, rowid DESC"
    return tuple(_songs(database, f"WHERE project_gid IS NOT NULL {order}"))


def begin_song(database: Database, source: str, workspace_gid: str, title: str, at: datetime) -> Song:
    """Record a new song before anything is sent for it.

    If the source already had a song in this workspace, that one loses its source; its project stays in Asana and
    stays known by its gid.
    """
    return _enter(database, Song(os.urandom(6).hex(), source, workspace_gid, title), at)


def adopt_song(database: Database, source: str, project: Project, title: str, at: datetime) -> Song:
    """Make a project that is already in Asana this source's song, under the id in its notes if they have one.

    A project that belongs to another source, as its map was renamed, moves to this one with its journal.
    """
    with database.transaction():
        for song in _songs(database, "WHERE project_gid = ?", project.gid):
            # The user has named the project for this map: what it is called in Asana stays.
            base = replace(song.base, name=title)
            return song if song.source == source else move_song(database, song, source, base=base)
        mark = marked("song map", project.notes)
        song = Song(
            mark if mark and not _songs(database, "WHERE id = ?", mark) else os.urandom(6).hex(),
            source,
            project.workspace_gid,
            title,
            project.gid,
            project.link,
            # Also where the mark is ours: without its journal nobody knows what the producer has named since.
            ours=False,
        )
        return _enter(database, song, at)


def move_song(database: Database, song: Song, source: str, **changes: Any) -> Song:
    """Make another source the song's map."""
    with database.transaction():
        _let_go(database, source, song.workspace_gid)
        return _change_song(database, song, source=source, **changes)


def _let_go(database: Database, source: str, workspace_gid: str) -> None:
    database.write(
        "UPDATE song SET source = source || '#' || id WHERE source = ? AND workspace_gid = ?",
        (source, workspace_gid),
    )


def _enter(database: Database, song: Song, at: datetime) -> Song:
    with database.transaction():
        _let_go(database, song.source, song.workspace_gid)
        columns = {each.name: getattr(song, each.name) for each in fields(Song)}
        insert(database, "song", columns | {"begun_at": at})
    return song


def task_entries(database: Database, project_gid: str | None = None) -> dict[str, Entry]:
    """The tasks of a project's song, or of every song, by gid."""
    songs = "SELECT id FROM song WHERE project_gid = coalesce(?, project_gid)"
    clause = f"kind = 'task' AND gid IS NOT NULL AND song_id IN ({songs})"
    return {entry.gid or "": entry for entry in _entries(database, clause, project_gid)}


def ideal_places(database: Database, project_gid: str) -> dict[str, int]:
    """Places in the ideal order by task gid; empty for a project we did not make."""
    entries = task_entries(database, project_gid)
    return {gid: entry.ideal for gid, entry in entries.items() if entry.ideal is not None}


def _entries(database: Database, clause: str, *values: str | None) -> Iterator[Entry]:
    for row in database.rows(f"SELECT *, place AS ideal FROM journal WHERE {clause}", values):
        rest = MapBreak(row["rest"], row["rest_title"]) if row["rest"] else None
        yield row_as(Entry, row, base=base_of(row["base"]), rest=rest)


def link(journal: Journal, planned: Plan) -> None:
    """Record the plan's matches before anything is sent: a second run starts from there."""
    with journal.database.transaction():
        journal.rekey(planned.links)
        entries = journal.entries()
        for key, gid in planned.gids.items():
            entry = entries.get(key, NOBODYS)
            if entry.gid != gid:
                journal.answered(key, gid, ours=entry.ours, base=entry.base, line=entry.line)
        journal.forget(planned.vanished)


def keep_bases(journal: Journal, planned: Plan, finished_at: datetime | None = None) -> None:
    """Save the plan's bases and the ideal order."""
    lines = {task.key: task.line for task in planned.desired.tasks}
    with journal.database.transaction():
        entries = journal.entries()
        for key, base in planned.bases.items():
            # What was just created has its section's key instead of a gid.
            home = entries.get(base.section or "")
            settled = replace(base, section=home.gid or "") if home else base
            journal.change([key], base=settled, line=lines.get(key, ""), dropped=False)
        journal.change(planned.removed, dropped=True)
        journal.song_agreed(planned.bases[""])
        journal.ordered(planned.desired.tasks, finished_at)
