"""How a song that was just scaffolded gets its card on the board, and an idea becomes a song."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from asana_tbp.board.cards import CardSender
from asana_tbp.board.links import PROJECT_LINE, words_in
from asana_tbp.board.service import BoardService
from asana_tbp.board.stages import home_of
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.errors import NotAuthorised, TbpError, UsageError
from asana_tbp.text import quote


@dataclass(frozen=True, slots=True)
class ScaffoldedSong:
    """A song whose project exists. `card_gid` is the idea it was made of, "" for none; `stage` where it goes."""

    project_gid: str
    link: str
    title: str
    stage: str = ""
    deadline: date | None = None
    card_gid: str = ""


def put_on_board(board: BoardService, asana: Gateway, song: ScaffoldedSong) -> tuple[str, ...]:
    """Give a song its card, where there is a board and it never had one; what there is to say about it.

    The idea that the song was made of becomes its card, else an idea of the song's name. What can't be sent now
    waits: that is no failure of the scaffold. Raises `NotAuthorised`.
    """
    in_use = board.store.board()
    try:
        if in_use is None or board.pending.of_song(song.project_gid) is not None:
            board.send_pending(asana)
            return ()
        if asana.project(song.project_gid).workspace_gid != in_use.workspace_gid:
            return ()
        with board.lock():
            board.read_cards(asana)
            if board.card_of(song.project_gid) is not None:
                return ()
            idea = board.idea(song.card_gid) or board.idea(song.title)
            if idea is None:
                due_on = song.deadline.isoformat() if song.deadline else None
                words = f"{PROJECT_LINE}{song.link}"
                board.pending.want(
                    song.title, words, stage=song.stage, due_on=due_on, project_gid=song.project_gid
                )
                board.send_pending(asana)
                return ()
            sender = CardSender(asana, board.store, in_use, board.clock)
            problem = sender.attach(idea, song.project_gid, song.link)
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

    Raises `NotFound` and `UsageError` where no idea is meant.
    """
    pending = board.pending_idea(query)
    if read_only and pending is not None:
        name = pending.task_name
        return "", title or name, words_in(pending.content["notes"]) or name
    if read_only:
        board.refresh(asana)
    else:
        board.update(asana)
    card = board.card(query)
    # A song that was made of this idea before is finished by the same command.
    if card.project_gid and board.pending.of_song(card.project_gid) is None:
        raise UsageError(
            f"{quote(card.name)} has a project already.",
            "asana-tbp board shows which cards are still ideas.",
        )
    return card.gid, title or card.name, card.words or card.name
