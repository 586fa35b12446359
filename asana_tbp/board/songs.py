"""Reading every song anew; archiving one and restoring it; which could move to another stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from asana_tbp.board.progress import Report, unreported
from asana_tbp.board.refresh import MOST_NEW, read_songs
from asana_tbp.board.stages import Offer, next_stage
from asana_tbp.board.store import CachedCard
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project
from asana_tbp.errors import NotFound, Refused
from asana_tbp.scaffold.journal import Journal
from asana_tbp.timer.state import Finished

if TYPE_CHECKING:
    # The service archives songs too.
    from asana_tbp.board.service import BoardService


def refresh_songs(board: BoardService, asana: Gateway, progress: Report = unreported) -> None:
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
    board.songs.set_unassigned(gid, given_back)
    made = song.made
    if made is not None and made.my_section:
        # A section that still holds tasks, done ones too, is the user's to keep.
        with suppress(NotFound, Refused):
            if not asana.section_tasks("", made.my_section):
                asana.delete_section(made.my_section)
                Journal(board.database, made).change_song(my_section=None, my_order=None)
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
    board.songs.set_unassigned(project.gid)
    return len(taken)


def _complete_card(board: BoardService, asana: Gateway, project_gid: str, *, completed: bool) -> None:
    card = board.card_of(project_gid)
    if card is not None and card.completed != completed:
        with board.lock():
            asana.set_completed(card.gid, completed=completed)
            board.read_cards(asana)


def stage_offers(
    board: BoardService, asana: Gateway, finished: Iterable[Finished]
) -> Iterator[tuple[CachedCard, Offer]]:
    """The card and an offer for every song of which a section was finished. Raises the `AsanaError` classes."""
    done = [over.timebox for over in finished if over.done and over.timebox.project_gid]
    if board.store.board() is None or not done:
        return
    board.read_cards(asana)
    me, stages = board.board.me_gid, board.store.stages(board.board)
    for project_gid in dict.fromkeys(timebox.project_gid for timebox in done):
        card = board.card_of(project_gid)
        if card is None or card.completed:
            continue
        worked_on = [timebox for timebox in done if timebox.project_gid == project_gid]
        just_done = {timebox.gid for timebox in worked_on}
        names = {section.gid: section.name for section in asana.sections(project_gid)}
        open_tasks: Counter[str] = Counter()
        for task in asana.tasks(project_gid):
            if task.assignee_gid == me and task.section_gid in names:
                open_tasks[names[task.section_gid]] += not (task.completed or task.gid in just_done)
        sections = {timebox.section for timebox in worked_on}
        if offer := next_stage(stages, card.stage_gid, open_tasks, sections):
            yield card, offer
