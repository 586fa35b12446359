"""The use case behind `pull --into`: what Asana changed is written into the map's file, and both agree afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project
from asana_tbp.errors import UsageError
from asana_tbp.scaffold.apply import Scaffold, ScaffoldOptions
from asana_tbp.scaffold.base import SongBase
from asana_tbp.scaffold.changes import Conflict, Side
from asana_tbp.scaffold.creates import own_lines_removed
from asana_tbp.scaffold.desired import Desired, desired_of
from asana_tbp.scaffold.journal import Journal, Song, find_songs
from asana_tbp.scaffold.matching import Journalled, Remote
from asana_tbp.scaffold.pull.into_map import SongState, into_map
from asana_tbp.scaffold.request import source_of
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.file import file_text
from asana_tbp.songmap.read.loader import load_song_map
from asana_tbp.songmap.templates.library import Library
from asana_tbp.store.database import Database
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import Settings
from asana_tbp.text import quote


@dataclass(frozen=True, slots=True)
class MapUpdate:
    """A map's file as it is and as it would be. `left` says what could not be written, a sentence each."""

    path: Path
    before: str
    after: str
    left: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(slots=True)
class MapUpdater:
    """Brings the changes of one project into its map. Call `propose`, then `accept`."""

    asana: Gateway
    database: Database
    settings: Settings
    library: Library
    clock: Clock

    def propose(self, project: Project, path: Path, prefer: Side | None = None) -> MapUpdate:
        """What the file would be. Raises `UsageError` where it is not the project's map."""
        text, song_map = file_text(path), load_song_map(path, {}, self.library)
        song = self._song(project, path)
        state = self._state(song, song_map, self._read(project, song))
        found = into_map(text, state, default_minutes=self.settings.default_budget, prefer=prefer)
        return MapUpdate(path, text, found.text, found.left, found.conflicts)

    def accept(self, project: Project, update: MapUpdate) -> None:
        """Write the file and keep what both sides agree on as the base. Nothing is sent."""
        song = self._song(project, update.path)
        before = self._desired(load_song_map(update.path, {}, self.library))
        if update.after != update.before:
            # Through a link: the file it points to is the map.
            write_over(update.path.resolve(), update.after)
        after = self._desired(load_song_map(update.path, {}, self.library))
        engine = Scaffold(self.asana, self.database, song, after, self.clock, ScaffoldOptions())
        engine.agree(self._read(project, song), before)

    def _song(self, project: Project, path: Path) -> Song:
        songs = find_songs(self.database, source_of(str(path), path, None))
        song = next((song for song in songs if song.project_gid == project.gid), None)
        if song is None:
            raise UsageError(
                f"{path} is not the song map of {quote(project.name)}.",
                "Name the file that the project was made from, or write a new one with -o.",
            )
        return song

    def _desired(self, song_map: SongMap) -> Desired:
        return desired_of(song_map, numbered=self.settings.numbered_names)

    def _read(self, project: Project, song: Song) -> Remote:
        notes = own_lines_removed(project.notes)
        sections, tasks = self.asana.sections(project.gid), self.asana.tasks(project.gid)
        return Remote(tuple(sections), tuple(tasks), song.ours, project.name, notes)

    def _state(self, song: Song, song_map: SongMap, remote: Remote) -> SongState:
        journal = Journal(self.database, song)
        journalled = Journalled(journal.entries("section"), journal.entries("task"))
        base = song.base or SongBase(name=song.title)
        desired = replace(self._desired(song_map))
        return SongState(song_map, desired, remote, journalled, base, self.asana.me().gid)
