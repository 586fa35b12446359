"""What was worked on: one value for each run of a task, from a replay of every session's log."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from asana_tbp.errors import SongMapError
from asana_tbp.scaffold.journal import Song, known_songs, task_entries
from asana_tbp.session.log import REHEARSALS, read_events
from asana_tbp.songmap.read.loader import MOST_FILES
from asana_tbp.songmap.read.yaml import file_text
from asana_tbp.songmap.templates.library import is_song_map
from asana_tbp.store.database import Database, Row
from asana_tbp.timer.events import Timebox
from asana_tbp.timer.state import State
from asana_tbp.timer.transitions import ImpossibleEvent, apply

How = Literal["on time", "early", "late", "in Asana", "skipped", "left", "undone"]
"""How a run ended. `late` is done by hand after its time was up; `left` is stopped, lost or given away."""

HOW: dict[str, How] = {"time": "on time", "there": "in Asana", "skipped": "skipped", "undone": "undone"}

TIMER = "timer"
"""Stands for the project of a plain countdown, which has none."""

# `new` writes it into the file's first lines.
_BEGUN = re.compile(r"^# .*, begun from ([\w.-]+?)\.?$", re.MULTILINE)
_EXTENDS = re.compile(r"""^extends:[ \t]*(["']?)(.+?)\1[ \t]*(?:[ \t]#.*)?$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a task, with the budget of its `timebox`, without what was added.

    `spent` in seconds; `ended_at` an aware moment; `extended` how often time was added. `template` is its song's,
    `line` its task's line in the template; both "" for none.
    """

    timebox: Timebox
    spent: float
    how: How
    ended_at: datetime
    extended: int = 0
    come_back: bool = False
    template: str = ""
    line: str = ""

    @property
    def done(self) -> bool:
        """Whether this run completed the task, and it stayed so."""
        return self.how in {"on time", "early", "late", "in Asana"}

    @property
    def day(self) -> date:
        """The local day on which it ended."""
        return self.ended_at.astimezone().date()


@dataclass(frozen=True, slots=True)
class History:
    """Every run in the order it ended, and the tasks that each song's last session left open.

    `unreadable` counts the sessions of which this version understands only the beginning.
    """

    runs: tuple[Run, ...] = ()
    waiting: tuple[Timebox, ...] = ()
    unreadable: int = 0


def read_history(database: Database) -> History:
    """The runs of all sessions, and what is still open. Plain countdowns and rehearsals don't count."""
    runs: list[Run] = []
    waiting: dict[str, Timebox] = {}
    unreadable = 0
    templates = {song.project_gid: template_of(song) for song in known_songs(database) if song.project_gid}
    lines = {gid: entry.line for gid, entry in task_entries(database).items()}
    for session in database.rows(
        f"SELECT id, project_gid, title FROM session WHERE project_gid <> ? AND id NOT IN ({REHEARSALS}) ORDER BY id",
        (TIMER,),
    ):
        moments = database.rows("SELECT at FROM event WHERE session_id = ? ORDER BY id", (session["id"],))
        state = State()
        ends: list[datetime] = []
        try:
            for moment, event in zip(moments, read_events(database, session["id"]), strict=False):
                state = apply(state, event)
                for timebox in state.queue:
                    waiting.pop(timebox.gid, None)
                if len(state.finished) > len(ends):
                    ends.append(datetime.fromisoformat(moment["at"]))
        except ImpossibleEvent:
            unreadable += 1
        for over, at in zip(state.finished, ends, strict=True):
            timebox, how = _home(session, over.timebox), HOW.get(over.why, "left")
            if over.why == "early":
                how = "late" if over.spent > timebox.seconds else "early"
            template, line = templates.get(timebox.project_gid, ""), lines.get(timebox.gid) or ""
            runs.append(Run(timebox, over.spent, how, at, over.extensions, over.come_back, template, line))
        waiting |= {timebox.gid: _home(session, timebox) for timebox in _open_tasks(state)}
    runs.sort(key=lambda run: run.ended_at)
    return History(tuple(runs), tuple(waiting.values()), unreadable)


def _home(session: Row, timebox: Timebox) -> Timebox:
    """A task with its project and song. Old events have neither; their session has both."""
    project_gid, song = timebox.project_gid or session["project_gid"], timebox.song or session["title"]
    return replace(timebox, project_gid=project_gid, song=song)


def _open_tasks(state: State) -> Iterable[Timebox]:
    """What a session left to do."""
    left: dict[str, Timebox] = {}
    for over in state.finished:
        left.pop(over.timebox.gid, None)
        if not over.done and over.why not in {"gone", "scrapped"}:
            left[over.timebox.gid] = over.timebox
    running = (state.running.timebox,) if state.running else ()
    return (left | {timebox.gid: timebox for timebox in (*running, *state.queue)}).values()


def template_of(song: Song) -> str:
    """The template that a song was made from, was begun from or extends; "" for none."""
    kind, _, rest = song.source.partition(":")
    if kind == "template":
        return rest.partition("#")[0]
    path = song.map_file
    return _template_of_file(path, MOST_FILES) if path else ""


def _template_of_file(path: Path, deepest: int) -> str:
    try:
        text = "\n".join(file_text(path).splitlines())
    except SongMapError:
        # The map was moved or deleted, or is no text any longer.
        return ""
    if extends := _EXTENDS.search(text):
        name = extends[2]
        if not is_song_map(Path(name)):
            return name
        parent = path.parent / os.path.expanduser(name)
        return _template_of_file(parent, deepest - 1) if deepest > 1 else ""
    begun = _BEGUN.search("\n".join(text.split("\n", 12)[:12]))
    return begun[1] if begun else ""
