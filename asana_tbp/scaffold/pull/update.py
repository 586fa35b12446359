"""Writes what changed in Asana into the song map's file; both agree afterwards."""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project
from asana_tbp.errors import NotFound, SongMapError, UsageError
from asana_tbp.scaffold.apply import Scaffold
from asana_tbp.scaffold.compare.plan import MY_TASKS, Decisions, Side
from asana_tbp.scaffold.desired import desired_of, task_key
from asana_tbp.scaffold.journal import Journal, Song, find_songs, known_songs
from asana_tbp.scaffold.my_tasks import LEAVE, OWN, open_tasks
from asana_tbp.scaffold.pull.into_map import MapUpdate
from asana_tbp.scaffold.pull.project import read_project
from asana_tbp.scaffold.request import source_of
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import open_template, parse_song_map
from asana_tbp.songmap.read.yaml import file_text
from asana_tbp.songmap.templates.library import Library
from asana_tbp.songmap.write.edit import order_sections
from asana_tbp.songmap.write.map_text import EditError
from asana_tbp.store.database import Database
from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.clock import Clock
from asana_tbp.system.settings import Settings
from asana_tbp.text import one_line, quote


class NotItsMap(UsageError):
    """A file that the project was not made from."""


@dataclass(slots=True)
class MapUpdater:
    """Brings the changes of one project into its map. Call `propose`, then `accept`."""

    asana: Gateway
    database: Database
    settings: Settings
    library: Library
    clock: Clock

    def propose(self, project: Project, path: Path, prefer: Side | None = None) -> MapUpdate:
        """The update of the file, not yet written. Raises `NotItsMap` if it is not the project's map."""
        text, template = file_text(path), open_template(path, self.library)
        songs = find_songs(self.database, source_of(str(path), path, None))
        song = next((song for song in songs if song.project_gid == project.gid), None)
        if song is None:
            known = (each.map_file for each in known_songs(self.database) if each.project_gid == project.gid)
            its = f"; that is {file}" if (file := next(known, None)) else ""
            raise NotItsMap(f"{path} is not the song map of {quote(project.name)}{its}.")
        me = self.asana.me().gid
        reading = read_project(self.asana, project, me)
        my_tasks = self._my_tasks(song)
        remote = replace(reading, ours=song.ours, my_tasks=my_tasks)
        engine = self._engine(song, template.song_map(), my_tasks is not None)
        planned = engine.compare(remote, Decisions(prefer=prefer, nothing_is_sent=True, rename_song=True))
        entries = Journal(self.database, song).entries().values()
        update = MapUpdate(
            path,
            song,
            text,
            template,
            remote,
            {entry.gid: entry.base for entry in entries if entry.gid},
            planned,
            self.settings.default_budget,
            me,
        )
        update.write()
        if any(each.field == "order of sections" and each.outcome == "left" for each in planned.outcomes):
            self._order_sections(update)
        update.left += reading.unheld
        if song.my_order == "given up" and my_tasks is None and song.my_section:
            update.left.append("The order in My Tasks is ignored: Asana has not kept the order it was given.")
        return update

    def accept(self, update: MapUpdate) -> None:
        """Write the file and keep what both sides agree on as the base. Nothing is sent.

        Raises EditError, with nothing written, if the file would be no song map any longer, or was changed meanwhile.
        """
        try:
            song_map = parse_song_map(update.after, str(update.path), library=self.library)
        except SongMapError as broken:
            raise EditError(
                f"With the changes from Asana the song map could not be read: {broken.problems[0]}.",
                "Nothing was written. Make the changes by hand in the file.",
            ) from None
        outcomes = {each.outcome for each in update.planned.outcomes if each.field == MY_TASKS}
        # My Tasks counts if it has still to get the map's ideal order.
        engine = self._engine(update.song, song_map, bool(outcomes & {"carry", "conflict"}))
        # If the process dies in the middle, the file and the base are both as they were.
        with self.database.transaction():
            self._rekey(update)
            engine.agree(update.remote, update.planned.desired, places_stay=update.replaced)
            if update.after != update.before:
                if not update.path.is_dir() and file_text(update.path) != update.before:
                    # In an editor, while Asana was read or the user was asked.
                    raise EditError(
                        f"{update.path} was changed meanwhile. Nothing was written.",
                        "Run the same command again.",
                    )
                write_over(update.path.resolve(), update.after)

    def _order_sections(self, update: MapUpdate) -> None:
        """Put the file's own sections into Asana's order, unless the template's would stand elsewhere then."""
        about, before = "The sections have another order in Asana", update.text
        names = [one_line(section.name) for section in update.remote.sections]
        if update.apply(about, order_sections, [name for name in names if update.text.section(name)]):
            song_map = parse_song_map(update.after, str(update.path), library=self.library)
            order = [section.name for section in song_map.sections if section.name in names]
            if order != [name for name in names if name in order]:
                update.text = before
                update.left.append(f"{about}: The template has sections that the file cannot put there.")

    def _rekey(self, update: MapUpdate) -> None:
        """Give the journal the titles of the file: if two tasks changed theirs, matching would confuse them."""
        journal = Journal(self.database, update.song)
        keys = {gid: task_key(*place) for gid, place in update.titles.items()}
        entries = journal.entries()
        new = {old: keys[gid] for old, entry in entries.items() if (gid := entry.gid or "") in keys}
        in_the_way = {key: entries[key].gid for key in entries.keys() & new.values() - new.keys()}
        if {task.gid for task in update.remote.tasks}.isdisjoint(in_the_way.values()):
            journal.forget(in_the_way)
            journal.rekey({old: key for old, key in new.items() if old != key})

    def _my_tasks(self, song: Song) -> tuple[str, ...] | None:
        """The song's tasks in the order of My Tasks; None unless it has kept their order before."""
        if not song.my_section or song.my_order != "placed" or self.settings.my_tasks == LEAVE:
            return None
        with suppress(NotFound):
            return open_tasks(self.asana, song.my_section)
        return None

    def _engine(self, song: Song, song_map: SongMap, my_tasks: bool) -> Scaffold:
        """The engine for the song as this map has it; `my_tasks` where their order counts."""
        desired = desired_of(song_map, numbered=self.settings.numbered_names)
        where = OWN if my_tasks else LEAVE
        return Scaffold(self.asana, self.database, song, desired, self.clock, where)
