"""`scaffold`: a song map becomes an Asana project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.world import World

if TYPE_CHECKING:
    from asana_tbp.bridge.asana import Asana
    from asana_tbp.scaffold.apply import Scaffolded
    from asana_tbp.scaffold.desired import Desired
    from asana_tbp.scaffold.plan import Plan


def scaffold(
    ctx: typer.Context,
    file_or_template: Annotated[str, typer.Argument(help="A song map file, or the name of a template.")],
    title: Annotated[str | None, typer.Option(help="Call the song this.")] = None,
    workspace: Annotated[str | None, typer.Option(help="The workspace's name or gid.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be done; send nothing.")
    ] = False,
    answers: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Answer a variable of the map; may be repeated."),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Make another project though this map has one.")] = False,
) -> None:
    """Make a song's project in Asana: sections, and tasks assigned to you with their time budgets, in order.

    Run it again after any interruption: it finishes what is missing and makes nothing twice.
    """
    from asana_tbp.cli.answers import answers_in
    from asana_tbp.cli.output import complain, say
    from asana_tbp.cli.progress import progress_bar
    from asana_tbp.errors import PARTLY_DONE, AsanaError
    from asana_tbp.scaffold.apply import Scaffold
    from asana_tbp.scaffold.desired import desired_of
    from asana_tbp.scaffold.journal import begin_song, find_songs
    from asana_tbp.songmap.loader import load_song_map

    world: World = ctx.obj
    path = world.library.find(file_or_template)
    desired = desired_of(load_song_map(path, answers_in(answers), world.library), (title or "").strip())
    source = source_of(file_or_template, path, title)
    with world.database() as database:
        known = [] if new else find_songs(database, source)
        if dry_run and not known:
            show_plan(desired, None)
            return
        with world.asana() as asana:
            wanted = workspace or world.settings.workspace
            remembered = known[0].workspace_gid if len(known) == 1 else None
            gid = workspace_gid(asana, wanted or remembered)
            song = next((song for song in known if song.workspace_gid == gid), None)
            begun = song is not None
            if song is None:
                song = begin_song(database, source, gid, desired.title, world.clock.now())
            work = Scaffold(asana, database, song, desired, world.clock)
            planned = work.plan(begun=begun)
            if dry_run:
                show_plan(desired, planned)
                return
            try:
                with progress_bar(f"Scaffolding {desired.title}") as progress:
                    result = work.apply(planned, progress)
            except AsanaError as error:
                if not work.started:
                    raise
                complain(error)
                say("What was made is kept in mind: the same command goes on from here.")
                raise typer.Exit(max(PARTLY_DONE if error.exit_code == 1 else error.exit_code, 1)) from None
            show_result(desired, result)
            if result.shortcomings:
                raise typer.Exit(PARTLY_DONE)


def source_of(wanted: str, path: Path, title: str | None) -> str:
    """How a song map is recognised from one run to the next: its file, or its template and title."""
    kind = f"file:{path.resolve()}" if Path(wanted).exists() else f"template:{path.stem}"
    return f"{kind}#{title}" if title else kind


def workspace_gid(asana: Asana, wanted: str | None) -> str:
    """The gid of the workspace to use; a gid is taken as it is and costs no request."""
    from asana_tbp.bridge.find import find_workspace, gid_in

    if wanted and gid_in(wanted):
        return wanted.strip()
    return find_workspace(wanted, asana.me().workspaces).gid


def show_plan(desired: Desired, planned: Plan | None) -> None:
    """Print what would be done; `planned` is None where Asana has nothing of the song yet."""
    from asana_tbp.cli.output import out
    from asana_tbp.cli.tree import print_tree
    from asana_tbp.songmap.wording import printable

    if planned is None or not planned.tasks:
        out("Would create:")
        print_tree(desired.title, branches_of(desired))
        return
    names = [name for name in map(_name_of, planned.changes) if name]
    out(
        f"{printable(desired.title)}: {len(planned.tasks)} of {len(desired.tasks)} tasks are in Asana already."
    )
    for name in names:
        out(f"  would create  {printable(name)}")
    for difference in planned.differences:
        out(f"  left alone    {printable(difference.name)} {printable(difference.sentence)}")
    for name in planned.extra:
        out(f"  not in map    {printable(name)}")
    if planned.nothing_to_do:
        out("Nothing to do.")


def show_result(desired: Desired, result: Scaffolded) -> None:
    """Print what was done, and the project's link last."""
    from asana_tbp.cli.output import out, say
    from asana_tbp.cli.tree import print_tree
    from asana_tbp.songmap.wording import printable

    if result.plan.nothing_to_do:
        say("Nothing to do: Asana has everything.")
    elif result.plan.tasks:
        out(f"{printable(desired.title)}: added")
        for name in filter(None, map(_name_of, result.plan.changes)):
            out(f"  {printable(name)}")
    else:
        print_tree(desired.title, branches_of(desired))
    for difference in result.plan.differences:
        say(f"Left as it is: {printable(difference.name)} {printable(difference.sentence)}.")
    for shortcoming in result.shortcomings:
        say(f"{printable(shortcoming)} Run the same command to try once more.")
    out(printable(result.link))


def branches_of(desired: Desired) -> list[tuple[str, list[tuple[str, int]]]]:
    """A song's sections and tasks for `print_tree`."""
    return [
        (section.name, [(task.name, task.minutes) for task in section.tasks]) for section in desired.sections
    ]


def _name_of(change: object) -> str:
    from asana_tbp.scaffold.plan import CreateSection, CreateTask, NameSection

    match change:
        case CreateTask(task, section):
            return f"{task.name} in {section.name}"
        case CreateSection(section) | NameSection(section):
            return f"section {section.name}"
    return ""
