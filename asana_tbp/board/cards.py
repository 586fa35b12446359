"""Brings waiting cards to the board, each once, and lets songs and cards name each other."""

from __future__ import annotations

from asana_tbp.board.links import CARD_LINE, PROJECT_LINE, marked, with_line
from asana_tbp.board.stages import home_of
from asana_tbp.board.store import Board, BoardStore, CachedCard
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.retry import FINAL, create_once
from asana_tbp.bridge.values import Section
from asana_tbp.errors import AsanaError
from asana_tbp.session.courier import send_pending
from asana_tbp.session.messages import DeliveryOutcome, Notice, Waiting
from asana_tbp.store.outbox import Entry
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote


class CardSender:
    """Makes the cards of one board. One process of a machine at a time may do so."""

    def __init__(self, asana: Gateway, store: BoardStore, board: Board, clock: Clock) -> None:
        self._asana = asana
        self._pending = store.pending
        self._board = board.gid
        self._clock = clock
        self._links: dict[str, str] = {}
        self._stages: tuple[Section, ...] = ()

    def send_pending(self) -> tuple[DeliveryOutcome, ...]:
        """Make every card that waits, and link what is not linked; nothing is sent where nothing waits.

        Raises the `AsanaError` classes where Asana can't be told now: what is left waits on.
        """
        outcomes: list[DeliveryOutcome] = []
        send_pending(self._pending, self._make, self._clock, outcomes.append)
        for outcome in outcomes:
            if isinstance(outcome, Waiting):
                raise outcome.error
        problems = [self._link(card) for card in self._pending.unlinked()]
        return (*outcomes, *(Notice(problem) for problem in problems if problem))

    def attach(self, card: CachedCard, project_gid: str, project_link: str) -> str:
        """Make a card that is on the board already the card of a song; what could not be linked, or ""."""
        notes = with_line(self._asana.exact_task(card.gid).rich_notes, PROJECT_LINE, project_link)
        if notes is not None:
            self._asana.change_task(card.gid, html_notes=notes)
        self._links[card.gid] = card.link
        return self._link(self._pending.want(card.name, "", project_gid=project_gid, made=card.gid))

    def _make(self, card: Entry) -> None:
        if not self._stages:
            self._stages = self._asana.sections(self._board)
        stage, content = home_of(self._stages, card.content["stage"]).gid, card.content
        made = create_once(
            lambda unsure: self._pending.remember(card, unsure=unsure),
            lambda: self._asana.create_task(
                self._board, stage, card.task_name, content["notes"], content["due_on"]
            ),
            lambda: next(
                (task for task in self._asana.tasks(self._board) if marked("card", task.notes) == card.key),
                None,
            ),
            self._clock,
            unsure=card.unsure,
        )
        self._pending.made(card, made.gid)
        self._links[made.gid] = made.link

    def _link(self, card: Entry) -> str:
        """Write the card's link into its song's project; why it can't be, or ""."""
        problem = ""
        if card.task_gid not in self._links:
            self._links |= {task.gid: task.link for task in self._asana.tasks(self._board)}
        if link := self._links.get(card.task_gid):
            try:
                project = self._asana.exact_project(card.project_gid or "")
                notes = with_line(project.rich_notes, CARD_LINE, link)
                if notes is not None:
                    self._asana.change_project(project.gid, html_notes=notes)
            except (*FINAL, ValueError) as error:
                why = error.sentence if isinstance(error, AsanaError) else "its notes have an unknown form."
                problem = f"The project of {quote(card.task_name)} can't name its card: {why}"
        self._pending.set_linked(card.project_gid, linked=True)
        return problem
