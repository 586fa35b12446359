"""`board`: every song and the stage it is in."""

from __future__ import annotations

from typing import Annotated

import typer

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.cli.parameters import AsJson, SongName
from asana_tbp.cli.prompts.question import with_choice
from asana_tbp.errors import FAILED, PARTLY_DONE
from asana_tbp.text import listed, shell_quote

app = typer.Typer(no_args_is_help=False, invoke_without_command=True)


@app.callback()
def board(
    ctx: typer.Context,
    as_json: AsJson = False,
    local: Annotated[bool, typer.Option("--local", help="Show what is known here; don't ask Asana.")] = False,
    as_list: Annotated[
        bool, typer.Option("--list", help="One song a line, also where there is room for columns.")
    ] = False,
) -> None:
    """Show and arrange all your songs.

    Every song in its stage, with progress, time left, deadline, and when you last worked on it.

    Examples:
    asana-tbp board
    asana-tbp board --list --local
    """
    if ctx.invoked_subcommand is None:
        # Loads rich, which the commands of this group and a Tab behind them do without.
        from asana_tbp.cli.output.board_live import show_board

        with ctx.obj.board() as service:
            show_board(ctx.obj, service, as_json=as_json, local=local, as_list=as_list)


@app.command()
def init(
    ctx: typer.Context,
    project: Annotated[
        str | None,
        typer.Argument(help="A project to use as it is: id, link or name. Default: one is made."),
    ] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="What the board is called.")] = "Songs",
    workspace: Annotated[str | None, typer.Option(metavar="NAME", help="The workspace's name or id.")] = None,
    team: Annotated[
        str | None, typer.Option(metavar="NAME", help="The organisation's team: its name or id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the board in Asana, or use a project as one.

    Run again, it makes only what is missing.

    Examples:
    asana-tbp board init
    """
    context: AppContext = ctx.obj
    with context.board() as service, context.asana() as asana:
        created = service.init(asana, project=project, name=name, workspace=workspace, team=team)
        missing = service.songs_without_a_card()
    names = listed((stage.name for stage in created.stages), last="and")
    if created.adopted:
        say(f"Using {created.board.name} as it is. Its stages: {names}.")
    elif created.created:
        say(f"The board has the stages {names}.")
    else:
        say(f"Nothing to do: the board has the stages {names}.")
    for sentence in created.left_alone:
        say(sentence)
    if missing:
        say("Not on the board yet:")
        for song in missing:
            say(f"  asana-tbp board add {shell_quote(song.title)}")
    if as_json:
        emit_json(
            "board init",
            name=created.board.name,
            link=created.board.link,
            adopted=created.adopted,
            stages=[stage.name for stage in created.stages],
            created=list(created.created),
            left_alone=list(created.left_alone),
            songs_not_on_it=[song.title for song in missing],
        )
    else:
        out(created.board.link)


@app.command()
def add(
    ctx: typer.Context,
    project: Annotated[
        str, typer.Argument(metavar="SONG", help="The song's project: name, id or link; or an idea.")
    ],
    stage: Annotated[
        str,
        typer.Option(metavar="NAME", help="The stage to put it in. Default: the first.", show_default=False),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Put a song on the board, or bring an archived one back.

    Examples:
    asana-tbp board add "Midnight Galaxy"
    """
    from asana_tbp.session.messages import Delivered

    context: AppContext = ctx.obj
    with context.board() as service, context.asana() as asana:
        added = with_choice(lambda query: service.add(asana, query, stage), project)
    if added.state == "back":
        say(f"{added.name} is back on the board.")
    elif added.state == "already":
        say(f"{added.name} is on the board already.")
    if not added.link:
        raise typer.Exit(FAILED)
    if as_json:
        emit_json("board add", name=added.name, state=added.state, link=added.link)
    else:
        out(added.link)
    if not all(isinstance(outcome, Delivered) for outcome in service.outcomes):
        raise typer.Exit(PARTLY_DONE)


@app.command()
def move(
    ctx: typer.Context,
    song: SongName,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="The stage: its name or the start of it.")],
    top: Annotated[bool, typer.Option("--top", help="Put it on top instead of at the end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Move a song to another stage.

    Examples:
    asana-tbp board move "Midnight Galaxy" Mixing
    """
    context: AppContext = ctx.obj
    with context.board() as service, context.asana() as asana:
        moved = with_choice(lambda query: service.move(asana, query, stage, top=top), song)
    if as_json:
        emit_json("board move", name=moved.name, stage=moved.stage, moved=not moved.already)
    else:
        when = "already" if moved.already else "now"
        out(f"{moved.name} is in {moved.stage} {when}.")
    if moved.over is not None:
        there, meant = moved.over
        say(f"{moved.stage} has {there} songs now; you meant to have {meant} there.")


@app.command()
def archive(ctx: typer.Context, song: SongName, as_json: AsJson = False) -> None:
    """Take a song off the board.

    Its card is completed and its project archived; `board add` undoes it. An idea is only completed.

    Examples:
    asana-tbp board archive "Midnight Galaxy"
    """
    context: AppContext = ctx.obj
    with context.board() as service, context.asana() as asana:
        archived = with_choice(lambda query: service.archive(asana, query), song)
    if as_json:
        emit_json("board archive", name=archived.name, sent=not archived.unsent)
        return
    what = "was removed; it had not been sent to Asana" if archived.unsent else "is archived"
    out(f"{archived.name} {what}.")
