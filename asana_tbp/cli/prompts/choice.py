"""Choosing a workspace or a team by its number; the choice is saved in the settings."""

from __future__ import annotations

from collections.abc import Sequence

from asana_tbp.cli.commands.workspaces import save_choice
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks
from asana_tbp.cli.prompts.question import choose
from asana_tbp.scaffold.request import Chooser, Thing


class AskingChooser(Chooser):
    """Lets the user choose where there is a terminal."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def choose(self, kind: str, things: Sequence[Thing]) -> Thing | None:
        """The chosen one, None where there is nobody to ask."""
        if not asks():
            return None

        chosen = choose(f"Which {kind}?", [thing.name for thing in things], things)
        save_choice(self._context, kind, chosen)
        return chosen
