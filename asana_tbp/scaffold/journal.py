"""The journal of a song: which section and task of its map has which gid in Asana, and the base of each.

A row is written before a create is sent and completed when it is answered: a row without a gid is a create whose
fate is unknown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from asana_tbp.bridge.values import Project
from asana_tbp.scaffold.base import UNKNOWN, Base, Entry, Kind, base_of, default_key, kind_of
from asana_tbp.songmap.model import MapBreak
from asana_tbp.store.database import Database, Row
from asana_tbp.store.rows import insert, row_as

if TYPE_CHECKING:
    # The timer reads the journal, and has no use for all that reads and compares maps.
    from asana_tbp.scaffold.compare.plan import Plan
    from asana_tbp.scaffold.desired import Desired, DesiredTask


@dataclass(frozen=True, slots=True)
class Song:
    """A song map that is, or is about to be, a project. `project_gid` is None until Asana has confirmed it.

    `ours` is False for a project that was there before, or whose journal was lost. `my_section` is its
    section of My Tasks; `my_order` is None until its tasks stand there in order, or the attempt was given up.
    `begun_at` is None in the run that enters it.
    """

    id: str
    source: str
    workspace_gid: str
    title: str
    project_gid: str | None
    link: str
    finished: bool
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
        self._database = database
        self.song = song

    def transaction(self) -> AbstractContextManager[None]:
        """Several entries at once, or none."""
        return self._database.transaction()

    def entries(self, kind: Kind | None = None) -> dict[str, Entry]:
        """Every entry, or those of a kind, by key."""
        rows = self._database.rows("SELECT *, place AS ideal FROM journal WHERE song_id = ?", (self.song.id,))
        return {
            row["key"]: row_as(Entry, row, base=base_of(row["base"]))
            for row in rows
            if kind in (None, row["kind"])
        }

    def gids(self) -> set[str]:
        """The gids of every entry."""
        return {entry.gid for entry in self.entries().values() if entry.gid}

    def _at(self, key: str) -> tuple[str, str, str]:
        return self.song.id, kind_of(key), key

    def change(self, keys: Iterable[str], **columns: object) -> None:
        """Keep what became known of entries."""
        marks = ", ".join(f"{name} = ?" for name in columns)
        with self.transaction():
            for key in keys:
                self._database.write(
                    f"UPDATE journal SET {marks} WHERE song_id = ? AND kind = ? AND key = ?",
                    (*columns.values(), *self._at(key)),
                )

    def change_song(self, **columns: Any) -> None:
        """Keep what became known of the song."""
        marks = ", ".join(f"{name} = ?" for name in columns)
        self._database.write_alone(f"UPDATE song SET {marks} WHERE id = ?", (*columns.values(), self.song.id))
        self.song = replace(self.song, **columns)

    # -- entries ----------------------------------------------------------------------------------

    def sending(self, key: str) -> None:
        """A create is about to be sent."""
        self._database.write_alone(
            "INSERT INTO journal (song_id, kind, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", self._at(key)
        )

    def answered(
        self, key: str, gid: str, *, ours: bool = True, base: Base = UNKNOWN, line: str = ""
    ) -> None:
        """The section or task has this gid. What was there before us is not `ours` and never moved."""
        self._database.write_alone(
            """
            INSERT INTO journal (song_id, kind, key, gid, ours, placed, base, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET gid = excluded.gid, base = excluded.base, line = excluded.line
            """,
            (*self._at(key), gid, ours, not ours, base.as_json(), line),
        )

    def rekey(self, keys: Mapping[str, str]) -> None:
        """Know entries by other keys, old to new. An entry without a gid that has a new key gives way."""
        with self.transaction():
            for old, new in keys.items():
                self._database.write(
                    "DELETE FROM journal WHERE song_id = ? AND kind = ? AND key = ? AND gid IS NULL",
                    self._at(new),
                )
                self.change([old], key=f"\r{new}")
            # In two steps: two entries may have changed places.
            self._database.write(
                "UPDATE journal SET key = substr(key, 2) WHERE song_id = ? AND key LIKE char(13) || '%'",
                (self.song.id,),
            )

    def forget(self, keys: Iterable[str]) -> None:
        """Drop entries whose section or task is neither in the map nor in Asana."""
        with self.transaction():
            for key in keys:
                self._database.write(
                    "DELETE FROM journal WHERE song_id = ? AND kind = ? AND key = ?", self._at(key)
                )

    def was_run(self, gid: str) -> bool:
        """Whether the timer ever ran a task."""
        row = self._database.row(
            "SELECT 1 FROM event WHERE kind = 'timebox-started' AND json_extract(facts, '$.gid') = ?", (gid,)
        )
        return row is not None

    # -- the song ---------------------------------------------------------------------------------

    def song_agreed(self, base: Base) -> None:
        """Keep the base of the song itself, and its title."""
        title = base.name or self.song.title
        self.change_song(base=base.as_json(), title=title)
        self.song = replace(self.song, base=base)

    def finished(self, tasks: Iterable[DesiredTask], at: datetime) -> None:
        """Everything is in Asana and in its place."""
        with self.transaction():
            self._database.write("UPDATE journal SET placed = 1 WHERE song_id = ?", (self.song.id,))
            self.ordered(tasks)
            self._database.write(
                "UPDATE song SET finished_at = ? WHERE id = ?", (at.isoformat(), self.song.id)
            )
        self.song = replace(self.song, finished=True)

    def ordered(self, tasks: Iterable[DesiredTask]) -> None:
        """The map's ideal order as it is now, with its breaks."""
        with self.transaction():
            self._database.write(
                "UPDATE journal SET place = NULL, rest = 0, rest_title = '' WHERE song_id = ?",
                (self.song.id,),
            )
            for task in tasks:
                rest, title = task.rest or (0, "")
                self.change([task.key], place=task.place, rest=rest, rest_title=title)

    # -- My Tasks ---------------------------------------------------------------------------------

    def my_order(self, outcome: Literal["placed", "given up"], queued: Iterable[str]) -> None:
        """What became of My Tasks. `queued` are the gids of the tasks in its section."""
        with self.transaction():
            self.change_song(my_order=outcome)
            for gid in queued:
                self._database.write(
                    "UPDATE journal SET queued = 1 WHERE song_id = ? AND gid = ?", (self.song.id, gid)
                )

    def sections_of_other_songs(self) -> set[str]:
        """The sections of My Tasks that belong to other songs."""
        rows = self._database.rows(
            "SELECT my_section FROM song WHERE my_section IS NOT NULL AND id <> ?", (self.song.id,)
        )
        return {row["my_section"] for row in rows}


def find_songs(database: Database, source: str) -> list[Song]:
    """The songs that this source became, one a workspace at most."""
    return [_song(row) for row in database.rows("SELECT * FROM song WHERE source = ?", (source,))]


def begin_song(database: Database, source: str, workspace_gid: str, title: str, at: datetime) -> Song:
    """Enter a new song before anything is sent for it.

    Where the source had one in this workspace, that one lets go of it: its project stays in Asana and stays
    known by its gid.
    """
    song = Song(os.urandom(6).hex(), source, workspace_gid, title, None, "", finished=False)
    with database.transaction():
        _let_go(database, source, workspace_gid)
        _enter(database, song, at)
    return song


def adopt_song(
    database: Database, source: str, project: Project, title: str, at: datetime, marked: str | None
) -> Song:
    """Take a project that is in Asana already for this source's song.

    `marked` is the song's id where the project's notes carry one. A project that another source is known by,
    a map that was renamed, goes over to this one with its journal.
    """
    with database.transaction():
        row = database.row("SELECT * FROM song WHERE project_gid = ?", (project.gid,))
        if row is not None and row["source"] == source:
            return _song(row)
        _let_go(database, source, project.workspace_gid)
        if row is not None:
            # The user has named the project for this map: what it is called in Asana stays.
            base = replace(_song(row).base, name=title)
            database.write(
                "UPDATE song SET source = ?, base = ? WHERE id = ?", (source, base.as_json(), row["id"])
            )
            return replace(_song(row), source=source, base=base)
        known = marked and database.row("SELECT 1 FROM song WHERE id = ?", (marked,))
        song = Song(
            id=marked if marked and not known else os.urandom(6).hex(),
            source=source,
            workspace_gid=project.workspace_gid,
            title=title,
            project_gid=project.gid,
            link=project.link,
            finished=False,
            # Also where the mark is ours: without its journal nobody knows what the producer has named since.
            ours=False,
        )
        _enter(database, song, at)
    return song


def move_song(database: Database, song: Song, source: str) -> None:
    """Another source is the song's map now."""
    with database.transaction():
        _let_go(database, source, song.workspace_gid)
        database.write("UPDATE song SET source = ? WHERE id = ?", (source, song.id))


def _let_go(database: Database, source: str, workspace_gid: str) -> None:
    database.write(
        "UPDATE song SET source = source || '#' || id WHERE source = ? AND workspace_gid = ?",
        (source, workspace_gid),
    )


def _enter(database: Database, song: Song, at: datetime) -> None:
    names = ("id", "source", "workspace_gid", "title", "project_gid", "link", "ours")
    insert(database, "song", {name: getattr(song, name) for name in names} | {"begun_at": at.isoformat()})


def known_songs(database: Database) -> tuple[Song, ...]:
    """Songs that have a project, the last scaffolded first."""
    rows = database.rows(
        "SELECT * FROM song WHERE project_gid IS NOT NULL ORDER BY coalesce(finished_at, begun_at) DESC, rowid DESC"
    )
    return tuple(_song(row) for row in rows)


def template_lines(database: Database) -> dict[str, str]:
    """The template line with variables that a task came from, by the task's gid."""
    rows = database.rows(
        "SELECT gid, line FROM journal WHERE kind = 'task' AND gid IS NOT NULL AND line <> ''"
    )
    return {row["gid"]: row["line"] for row in rows}


def ideal_places(database: Database, project_gid: str) -> dict[str, int]:
    """Places in the ideal order by task gid; empty for a project we did not make."""
    return {row["gid"]: row["place"] for row in _ordered_tasks(database, project_gid)}


def rests_after(database: Database, project_gid: str) -> dict[str, MapBreak]:
    """The breaks of a project's song map, by the gid of the task that each follows."""
    rows = _ordered_tasks(database, project_gid)
    return {row["gid"]: MapBreak(row["rest"], row["rest_title"]) for row in rows if row["rest"]}


def _ordered_tasks(database: Database, project_gid: str) -> list[Row]:
    return database.rows(
        """
        SELECT journal.* FROM journal JOIN song ON song.id = journal.song_id
        WHERE song.project_gid = ? AND kind = 'task' AND journal.gid IS NOT NULL AND place IS NOT NULL
        """,
        (project_gid,),
    )


def _song(row: Row) -> Song:
    return row_as(
        Song,
        row,
        finished=row["finished_at"] is not None,
        begun_at=datetime.fromisoformat(row["begun_at"]),
        base=base_of(row["base"]),
    )


def link(journal: Journal, planned: Plan) -> None:
    """Journal what the plan has recognised, before anything is sent: a second run starts from there."""
    matching = planned.matching
    journal.rekey(matching.links)
    entries = journal.entries()
    for key, gid in matching.gids.items():
        entry = entries.get(key)
        if entry is None:
            journal.answered(key, gid, ours=False)
        elif entry.gid != gid:
            journal.answered(key, gid, base=entry.base, line=entry.line)
    journal.forget(matching.vanished)
    if planned.untouched is not None:
        journal.answered(default_key(planned.untouched.name), planned.untouched.gid, ours=False)


def keep_bases(journal: Journal, desired: Desired, planned: Plan, song: Base) -> None:
    """Keep the bases of a plan that was carried out, and of what it made; call it in a transaction."""
    entries, bases = journal.entries(), {}
    for place, section in enumerate(desired.sections):
        if section.key in entries:
            bases[section.key] = planned.bases.get(section.key, Base(section.name, place=place))
    for place, task in enumerate(desired.tasks):
        if settled := planned.bases.get(task.key):
            home = entries.get(settled.section or "")
            bases[task.key] = replace(settled, section=home.gid or "") if home else settled
        elif (entry := entries.get(task.key)) and entry.base != UNKNOWN:
            bases[task.key] = replace(entry.base, place=place, my_place=task.place)
    lines = {task.key: task.line for task in desired.tasks}
    for key, base in bases.items():
        journal.change([key], base=base.as_json(), line=lines.get(key, ""), dropped=False)
    journal.change(planned.removed, dropped=True)
    journal.song_agreed(song)
