"""`start`: the timer runs a project's tasks."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from asana_tbp.cli.output.display import SessionDisplay
    from asana_tbp.cli.session_run import Outcome
    from asana_tbp.session.recovery import BrokenOffSession, Choice
    from asana_tbp.system.settings import Settings
    from asana_tbp.timer.events import SessionOptions, Timebox


def start(
    ctx: typer.Context,
    projects: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PROJECT]...",
            help="Projects by name, gid or link, one after another. Default: the last one scaffolded.",
        ),
    ] = None,
    my_tasks: Annotated[
        str | None, typer.Option("--my-tasks", help="Run a section of My Tasks instead of a project.")
    ] = None,
    task: Annotated[str | None, typer.Option(help="Run this one task.")] = None,
    only: Annotated[str | None, typer.Option(help="Run this section only, such as Composition.")] = None,
    order: Annotated[
        str | None, typer.Option(help="my-tasks or project: whose order to work in.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Start nothing that can't end by then, such as 21:30.")
    ] = None,
    limit: Annotated[str | None, typer.Option(help="The same, counted from now, such as 90m.")] = None,
    at_zero: Annotated[
        str | None, typer.Option(help="complete, ask or overtime: what happens when time is up.")
    ] = None,
    no_complete: Annotated[
        bool, typer.Option("--no-complete", help="Time the work without telling Asana.")
    ] = False,
    resume: Annotated[
        str | None,
        typer.Option(
            help="After a crash: left (go on with the time that was left), away (count the time since as "
            "worked) or drop (begin anew)."
        ),
    ] = None,
    default_budget: Annotated[
        str | None, typer.Option(help="Budget of a task whose name has none, such as 25m.")
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.01, max=100_000, help="Run this many times as fast, to try things out.")
    ] = 1.0,
    plain: Annotated[bool, typer.Option("--plain", help="A line a change; nothing is redrawn.")] = False,
    web: Annotated[bool, typer.Option("--web", help="Show the timer in your browser too.")] = False,
) -> None:
    """Run your tasks one after another, each for its time budget.

    When a task's time is up it is completed in Asana and the next one starts. Ctrl-C stops; the task that
    runs then is not completed.
    """
    from asana_tbp.cli.output.display import display_for

    world: AppContext = ctx.obj
    minutes = budget_of("--default-budget", default_budget) or world.settings.default_budget
    choice = _choice(resume)
    stage = display_for(world.settings, plain=plain, page_of=_page_in(world))

    def work() -> Outcome | None:
        # Loaded while the face stands already: what talks to Asana takes half a second.

        from asana_tbp.cli.commands.alerts import chimes_of
        from asana_tbp.cli.output.cards import say_sent
        from asana_tbp.cli.output.console import say
        from asana_tbp.cli.session_options import hold_all, reader_of, session_options_of, sources_of
        from asana_tbp.cli.session_run import SessionRun, deliver_outbox, turn_of
        from asana_tbp.session.log import open_log
        from asana_tbp.session.recovery import drop, find_broken_off, go_on
        from asana_tbp.store.outbox import Outbox
        from asana_tbp.system.clock import FastClock, SystemClock
        from asana_tbp.text import escape_controls

        clock = SystemClock() if speed == 1 else FastClock(speed)
        options = session_options_of(world.settings, clock, at_zero, until, limit, completes=not no_complete)
        with world.asana() as asana, world.database() as database, ExitStack() as stack:
            me = asana.me()
            sources = sources_of(asana, database, projects or [], my_tasks, world.settings.workspace, me)
            gids = " ".join(source.gid for source in sources)
            title = ", ".join(source.name for source in sources)
            hold_all(stack, world.paths.state, sources)
            deliver_outbox(database, asana, world.clock, turn_of(world.paths.state))
            say_sent(world.board_on(database).try_to_send_pending(asana))
            reader = reader_of(asana, database, sources, me.gid, world, order, minutes, only, task)
            lost = find_broken_off(database, gids, world.clock.now())
            if lost is not None:
                reader.expect([lost.timebox.gid, *(timebox.gid for timebox in lost.log.state.queue)])
            reading = reader.read()
            sitting = None
            if lost is not None:
                chosen = _choose(lost, choice, stage)
                if chosen == "drop":
                    drop(lost, world.clock.now())
                    say(
                        f"{escape_controls(lost.timebox.name)} broke off; it is not completed and begins anew."
                    )
                else:
                    log = go_on(lost, chosen, world.clock.now())
                    say(f"Going on with {escape_controls(lost.timebox.name)} where it broke off.")
                    sitting = SessionRun(
                        database, clock, title, log, world.paths.state, begun=lost.tick, reading=reading
                    )
            if sitting is None:
                untold = Outbox(database).untold(world.clock.now())
                queue = tuple(timebox for timebox in reading.timeboxes if timebox.gid not in untold)
                if not queue:
                    said = "no such open task" if task or only else "no open task there is assigned to you"
                    say(f"Nothing to do in {escape_controls(title)}: {said}.")
                    return None
                log = open_log(database, gids, title, queue, clock.now(), options)
                sitting = SessionRun(database, clock, title, log, world.paths.state)
            sitting.asana, sitting.reader, sitting.stage = asana, reader, stage
            sitting.others = (stack.enter_context(chimes_of(world.settings, stage)),)
            if web:
                from asana_tbp.cli.commands.web import page_face

                sitting.others += (
                    stack.enter_context(page_face(world, sitting.log.session_id, stage.face.notice)),
                )
            return sitting.run()

    ending = stage.play(work)
    if ending is None:
        return
    if ending.state.done:
        # It may ask, and has the terminal to itself now.
        from asana_tbp.cli.output.stage_prompt import offer_moves

        with world.asana() as asana, world.board() as board:
            offer_moves(board, asana, ending.state.finished)
    if ending.exit_code:
        raise typer.Exit(ending.exit_code)


def _page_in(world: AppContext) -> Callable[[Timebox], str]:
    """What gives the address of a task's page; the embedded Asana has no pages."""
    from asana_tbp.system.settings import DEFAULT_HOST

    if world.sandbox or world.settings.host != DEFAULT_HOST:
        return lambda _timebox: ""
    # The short form of a link: Asana follows it to wherever the task's page is now.
    return lambda timebox: f"https://app.asana.com/0/{timebox.project_gid or 0}/{timebox.gid}"


def budget_of(flag: str, text: str | None) -> int | None:
    """Whole minutes of a flag's value; None where it is not given. Raises `UsageError`."""
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.budget import BudgetError, parse_budget

    try:
        return None if text is None else parse_budget(text)
    except BudgetError as error:
        raise UsageError(f"{flag}: {error}") from None


def _choice(text: str | None) -> Choice | None:
    from asana_tbp.errors import UsageError

    match text:
        case None | "left" | "away" | "drop":
            return text
    raise UsageError(f"--resume: {text!r} is not left, away or drop.")


def _choose(lost: BrokenOffSession, choice: Choice | None, stage: SessionDisplay) -> Choice:
    """What to do with a session that broke off: as told, as asked, or what can't do harm.

    Where nobody can be asked, a fresh one goes on with the time that was left and a stale one begins anew:
    neither completes a task on which nobody worked.
    """
    from asana_tbp.text import escape_controls
    from asana_tbp.timer.countdown import clock_text

    if choice is not None:
        return choice
    default: Choice = "drop" if lost.stale else "left"
    answer = stage.choose(
        f"The last session broke off {clock_text(lost.away)} ago during {escape_controls(lost.timebox.name)}, "
        f"with {clock_text(max(0.0, lost.left))} left.",
        (
            ("left", "go on with the time that was left"),
            ("away", "count the time since as worked"),
            ("drop", "leave it; the task begins anew"),
        ),
        default,
    )
    return _choice(answer) or default


def options_from_settings(settings: Settings) -> SessionOptions:
    """How a session behaves by the settings alone."""
    from asana_tbp.timer.events import SessionOptions

    return SessionOptions(
        at_zero=settings.at_zero,
        auto_start=settings.auto_start,
        auto_break=settings.auto_break,
        warn=settings.warn * 60.0,
        rest=settings.break_time * 60.0,
        on_suspend=settings.on_suspend,
        extension=settings.extension * 60.0,
        comments=settings.comments,
    )
