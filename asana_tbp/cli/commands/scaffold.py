"""`scaffold` and `plan`: a song map becomes an Asana project, or what would become of it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from asana_tbp.board.song_cards import ScaffoldedSong, put_on_board, song_of_idea
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Color, Style
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import complain, say
from asana_tbp.cli.output.plan import PlanView, plan_as_json, result_as_json, show_plan, show_result
from asana_tbp.cli.output.progress import progress_bar
from asana_tbp.cli.parameters import AsJson, answers_in
from asana_tbp.cli.prompts.choice import AskingChooser
from asana_tbp.cli.prompts.question import say_folded
from asana_tbp.cli.prompts.rename import RenamePrompt
from asana_tbp.errors import PARTLY_DONE, AsanaError, TbpError, UsageError
from asana_tbp.scaffold.apply import ProjectGone, Scaffold
from asana_tbp.scaffold.compare.changes import Decisions
from asana_tbp.scaffold.compare.plan import Plan, plan_new
from asana_tbp.scaffold.cost import Knowledge, cost_of
from asana_tbp.scaffold.journal import find_songs
from asana_tbp.scaffold.request import (
    ScaffoldRequest,
    SongElsewhere,
    SongScaffolder,
    SongWork,
    TeamMissing,
    UnknownRename,
    decided,
    namesakes,
    read_song,
    turn_of,
)
from asana_tbp.store.database import Database
from asana_tbp.text import quote

HINTS: dict[type[TbpError], str] = {
    SongElsewhere: "To use it: the same command with --project {project_gid}\n"
    "To make another one: the same command with --new",
    TeamMissing: "Choose one with --team; asana-tbp workspaces lists them.",
    ProjectGone: "Bring it back from Asana's trash, or make another one with --new.",
    UnknownRename: "Write --rename OLD=NEW with the titles as they were and as they are; "
    "asana-tbp plan shows what is open.",
}
"""What to do about what a song's making can run into."""

FileOrTemplate = Annotated[str, "FILE|TEMPLATE", "A song map file, or the name of a template."]
Title = Annotated[str | None, "SONG", "Call the song this."]
InWorkspace = Annotated[str | None, "WORKSPACE", "The workspace's name or id."]
InTeam = Annotated[str | None, "TEAM", "The organisation's team: its name or id."]
InColor = Annotated[Color | None, "COLOR", "The project's colour: dark-pink, light-blue, ... or none."]
FromCard = Annotated[str | None, "IDEA", "Make the song of an idea on the board: its name, id or link."]
InProject = Annotated[
    str | None, "--project", "PROJECT", "Use this project, by link, id or name, instead of a new one."
]
Answers = Annotated[list[str] | None, "--set", "NAME=VALUE", "Answer a variable of the map; may be repeated."]
Renames = Annotated[
    list[str] | None, "--rename", "OLD=NEW", "A task or section got another name in the map; may be repeated."
]
Prefer = Annotated[
    Literal["map", "asana"] | None, "--prefer", "Which side counts where the map and Asana were both changed."
]
Prune = Annotated[bool, "--prune", "Delete what the map no longer has, where nobody touched it."]
Reschedule = Annotated[bool, "--reschedule", "Lay the due dates out again, from today."]
Strict = Annotated[bool, "--strict", "Refuse a task that has no time in the song map."]
Yes = Annotated[bool, "--yes", "-y", "Renames and deletions need no question."]


@dataclass(frozen=True)
class PlanFlags:
    """What stood on the command line, as it was written."""

    file_or_template: FileOrTemplate
    title: Title = None
    workspace: InWorkspace = None
    project: InProject = None
    answers: Answers = None
    renames: Renames = None
    prefer: Prefer = None
    prune: Prune = False
    reschedule: Reschedule = False
    strict: Strict = False
    yes: Yes = False
    new: Annotated[bool, "Make another project though this map has one."] = False
    as_json: AsJson = False


@dataclass(frozen=True)
class ScaffoldFlags(PlanFlags):
    """The same for `scaffold`."""

    team: InTeam = None
    private: Annotated[bool, "Only you see the project."] = False
    view: Annotated[Literal["list", "board"], "How Asana shows it."] = "list"
    color: InColor = None
    from_card: FromCard = None
    dry_run: Annotated[bool, "Like the command plan: send nothing."] = False


def scaffold(context: AppContext, flags: ScaffoldFlags) -> None:
    """Make or update a song's project in Asana.

    It gets the map's sections, and tasks assigned to you with their time budgets, in the ideal order. Run it again
    after any interruption or change of the map: it finishes what is missing, carries over what changed and makes
    nothing twice.

    Examples:
      asana-tbp scaffold midnight-galaxy.yaml
      asana-tbp scaffold edm-track --title "Northern Lights"
      asana-tbp scaffold midnight-galaxy.yaml --dry-run
    """
    carry_out(context, flags)


def plan(context: AppContext, flags: PlanFlags) -> None:
    """Preview what scaffold would change.

    Shows the changes, the ideal order, and how many requests and how much time they take. Nothing is sent.

    Examples:
      asana-tbp plan midnight-galaxy.yaml
      asana-tbp plan edm-track --title "Northern Lights"
      asana-tbp plan midnight-galaxy.yaml --json
    """
    carry_out(context, ScaffoldFlags(**vars(flags), dry_run=True))


def carry_out(context: AppContext, flags: ScaffoldFlags) -> None:
    """What `scaffold` does; with `dry_run`, what `plan` does."""
    for rename in flags.renames or ():
        if "=" not in rename.strip("="):
            raise UsageError(f"--rename {quote(rename)} names no two titles.", "Write --rename OLD=NEW.")
    if flags.new and flags.project:
        raise UsageError("--new makes a project and --project takes one.", "Leave one of them out.")
    card_gid, title, words = _from_idea(context, flags) if flags.from_card else ("", flags.title, "")
    decisions = Decisions(
        renames=tuple(flags.renames or ()),
        yes=flags.yes,
        prefer=flags.prefer,
        prune=flags.prune,
        rename_song=flags.yes,
        reschedule=flags.reschedule,
    )
    request = ScaffoldRequest(
        flags.file_or_template, title, answers_in(flags.answers), flags.workspace, flags.project, new=flags.new,
        team=flags.team, words=words, strict=flags.strict,
        style=Style(private=flags.private, view=flags.view, color=flags.color),
        decisions=decisions,
    )  # fmt: skip
    with _hinted():
        if flags.dry_run:
            _plan(context, request, as_json=flags.as_json)
        else:
            _scaffold(context, request, card_gid, as_json=flags.as_json, yes=flags.yes)


def _from_idea(context: AppContext, flags: ScaffoldFlags) -> tuple[str, str, str]:
    """The gid of an idea's card, the song's title, and the idea's words; a dry run sends nothing."""
    with context.board() as board, context.asana() as asana:
        return song_of_idea(board, asana, flags.from_card or "", flags.title, read_only=flags.dry_run)


@contextmanager
def _hinted() -> Iterator[None]:
    """Add the options that help to an error."""
    try:
        yield
    except tuple(HINTS) as error:
        error.hint = HINTS[type(error)].format_map(vars(error))
        raise


def _plan(context: AppContext, request: ScaffoldRequest, *, as_json: bool) -> None:
    work = _read_song(context, request)
    wants = context.settings.my_tasks.lower() != "leave"
    with context.database() as database:
        knows, project_gid = False, None
        known = request.project or find_songs(database, work.source) or namesakes(database, work)
        desired, planned = work.desired, plan_new(work.desired)
        if known and not request.new:
            with context.asana() as asana:
                engine, planned = _looked_at(context, asana, database, work)
                if engine is not None:
                    desired = engine.desired
                    wants, knows = wants and engine.wants_my_tasks(), engine.knows_landing()
                    project_gid = engine.song.project_gid
        per_minute = context.settings.requests_per_minute
    schedule = work.schedule(tuple(planned.completed))
    _warn(schedule.warning)
    cost = cost_of(planned, desired, Knowledge(wants, knows, per_minute))
    shown = PlanView(desired, planned, schedule, cost, per_minute, project_gid)
    if as_json:
        plan_as_json(shown)
    else:
        show_plan(shown)
    if planned.undecided:
        raise typer.Exit(PARTLY_DONE)


def _looked_at(
    context: AppContext, asana: Gateway, database: Database, work: SongWork
) -> tuple[Scaffold | None, Plan]:
    """The plan after a look at Asana that writes nothing anywhere."""

    scaffolder = SongScaffolder(asana, database, context.settings, context.clock)
    found = scaffolder.find(work, keep=False)
    _warn(found.remark)
    if found.song is None:
        return None, plan_new(work.desired)
    engine = scaffolder.engine(work, found.song)
    return engine, decided(engine, work, lambda _plan, _decisions: None, begun=found.begun, keep=False)


def _read_song(context: AppContext, request: ScaffoldRequest) -> SongWork:
    work = read_song(request, context.library, context.settings, context.clock.now().astimezone().date())
    for notice in work.song_map.notices:
        _warn(notice)
    return work


def _warn(sentence: str) -> None:
    if sentence:
        say_folded(sentence)


def _scaffold(
    context: AppContext, request: ScaffoldRequest, card_gid: str, *, as_json: bool, yes: bool
) -> None:
    work = _read_song(context, request)
    chooser = AskingChooser(context)
    prompt = RenamePrompt(yes=yes)

    def waiting() -> None:
        say("Another asana-tbp is scaffolding this song map; waiting until it is done.")

    with (
        context.database() as database,
        context.asana() as asana,
        turn_of(work, context.paths.state, waiting),
    ):
        scaffolder = SongScaffolder(asana, database, context.settings, context.clock, chooser)
        found = scaffolder.find(work, keep=True)
        _warn(found.remark)
        engines: list[Scaffold] = []
        progress_of = progress_bar(f"Scaffolding {work.desired.title}", context.countdown)
        with _explained(engines), progress_of as progress:
            result = scaffolder.carry_out(work, found, prompt.ask, progress, engines.append)
        song = ScaffoldedSong(
            result.project_gid,
            result.link,
            work.desired.title,
            work.song_map.stage,
            work.song_map.deadline,
            card_gid,
        )
        with context.board(database) as board:
            for sentence in put_on_board(board, asana, song):
                say(sentence)
    schedule = work.schedule(tuple(result.plan.completed))
    _warn(schedule.warning)
    if as_json:
        result_as_json(engines[-1].desired, result)
    else:
        show_result(engines[-1].desired, result, schedule)
    if result.shortcomings or result.plan.undecided or prompt.declined:
        raise typer.Exit(PARTLY_DONE)


@contextmanager
def _explained(engines: list[Scaffold]) -> Iterator[None]:
    """Say what is left where it broke off after something was sent."""

    goes_on = "Progress is saved: run the same command again to continue."
    try:
        yield
    except AsanaError as error:
        if not engines or not engines[-1].started:
            raise
        complain(error)
        say(goes_on)
        raise typer.Exit(max(PARTLY_DONE if error.exit_code == 1 else error.exit_code, 1)) from None
    except KeyboardInterrupt:
        if engines and engines[-1].started:
            say(goes_on)
        raise
