"""`next`: which song and task to go on with, and why."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from asana_tbp.board.advice import advise, next_task
from asana_tbp.board.view import plain_song
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.cards import say_outcomes
from asana_tbp.cli.output.console import out, say, typed
from asana_tbp.errors import AsanaError, NotAuthorised
from asana_tbp.scaffold.journal import ideal_places
from asana_tbp.text import escape_controls


def next_(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    local: Annotated[
        bool, typer.Option("--local", help="Decide by what is known here; don't ask Asana.")
    ] = False,
) -> None:
    """Show which song and task to go on with, and why."""
    context: AppContext = ctx.obj
    with context.board() as service:
        service.view()
        if not local:
            try:
                with context.asana() as asana:
                    say_outcomes(service.update(asana).outcomes)
            except NotAuthorised:
                raise
            except AsanaError as error:
                say(f"{escape_controls(error.sentence)} Decided by what was known before.")
        view = service.view()
        advice = advise(view, context.clock.now())
        task = None
        if advice is not None:
            gid = advice.song.project_gid or ""
            tasks = [(task.gid, task.name) for task in service.songs.open_tasks(gid)]
            task = next_task(tasks, ideal_places(database=service.database, project_gid=gid))
    if as_json:
        answer = {
            "version": 1,
            "command": "next",
            "song": plain_song(advice.song) if advice else None,
            "task": task,
            "why": advice.why if advice else None,
        }
        out(json.dumps(answer, ensure_ascii=False, indent=2))
    elif advice is None:
        out("No song on the board has anything left to do.")
        idea = next((song for song in view.songs if song.is_idea), None)
        if idea is not None:
            say(f"An idea waits: asana-tbp new --from {typed(idea.name)}")
    else:
        out(f"{escape_controls(advice.song.name)}: {escape_controls(task or '')}")
        out(f"Because {advice.why}.")
        say(f"Begin: asana-tbp start {typed(advice.song.name)}")
