"""`idea` and `next`: what comes to mind, and what to go on with.

Knows the words of both commands. Must not know how a card is made, nor what makes a song urgent.
"""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.cli.context import AppContext

INCUBATION = "Idea Incubation"


def idea(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help='What came to mind: "pad like northern lights".')
    ],
) -> None:
    """Keep an idea as a card on the board. Without a network it waits here for the next command that has one."""
    from asana_tbp.board.cards import idea as card_for
    from asana_tbp.cli.board_service import open_board_service
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.errors import QUEUED, AsanaError, UsageError
    from asana_tbp.text import escape_controls

    world: AppContext = ctx.obj
    try:
        wanted = card_for(" ".join(words), _where(world))
    except ValueError:
        raise UsageError(
            "An idea needs words.", 'Like this: asana-tbp idea "pad like northern lights"'
        ) from None
    with open_board_service(world) as pipeline:
        pipeline.shelf.wanted.want(wanted, world.clock.now())
        out(f"Kept: {escape_controls(wanted.name)}")
        if pipeline.shelf.board() is None:
            say("It goes to Asana as soon as there is a board: asana-tbp board init")
            raise typer.Exit(QUEUED)
        try:
            with pipeline.asana() as asana, pipeline.turn():
                pipeline.settle(asana)
        except AsanaError as error:
            say(
                f"{escape_controls(error.sentence)} The idea waits here and goes to Asana with the next command."
            )
            raise typer.Exit(QUEUED) from None
        if wanted.id in {card.id for card in pipeline.shelf.wanted.parked()}:
            raise typer.Exit(QUEUED)


def _where(world: AppContext) -> str:
    """The stage of ideas: the settings' first, unless one of them is meant for ideas."""
    from asana_tbp.board.stages import alike

    stages = world.settings.stages
    return next((stage for stage in stages if alike(stage, INCUBATION)), stages[0])


def next_(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    local: Annotated[
        bool, typer.Option("--local", help="Decide by what is known here; don't ask Asana.")
    ] = False,
) -> None:
    """Say which song and task to go on with, and why."""
    import json

    from asana_tbp.board.advice import advise, next_task
    from asana_tbp.board.view import plain_song
    from asana_tbp.cli.board_service import open_board_service
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.errors import AsanaError, NotAuthorised
    from asana_tbp.scaffold.journal import ideal_places
    from asana_tbp.text import escape_controls, truncate

    world: AppContext = ctx.obj
    with open_board_service(world) as pipeline:
        pipeline.view()
        if not local:
            try:
                with pipeline.asana() as asana:
                    pipeline.refresh(asana)
                    with pipeline.turn():
                        pipeline.settle(asana)
            except NotAuthorised:
                raise
            except AsanaError as error:
                say(f"{escape_controls(error.sentence)} Decided by what was known before.")
        view = pipeline.view()
        advice = advise(view, world.clock.now())
        if advice is None:
            idea = next((song for song in view.songs if song.is_idea), None)
            if as_json:
                out(json.dumps({"version": 1, "song": None, "task": None, "why": None}))
                return
            out("No song on the board has anything left to do.")
            if idea is not None:
                say(f'An idea waits: asana-tbp new --from "{truncate(idea.name)}"')
            return
        song = advice.song
        assert song.project_gid is not None
        tasks = [(task.gid, task.name) for task in pipeline.songs.open_tasks(song.project_gid)]
        task = next_task(tasks, ideal_places(database=pipeline.database, project_gid=song.project_gid))
    if as_json:
        answer = {"version": 1, "song": plain_song(song), "task": task, "why": advice.why}
        out(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    out(f"{escape_controls(song.name)}: {escape_controls(task or '')}")
    out(f"Because {advice.why}.")
    say(f'Begin: asana-tbp start "{truncate(song.name)}"')
