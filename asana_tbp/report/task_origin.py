"""Which template each song came from, by the source that its journal names."""

import re
from pathlib import Path

from asana_tbp.scaffold.journal import Song, known_songs
from asana_tbp.songmap.read.loader import MOST_FILES
from asana_tbp.songmap.templates.library import is_song_map
from asana_tbp.store.database import Database

# `new` writes it into the file's first lines.
_BEGUN = re.compile(r"^# .*, begun from ([\w.-]+?)\.?$", re.MULTILINE)
_EXTENDS = re.compile(r"""^extends:[ \t]*(["']?)(.+?)\1[ \t]*(?:[ \t]#.*)?$""", re.MULTILINE)


def templates_of(database: Database) -> dict[str, str]:
    """The template each scaffolded song came from, by its project."""
    return {
        song.project_gid: template
        for song in known_songs(database)
        if song.project_gid and (template := template_of(song))
    }


def template_of(song: Song) -> str:
    """The template that a song was made from, was begun from or extends; "" for none."""
    kind, _, rest = song.source.partition(":")
    if kind == "template":
        return rest.partition("#")[0]
    path = song.map_file
    return _template_of_file(path, MOST_FILES) if path else ""


def _template_of_file(path: Path, deepest: int) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        # The map was moved or deleted.
        return ""
    if extends := _EXTENDS.search(text):
        name = extends[2]
        if not is_song_map(Path(name)):
            return name
        return _template_of_file(path.parent / Path(name).expanduser(), deepest - 1) if deepest > 1 else ""
    begun = _BEGUN.search("\n".join(text.split("\n", 12)[:12]))
    return begun[1] if begun else ""
