"""The move that is offered after a session, when the last task of a song's section is done.

Knows when somebody is asked. Must not know which stage follows (`board.stages`), nor how a session runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from asana_tbp.board.stages import WorkSection, next_stage
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.cli.board_service import BoardService, board_service_on
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, say
from asana_tbp.errors import TbpError
from asana_tbp.text import escape_controls, truncate

if TYPE_CHECKING:
    from asana_tbp.store.database import Database
    from asana_tbp.timer.state import Finished


def offer_moves(world: AppContext, database: Database, asana: Gateway, finished: Iterable[Finished]) -> None:
    """Offer the stage that follows, for every song of which a section was finished in a session."""
    pipeline = board_service_on(world, database)
    board = pipeline.shelf.board()
    done = [over for over in finished if over.done and over.timebox.project_gid]
    if board is None or not done or world.settings.auto_move == "never":
        return
    try:
        for project_gid in dict.fromkeys(over.timebox.project_gid for over in done):
            timeboxes = [over.timebox for over in done if over.timebox.project_gid == project_gid]
            _offer(
                pipeline,
                asana,
                project_gid,
                {timebox.gid for timebox in timeboxes},
                {timebox.section for timebox in timeboxes},
            )
    except TbpError as error:
        say(f"The board was not looked at: {escape_controls(error.sentence)}")


def _offer(
    pipeline: BoardService, asana: Gateway, project_gid: str, done: set[str], worked_on: set[str]
) -> None:
    board = pipeline.board
    stages, cards = asana.sections(board.gid), asana.tasks(board.gid)
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
    song, stage = escape_controls(card.name), escape_controls(offer.stage.name)
    finished = f"{escape_controls(offer.finished)} of {song} is done."
    if not _agreed(pipeline.world, f"{finished} Move the song to {stage}?"):
        say(f'{finished} To move it on: asana-tbp board move "{truncate(card.name)}" "{stage}"')
        return
    with pipeline.turn():
        pipeline.move(asana, card.gid, offer.stage, top=False)
    say(f"{song} is in {stage} now.")


def _agreed(world: AppContext, question: str) -> bool:
    import typer

    if world.settings.auto_move == "always":
        return True
    if not asks():
        return False
    return typer.confirm(question, default=True, err=True)
