"""What is said about cards on their way to the board, whatever the command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import say
from asana_tbp.text import shell_quote

if TYPE_CHECKING:
    from asana_tbp.board.song_cards import SongCard
    from asana_tbp.errors import TbpError
    from asana_tbp.session.messages import DeliveryOutcome


def say_outcomes(outcomes: Iterable[DeliveryOutcome]) -> None:
    """Say which cards came to the board, which were refused, and which could not be linked."""
    from asana_tbp.session.messages import Delivered, Notice, Parked

    for outcome in outcomes:
        match outcome:
            case Delivered(card):
                say(f"On the board now: {card.task_name}")
            case Parked(card, reason):
                say_refusal(card.task_name, reason)
            case Notice(sentence):
                say(sentence)


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
