"""Brings waiting cards to the board, each once, and lets songs and cards name each other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from asana_tbp.board.links import (
    CARD_LINE,
    PROJECT_LINE,
    idea_notes,
    marked_card,
    song_notes,
    with_line,
)
from asana_tbp.board.pending import PendingCard, card_of
from asana_tbp.board.stages import home_of
from asana_tbp.board.store import Board, BoardStore
from asana_tbp.bridge.create_once import FINAL, create_once
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Section
from asana_tbp.errors import AsanaError
from asana_tbp.session.courier import Delivered, DeliveryOutcome, Parked, Waiting, send_pending
from asana_tbp.store.outbox import Entry
from asana_tbp.system.clock import Clock
from asana_tbp.text import quote

LONGEST_NAME = 120
"""Characters of an idea that name its card; all of them stand in its notes."""


@dataclass(frozen=True, slots=True)
class CardOutcome:
    """A card that is on the board now, or that Asana would not take, for `reason`."""

    card: PendingCard
    reason: str = ""


def idea(words: str, stage: str) -> PendingCard:
    """A card for an idea, its words in full in the notes. Raises ValueError where there are none."""
    text = words.strip()
    if not text:
        raise ValueError("an idea needs words")
    card_id = secrets.token_hex(6)
    line = " ".join(text.split())
    name = line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"
    return PendingCard(card_id, "idea", name, idea_notes(text, card_id), stage)


def song_card(
    project_gid: str, project_link: str, title: str, stage: str = "", due_on: str | None = None
) -> PendingCard:
    """A card for a song."""
    card_id = secrets.token_hex(6)
    return PendingCard(card_id, "song", title, song_notes(project_link, card_id), stage, due_on, project_gid)


class CardMaking:
    """Makes the cards of one board. One process of a machine at a time may do so."""

    def __init__(self, asana: Gateway, store: BoardStore, board: Board, clock: Clock) -> None:
        self._asana = asana
        self._store = store
        self._board = board
        self._clock = clock
        self._links: dict[str, str] = {}
        self._stages: tuple[Section, ...] = ()

    def send_pending(self) -> tuple[CardOutcome, ...]:
        """Make every card that waits, and link what is not linked; nothing is sent where nothing waits.

        Raises the `AsanaError` classes where Asana can't be told now: what is left waits on.
        """
        outcomes: list[CardOutcome] = []
        waiting: list[AsanaError] = []

        def report(outcome: DeliveryOutcome) -> None:
            match outcome:
                case Delivered(entry):
                    outcomes.append(CardOutcome(replace(card_of(entry), state="made")))
                case Parked(entry, reason):
                    outcomes.append(CardOutcome(card_of(entry), reason))
                case Waiting(_, error):
                    waiting.append(error)

        send_pending(self._store.pending.outbox, self._make, self._clock, report)
        if waiting:
            raise waiting[0]
        for card in self._store.pending.unlinked():
            if problem := self._link(card):
                outcomes.append(CardOutcome(card, problem))
        return tuple(outcomes)

    def attach(self, card_gid: str, card_link: str, name: str, project_gid: str, project_link: str) -> str:
        """Make a card that is on the board already the card of a song; what could not be linked, or ""."""
        notes = with_line(self._asana.exact_task(card_gid).rich_notes, PROJECT_LINE, project_link)
        if notes is not None:
            self._asana.change_task(card_gid, html_notes=notes)
        card = PendingCard(secrets.token_hex(6), "song", name, "", "", None, project_gid, card_gid, "made")
        self._links[card_gid] = card_link
        return self._link(self._store.pending.want(card))

    # -- one card ---------------------------------------------------------------------------------

    def _make(self, entry: Entry) -> None:
        card, outbox, board = card_of(entry), self._store.pending.outbox, self._board.gid
        if not self._stages:
            self._stages = self._asana.sections(board)
        stage = home_of(self._stages, card.stage).gid
        made = create_once(
            lambda unsure: outbox.remember(entry, unsure=unsure),
            lambda: self._asana.create_task(board, stage, card.name, card.notes, card.due_on),
            lambda: next((t for t in self._asana.tasks(board) if marked_card(t.notes) == card.id), None),
            self._clock,
            unsure=entry.unsure,
        )
        outbox.update_card(entry.key, gid=made.gid)
        self._links[made.gid] = made.link

    def _link(self, card: PendingCard) -> str:
        """Write the card's link into its song's project; why it can't be, or ""."""
        problem = ""
        if link := self._link_of(card.gid or ""):
            try:
                project = self._asana.exact_project(card.project_gid or "")
                notes = with_line(project.rich_notes, CARD_LINE, link)
                if notes is not None:
                    self._asana.change_project(project.gid, html_notes=notes)
            except (*FINAL, ValueError) as error:
                why = error.sentence if isinstance(error, AsanaError) else "its notes have an unknown form."
                problem = f"The project of {quote(card.name)} can't name its card: {why}"
        self._store.pending.linked(card)
        return problem

    def _link_of(self, gid: str) -> str:
        if gid not in self._links:
            self._links |= {card.gid: card.link for card in self._asana.tasks(self._board.gid)}
        return self._links.get(gid, "")
