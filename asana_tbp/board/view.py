"""The board as plain values: stages with their songs and ideas, and how far each song is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asana_tbp.bridge.lookup import find_by_name, gid_in
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import plural

if TYPE_CHECKING:
    from asana_tbp.scaffold.journal import Song


@dataclass(frozen=True, slots=True)
class Progress:
    """A song at the last look: how far it is, by the producer's own tasks, and its project's own name and link.

    `read_at` is None where its tasks were never read; `hidden` says that Asana does not show its project; `others`
    counts its open tasks that are not yours.
    """

    tasks: int = 0
    done: int = 0
    minutes: int = 0
    minutes_done: int = 0
    last_worked: datetime | None = None
    read_at: datetime | None = None
    hidden: bool = False
    others: int = 0
    name: str = ""
    link: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class BoardSong:
    """A song with its progress in tasks and minutes, or an idea where `project_gid` is None.

    `gid` is its card, "" where there is none; `made` its song in the journal. `waiting` says that the card is not in
    Asana yet, `refused` why Asana would not take it; `come_back` has the titles of tasks that are marked to come
    back to.
    """

    gid: str
    name: str
    link: str
    stage: str
    project_gid: str | None
    progress: Progress = field(default_factory=Progress)
    deadline: date | None = None
    words: str = ""
    waiting: bool = False
    refused: str = ""
    come_back: tuple[str, ...] = ()
    made: Song | None = None
    archived: bool = False
    stage_gid: str = ""

    @property
    def last_worked(self) -> datetime | None:
        """When a run of one of its tasks ended last."""
        return self.progress.last_worked

    @property
    def minutes_left(self) -> int:
        """Minutes of budget that are not done."""
        return self.progress.minutes - self.progress.minutes_done

    @property
    def is_done(self) -> bool:
        """Whether it has tasks of yours, and all of them are done."""
        return self.progress.done == self.progress.tasks > 0

    @property
    def is_idea(self) -> bool:
        """Whether there is no project for it yet."""
        return self.project_gid is None

    @property
    def map_file(self) -> Path | None:
        """The file of its song map, if it is on this computer."""
        return self.made.map_file if self.made else None

    @property
    def line(self) -> str:
        """A line that distinguishes it from another song of the same name."""
        made = self.made.begun_at if self.made else None
        done = f"{self.progress.done}/{plural(self.progress.tasks, 'task')}"
        parts = [
            self.gid or self.project_gid or "",
            f"in {self.stage}" if self.stage else "",
            f"made {made.astimezone():%d %b %Y, %H:%M}" if made else "",
            f"{done}, {format_budget(self.minutes_left)} left" if self.progress.read_at else "",
            f"last worked on {self.last_worked.astimezone():%d %b %Y}" if self.last_worked else "",
            self.link,
        ]
        return "  ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class BoardStage:
    """A stage with its cards in Asana's order. `limit` is the soft limit of songs in it, None without one."""

    gid: str
    name: str
    songs: tuple[BoardSong, ...]
    limit: int | None = None

    @property
    def over(self) -> bool:
        """Whether more songs are in it than the producer meant to have there."""
        return self.limit is not None and len(self.songs) > self.limit


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board. `looked_at` is when Asana was last looked at, None where never."""

    name: str
    link: str
    looked_at: datetime | None
    stages: tuple[BoardStage, ...]

    @property
    def songs(self) -> tuple[BoardSong, ...]:
        """All cards, stage by stage."""
        return tuple(song for stage in self.stages for song in stage.songs)


def find_song(songs: Sequence[BoardSong], query: str, kind: str, hint: str = "") -> BoardSong:
    """The song with this name, or the start of it, or with this gid or link of its card or project.

    Raises `NotFound` where there is none and `UsageError` where several could be meant.
    """
    text = query.strip()
    known = {text, gid_in(text)} - {"", None}
    exact = [song for song in songs if known & {song.gid, song.project_gid, song.link}]
    if len(exact) == 1:
        return exact[0]
    return find_by_name(text, exact or songs, lambda song: song.name, kind, lambda song: song.line, hint=hint)


def plain_board(view: BoardView) -> dict[str, Any]:
    """The board for JSON: dates and moments in ISO 8601, times in minutes."""

    def card(song: BoardSong) -> dict[str, Any]:
        own = {"gid": song.gid or None, "waiting": song.waiting, "refused": song.refused or None}
        return plain_song(song) | own

    return {
        "name": view.name,
        "link": view.link,
        "looked_at": view.looked_at.isoformat() if view.looked_at else None,
        "stages": [
            {"gid": each.gid, "name": each.name, "limit": each.limit, "songs": [*map(card, each.songs)]}
            for each in view.stages
        ],
    }


def plain_song(song: BoardSong) -> dict[str, Any]:
    """A song for JSON."""
    return {
        "name": song.name,
        "link": song.link or None,
        "stage": song.stage or None,
        "project_gid": song.project_gid,
        "tasks": song.progress.tasks,
        "tasks_done": song.progress.done,
        "minutes": song.progress.minutes,
        "minutes_done": song.progress.minutes_done,
        "minutes_left": song.minutes_left,
        "open_tasks_of_others": song.progress.others,
        "come_back": list(song.come_back),
        "deadline": song.deadline.isoformat() if song.deadline else None,
        "last_worked": song.last_worked.isoformat() if song.last_worked else None,
        "archived": song.archived,
        "map_file": str(song.map_file) if song.map_file else None,
    }
