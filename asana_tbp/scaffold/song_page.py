"""What a song's map, or its notes in Asana, say about the song and a task, to read while working."""

import contextlib
from dataclasses import dataclass

from asana_tbp.errors import TbpError
from asana_tbp.scaffold.base import NOBODYS
from asana_tbp.scaffold.journal import known_songs, task_entries
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.write.notes import note_lists, read_notes
from asana_tbp.store.database import Database


@dataclass(frozen=True, slots=True)
class SongPage:
    """Headings with their entries; a question is an entry of two lines."""

    song: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def song_page(database: Database, project_gid: str, task_gid: str, task: str = "") -> SongPage | None:
    """The page of a project's song, with the notes of a task; None for a project without a song.

    It comes from the map's file; without one, from the notes last sent to Asana.
    """
    song = next((each for each in known_songs(database) if each.project_gid == project_gid), None)
    if song is None:
        return None
    words = SongMap(song=song.title, **read_notes(song.base.notes or ""))
    if song.map_file is not None:
        # While the file is being edited, or needs answers, what was last agreed on is used.
        with contextlib.suppress(TbpError):
            words = open_template(song.map_file).song_map()
    base = task_entries(database, project_gid).get(task_gid, NOBODYS).base
    notes = [(f"Notes of {task}" if task else "Notes", (base.notes,))] if base.notes else []
    return SongPage(words.song, (*notes, *note_lists(words)))
