"""Cards that are wanted, brought to the board once each, and songs and cards that name each other."""

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
from asana_tbp.board.stages import home_of
from asana_tbp.board.store import Board, BoardStore
from asana_tbp.board.wanted import PendingCard, card_of
from asana_tbp.bridge.create_once import FINAL, create_once
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Section, Task
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

    wanted: PendingCard
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
    """Brings what is wanted to one board. One process of a machine at a time may do so."""

    def __init__(self, asana: Gateway, shelf: BoardStore, board: Board, clock: Clock) -> None:
        self._asana = asana
        self._shelf = shelf
        self._board = board
        self._clock = clock
        self._links: dict[str, str] = {}
        self._stages: tuple[Section, ...] = ()

    def settle(self) -> tuple[CardOutcome, ...]:
        """Make every card that waits, and link what is not linked; nothing is sent where nothing waits.

        Raises the `AsanaError` classes where Asana can't be told now: what is left waits on.
        """
        settled: list[CardOutcome] = []
        waiting: list[AsanaError] = []

        def report(outcome: DeliveryOutcome) -> None:
            match outcome:
                case Delivered(entry):
                    settled.append(CardOutcome(replace(card_of(entry), state="made")))
                case Parked(entry, reason):
                    settled.append(CardOutcome(card_of(entry), reason))
                case Waiting(_, error):
                    waiting.append(error)

        send_pending(self._shelf.wanted.outbox, self._make, self._clock, report)
        if waiting:
            raise waiting[0]
        for wanted in self._shelf.wanted.unlinked():
            problem = self._link(wanted)
            if problem:
                settled.append(CardOutcome(wanted, problem))
        return tuple(settled)

    def attach(self, card_gid: str, card_link: str, name: str, project_gid: str, project_link: str) -> str:
        """Make a card that is on the board already the card of a song; what could not be linked, or ""."""
        line = with_line(self._asana.exact_task(card_gid).rich_notes, PROJECT_LINE, project_link)
        if line is not None:
            self._asana.write_task_notes(card_gid, line)
        wanted = PendingCard(
            secrets.token_hex(6), "song", name, "", project_gid=project_gid, gid=card_gid, state="made"
        )
        wanted = self._shelf.wanted.want(wanted)
        self._links[card_gid] = card_link
        return self._link(wanted)

    # -- one card ---------------------------------------------------------------------------------

    def _make(self, entry: Entry) -> None:
        wanted, outbox = card_of(entry), self._shelf.wanted.outbox
        if not self._stages:
            self._stages = self._asana.sections(self._board.gid)
        stage = home_of(self._stages, wanted.stage)
        card = create_once(
            lambda unsure: outbox.remember(entry, unsure=unsure),
            lambda: self._asana.create_task(
                self._board.gid, stage.gid, wanted.name, wanted.notes, wanted.due_on
            ),
            lambda: self._find(wanted),
            self._clock,
            unsure=entry.unsure,
        )
        outbox.update_card(entry.key, gid=card.gid)
        self._links[card.gid] = card.link

    def _find(self, wanted: PendingCard) -> Task | None:
        cards = self._asana.tasks(self._board.gid)
        return next((card for card in cards if marked_card(card.notes) == wanted.id), None)

    # -- links ------------------------------------------------------------------------------------

    def _link(self, wanted: PendingCard) -> str:
        """Write the card's link into its song's project; why it can't be, or ""."""
        assert wanted.project_gid is not None
        assert wanted.gid is not None
        link = self._link_of(wanted.gid)
        if not link:
            self._shelf.wanted.linked(wanted)
            return ""
        try:
            project = self._asana.exact_project(wanted.project_gid)
            notes = with_line(project.rich_notes, CARD_LINE, link)
            if notes is not None:
                self._asana.write_project_notes(wanted.project_gid, notes)
        except (*FINAL, ValueError) as error:
            self._shelf.wanted.linked(wanted)
            why = error.sentence if isinstance(error, AsanaError) else "its notes have an unknown form."
            return f"The project of {quote(wanted.name)} can't name its card: {why}"
        self._shelf.wanted.linked(wanted)
        return ""

    def _link_of(self, gid: str) -> str:
        if gid not in self._links:
            self._links |= {card.gid: card.link for card in self._asana.tasks(self._board.gid)}
        return self._links.get(gid, "")
