"""All songs that were made here or are on the board: how each stands; archiving and restoring one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asana_tbp.board.local import LocalBoard
from asana_tbp.board.progress import Progress
from asana_tbp.board.view import BoardSong, BoardStage, BoardView, plain_song
from asana_tbp.bridge.lookup import find_by_name, gid_in
from asana_tbp.bridge.values import Project
from asana_tbp.errors import NotFound, Refused
from asana_tbp.scaffold.journal import Journal, Song, known_songs
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.task_name import split_name
from asana_tbp.text import did_you_mean, plural, quote

if TYPE_CHECKING:
    from asana_tbp.board.cards import CardOutcome
    from asana_tbp.board.service import BoardService
    from asana_tbp.bridge.gateway import Gateway

AT_ONCE = 4
MOST = 100
"""Songs that one refresh reads: within the free plan's 150 requests a minute."""


@dataclass(frozen=True, slots=True)
class SongEntry:
    """A song that has a project. `made` is its song map's journal, None for a song that was only put on the board."""

    song: BoardSong
    made: Song | None = None
    archived: bool = False

    @property
    def project_gid(self) -> str:
        """Its project."""
        return self.song.project_gid or ""

    @property
    def map_file(self) -> Path | None:
        """Its song map, where there is one on this machine."""
        return self.made.map_file if self.made else None

    @property
    def line(self) -> str:
        """What tells the song apart from another one with its name."""
        progress, song = self.song.progress, self.song
        tasks = f"{progress.done}/{plural(progress.tasks, 'task')}, {format_budget(song.minutes_left)} left"
        made = self.made.begun_at if self.made else None
        parts = [
            self.project_gid,
            f"made {made.astimezone():%d %b %Y, %H:%M}" if made else "",
            "" if song.unread else tasks,
            f"last worked on {song.last_worked.astimezone():%d %b %Y}" if song.last_worked else "",
            song.link,
        ]
        return "  ".join(part for part in parts if part)


def song_entries(board: LocalBoard) -> tuple[SongEntry, ...]:
    """Every song as known here: those of the board first, then the last scaffolded ones."""
    looks, worked, marks = board.songs.looks(), board.songs.last_worked(), board.marks()
    progress = board.songs.progress(board.settings.default_budget)
    made = {song.project_gid or "": song for song in known_songs(board.database)}
    entries = []
    if board.store.board() is not None:
        on_board = [song for song in board.view().songs if song.project_gid]
        entries = [SongEntry(song, made.pop(song.project_gid or "", None)) for song in on_board]
    for gid, song in made.items():
        look = looks.get(gid)
        deadline = song.base.deadline if song.base else ""
        shown = BoardSong(
            gid="",
            name=(look and look.name) or song.title,
            link=(look and look.link) or song.link,
            stage="",
            project_gid=gid,
            progress=progress.get(gid, Progress()),
            deadline=date.fromisoformat(deadline) if deadline else None,
            last_worked=worked.get(gid),
            hidden=look is not None and look.hidden,
            unread=look is None,
            others=look.others if look else 0,
            come_back=marks.get(gid, ()),
        )
        entries.append(SongEntry(shown, song, archived=look is not None and look.archived))
    return tuple(entries)


def refresh_songs(
    board: BoardService, asana: Gateway, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> tuple[CardOutcome, ...]:
    """Read the board, where there is one, and every song that is not on it; what became of cards that waited.

    Raises the `AsanaError` classes.
    """
    from concurrent.futures import ThreadPoolExecutor

    outcomes: tuple[CardOutcome, ...] = ()
    if board.store.board() is not None:
        outcomes = board.update(asana, progress).outcomes
    songs = [entry for entry in song_entries(board) if not entry.song.stage][:MOST]
    if not songs:
        return outcomes
    me = asana.me().gid
    now = board.clock.now()

    def read(entry: SongEntry) -> None:
        try:
            project = asana.project(entry.project_gid)
            tasks = () if project.archived else asana.tasks(entry.project_gid)
        except NotFound:
            board.songs.hidden(entry.project_gid, now)
            return
        if not project.archived:
            board.songs.read_whole(entry.project_gid, tasks, me, now)
        board.songs.saw_project(project, now)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, _ in enumerate(pool.map(read, songs), 1):
            progress(done, len(songs))
    return outcomes


def find_entry(entries: Sequence[SongEntry], query: str) -> SongEntry:
    """The song of this name, the start of it, or its gid or link. Raises `NotFound` and `UsageError`."""
    text = query.strip()
    gid = gid_in(text)
    exact = [
        entry for entry in entries if gid in (entry.project_gid, entry.song.gid) or text == entry.song.link
    ]
    if gid is not None and len(exact) == 1:
        return exact[0]
    return find_by_name(
        text,
        entries,
        lambda entry: entry.song.name,
        "song",
        lambda entry: entry.line,
        hint="asana-tbp songs shows them all.",
    )


def find_task(board: LocalBoard, query: str) -> str:
    """The gid of the open task of this name, the start of it. Raises `NotFound` and `UsageError`."""
    names = {entry.project_gid: entry.song.name for entry in song_entries(board)}
    tasks = [(task, name) for project, name in names.items() for task in board.songs.open_tasks(project)]
    try:
        gid, _ = find_by_name(
            query,
            [(task.gid, (task.name, song)) for task, song in tasks],
            lambda each: split_name(each[1][0]).title,
            "task",
            lambda each: f"{each[0]}  {each[1][0]} in {each[1][1]}",
        )
    except NotFound:
        known = [*names.values(), *(split_name(task.name).title for task, _ in tasks)]
        raise NotFound(
            f"No song and no open task is called {quote(query)}.{did_you_mean(query, known)}",
            "asana-tbp songs shows the songs.",
        ) from None
    return gid


def view_of_songs(board: LocalBoard) -> BoardView:
    """The board, with the songs that are not on it as a stage without a name; archived songs are left out."""
    loose = tuple(entry.song for entry in song_entries(board) if not (entry.song.stage or entry.archived))
    stage = BoardStage("", "", loose)
    if board.store.board() is None:
        return BoardView("Songs", "", None, (stage,))
    view = board.view()
    return replace(view, stages=(stage, *view.stages))


def plain_entry(entry: SongEntry) -> dict[str, Any]:
    """A song as JSON takes it."""
    return {
        **plain_song(entry.song),
        "archived": entry.archived,
        "map_file": str(entry.map_file) if entry.map_file else None,
    }


# -- archive and restore ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SongArchived:
    """A song that was archived. `unassigned` counts its open tasks that were given back."""

    name: str
    unassigned: int = 0


def open_tasks_of(board: LocalBoard, entry: SongEntry) -> int:
    """How many of one's tasks in a song are open, as known here."""
    return len(board.songs.open_tasks(entry.project_gid))


def archive_song(board: BoardService, asana: Gateway, entry: SongEntry, *, unassign: bool) -> SongArchived:
    """Archive a song's project, complete its card, and remove its empty section of My Tasks.

    With `unassign` one's open tasks in it are given back, so that they leave My Tasks.
    """
    card = board.card_of(entry.project_gid) if board.store.board() is not None else None
    given_back = archive_project_of(board, asana, entry, unassign=unassign)
    if card is not None and not card.completed:
        with board.lock():
            asana.set_completed(card.gid, completed=True)
            board.read_cards(asana)
    return SongArchived(entry.song.name, given_back)


def archive_project_of(board: BoardService, asana: Gateway, entry: SongEntry, *, unassign: bool) -> int:
    """All of `archive_song` but its card; how many tasks were given back."""
    gid = entry.project_gid
    asana.archive_project(gid, archived=True)
    given_back = []
    if unassign:
        me = asana.me().gid
        for task in asana.tasks(gid, open_only=True):
            if task.assignee_gid == me and not task.completed:
                asana.assign(task.gid, None)
                given_back.append(task.gid)
    board.songs.saw_project(_project(entry, archived=True), board.clock.now())
    board.songs.set_archived(gid, archived=True, unassigned=given_back)
    _remove_my_section(board, asana, entry.made)
    return len(given_back)


def restore_song(board: BoardService, asana: Gateway, entry: SongEntry) -> SongArchived:
    """Undo `archive_song`: the project, the card, and the tasks that were given back."""
    gid = entry.project_gid
    asana.archive_project(gid, archived=False)
    card = board.card_of(gid) if board.store.board() is not None else None
    if card is not None and card.completed:
        with board.lock():
            asana.set_completed(card.gid, completed=False)
            board.read_cards(asana)
    taken = board.songs.unassigned(gid)
    for task in taken:
        with suppress(NotFound):
            asana.assign(task, "me")
    board.songs.saw_project(_project(entry, archived=False), board.clock.now())
    board.songs.set_archived(gid, archived=False)
    return SongArchived(entry.song.name, len(taken))


def _project(entry: SongEntry, *, archived: bool) -> Project:
    return Project(entry.project_gid, entry.song.name, entry.song.link, archived=archived)


def _remove_my_section(board: BoardService, asana: Gateway, song: Song | None) -> None:
    """Sections that still hold tasks, done ones too, are the user's to keep."""
    if song is None or not song.my_section:
        return
    with suppress(NotFound, Refused):
        if not asana.section_tasks("", song.my_section):
            asana.delete_section(song.my_section)
            Journal(board.database, song).my_section_removed()
