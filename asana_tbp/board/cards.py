"""Brings waiting cards to the board, each once, and lets songs and cards name each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from asana_tbp.board.links import CARD_LINE, PROJECT_LINE, marked, with_line
from asana_tbp.board.stages import home_of
from asana_tbp.board.store import Board, PendingCards
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import FINAL, create_once
from asana_tbp.bridge.values import Section
from asana_tbp.errors import AsanaError
from asana_tbp.session.courier import send_pending
from asana_tbp.session.messages import DeliveryOutcome, Notice, Waiting
from asana_tbp.store.outbox import Entry
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote


@dataclass
class CardSender:
    """Makes the cards of one board. One process of a machine at a time may do so."""

    asana: Gateway
    pending: PendingCards
    board: Board
    clock: Clock
    links: dict[str, str] = field(default_factory=dict)

    def send_pending(self) -> tuple[DeliveryOutcome, ...]:
        """Make every card that waits, and link what is not linked; nothing is sent where nothing waits.

        Raises the `AsanaError` classes where Asana can't be told now: what is left waits on.
        """
        outcomes: list[DeliveryOutcome] = []
        send_pending(self.pending, self._make, self.clock, outcomes.append)
        for outcome in outcomes:
            if isinstance(outcome, Waiting):
                raise outcome.error
        problems = [self._link(card) for card in self.pending.unlinked()]
        return (*outcomes, *(Notice(problem) for problem in problems if problem))

    def attach(self, card: BoardSong, project_gid: str, project_link: str) -> str:
        """Make a card that is on the board already the card of a song; what could not be linked, or ""."""
        notes = with_line(self.asana.task(card.gid, exact=True).rich_notes, PROJECT_LINE, project_link)
        if notes is not None:
            self.asana.change_task(card.gid, html_notes=notes)
        self.links[card.gid] = card.link
        return self._link(self.pending.want(card.name, "", project_gid=project_gid, made=card.gid))

    @cached_property
    def _stages(self) -> tuple[Section, ...]:
        return self.asana.sections(self.board.gid)

    def _make(self, card: Entry) -> None:
        board, content = self.board.gid, card.content
        stage = home_of(self._stages, content["stage"]).gid
        made = create_once(
            lambda unsure: self.pending.remember(card, unsure=unsure),
            lambda: self.asana.create_task(board, stage, card.task_name, content["notes"], content["due_on"]),
            lambda: next(
                (task for task in self.asana.tasks(board) if marked("card", task.notes) == card.key), None
            ),
            self.clock,
            unsure=card.unsure,
        )
        self.pending.made(card, made.gid)
        self.links[made.gid] = made.link

    def _link(self, card: Entry) -> str:
        """Write the card's link into its song's project; why it can't be, or ""."""
        problem = ""
        if card.task_gid not in self.links:
            self.links |= {task.gid: task.link for task in self.asana.tasks(self.board.gid)}
        if link := self.links.get(card.task_gid):
            try:
                project = self.asana.project(card.project_gid or "", exact=True)
                notes = with_line(project.rich_notes, CARD_LINE, link)
                if notes is not None:
                    self.asana.change_project(project.gid, html_notes=notes)
            except (*FINAL, ValueError) as error:
                why = error.sentence if isinstance(error, AsanaError) else "its notes have an unknown form."
                problem = f"The project of {quote(card.task_name)} can't name its card: {why}"
        self.pending.set_linked(card.project_gid, linked=True)
        return problem
