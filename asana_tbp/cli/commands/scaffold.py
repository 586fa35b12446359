"""`scaffold` and `plan`: turn a song map into an Asana project, or preview that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Literal

from asana_tbp.board.songs import put_on_board, song_of_idea
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.values import Color, Style, Team, Workspace
from asana_tbp.cli.commands.workspaces import save_choice
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, complain, say
from asana_tbp.cli.output.plan import plan_as_json, result_as_json, show_plan, show_result
from asana_tbp.cli.output.progress import progress_bar
from asana_tbp.cli.parameters import Text, Texts, WithJson, answers_in
from asana_tbp.cli.prompts.question import agrees, ask, choose, number_in
from asana_tbp.errors import FAILED, OK, PARTLY_DONE, AsanaError, ExitCode, TbpError, UsageError
from asana_tbp.scaffold.apply import ProjectGone, Scaffold
from asana_tbp.scaffold.compare.matching import UnknownRename
from asana_tbp.scaffold.compare.plan import Candidate, Decisions, Plan, Question, cost_of, plan_new
from asana_tbp.scaffold.journal import find_songs
from asana_tbp.scaffold.request import (
    ScaffoldRequest,
    SongElsewhere,
    SongScaffolder,
    SongWork,
    TeamMissing,
    namesakes,
    read_song,
    turn_of,
)
from asana_tbp.songmap.schedule import Schedule
from asana_tbp.text import escape_controls, plural, quote, shell_quote

HINTS: dict[type[TbpError], str] = {
    SongElsewhere: "To use it: the same command with --project {project_gid}\n"
    "To make another one: the same command with --new",
    TeamMissing: "Choose one with --team; asana-tbp workspaces lists them.",
    ProjectGone: "Bring it back from Asana's trash, or make another one with --new.",
    UnknownRename: "Write --rename OLD=NEW with the titles as they were and as they are.\n"
    "asana-tbp plan shows what is open.",
}
"""What to do about errors that scaffolding can run into."""


@dataclass(frozen=True)
class PlanFlags:
    """The words of the command line, as they were written."""

    file_or_template: Annotated[str, "FILE|TEMPLATE", "A song map file, or the name of a template."]
    title: Annotated[Text, "SONG", "Call the song this."] = None
    workspace: Annotated[Text, "WORKSPACE", "The workspace's name or id."] = None
    project: Annotated[Text, "PROJECT", "Use this project, by link, id or name, instead of a new one."] = None
    answers: Annotated[Texts, "--set", "NAME=VALUE", "Answer a variable of the map; may be repeated."] = None
    renames: Annotated[
        Texts, "--rename", "OLD=NEW", "A task or section got another name in the map; may be repeated."
    ] = None
    prefer: Annotated[
        Literal["map", "asana"] | None, "Which side wins where the map and Asana were both changed."
    ] = None
    prune: Annotated[bool, "Delete what the map no longer has, unless somebody changed it in Asana."] = False
    reschedule: Annotated[bool, "Plan the due dates again, starting today."] = False
    strict: Annotated[bool, "Refuse a task that has no time in the song map."] = False
    yes: Annotated[bool, "-y", "Answer yes to every question about renaming and deleting."] = False
    new: Annotated[bool, "Make another project, even if this map has one already."] = False


@dataclass(frozen=True)
class ScaffoldFlags(PlanFlags):
    """The same for `scaffold`."""

    team: Annotated[Text, "TEAM", "The organisation's team: its name or id."] = None
    private: Annotated[bool, "Only you see the project."] = False
    view: Annotated[Literal["list", "board"], "How Asana shows it."] = "list"
    color: Annotated[Color | None, "COLOR", "The project's colour: dark-pink, light-blue, ... or none."] = (
        None
    )
    from_card: Annotated[Text, "IDEA", "Make the song of an idea on the board: its name, id or link."] = None
    dry_run: Annotated[bool, "Like the command plan: send nothing."] = False


def scaffold(context: WithJson, flags: ScaffoldFlags) -> ExitCode:
    """Make or update a song's project in Asana.

    The project gets the map's sections, and its tasks in the ideal order, assigned to you, with their time budgets.
    Run it again after any interruption or change of the map: it finishes what is missing, carries over what changed
    and makes nothing twice.

    Examples:
      asana-tbp scaffold midnight-galaxy.yaml
      asana-tbp scaffold edm-track --title "Northern Lights"
      asana-tbp scaffold midnight-galaxy.yaml --dry-run
    """
    for rename in flags.renames or ():
        if "=" not in rename.strip("="):
            raise UsageError(f"--rename {quote(rename)} does not name two titles.", "Write --rename OLD=NEW.")
    if flags.new and flags.project:
        raise UsageError("--new makes a project and --project takes one.", "Leave one of them out.")
    card_gid, title, words = "", flags.title, ""
    if flags.from_card:
        with context.board() as board, context.asana() as asana:
            card_gid, title, words = song_of_idea(
                board, asana, flags.from_card, flags.title, read_only=flags.dry_run
            )
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
    try:
        work = read_song(request, context.library, context.settings)
        _warn(*work.desired.song_map.notices)
        return _plan(context, work, flags) if flags.dry_run else _scaffold(context, work, card_gid, flags)
    except tuple(HINTS) as error:
        error.hint = HINTS[type(error)].format_map(vars(error))
        raise


def plan(context: WithJson, flags: PlanFlags) -> ExitCode:
    """Preview what scaffold would change.

    Shows the changes, the ideal order, and how many requests and how much time they take. Nothing is sent.

    Examples:
      asana-tbp plan midnight-galaxy.yaml
      asana-tbp plan edm-track --title "Northern Lights"
      asana-tbp plan midnight-galaxy.yaml --json
    """
    return scaffold(context, ScaffoldFlags(**vars(flags), dry_run=True))


def _warn(*sentences: str) -> None:
    for sentence in filter(None, sentences):
        say(sentence)


def _schedule(context: AppContext, planned: Plan) -> Schedule:
    """When the open tasks are worked on, from today; prints a warning if they don't fit."""
    today = context.clock.now().astimezone().date()
    schedule = planned.desired.laid_out(today, planned.completed)[1]
    _warn(schedule.warning)
    return schedule


def _plan(context: AppContext, work: SongWork, flags: ScaffoldFlags) -> ExitCode:
    """Preview the changes, without writing anything anywhere."""
    wants, knows, project_gid = context.settings.my_tasks != "leave", False, None
    planned = plan_new(work.desired)
    with context.database() as database:
        known = flags.project or find_songs(database, work.source) or namesakes(database, work)
        is_read = bool(known) and not flags.new
        if is_read:
            with context.asana() as asana, database.copy() as scratch:
                engine, remark = SongScaffolder(
                    asana, scratch, context.settings, context.clock, work
                ).engine()
                _warn(remark)
                planned, project_gid = engine.plan(work.request.decisions), engine.song.project_gid
                wants, knows = wants and engine.wants_my_tasks(), engine.knows_landing()
    schedule = _schedule(context, planned)
    per_minute = context.settings.requests_per_minute
    cost = cost_of(planned, my_tasks=wants, knows_landing=knows, per_minute=per_minute)
    if context.as_json:
        plan_as_json(planned, schedule, cost, project_gid, is_read=is_read)
    else:
        show_plan(planned, schedule, cost, may_exist=not (is_read or flags.new))
    if not (context.as_json or planned.nothing_to_do or planned.undecided):
        plain = ScaffoldFlags(flags.file_or_template, dry_run=True) == flags
        before = ": " if plain else ", with the same options:\n  "
        say(f"Nothing is sent yet. Next{before}asana-tbp scaffold {shell_quote(flags.file_or_template)}")
    return PARTLY_DONE if planned.undecided else OK


def _scaffold(context: AppContext, work: SongWork, card_gid: str, flags: ScaffoldFlags) -> ExitCode:
    """Scaffold, and say how to continue if it broke off or something is undecided or incomplete."""
    title, song_map = work.desired.title, work.desired.song_map
    waiting = partial(say, "Another asana-tbp is scaffolding this song map; waiting until it is done.")

    def choose_one(kind: str, things: Sequence[Workspace | Team]) -> Workspace | Team | None:
        if not asks():
            return None
        chosen = choose(f"Which {kind}?", [thing.name for thing in things], things)
        save_choice(context, kind, chosen)
        return chosen

    with (
        context.database() as database,
        context.asana() as asana,
        turn_of(work, context.paths.state, waiting),
    ):
        scaffolder = SongScaffolder(asana, database, context.settings, context.clock, work, choose_one)
        engine, remark = scaffolder.engine()
        _warn(remark)
        planned, declined = _decided(engine, work.request.decisions, yes=flags.yes)
        try:
            with progress_bar(f"Scaffolding {title}", context.countdown) as progress:
                result = scaffolder.carry_out(engine, planned, progress)
        except (AsanaError, KeyboardInterrupt) as error:
            if engine.song.project_gid is None:
                raise
            if isinstance(error, AsanaError):
                complain(error)
            say("Progress is saved: run the same command again to continue.")
            if isinstance(error, KeyboardInterrupt):
                raise
            return PARTLY_DONE if error.exit_code == FAILED else error.exit_code
        gid, deadline = result.project_gid, song_map.deadline
        card = BoardSong(card_gid, title, result.link, song_map.stage, gid, deadline=deadline)
        with context.board(database) as board:
            for sentence in put_on_board(board, asana, card):
                say(sentence)
    schedule = _schedule(context, result.plan)
    if context.as_json:
        result_as_json(result)
    else:
        show_result(result, schedule)
    if result.shortcomings or result.plan.undecided or declined:
        return PARTLY_DONE
    if not (context.as_json or result.plan.nothing_to_do):
        say(f"Next: asana-tbp start {shell_quote(title)}")
    return OK


def _decided(engine: Scaffold, decisions: Decisions, *, yes: bool) -> tuple[Plan, bool]:
    """The plan after asking once about everything that is open in it, and whether a deletion was declined.

    Nothing is decided where there is nobody to ask; `yes` is the answer about deletions.
    """
    asked, may_delete = set[str](), True if yes else None
    while True:
        planned = engine.plan(decisions)
        deleted = [change.name or "" for change in planned.changes if change.action == "delete"]
        if deleted and may_delete is None:
            may_delete = _may_delete(deleted)
            if not may_delete:
                decisions = replace(decisions, prune=False)
                continue
        if planned.song_renamed and "SONG" not in asked and asks():
            # Keys of the map have no capitals.
            asked.add("SONG")
            if agrees("The song has another name in the map. Rename its project in Asana?"):
                decisions = replace(decisions, rename_song=True)
                continue
        for new, question in ((new, each) for each in planned.questions for new in each.new if asks()):
            if new.key not in asked:
                asked.add(new.key)
                if (old := _old_key(new, question)) is not None:
                    decisions = replace(decisions, pairs={**decisions.pairs, new.key: old})
                    break
        else:
            return planned, may_delete is False


def _may_delete(names: Sequence[str]) -> bool:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    listed = ", ".join(map(quote, names[:8])) + more
    if asks():
        return agrees(f"Delete in Asana: {listed} ({plural(len(names), 'thing')})?")
    say(f"Not deleted without --yes: {listed}.")
    return False


def _old_key(new: Candidate, question: Question) -> str | None:
    """Ask for the old key of `new`, "" if it is a new one; None to decide later, the default."""
    say(f"{quote(new.name)} is new in the map. Is it the new name of:")
    for number, old in enumerate(question.old, 1):
        say(f"  {number}  {escape_controls(old.name)}")
    say(f"  n  none of them: it is a new {question.kind}")

    def meaning(text: str) -> str | None:
        word = text.strip().casefold()
        if word in {"", "l", "later"}:
            return None
        if word in {"n", "new"}:
            return ""
        return question.old[number_in(word, len(question.old), ", nor n, nor Enter for later")].key

    return ask("A number, n, or Enter to decide later", meaning)
