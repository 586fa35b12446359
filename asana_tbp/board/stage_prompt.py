"""Which songs could move to another stage, because a session finished the last task of a section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from asana_tbp.board.service import BoardService
from asana_tbp.board.stages import WorkSection, next_stage
from asana_tbp.board.store import CachedCard
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Section
from asana_tbp.timer.state import Finished


@dataclass(frozen=True, slots=True)
class StageOffer:
    """The song of `card` could go to `stage`, because all of its section `finished` is done."""

    card: CachedCard
    stage: Section
    finished: str


def stage_offers(board: BoardService, asana: Gateway, finished: Iterable[Finished]) -> Iterator[StageOffer]:
    """An offer for every song of which a section was finished in a session. Raises the `AsanaError` classes."""
    done = [over.timebox for over in finished if over.done and over.timebox.project_gid]
    if board.store.board() is None or not done:
        return
    board.read_cards(asana)
    for project_gid in dict.fromkeys(timebox.project_gid for timebox in done):
        timeboxes = [timebox for timebox in done if timebox.project_gid == project_gid]
        offer = _offer(
            board,
            asana,
            project_gid,
            {timebox.gid for timebox in timeboxes},
            {timebox.section for timebox in timeboxes},
        )
        if offer is not None:
            yield offer


def _offer(
    board: BoardService, asana: Gateway, project_gid: str, done: set[str], worked_on: set[str]
) -> StageOffer | None:
    card = board.card_of(project_gid)
    if card is None or card.completed:
        return None
    me = board.board.me_gid
    mine = [task for task in asana.tasks(project_gid) if task.assignee_gid == me]
    sections = []
    for section in asana.sections(project_gid):
        here = [task for task in mine if task.section_gid == section.gid]
        still_open = sum(not task.completed and task.gid not in done for task in here)
        sections.append(WorkSection(section.name, still_open, len(here)))
    offer = next_stage(board.store.stages(board.board), card.stage_gid, sections, worked_on)
    return StageOffer(card, offer.stage, offer.finished) if offer else None
