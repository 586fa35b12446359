"""The board as plain values: stages with their songs and ideas, and how far each song is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from asana_tbp.board.links import words_in
from asana_tbp.board.progress import Progress, SongProgress
from asana_tbp.board.stages import home_of
from asana_tbp.board.store import Board, BoardStore, CachedCard
from asana_tbp.board.wanted import PendingCard
from asana_tbp.bridge.lookup import find_by_name
from asana_tbp.bridge.values import Section
from asana_tbp.songmap.task_name import normalize


@dataclass(frozen=True, slots=True)
class BoardSong:
    """A card: a song with its progress in tasks and minutes, or an idea where `project_gid` is None.

    `waiting` says that the card is not in Asana yet, `refused` why Asana would not take it, `hidden` that Asana
    does not show the song's project, `unread` that its tasks were never read;
    `others` counts its open tasks that are not yours; `come_back`
    has the titles of tasks that are marked to come back to.
    """

    gid: str
    name: str
    link: str
    stage: str
    project_gid: str | None
    progress: Progress
    deadline: date | None = None
    last_worked: datetime | None = None
    words: str = ""
    waiting: bool = False
    refused: str = ""
    hidden: bool = False
    unread: bool = False
    others: int = 0
    come_back: tuple[str, ...] = ()

    @property
    def minutes_left(self) -> int:
        """Minutes of budget that are not done."""
        return self.progress.minutes - self.progress.minutes_done

    @property
    def is_idea(self) -> bool:
        """Whether there is no project for it yet."""
        return self.project_gid is None


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


def view_of(
    shelf: BoardStore, songs: SongProgress, board: Board, default_minutes: int, limits: Mapping[str, int]
) -> BoardView:
    """The board as it was at the last look, with cards that still wait. Archived songs are left out."""
    progress, worked, looks = songs.progress(default_minutes), songs.last_worked(), songs.looks()
    sections = shelf.stages(board)
    by_key = {normalize(name): limit for name, limit in limits.items()}

    def song(card: CachedCard, stage: Section) -> BoardSong:
        gid = card.project_gid
        return BoardSong(
            gid=card.gid,
            name=card.name,
            link=card.link,
            stage=stage.name,
            project_gid=gid,
            progress=progress.get(gid or "", Progress()),
            deadline=date.fromisoformat(card.due_on) if card.due_on else None,
            last_worked=worked.get(gid or ""),
            words=words_in(card.notes),
            hidden=gid in looks and looks[gid].hidden,
            unread=gid is not None and gid not in looks,
            others=looks[gid].others if gid in looks else 0,
        )

    cards = [card for card in shelf.cards(board) if not card.completed]
    there = {card.gid for card in cards}
    waiting = [
        wanted for wanted in (*shelf.wanted.waiting(), *shelf.wanted.parked()) if wanted.gid not in there
    ]
    stages = []
    for stage in sections:
        here = [song(card, stage) for card in cards if card.stage_gid == stage.gid]
        here += [_not_yet(wanted, stage) for wanted in waiting if home_of(sections, wanted.stage) is stage]
        stages.append(BoardStage(stage.gid, stage.name, tuple(here), by_key.get(normalize(stage.name))))
    return BoardView(board.name, board.link, board.looked_at, tuple(stages))


def with_marks(view: BoardView, marks: Mapping[str, tuple[str, ...]]) -> BoardView:
    """The board with the titles of tasks to come back to, by their project."""
    stages = tuple(
        replace(
            stage,
            songs=tuple(
                replace(song, come_back=marks.get(song.project_gid or "", ())) for song in stage.songs
            ),
        )
        for stage in view.stages
    )
    return replace(view, stages=stages)


def _not_yet(wanted: PendingCard, stage: Section) -> BoardSong:
    return BoardSong(
        gid="",
        name=wanted.name,
        link="",
        stage=stage.name,
        project_gid=wanted.project_gid,
        progress=Progress(),
        words=words_in(wanted.notes),
        waiting=True,
        refused=wanted.reason,
    )


def find_song(view: BoardView, wanted: str) -> BoardSong:
    """The card meant by its name, the start of it, its gid, or its project's gid or link.

    Raises `NotFound` where there is none and `UsageError` where several could be meant.
    """
    text = wanted.strip()
    songs = [song for song in view.songs if not song.waiting]
    exact = [
        song
        for song in songs
        if text in (song.gid, song.project_gid)
        or (song.link and text == song.link)
        or (song.project_gid and text.startswith("http") and song.project_gid in text.split("/"))
    ]
    if len(exact) == 1:
        return exact[0]
    return find_by_name(
        text,
        exact or songs,
        lambda song: song.name,
        "card",
        lambda song: f"{song.gid}  {song.name} in {song.stage}",
        hint="asana-tbp board shows them all; asana-tbp board add puts a song on it.",
    )


def plain_board(view: BoardView) -> dict[str, Any]:
    """The board as JSON takes it: dates and moments in ISO 8601, times in minutes."""
    return {
        "name": view.name,
        "link": view.link,
        "looked_at": view.looked_at.isoformat() if view.looked_at else None,
        "stages": [
            {
                "gid": stage.gid,
                "name": stage.name,
                "limit": stage.limit,
                "songs": [
                    {
                        **plain_song(song),
                        "gid": song.gid or None,
                        "waiting": song.waiting,
                        "refused": song.refused or None,
                    }
                    for song in stage.songs
                ],
            }
            for stage in view.stages
        ],
    }


def plain_song(song: BoardSong) -> dict[str, Any]:
    """A song as JSON takes it."""
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
        "open_tasks_of_others": song.others,
        "come_back": list(song.come_back),
        "deadline": song.deadline.isoformat() if song.deadline else None,
        "last_worked": song.last_worked.isoformat() if song.last_worked else None,
    }
