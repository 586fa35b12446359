"""`start`: the timer runs a project's tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, cast

import typer

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, say
from asana_tbp.cli.parameters import SPEEDS, Text, Texts
from asana_tbp.errors import OK, PARTLY_DONE, UsageError
from asana_tbp.songmap.budget import BudgetError, format_budget, parse_budget, parse_duration
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import clock_text, escape_controls, plural, quote, spent_text
from asana_tbp.timer.events import SessionOptions, Timebox
from asana_tbp.timer.time_of_day import next_moment, parse_time_of_day

if TYPE_CHECKING:
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.cli.output.display import Chimes, Display
    from asana_tbp.session.come_back import Mark
    from asana_tbp.session.log import BrokenOffSession, Choice
    from asana_tbp.session.run import Outcome
    from asana_tbp.session.start import SessionStart

Length = TypeVar("Length", int, float)

GATE_WAIT = 300.0
"""Seconds that a gate waits for an answer from elsewhere, where there is no terminal to ask in."""


@dataclass(frozen=True)
class StartFlags:
    """The words of the command line, as they were written."""

    projects: Annotated[
        Texts,
        "[PROJECT]",
        "Projects by name, id or link, one after another. Default: the last one scaffolded.",
    ] = None
    my_tasks: Annotated[Text, "SECTION", "Run a section of My Tasks instead of a project."] = None
    task: Annotated[Texts, "TASK", "Run this task; may be repeated."] = None
    only: Annotated[Text, "SECTION", "Run this section only, such as Composition."] = None
    order: Annotated[Literal["my-tasks", "project"] | None, "Which order to work in."] = None
    until: Annotated[Text, "TIME", "Start no task that can't end by then: a time of day such as 21:30."] = (
        None
    )
    limit: Annotated[Text, "LENGTH", "The same, counted from now, such as 90m."] = None
    at_zero: Annotated[
        Literal["complete", "ask", "overtime"] | None,
        "When a task's time is up: complete it, ask, or keep counting. Default: as in the settings.",
    ] = None
    no_complete: Annotated[bool, "Time the work and leave Asana as it is."] = False
    resume: Annotated[
        Literal["left", "away", "drop"] | None,
        "After a crash: left continues with the time that was left, away counts the time since as worked, "
        "drop starts over.",
    ] = None
    default_budget: Annotated[Text, "LENGTH", "Budget of a task whose name has none, such as 25m."] = None
    come_back: Annotated[bool, "Run the tasks marked to come back to."] = False
    budget: Annotated[Text, "LENGTH", "With --come-back: a new budget for each, such as 15m."] = None
    speed: Annotated[
        float, "FACTOR", "Run this many times as fast, to rehearse: your tasks in Asana stay open.", SPEEDS
    ] = 1.0
    plain: Annotated[bool, "Print one line per event; redraw nothing."] = False
    web: Annotated[bool, "Show the timer in your browser too."] = False


def start(context: AppContext, flags: StartFlags) -> int:
    """Start the timer on a song's tasks.

    The tasks run one after another, each for its time budget. When a task's time is up it is completed in Asana and the
    next one starts. Press Ctrl-C to stop; the current task stays open.

    Examples:
      asana-tbp start
      asana-tbp start "Midnight Galaxy" --only Composition
      asana-tbp start --limit 90m --at-zero ask
      asana-tbp start --come-back
    """
    from asana_tbp.cli.output.display import Chimes, display_for

    if flags.my_tasks is not None and flags.projects:
        raise UsageError("--my-tasks replaces a project.", "Leave one of them out.")
    if flags.budget is not None and not flags.come_back:
        raise UsageError("--budget belongs to --come-back.", "Other tasks have their time in their names.")
    marks = _marked(context, flags) if flags.come_back else None
    if marks == []:
        say("Nothing is marked to come back to.")
        return OK
    asked = options_of(context, flags)
    marked = None if marks is None else _with_minutes(marks, flags.budget)
    display = display_for(context, plain=flags.plain, page_of=context.task_page)
    chimes = Chimes(context.settings, display)
    with chimes.sounding():
        outcome = display.run(lambda: _run(context, flags, asked, marked, (display, chimes)))
        if outcome.state.done and not outcome.state.options.rehearsal:
            # It may ask a question, now that the screen is gone.
            from asana_tbp.cli.commands.songs import offer_moves

            with context.asana() as asana, context.board() as board:
                offer_moves(board, asana, outcome.state.finished)
    return outcome.exit_code


def _run(
    context: AppContext,
    flags: StartFlags,
    asked: tuple[SessionOptions, frozenset[str]],
    marked: Mapping[Mark, int] | None,
    faces: tuple[Display, Chimes],
) -> Outcome:
    # Loaded once the screen is up: what talks to Asana takes half a second.
    from asana_tbp.cli.commands.outbox import send_waiting
    from asana_tbp.cli.commands.songs import where_songs_stand
    from asana_tbp.cli.output.session_text import print_failed, print_outcome
    from asana_tbp.session.run import run_session
    from asana_tbp.session.start import SessionStart
    from asana_tbp.store.outbox import Outbox
    from asana_tbp.system.clock import Clock, FastClock

    display, clock = faces[0], Clock() if flags.speed == 1 else FastClock(flags.speed)
    with context.asana() as asana, context.database() as database, ExitStack() as stack:
        projects = flags.projects or dict.fromkeys(
            gid for mark in marked or () for gid in mark.project_gid.split()
        )
        if asked[0].rehearsal:
            say("This is a rehearsal: nothing is completed in Asana, and its time counts nowhere.")
        with context.board(database) as board, board.naming_archived(projects):
            found = SessionStart(
                asana, database, clock, context.clock, context.paths.state, context.song_facts(database), *asked,
                tuple(projects), flags.my_tasks, context.settings.workspace,
                board.last_scaffolded(), marked,
            )  # fmt: skip
        send_waiting(context, database, asana)
        print_failed(Outbox(database).parked())
        with context.board(database) as board:
            for line in where_songs_stand(board, board.overview(), context.clock.now()):
                say(line)
        found.prepare(stack)
        choice = _choose(found.broken_off, flags.resume, display) if found.broken_off else None
        _ask_budgets(found, asana, display)
        runner = found.begin(choice)
        if runner is None:
            why = "no such open task" if flags.task or flags.only else "no open task there is assigned to you"
            if found.source.unclear:
                why = "the time of every open task is unclear"
            for name in found.gone:
                say(f"{escape_controls(name)} is no longer in Asana.")
            say(f"Nothing to do in {escape_controls(found.title)}: {why}.")
            raise typer.Exit(PARTLY_DONE if found.source.unclear else OK)
        runner.faces += faces
        if (closes := runner.closes_at) is not None:
            say(f"No task starts that would end after {closes.astimezone():%H:%M}.")
        if flags.web:
            from asana_tbp.cli.commands.web import page_face

            runner.faces.append(stack.enter_context(page_face(context, runner.log.session_id, display)))
        outcome = run_session(runner, context.paths.state, found.source)
        print_outcome(outcome)
        return outcome


def options_of(context: AppContext, flags: StartFlags) -> tuple[SessionOptions, frozenset[str]]:
    """How the session behaves: the flags over the settings, and which of its options the flags gave."""
    from asana_tbp.session.run import options_from_settings

    now = context.clock.now()
    asked: dict[str, Any] = {
        "at_zero": flags.at_zero,
        "completes": False if flags.no_complete else None,
        "order": flags.order,
        "only": flags.only,
        "tasks": flags.task and tuple(flags.task),
        "default_minutes": _parsed("--default-budget", flags.default_budget, parse_budget),
        "until": flags.until and until_of(flags.until, now).isoformat(),
        "limit": _parsed("--limit", flags.limit, parse_duration),
    }
    given = {name: value for name, value in asked.items() if value is not None}
    usual = {
        # Where nobody can answer, a gate must not hold up everything for ever; another terminal still may.
        "gate_wait": None if asks() else GATE_WAIT,
        "rehearsal": flags.speed != 1 and not context.is_local,
    }
    return replace(options_from_settings(context.settings), **{**usual, **given}), frozenset(given)


def until_of(text: str, now: datetime) -> datetime:
    """The moment that `--until` names; a time that has passed today is asked about, or refused."""
    from asana_tbp.cli.output.display import SessionDisplay

    time = parse_time_of_day(text)
    if time is None:
        with suppress(BudgetError):
            parse_duration(text)
            raise UsageError(
                f"--until takes a time of day, and {quote(text)} is a length.", f"Use: --limit {text}"
            )
        raise UsageError(f"--until: {quote(text)} is not a time of day.", "Write it like 21:30 or 9pm.")
    moment = next_moment(time, now)
    here = moment.astimezone()
    if here.date() != now.astimezone().date():
        question = f"{here:%H:%M} has passed today; that would be tomorrow, {here:%a %d %b}."
        answers = (("yes", "run until then"), ("no", "don't begin"))
        if not asks() or SessionDisplay().choose(question, answers, "no") != "yes":
            length = format_budget(ceil((moment - now).total_seconds() / 60))
            raise UsageError(f"--until {text}: {question}", f"If you mean tomorrow, use: --limit {length}")
    return moment


def _parsed(flag: str, text: str | None, parse: Callable[[str], Length]) -> Length | None:
    """The length that a flag gives; None where it is not given. Raises `UsageError`."""
    try:
        return None if text is None else parse(text)
    except BudgetError as error:
        hint = "--until takes a time of day." if flag == "--limit" and parse_time_of_day(text or "") else ""
        raise UsageError(f"{flag}: {error}", hint) from None


def _marked(context: AppContext, flags: StartFlags) -> list[Mark]:
    """The tasks to come back to, of some songs or all."""
    from asana_tbp.session.come_back import open_marks

    named = flags.projects or ()

    def is_meant(mark: Mark) -> bool:
        """By the song's name, by its id, or by a link, which has the id in it."""
        gids, song = mark.project_gid.split(), normalize(mark.song)
        return any(normalize(each) == song or any(gid in each for gid in gids) for each in named)

    with context.database() as database:
        return [mark for mark in open_marks(database) if not named or is_meant(mark)]


def _with_minutes(marks: list[Mark], budget: str | None) -> dict[Mark, int]:
    """The marks with the minutes of each; it asks for them before a screen is up."""
    from asana_tbp.cli.output.display import SessionDisplay

    minutes = _parsed("--budget", budget, parse_budget)
    budgets: list[int | None] = [minutes or mark.timebox.minutes for mark in marks]
    if minutes is None:
        spent = [
            f"{escape_controls(mark.timebox.name)}: {spent_text(mark.spent)} spent the last time"
            for mark in marks
        ]
        budgets = SessionDisplay().ask_budgets("To come back to:", spent, 15) or budgets
    return {mark: each for mark, each in zip(marks, budgets, strict=True) if each is not None}


def _choose(lost: BrokenOffSession, asked: Choice | None, display: Display) -> Choice:
    """Ask what to do with a session that broke off, unless `asked` says it.

    If nobody can be asked, a recent session is resumed and an old one starts over. Neither completes a task that
    nobody worked on.
    """
    answers = (
        ("left", "continue with the time that was left"),
        ("away", "count the time since as worked"),
        ("drop", "forget it; the task starts over"),
    )
    name, default = escape_controls(lost.timebox.name), "drop" if lost.stale else "left"
    question = (
        f"The last session broke off {clock_text(lost.away)} ago during {name}, "
        f"with {clock_text(max(0.0, lost.left))} left."
    )
    choice = asked or cast("Choice", display.choose(question, answers, default) or default)
    dropped = f"{name} broke off; the task stays open and starts over."
    say(dropped if choice == "drop" else f"Resuming {name} where it broke off.")
    return choice


def _ask_budgets(found: SessionStart, asana: Gateway, display: Display) -> None:
    """Ask for the times that names lack; if nobody can be asked, say what is assumed and what is left open."""
    default = found.source.options.assumed_minutes

    def name(timebox: Timebox) -> str:
        return escape_controls(timebox.in_song(timebox.name, several=len(found.source.sources) > 1))

    rows = [(task.gid, f"{escape_controls(task.name)}: {task.reason}") for task in found.source.unclear]
    rows += [(each.gid, f"{name(each)}: no time in its name") for each in found.assumed]
    question = f"{plural(len(rows), 'task')} without a clear time:"
    minutes = display.ask_budgets(question, [line for _, line in rows], default) if rows else None
    if minutes is not None:
        chosen = {gid: each for (gid, _), each in zip(rows, minutes, strict=True)}
        if names := found.set_budgets(chosen):
            listed = ", ".join(map(escape_controls, names.values()))
            answers = (("yes", "write them"), ("no", "for this session only"))
            if display.choose(f"Write these times into the names in Asana? {listed}", answers, "no") == "yes":
                for gid, new_name in names.items():
                    asana.change_task(gid, name=new_name)
    for task in found.source.unclear:
        say(f"{escape_controls(task.name)}: the time is unclear ({task.reason}), left open.")
    for timebox in found.assumed:
        say(f"{name(timebox)}: no time in its name, {format_budget(default)} assumed.")
