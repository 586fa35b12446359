"""Cards that are to be on the board, an idea's or a song's: entries of the outbox until Asana has each of them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asana_tbp.store.database import Database
from asana_tbp.store.outbox import OF_BOARD, Entry, Outbox


@dataclass(frozen=True, slots=True)
class PendingCard:
    """A card that is to be on the board: an idea's, or a song's with its `project_gid`."""

    id: str
    kind: Literal["idea", "song"]
    name: str
    notes: str
    stage: str = ""
    due_on: str | None = None
    project_gid: str | None = None
    gid: str | None = None
    state: str = "pending"
    reason: str = ""


class PendingCards:
    """The cards in the outbox. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.outbox = Outbox(database, OF_BOARD)

    def want(self, card: PendingCard) -> PendingCard:
        """Ask for a card. A song has one at most: asked again, the first is what stays."""
        with self._database.transaction():
            if card.project_gid is not None and (known := self.of_song(card.project_gid)):
                return known
            content = {"kind": card.kind, "notes": card.notes, "stage": card.stage, "due_on": card.due_on}
            self.outbox.add_card(card.id, card.name, card.project_gid, content, card.gid or "")
        return card

    def of_song(self, project_gid: str) -> PendingCard | None:
        """The card of a song, wanted or made."""
        known = self.outbox.cards("project_gid = ?", (project_gid,))
        return card_of(known[0]) if known else None

    def unsent(self) -> tuple[PendingCard, ...]:
        """Cards that Asana does not have: those that wait, oldest first, then those it would not take."""
        return tuple(map(card_of, (*self.outbox.pending(), *self.outbox.parked())))

    def is_refused(self, card: PendingCard) -> bool:
        """Whether Asana would not take a card."""
        return any(entry.key == card.id for entry in self.outbox.parked())

    def waits(self) -> bool:
        """Whether anything is to be sent to the board."""
        return bool(self.outbox.pending() or self.unlinked())

    def unlinked(self) -> tuple[PendingCard, ...]:
        """Songs' cards that are made, and that the song's project does not name yet."""
        of_songs = self.outbox.cards("state = 'delivered' AND project_gid IS NOT NULL")
        return tuple(card_of(entry) for entry in of_songs if not entry.content.get("linked"))

    def ask_again(self, card: PendingCard) -> None:
        """A card that Asana would not take waits once more."""
        for entry in self.outbox.cards("key = ? AND state = 'parked'", (card.id,)):
            self.outbox.retry(entry)

    def linked(self, card: PendingCard) -> None:
        """The song's project names the card."""
        self.outbox.update_card(card.id, linked=True)

    def link_again(self, project_gid: str) -> None:
        """The song's project may not name the card any more."""
        for entry in self.outbox.cards("project_gid = ?", (project_gid,)):
            self.outbox.update_card(entry.key, linked=False)

    def forget(self, card: PendingCard) -> None:
        """A card may be asked for anew."""
        self.outbox.remove_card(card.id)

    def forget_made(self, project_gid: str) -> None:
        """The song's card, where it had one, is gone from the board."""
        known = self.of_song(project_gid)
        if known is not None and known.state != "pending":
            self.forget(known)

    def songs(self) -> dict[str, str]:
        """The project of each song's card that is made, by the card's gid."""
        made = self.outbox.cards("task_gid <> '' AND project_gid IS NOT NULL")
        return {entry.task_gid: entry.project_gid for entry in made if entry.project_gid}


def card_of(entry: Entry) -> PendingCard:
    """An entry of the outbox as the card it stands for."""
    return PendingCard(
        id=entry.key,
        kind=entry.content["kind"],
        name=entry.task_name,
        notes=entry.content["notes"],
        stage=entry.content["stage"],
        due_on=entry.content["due_on"],
        project_gid=entry.project_gid,
        gid=entry.task_gid or None,
        state="made" if entry.state == "delivered" else entry.state,
        reason=entry.reason,
    )
