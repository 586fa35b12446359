"""`idea`: save what comes to mind as a card on the board."""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.board.service import BoardService
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.parameters import AsJson
from asana_tbp.errors import FAILED, OK, QUEUED, AsanaError
from asana_tbp.store.outbox import Entry


def idea(
    context: AppContext,
    words: Annotated[list[str], "WORDS", 'What came to mind: "pad like northern lights".'],
    as_json: AsJson = False,
) -> None:
    """Save an idea before it is gone.

    It becomes a card on the board. Without a network it waits here for the next command that has one.

    Examples:
    asana-tbp idea "pad like northern lights"
    """
    with context.board() as service:
        saved = service.save_idea(" ".join(words))
        if not as_json:
            out(f"Saved: {saved.task_name}")
        state, code = _sent(context, service, saved)
    if as_json:
        emit_json("idea", name=saved.task_name, state=state)
    if code:
        raise typer.Exit(code)


def _sent(context: AppContext, service: BoardService, saved: Entry) -> tuple[str, int]:
    """Where the idea is now (`sent`, `waiting` or `refused`), and the exit code that says so."""
    if service.store.board() is None:
        say("It is added to the board as soon as you make one: asana-tbp board init")
        return "waiting", QUEUED
    try:
        with context.asana() as asana:
            service.send_pending(asana)
    except AsanaError as error:
        say(f"{error.sentence} The idea is sent with the next command that can.")
        return "waiting", QUEUED
    now = service.pending.entry(saved.id)
    return ("refused", FAILED) if now and now.state == "parked" else ("sent", OK)
