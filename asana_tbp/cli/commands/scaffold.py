"""`scaffold` and `plan`: a song map becomes an Asana project, or it is said what would become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.cli.scaffold_request import FoundProject, ScaffoldRequest, SongWork
    from asana_tbp.scaffold.apply import Scaffold, Scaffolded
    from asana_tbp.store.database import Database

COLORS = "dark-pink, light-blue, ..., or none"

FileOrTemplate = Annotated[str, typer.Argument(help="A song map file, or the name of a template.")]
Title = Annotated[str | None, typer.Option(help="Call the song this.")]
InWorkspace = Annotated[str | None, typer.Option(help="The workspace's name or gid.")]
InProject = Annotated[
    str | None,
    typer.Option("--project", help="Use this project, by link, gid or name, instead of a new one."),
]
Answers = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Answer a variable of the map; may be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def scaffold(
    ctx: typer.Context,
    file_or_template: FileOrTemplate,
    title: Title = None,
    workspace: InWorkspace = None,
    project: InProject = None,
    team: Annotated[str | None, typer.Option(help="The organisation's team: its name or gid.")] = None,
    private: Annotated[bool, typer.Option("--private", help="Only you see the project.")] = False,
    view: Annotated[str, typer.Option(help="How Asana shows the project: list or board.")] = "list",
    color: Annotated[str | None, typer.Option(help=f"The project's colour: {COLORS}.")] = None,
    answers: Answers = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Like the command plan: send nothing.")] = False,
    new: Annotated[bool, typer.Option("--new", help="Make another project though this map has one.")] = False,
    from_card: Annotated[
        str | None,
        typer.Option(
            help="Make the song of an idea on the board: its name, gid or link.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a song's project in Asana: sections, and tasks assigned to you with their time budgets, in order.

    Run it again after any interruption: it finishes what is missing and makes nothing twice.
    """
    from asana_tbp.bridge.values import Style
    from asana_tbp.cli.commands.answer_files import answers_in
    from asana_tbp.cli.scaffold_request import ScaffoldRequest

    style = Style(private=private, view=_view(view), color=_color(color))
    card_gid, title, words = _from_idea(ctx.obj, from_card, title, dry_run) if from_card else ("", title, "")
    asked = ScaffoldRequest(
        file_or_template,
        title,
        answers_in(answers),
        workspace,
        project,
        new=new,
        team=team,
        style=style,
        card_gid=card_gid,
        words=words,
    )
    if dry_run:
        _plan(ctx.obj, asked, as_json=as_json)
    else:
        _scaffold(ctx.obj, asked, as_json=as_json)


def _from_idea(context: AppContext, query: str, title: str | None, dry_run: bool) -> tuple[str, str, str]:
    """The gid of an idea's card, the song's title, and the idea's words; a dry run sends nothing."""
    from asana_tbp.board.song_cards import song_of_idea
    from asana_tbp.cli.output.cards import say_outcomes

    with context.board() as board, context.asana() as asana:
        idea = song_of_idea(board, asana, query, title, read_only=dry_run)
    say_outcomes(idea.outcomes)
    return idea.card_gid, idea.title, idea.words


def plan(
    ctx: typer.Context,
    file_or_template: FileOrTemplate,
    title: Title = None,
    workspace: InWorkspace = None,
    project: InProject = None,
    answers: Answers = None,
    new: Annotated[bool, typer.Option("--new", help="As if this map had no project yet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what scaffold would do: create, leave alone, and what it costs in requests and time. Sends nothing."""
    from asana_tbp.cli.commands.answer_files import answers_in
    from asana_tbp.cli.scaffold_request import ScaffoldRequest

    asked = ScaffoldRequest(file_or_template, title, answers_in(answers), workspace, project, new=new)
    _plan(ctx.obj, asked, as_json=as_json)


def _plan(world: AppContext, asked: ScaffoldRequest, *, as_json: bool) -> None:
    from asana_tbp.cli.output.plan import plan_as_json, show_plan
    from asana_tbp.cli.scaffold_request import find_song, scaffold_of, song_work
    from asana_tbp.scaffold.cost import cost_of
    from asana_tbp.scaffold.journal import find_songs
    from asana_tbp.scaffold.my_tasks import LEAVE
    from asana_tbp.scaffold.plan import plan as compared

    work = song_work(world, asked)
    wants = world.settings.my_tasks.lower() != LEAVE
    with world.database() as database:
        knows, project_gid = False, None
        nothing_known = asked.new or (not asked.project and not find_songs(database, work.source))
        planned = compared(work.desired, None, {}, {})
        per_minute = world.settings.requests_per_minute
        if not nothing_known:
            with world.asana() as asana:
                found = find_song(world, asana, database, work, keep=False)
                if found.song is not None:
                    engine = scaffold_of(world, asana, database, work, found.song, None)
                    planned = engine.plan(begun=found.begun, keep=False)
                    wants, knows = wants and engine.wants_my_tasks(), engine.knows_landing()
                    project_gid = engine.song.project_gid
    cost = cost_of(planned, work.desired, my_tasks=wants, knows_landing=knows, per_minute=per_minute)
    if as_json:
        plan_as_json(work.desired, planned, work.schedule, cost, per_minute, project_gid)
    else:
        show_plan(work.desired, planned, work.schedule, cost, per_minute)


def _scaffold(world: AppContext, asked: ScaffoldRequest, *, as_json: bool) -> None:
    from asana_tbp.board.song_cards import ScaffoldedSong, put_on_board
    from asana_tbp.cli.output.cards import say_song_card
    from asana_tbp.cli.output.plan import result_as_json, show_result
    from asana_tbp.cli.scaffold_request import find_song, song_work
    from asana_tbp.errors import PARTLY_DONE

    work = song_work(world, asked)
    with world.database() as database, world.asana() as asana:
        found = find_song(world, asana, database, work, keep=True)
        result = _carried_out(world, asana, database, work, found)
        song = ScaffoldedSong(
            result.project_gid,
            result.link,
            work.desired.title,
            work.stage,
            work.deadline,
            work.asked.card_gid,
        )
        say_song_card(put_on_board(world.board_on(database), asana, song))
    if as_json:
        result_as_json(work.desired, result)
    else:
        show_result(work.desired, result, work.schedule)
    if result.shortcomings:
        raise typer.Exit(PARTLY_DONE)


def _carried_out(
    world: AppContext, asana: Gateway, database: Database, work: SongWork, found: FoundProject
) -> Scaffolded:
    from asana_tbp.cli.scaffold_request import other_team, scaffold_of, team_gid
    from asana_tbp.errors import Refused

    assert found.song is not None
    team = None
    if found.song.project_gid is None:
        team = team_gid(world, asana, work, found.workspace_gid)
    # The team asked for, then none, then the producer's choice.
    for tries in range(3):
        engine = scaffold_of(world, asana, database, work, found.song, team)
        try:
            return _applied(world, engine, work, begun=found.begun)
        except Refused as refused:
            if engine.started or tries == 2:
                raise
            if tries == 0 and team and not work.asked.team:
                team = None
            else:
                team = other_team(world, asana, found.workspace_gid, refused)
    raise AssertionError("the last try returns or raises")


def _applied(world: AppContext, engine: Scaffold, work: SongWork, *, begun: bool) -> Scaffolded:
    from asana_tbp.cli.output.console import complain, say
    from asana_tbp.cli.output.progress import progress_bar
    from asana_tbp.errors import PARTLY_DONE, AsanaError

    planned = engine.plan(begun=begun)
    try:
        with progress_bar(f"Scaffolding {work.desired.title}", world.countdown) as progress:
            return engine.apply(planned, progress)
    except AsanaError as error:
        if not engine.started:
            raise
        complain(error)
        say("What was made is kept in mind: the same command goes on from here.")
        raise typer.Exit(max(PARTLY_DONE if error.exit_code == 1 else error.exit_code, 1)) from None
    except KeyboardInterrupt:
        if engine.started:
            say("What was made is kept in mind: the same command goes on from here.")
        raise


def _view(word: str) -> Literal["list", "board"]:
    from asana_tbp.errors import UsageError
    from asana_tbp.text import quote

    match word:
        case "list" | "board":
            return word
    raise UsageError(f"--view: list or board, not {quote(word)}.")


def _color(word: str | None) -> str | None:
    from asana_tbp.bridge.values import COLORS as ALL
    from asana_tbp.errors import UsageError
    from asana_tbp.text import listed, nearest, quote

    if word is None or word in ALL:
        return word
    close = nearest(word, ALL)
    meant = f" Did you mean {quote(close)}?" if close else ""
    raise UsageError(f"--color: {quote(word)} is none of Asana's colours.{meant}", f"They are {listed(ALL)}.")
