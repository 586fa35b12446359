"""What is said about cards on their way to the board, whatever the command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import say
from asana_tbp.text import escape_controls, shell_quote

if TYPE_CHECKING:
    from asana_tbp.board.cards import CardOutcome
    from asana_tbp.board.service import PendingSent
    from asana_tbp.board.song_cards import SongCard


def say_outcomes(outcomes: Iterable[CardOutcome]) -> None:
    """Say which cards came to the board, and which were refused."""
    for outcome in outcomes:
        card = outcome.wanted
        if not outcome.reason:
            say(f"On the board now: {escape_controls(card.name)}")
        elif card.state == "pending":
            say_refusal(card.name, outcome.reason)
        else:
            say(escape_controls(outcome.reason))


def say_refusal(name: str, reason: str) -> None:
    """Say that Asana would not take a card, and how to try again."""
    say(f"Asana will not take the card {escape_controls(name)}: {escape_controls(reason)}")
    say(f"To try again: asana-tbp board add {shell_quote(name)}")


def say_sent(sent: PendingSent) -> None:
    """Say what came of sending waiting cards beside a command's own work."""
    say_outcomes(sent.outcomes)
    if sent.problem is not None:
        say(f"Cards wait for the board: {escape_controls(sent.problem.sentence)}")


def say_song_card(card: SongCard) -> None:
    """Say what became of a scaffolded song's card."""
    if card.idea:
        say(f"The idea {escape_controls(card.idea)} is the song's card now.")
    if card.note:
        say(escape_controls(card.note))
    say_outcomes(card.outcomes)
    if card.problem is not None:
        say(f"Could not add the song's card yet: {escape_controls(card.problem.sentence)}")
