"""Choosing a workspace or a team by its number; the choice is saved in the settings."""

from __future__ import annotations

from collections.abc import Sequence

from asana_tbp.cli.commands.workspaces import save_choice
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, say
from asana_tbp.cli.prompts.question import ask
from asana_tbp.scaffold.request import Chooser, Thing
from asana_tbp.songmap.templates.variables import AnswerError
from asana_tbp.text import escape_controls, quote


class AskingChooser(Chooser):
    """Lets the user choose where there is a terminal."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def choose(self, kind: str, things: Sequence[Thing]) -> Thing | None:
        """The chosen one, None where there is nobody to ask."""
        if not asks():
            return None

        def meaning(text: str) -> Thing:
            number = text.strip()
            if number.isdecimal() and 1 <= int(number[:6]) <= len(things):
                return things[int(number) - 1]
            raise AnswerError(f"{quote(number)} is not a number from 1 to {len(things)}")

        for number, thing in enumerate(things, 1):
            say(f"  {number}  {escape_controls(thing.name)}")
        chosen = ask(f"Which {kind}?", meaning)
        save_choice(self._context, kind, chosen)
        return chosen
