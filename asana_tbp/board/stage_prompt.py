"""Which songs could move to another stage, because a session finished the last task of a section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asana_tbp.board.service import BoardService
from asana_tbp.board.stages import Offer, WorkSection, next_stage
from asana_tbp.board.store import CachedCard
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.timer.state import Finished


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
        done_gids = {timebox.gid for timebox in worked_on}
        mine = [task for task in asana.tasks(project_gid) if task.assignee_gid == me]
        sections = []
        for section in asana.sections(project_gid):
            here = [task for task in mine if task.section_gid == section.gid]
            still_open = sum(not task.completed and task.gid not in done_gids for task in here)
            sections.append(WorkSection(section.name, still_open, len(here)))
        names = {timebox.section for timebox in worked_on}
        if offer := next_stage(stages, card.stage_gid, sections, names):
            yield card, offer
