"""`board`: every song and the stage it is in.

Knows which words the board takes. Must not know how it is drawn (`board_view`), nor how it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext
from asana_tbp.errors import FAILED, PARTLY_DONE, NotFound

if TYPE_CHECKING:
    from asana_tbp.board.store import CachedCard
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.bridge.values import Project
    from asana_tbp.cli.board_service import BoardService

app = typer.Typer(
    no_args_is_help=False,
    invoke_without_command=True,
    help="Every song and the stage it is in.",
)

NAME = "Songs"
"""What a board of ours is called unless told otherwise."""

Song = Annotated[str, typer.Argument(help="The song: its name, the start of it, a gid or a link.")]


@app.callback()
def board(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    local: Annotated[bool, typer.Option("--local", help="Show what is known here; don't ask Asana.")] = False,
    as_list: Annotated[
        bool, typer.Option("--list", help="One song a line, also where there is room for columns.")
    ] = False,
) -> None:
    """Show every song in its stage: progress, time left, deadline, last worked on."""
    if ctx.invoked_subcommand is not None:
        return
    from asana_tbp.cli.board_service import open_board_service
    from asana_tbp.cli.output.board_live import show_board

    with open_board_service(ctx.obj) as pipeline:
        show_board(pipeline, as_json=as_json, local=local, as_list=as_list)


@app.command()
def init(
    ctx: typer.Context,
    project: Annotated[
        str | None,
        typer.Argument(help="A project to use as it is: gid, link or name. Default: one is made."),
    ] = None,
    name: Annotated[str, typer.Option(help="What the board is called.")] = NAME,
    workspace: Annotated[str | None, typer.Option(help="The workspace's name or gid.")] = None,
    team: Annotated[
        str | None, typer.Option(help="The team's gid, in an organisation that wants one.")
    ] = None,
) -> None:
    """Make the board in Asana, or use one that is there. Run again, it makes only what is missing."""
    from asana_tbp.board.setup import BoardSetup
    from asana_tbp.bridge.lookup import find_project, find_workspace
    from asana_tbp.cli.board_service import open_board_service
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.text import escape_controls, listed

    world: AppContext = ctx.obj
    with open_board_service(world) as pipeline, pipeline.asana() as asana, pipeline.turn():
        me = asana.me()
        making = BoardSetup(asana, pipeline.shelf, world.clock, team)
        if project is not None:
            result = making.adopt(find_project(asana, project, me.workspaces), me.gid)
        else:
            gid = find_workspace(workspace or world.settings.workspace, me.workspaces).gid
            result = making.make(gid, me.gid, name.strip() or NAME, world.settings.stages)
        names = listed((escape_controls(stage.name) for stage in result.stages), last="and")
        if result.adopted:
            say(f"Using {escape_controls(result.board.name)} as it is. Its stages: {names}.")
        elif result.created:
            say(f"The board has the stages {names}.")
        else:
            say(f"Nothing to do: the board has the stages {names}.")
        for sentence in result.left_alone:
            say(escape_controls(sentence))
        pipeline.refresh(asana)
        pipeline.settle(asana)
        if missing := [escape_controls(song.title) for song in pipeline.songs_without_a_card()]:
            names = listed(missing, last="and")
            say(f"Made before, and not on it: {names}. Put one there with: asana-tbp board add PROJECT")
        out(escape_controls(result.board.link))


@app.command()
def add(
    ctx: typer.Context,
    project: Annotated[str, typer.Argument(help="The song's project: name, gid or link.")],
    stage: Annotated[
        str, typer.Option(help="The stage to put it in. Default: the first.", show_default=False)
    ] = "",
) -> None:
    """Put a song on the board, or bring an archived one back."""
    from asana_tbp.board.cards import song_card
    from asana_tbp.cli.board_service import open_board_service
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.text import escape_controls

    world: AppContext = ctx.obj
    with open_board_service(world) as pipeline, pipeline.asana() as asana, pipeline.turn():
        wanted = pipeline.shelf.wanted
        target = pipeline.stage(stage) if stage else None
        pipeline.refresh(asana)
        kept, found = pipeline.waiting(project), None
        if kept is not None:
            wanted.ask_again(kept)
        else:
            card, found = _meant(pipeline, asana, project)
            if card is None and found is not None:
                pipeline.forget(found.gid)
                asked = song_card(found.gid, found.link, found.name, stage)
                wanted.ask_again(wanted.want(asked, world.clock.now()))
            elif card is not None:
                if card.completed:
                    if found is not None:
                        asana.archive_project(found.gid, archived=False)
                    asana.set_completed(card.gid, completed=False)
                    say(f"{escape_controls(card.name)} is back on the board.")
                else:
                    say(f"{escape_controls(card.name)} is on the board already.")
                if found is not None:
                    wanted.link_again(found.gid)
                if target is not None:
                    pipeline.move(asana, card.gid, target, top=False)
        whole = pipeline.settle(asana)
        pipeline.refresh(asana)
        added = pipeline.card_of(found.gid) if found is not None else pipeline.idea(project)
        if added is None:
            raise typer.Exit(FAILED)
        out(escape_controls(added.link))
        if not whole:
            raise typer.Exit(PARTLY_DONE)


def _meant(pipeline: BoardService, asana: Gateway, wanted: str) -> tuple[CachedCard | None, Project | None]:
    """The card meant, where there is one, and its song's project, where it is a song. Raises `NotFound`."""
    from asana_tbp.bridge.lookup import find_project, gid_in

    archived = pipeline.archived(wanted)
    if archived is not None and archived.project_gid:
        return archived, asana.project(archived.project_gid)
    try:
        found = find_project(asana, wanted, () if gid_in(wanted) else asana.me().workspaces)
    except NotFound:
        card = pipeline.idea(wanted) or archived or pipeline.archived(wanted, begins=True)
        if card is None:
            raise
        return card, asana.project(card.project_gid) if card.project_gid else None
    return pipeline.card_of(found.gid), found


@app.command()
def move(
    ctx: typer.Context,
    song: Song,
    stage: Annotated[str, typer.Argument(help="The stage: its name or the start of it.")],
    top: Annotated[bool, typer.Option("--top", help="Put it on top instead of at the end.")] = False,
) -> None:
    """Move a song to another stage."""
    from asana_tbp.cli.board_service import open_board_service
    from asana_tbp.cli.output.console import out
    from asana_tbp.text import escape_controls

    with open_board_service(ctx.obj) as pipeline, pipeline.asana() as asana, pipeline.turn():
        pipeline.refresh(asana)
        pipeline.settle(asana)
        card = pipeline.find(song)
        target = pipeline.stage(stage)
        if card.stage == target.name and not top:
            out(f"{escape_controls(card.name)} is in {escape_controls(target.name)} already.")
            return
        pipeline.move(asana, card.gid, target, top=top)
        out(f"{escape_controls(card.name)} is in {escape_controls(target.name)} now.")
        _mind_the_limit(pipeline, target.gid)


def _mind_the_limit(pipeline: BoardService, stage_gid: str) -> None:
    from asana_tbp.cli.output.console import say
    from asana_tbp.text import escape_controls

    for stage in pipeline.view().stages:
        if stage.gid == stage_gid and stage.over:
            say(
                f"{escape_controls(stage.name)} has {len(stage.songs)} songs now;"
                f" you meant to have {stage.limit} there."
            )


@app.command()
def archive(ctx: typer.Context, song: Song) -> None:
    """Take a song off the board: its card is completed and its project archived. `board add` undoes it."""
    from asana_tbp.cli.board_service import open_board_service
    from asana_tbp.cli.output.console import out
    from asana_tbp.text import escape_controls

    with open_board_service(ctx.obj) as pipeline, pipeline.asana() as asana, pipeline.turn():
        pipeline.refresh(asana)
        kept = pipeline.waiting(song)
        if kept is not None:
            pipeline.shelf.wanted.forget(kept)
            out(f"{escape_controls(kept.name)} is given up.")
            return
        archived, card = pipeline.archived(song), None
        if archived is None:
            try:
                card = pipeline.find(song)
            except NotFound:
                # The same words again: what they meant is archived by now.
                archived = pipeline.archived(song, begins=True)
                if archived is None:
                    raise
        if card is not None:
            if card.project_gid and not card.hidden:
                asana.archive_project(card.project_gid, archived=True)
            asana.set_completed(card.gid, completed=True)
            pipeline.refresh(asana)
        name = next(each.name for each in (card, archived) if each is not None)
        out(f"{escape_controls(name)} is archived.")
