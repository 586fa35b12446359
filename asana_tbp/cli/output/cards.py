"""What is said about cards on their way to the board, whatever the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import say
from asana_tbp.text import shell_quote

if TYPE_CHECKING:
    from asana_tbp.errors import TbpError


def say_refusal(name: str, reason: str) -> None:
    """Say that Asana would not take a card, and how to try again."""
    say(f"Asana will not take the card {name}: {reason}")
    say(f"To try again: asana-tbp board add {shell_quote(name)}")


def say_waiting(problem: TbpError | None) -> None:
    """Say why cards still wait, where they do."""
    if problem is not None:
        say(f"Cards wait for the board: {problem.sentence}")
