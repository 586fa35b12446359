"""Songs and their cards: read them again, archive and restore them, put them on the board, offer the next stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from asana_tbp.board.links import words_in
from asana_tbp.board.refresh import MOST_NEW, Report, read_cards, read_songs, refresh
from asana_tbp.board.stages import home_of, next_stage
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Project, Section
from asana_tbp.errors import NotAuthorised, NotFound, Refused, TbpError, UsageError
from asana_tbp.scaffold.journal import Journal
from asana_tbp.text import quote
from asana_tbp.timer.state import Finished

if TYPE_CHECKING:
    # The service archives songs too.
    from asana_tbp.board.service import BoardService


def refresh_songs(board: BoardService, asana: Gateway, progress: Report | None = None) -> None:
    """Read the board, where there is one, and every song that is not on it. Raises the `AsanaError` classes."""
    if board.store.board() is not None:
        board.update(asana, progress)
    gids = [song.project_gid or "" for song in board.all_songs() if not song.stage][:MOST_NEW]
    if gids:
        read_songs(board, asana, gids, asana.me().gid, progress, with_project=True)


def archive_song(board: BoardService, asana: Gateway, song: BoardSong, *, unassign: bool) -> int:
    """Archive a song's project, complete its card, and remove its empty section of My Tasks.

    With `unassign` the user's open tasks in it are unassigned, so that they leave My Tasks; returns how many.
    """
    gid = song.project_gid or ""
    project = asana.project(gid)
    asana.change_project(gid, archived=True)
    given_back = []
    if unassign:
        me = asana.me().gid
        open_tasks = asana.tasks(gid, open_only=True)
        given_back = [task.gid for task in open_tasks if task.assignee_gid == me and not task.completed]
        # Saved first: what was sent when this ends early is not the user's any more when it is run again.
        board.store.add_unassigned(gid, given_back)
        for task_gid in given_back:
            asana.change_task(task_gid, assignee="")
    board.store.save_project(replace(project, archived=True), board.clock.now())
    made = song.made
    if made is not None and made.my_section:
        # A section that still holds tasks, even done ones, stays.
        with suppress(NotFound, Refused):
            if not asana.section_tasks("", made.my_section):
                asana.delete_section(made.my_section)
                Journal(board.database, made).change_song(my_section=None, my_order=None)
    _complete_card(board, asana, gid, completed=True)
    return len(given_back)


def restore_song(board: BoardService, asana: Gateway, project: Project) -> int:
    """Undo `archive_song`: the project, the card, and the tasks that were unassigned; returns how many."""
    asana.change_project(project.gid, archived=False)
    _complete_card(board, asana, project.gid, completed=False)
    assigned, gids = 0, board.store.unassigned(project.gid)
    there = {task.gid: task for task in asana.tasks(project.gid)} if gids else {}
    for gid in gids:
        with suppress(NotFound):
            # Somebody else may have taken it since, or moved it to another project.
            if (there.get(gid) or asana.task(gid)).assignee_gid is None:
                asana.change_task(gid, assignee="me")
                assigned += 1
    board.store.save_project(replace(project, archived=False), board.clock.now())
    board.store.forget_unassigned(project.gid)
    return assigned


def _complete_card(board: BoardService, asana: Gateway, project_gid: str, *, completed: bool) -> None:
    card = board.card_of(project_gid)
    if card is not None and card.archived != completed:
        with board.lock():
            asana.set_completed(card.gid, completed=completed)
            read_cards(board, asana)


def stage_offers(
    board: BoardService, asana: Gateway, finished: Iterable[Finished]
) -> Iterator[tuple[BoardSong, Section, str]]:
    """For every song with a finished section: its card, the stage that may follow, and the section.

    Raises the `AsanaError` classes.
    """
    done = [over.timebox for over in finished if over.done and over.timebox.project_gid]
    if board.store.board() is None or not done:
        return
    read_cards(board, asana)
    me, stages = board.board.me_gid, board.store.stages(board.board)
    for project_gid in dict.fromkeys(timebox.project_gid for timebox in done):
        card = board.card_of(project_gid)
        if card is None or card.archived:
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
            yield card, *offer


def put_on_board(board: BoardService, asana: Gateway, song: BoardSong) -> tuple[str, ...]:
    """Give a song its card, if there is a board and it never had one; returns sentences for the user.

    The idea that the song came from, `gid`, becomes its card, else an idea of the song's name. What can't be sent
    now waits: that does not fail the scaffold. Raises `NotAuthorised`.
    """
    in_use, project_gid = board.store.board(), song.project_gid or ""
    try:
        if in_use is None or board.pending.of_song(project_gid) is not None:
            board.send_pending(asana)
            return ()
        if asana.project(project_gid).workspace_gid != in_use.workspace_gid:
            return ()
        with board.lock():
            read_cards(board, asana)
            if board.card_of(project_gid) is not None:
                return ()
            idea = board.idea(song.gid) or board.idea(song.name)
            if idea is None:
                board.pending.enqueue(replace(song, gid=""))
                board.send_pending(asana)
                return ()
            problem = board.attach(asana, idea, project_gid, song.link)
            stages = board.store.stages(in_use)
            stage = home_of(stages, song.stage) if song.stage else stages[0]
            if idea.stage_gid == stages[0].gid != stage.gid:
                board.move_card(asana, idea.gid, stage)
            done = f"The idea {idea.name} is the song's card now."
            return (done, problem) if problem else (done,)
    except NotAuthorised:
        raise
    except TbpError as error:
        return (f"Could not add the song's card yet: {error.sentence}",)


def song_of_idea(
    board: BoardService, asana: Gateway, query: str, title: str | None, *, read_only: bool = False
) -> tuple[str, str, str]:
    """The gid of an idea's card, the song's title, and the idea's words. With `read_only` nothing is sent to Asana.

    Raises `NotFound` and `UsageError` if `query` names no idea.
    """
    pending = board.pending_idea(query)
    if read_only and pending is not None:
        name = pending.task_name
        return "", title or name, words_in(pending.content["notes"]) or name
    if read_only:
        refresh(board, asana)
    else:
        board.update(asana)
    card = board.card(query)
    # If a song was begun from this idea before, the same command finishes it.
    if card.project_gid and board.pending.of_song(card.project_gid) is None:
        raise UsageError(
            f"{quote(card.name)} has a project already.",
            "asana-tbp board shows which cards are still ideas.",
        )
    return card.gid, title or card.name, card.words or card.name
