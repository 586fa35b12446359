"""The move that is offered after a session, when the last task of a song's section is done.

Knows when somebody is asked. Must not know which stage follows (`board.stages`), nor how a session runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from asana_tbp.board.stages import WorkSection, next_stage
from asana_tbp.bridge.cards import Cards
from asana_tbp.cli.output import asks, say
from asana_tbp.cli.pipeline import Pipeline, pipeline_on
from asana_tbp.cli.world import World
from asana_tbp.errors import TbpError
from asana_tbp.songmap.wording import cut, printable

if TYPE_CHECKING:
    from asana_tbp.session.state import Finished
    from asana_tbp.store.database import Database


def offer_moves(world: World, database: Database, asana: Cards, finished: Iterable[Finished]) -> None:
    """Offer the stage that follows, for every song of which a section was finished in a session."""
    pipeline = pipeline_on(world, database)
    board = pipeline.shelf.board()
    done = [over for over in finished if over.done and over.box.project_gid]
    if board is None or not done or world.settings.auto_move == "never":
        return
    try:
        for project_gid in dict.fromkeys(over.box.project_gid for over in done):
            boxes = [over.box for over in done if over.box.project_gid == project_gid]
            _offer(pipeline, asana, project_gid, {box.gid for box in boxes}, {box.section for box in boxes})
    except TbpError as error:
        say(f"The board was not looked at: {printable(error.sentence)}")


def _offer(pipeline: Pipeline, asana: Cards, project_gid: str, done: set[str], worked_on: set[str]) -> None:
    board = pipeline.board
    stages, cards = asana.sections(board.gid), asana.cards(board.gid)
    pipeline.shelf.looked(board, stages, cards, pipeline.world.clock.now())
    card = pipeline.card_of(project_gid)
    if card is None or card.completed:
        return
    mine = [task for task in asana.tasks(project_gid) if task.assignee_gid == board.me_gid]
    sections = []
    for section in asana.sections(project_gid):
        here = [task for task in mine if task.section_gid == section.gid]
        still = sum(not task.completed and task.gid not in done for task in here)
        sections.append(WorkSection(section.name, still, len(here)))
    offer = next_stage(stages, card.stage_gid, sections, worked_on)
    if offer is None:
        return
    song, stage = printable(card.name), printable(offer.stage.name)
    finished = f"{printable(offer.finished)} of {song} is done."
    if not _agreed(pipeline.world, f"{finished} Move the song to {stage}?"):
        say(f'{finished} To move it on: asana-tbp board move "{cut(card.name)}" "{stage}"')
        return
    with pipeline.turn():
        pipeline.move(asana, card.gid, offer.stage, top=False)
    say(f"{song} is in {stage} now.")


def _agreed(world: World, question: str) -> bool:
    import typer

    if world.settings.auto_move == "always":
        return True
    if not asks():
        return False
    return typer.confirm(question, default=True, err=True)
