"""`idea`: save what comes to mind as a card on the board."""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.cards import say_outcomes
from asana_tbp.cli.output.console import out, say
from asana_tbp.errors import FAILED, QUEUED, AsanaError
from asana_tbp.text import escape_controls


def idea(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help='What came to mind: "pad like northern lights".')
    ],
) -> None:
    """Save an idea before it is gone.

    It becomes a card on the board. Without a network it waits here for the next command that has one.

    Examples:
    asana-tbp idea "pad like northern lights"
    """
    context: AppContext = ctx.obj
    with context.board() as service:
        saved = service.save_idea(" ".join(words))
        out(f"Saved: {escape_controls(saved.name)}")
        if service.store.board() is None:
            say("It is added to the board as soon as you make one: asana-tbp board init")
            raise typer.Exit(QUEUED)
        try:
            with context.asana() as asana, service.lock():
                say_outcomes(service.send_pending(asana))
        except AsanaError as error:
            say(f"{escape_controls(error.sentence)} The idea is sent with the next command that can.")
            raise typer.Exit(QUEUED) from None
        if service.is_refused(saved):
            raise typer.Exit(FAILED)
