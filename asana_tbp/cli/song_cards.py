"""What becomes of a song's or an idea's card while a map is written or scaffolded.

Knows how a card and a song find each other. Must not know any command's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_tbp.board.cards import CardMaking, song_card
from asana_tbp.board.stages import home_of
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.cli.board_service import board_service_on, open_board_service, send_pending_cards
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import say
from asana_tbp.errors import NotAuthorised, TbpError, UsageError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import escape_controls, quote

if TYPE_CHECKING:
    from asana_tbp.cli.scaffold_request import SongWork
    from asana_tbp.scaffold.apply import Scaffolded
    from asana_tbp.store.database import Database


def put_on_board(
    world: AppContext, database: Database, asana: Gateway, result: Scaffolded, work: SongWork
) -> None:
    """Give a scaffolded song its card, where there is a board and it never had one.

    The idea that the song was made of becomes its card, else an idea of the song's name.
    What can't be told now waits: that is no failure of the scaffold.
    """
    pipeline = board_service_on(world, database)
    board = pipeline.shelf.board()
    project_gid, link, title = result.project_gid, result.link, work.desired.title
    if board is None or pipeline.shelf.wanted.of_song(project_gid) is not None:
        send_pending_cards(world, database, asana)
        return
    try:
        with pipeline.turn():
            if asana.project(project_gid).workspace_gid != board.workspace_gid:
                return
            cards = asana.tasks(board.gid)
            pipeline.shelf.looked(board, asana.sections(board.gid), cards, world.clock.now())
            if pipeline.card_of(project_gid) is not None:
                return
            ideas = [
                card for card in pipeline.shelf.cards(board) if not card.project_gid and not card.completed
            ]
            idea = next((card for card in ideas if card.gid == work.asked.card_gid), None) or next(
                (card for card in ideas if normalize(card.name) == normalize(title)), None
            )
            if idea is not None:
                making = CardMaking(asana, pipeline.shelf, board, world.clock)
                problem = making.attach(idea.gid, idea.link, idea.name, project_gid, link)
                say(f"The idea {escape_controls(idea.name)} is the song's card now.")
                stages = pipeline.shelf.stages(board)
                named = home_of(stages, work.stage) if work.stage else None
                if named is not None and idea.stage_gid == stages[0].gid != named.gid:
                    pipeline.move(asana, idea.gid, named, top=False)
                if problem:
                    say(escape_controls(problem))
                return
            due = work.deadline.isoformat() if work.deadline else None
            pipeline.shelf.wanted.want(
                song_card(project_gid, link, title, work.stage, due), world.clock.now()
            )
            pipeline.settle(asana)
    except NotAuthorised:
        raise
    except TbpError as error:
        say(f"The song's card waits: {escape_controls(error.sentence)}")


def from_idea(world: AppContext, wanted: str, title: str | None) -> tuple[str, str, str]:
    """The gid of an idea's card, the song's title, and the idea's words.

    Raises `NotFound` and `UsageError` where no idea is meant.
    """
    with open_board_service(world) as pipeline:
        with pipeline.asana() as asana, pipeline.turn():
            pipeline.refresh(asana)
            pipeline.settle(asana)
        card = pipeline.find(wanted)
        known = pipeline.shelf.wanted.of_song(card.project_gid) if card.project_gid else None
    # A song that was made of this idea before is finished by the same command.
    if not card.is_idea and known is None:
        raise UsageError(
            f"{quote(card.name)} has a project already.", "board shows which cards are ideas still."
        )
    return card.gid, title or card.name, card.words or card.name


def idea_words(world: AppContext, wanted: str) -> tuple[str, str]:
    """The name and the words of an idea on the board or on its way there; else what was written is both."""
    text = " ".join(wanted.split())
    with open_board_service(world) as pipeline:
        if pipeline.shelf.board() is not None:
            key = normalize(text)
            for song in pipeline.view().songs:
                if song.is_idea and (normalize(song.name) == key or song.gid == text):
                    return song.name, song.words or song.name
    return text, wanted.strip() or text
