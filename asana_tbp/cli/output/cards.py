"""What is said about cards on their way to the board, whatever the command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import say
from asana_tbp.text import shell_quote

if TYPE_CHECKING:
    from asana_tbp.board.cards import CardOutcome
    from asana_tbp.board.song_cards import SongCard
    from asana_tbp.errors import TbpError


def say_outcomes(outcomes: Iterable[CardOutcome]) -> None:
    """Say which cards came to the board, and which were refused."""
    for outcome in outcomes:
        card = outcome.card
        if not outcome.reason:
            say(f"On the board now: {card.name}")
        elif card.state == "pending":
            say_refusal(card.name, outcome.reason)
        else:
            say(outcome.reason)


def say_refusal(name: str, reason: str) -> None:
    """Say that Asana would not take a card, and how to try again."""
    say(f"Asana will not take the card {name}: {reason}")
    say(f"To try again: asana-tbp board add {shell_quote(name)}")


def say_waiting(problem: TbpError | None) -> None:
    """Say why cards still wait, where they do."""
    if problem is not None:
        say(f"Cards wait for the board: {problem.sentence}")


def say_song_card(card: SongCard) -> None:
    """Say what became of a scaffolded song's card."""
    if card.idea:
        say(f"The idea {card.idea} is the song's card now.")
    if card.note:
        say(card.note)
    if card.problem is not None:
        say(f"Could not add the song's card yet: {card.problem.sentence}")
