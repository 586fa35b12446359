"""Reading every song anew; archiving one and restoring it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from asana_tbp.board.refresh import MOST_NEW, Progress, read_songs
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project
from asana_tbp.errors import NotFound, Refused
from asana_tbp.scaffold.journal import Journal

if TYPE_CHECKING:
    # The service archives songs too.
    from asana_tbp.board.service import BoardService


def refresh_songs(
    board: BoardService, asana: Gateway, progress: Progress = lambda _done, _total: None
) -> None:
    """Read the board, where there is one, and every song that is not on it. Raises the `AsanaError` classes."""
    if board.store.board() is not None:
        board.update(asana, progress)
    gids = [song.project_gid or "" for song in board.all_songs() if not song.stage][:MOST_NEW]
    if gids:
        me = asana.me().gid
        read_songs(asana, board.songs, gids, me, board.clock.now(), progress, with_project=True)


def archive_song(board: BoardService, asana: Gateway, song: BoardSong, *, unassign: bool) -> int:
    """Archive a song's project, complete its card, and remove its empty section of My Tasks.

    With `unassign` one's open tasks in it are given back, so that they leave My Tasks; returns how many.
    """
    gid = song.project_gid or ""
    project = asana.project(gid)
    asana.change_project(gid, archived=True)
    given_back = []
    if unassign:
        me = asana.me().gid
        for task in asana.tasks(gid, open_only=True):
            if task.assignee_gid == me and not task.completed:
                asana.change_task(task.gid, assignee="")
                given_back.append(task.gid)
    board.songs.saw_project(replace(project, archived=True), board.clock.now())
    board.songs.set_archived(gid, archived=True, unassigned=given_back)
    made = song.made
    if made is not None and made.my_section:
        # A section that still holds tasks, done ones too, is the user's to keep.
        with suppress(NotFound, Refused):
            if not asana.section_tasks("", made.my_section):
                asana.delete_section(made.my_section)
                Journal(board.database, made).my_section_removed()
    _complete_card(board, asana, gid, completed=True)
    return len(given_back)


def restore_song(board: BoardService, asana: Gateway, project: Project) -> int:
    """Undo `archive_song`: the project, the card, and the tasks that were given back; returns how many."""
    asana.change_project(project.gid, archived=False)
    _complete_card(board, asana, project.gid, completed=False)
    taken = board.songs.unassigned(project.gid)
    for task in taken:
        with suppress(NotFound):
            asana.change_task(task, assignee="me")
    board.songs.saw_project(replace(project, archived=False), board.clock.now())
    board.songs.set_archived(project.gid, archived=False)
    return len(taken)


def _complete_card(board: BoardService, asana: Gateway, project_gid: str, *, completed: bool) -> None:
    card = board.card_of(project_gid)
    if card is not None and card.completed != completed:
        with board.lock():
            asana.set_completed(card.gid, completed=completed)
            board.read_cards(asana)
