"""The journal of a song: which section and task of its map has which gid in Asana.

Knows the tables `song` and `journal`. Must not know what is sent to Asana. A row is written before a
create is sent and completed when it is answered: a row without a gid is a create whose fate is unknown.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from asana_tbp.bridge.asana import Project
from asana_tbp.store.database import Database, Row

Kind = Literal["section", "task"]


@dataclass(frozen=True, slots=True)
class Song:
    """A song map that is, or is about to be, a project. `project_gid` is None until Asana has confirmed it."""

    id: str
    source: str
    workspace_gid: str
    title: str
    project_gid: str | None
    link: str
    finished: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: `gid` is None while a create's fate is unknown; `ours` unless Asana had it before us."""

    gid: str | None
    ours: bool
    placed: bool


class Journal:
    """The journal of one song. Threads may share it."""

    def __init__(self, database: Database, song: Song) -> None:
        self._database = database
        self.song = song

    def entries(self, kind: Kind) -> dict[str, Entry]:
        """Every entry of a kind by key."""
        rows = self._database.rows(
            "SELECT key, gid, ours, placed FROM journal WHERE song_id = ? AND kind = ?", (self.song.id, kind)
        )
        return {row["key"]: Entry(row["gid"], bool(row["ours"]), bool(row["placed"])) for row in rows}

    def sending(self, kind: Kind, key: str) -> None:
        """A create is about to be sent."""
        self._write(
            "INSERT INTO journal (song_id, kind, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (self.song.id, kind, key),
        )

    def answered(self, kind: Kind, key: str, gid: str, *, ours: bool = True) -> None:
        """The section or task has this gid. What was there before us is not `ours` and never moved."""
        self._write(
            """
            INSERT INTO journal (song_id, kind, key, gid, ours, placed) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET gid = excluded.gid
            """,
            (self.song.id, kind, key, gid, ours, not ours),
        )

    def project_made(self, project: Project) -> None:
        """The song's project exists."""
        self._write(
            "UPDATE song SET project_gid = ?, link = ? WHERE id = ?",
            (project.gid, project.link, self.song.id),
        )
        self.song = replace(self.song, project_gid=project.gid, link=project.link)

    def finished(self, places: Mapping[str, int], at: datetime) -> None:
        """Everything is in Asana and in its place. `places` is the ideal order by task key."""
        with self._database.transaction():
            self._database.write(
                "UPDATE journal SET placed = 1, place = NULL WHERE song_id = ?", (self.song.id,)
            )
            for key, place in places.items():
                self._database.write(
                    "UPDATE journal SET place = ? WHERE song_id = ? AND kind = 'task' AND key = ?",
                    (place, self.song.id, key),
                )
            self._database.write(
                "UPDATE song SET finished_at = ? WHERE id = ?", (at.isoformat(), self.song.id)
            )
        self.song = replace(self.song, finished=True)

    def _write(self, statement: str, values: Iterable[object]) -> None:
        with self._database.transaction():
            self._database.write(statement, tuple(values))


def find_songs(database: Database, source: str) -> list[Song]:
    """The songs that this source became, one a workspace at most."""
    return [_song(row) for row in database.rows("SELECT * FROM song WHERE source = ?", (source,))]


def begin_song(database: Database, source: str, workspace_gid: str, title: str, at: datetime) -> Song:
    """Enter a new song before anything is sent for it.

    Where the source had one in this workspace, that one lets go of it: its project stays in Asana and stays
    known by its gid.
    """
    song = Song(secrets.token_hex(6), source, workspace_gid, title, None, "", finished=False)
    with database.transaction():
        database.write(
            "UPDATE song SET source = source || '#' || id WHERE source = ? AND workspace_gid = ?",
            (source, workspace_gid),
        )
        database.write(
            "INSERT INTO song (id, source, workspace_gid, title, begun_at) VALUES (?, ?, ?, ?, ?)",
            (song.id, source, workspace_gid, title, at.isoformat()),
        )
    return song


def known_songs(database: Database) -> tuple[Song, ...]:
    """Songs that have a project, the last scaffolded first."""
    rows = database.rows(
        "SELECT * FROM song WHERE project_gid IS NOT NULL ORDER BY coalesce(finished_at, begun_at) DESC, rowid DESC"
    )
    return tuple(_song(row) for row in rows)


def ideal_places(database: Database, project_gid: str) -> dict[str, int]:
    """Places in the ideal order by task gid; empty for a project we did not make."""
    rows = database.rows(
        """
        SELECT journal.gid, journal.place FROM journal JOIN song ON song.id = journal.song_id
        WHERE song.project_gid = ? AND kind = 'task' AND journal.gid IS NOT NULL AND place IS NOT NULL
        """,
        (project_gid,),
    )
    return {row["gid"]: row["place"] for row in rows}


def _song(row: Row) -> Song:
    return Song(
        id=row["id"],
        source=row["source"],
        workspace_gid=row["workspace_gid"],
        title=row["title"],
        project_gid=row["project_gid"],
        link=row["link"],
        finished=row["finished_at"] is not None,
    )
