"""`start`: the timer runs a project's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.world import World

if TYPE_CHECKING:
    from asana_tbp.bridge.asana import Asana, Project, User
    from asana_tbp.session.timebox import Box
    from asana_tbp.store.database import Database


def start(
    ctx: typer.Context,
    project: Annotated[
        str | None, typer.Argument(help="A project's name, gid or link. Default: the last one scaffolded.")
    ] = None,
    default_budget: Annotated[
        str | None, typer.Option(help="Budget of a task whose name has none, such as 25m.")
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.01, max=100_000, help="Run this many times as fast, to try things out.")
    ] = 1.0,
    plain: Annotated[bool, typer.Option("--plain", help="A line a change; nothing is redrawn.")] = False,
) -> None:
    """Run your tasks one after another, each for its time budget.

    When a task's time is up it is completed in Asana and the next one starts. Ctrl-C stops; the task that
    runs then is not completed.
    """
    from asana_tbp.cli.output import say
    from asana_tbp.cli.running import run_session, settle_the_past
    from asana_tbp.errors import TbpError
    from asana_tbp.songmap.wording import printable
    from asana_tbp.system.clock import FastClock, SystemClock
    from asana_tbp.system.lock import held

    world: World = ctx.obj
    minutes = _minutes(default_budget, world.settings.default_budget)
    with world.asana() as asana, world.database() as database:
        me = asana.me()
        chosen = _choose(asana, database, project, world.settings.workspace, me)
        with held(world.paths.state / "locks" / f"{chosen.gid}.lock") as mine:
            if not mine:
                raise TbpError(
                    f"A session of {chosen.name!r} runs already.", "Stop it first, or wait until it ends."
                )
            settle_the_past(database, asana, chosen, world.clock)
            clock = SystemClock() if speed == 1 else FastClock(speed)
            queue = queue_of(asana, database, chosen, me, minutes)
            if not queue:
                say(f"Nothing to do in {printable(chosen.name)}: no open task there is assigned to you.")
                return
            ending = run_session(database, asana, chosen, queue, clock, plain=plain)
    if ending.exit_code:
        raise typer.Exit(ending.exit_code)


def _minutes(flag: str | None, default: int) -> int:
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.budget import BudgetError, parse_budget

    try:
        return default if flag is None else parse_budget(flag)
    except BudgetError as error:
        raise UsageError(f"--default-budget: {error}") from None


def _choose(asana: Asana, database: Database, wanted: str | None, workspace: str | None, me: User) -> Project:
    from asana_tbp.bridge.find import find_project, find_workspace
    from asana_tbp.errors import UsageError
    from asana_tbp.scaffold.journal import known_songs

    if wanted is not None:
        places = (find_workspace(workspace, me.workspaces),) if workspace else me.workspaces
        return find_project(asana, wanted, places)
    songs = known_songs(database)
    if not songs:
        raise UsageError(
            "No song has been scaffolded here yet.",
            "Name a project, or make one: asana-tbp scaffold edm-track",
        )
    return find_project(asana, songs[0].project_gid or "", ())


def queue_of(asana: Asana, database: Database, project: Project, me: User, minutes: int) -> tuple[Box, ...]:
    """The open tasks of `me` in a project, in ideal order; `minutes` for a task without a budget."""
    from asana_tbp.scaffold.journal import ideal_places
    from asana_tbp.session.outbox import Outbox
    from asana_tbp.session.queue import build_queue

    sections = {section.gid: section.name for section in asana.sections(project.gid)}
    already_done = frozenset(entry.task_gid for entry in Outbox(database).pending())
    places = ideal_places(database, project.gid)
    return build_queue(asana.tasks(project.gid), me.gid, places, sections, minutes, already_done)
