"""`timer`: a plain countdown, without a song and without Asana.

Knows the forms of a time people type into an egg timer. Must not know how a countdown runs.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from asana_tbp.timer.events import Timebox

LONGEST = 24 * 3600.0
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}
_PART = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s*(hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?:\s+and\b|,)?\s*",
    re.ASCII | re.IGNORECASE,
)
POMODORO = (("Work", 1500.0), ("Break", 300.0))


def timer(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="TIME [LABEL]",
            help="25m, 5minutes, '1h 30m', 90s, pomodoro, or a time of day such as 21:30.",
        ),
    ],
    speed: Annotated[
        float, typer.Option(min=0.01, max=100_000, help="Run this many times as fast, to try things out.")
    ] = 1.0,
    plain: Annotated[bool, typer.Option("--plain", help="A line a change; nothing is redrawn.")] = False,
) -> None:
    """Count down, and ring when the time is up."""
    from dataclasses import replace

    from asana_tbp.cli.commands.alerts import chimes_of
    from asana_tbp.cli.commands.start import options_from_settings
    from asana_tbp.cli.output.display import display_for
    from asana_tbp.cli.session_run import Outcome, SessionRun
    from asana_tbp.session.log import open_log
    from asana_tbp.system.clock import FastClock, SystemClock

    world: AppContext = ctx.obj
    clock = SystemClock() if speed == 1 else FastClock(speed)
    timeboxes = timeboxes_of(words, clock.now())
    # The time a box runs for is what was asked for; the rest is as the settings say.
    options = replace(
        options_from_settings(world.settings), at_zero="complete", completes=False, auto_start=True, rest=0.0
    )
    stage = display_for(world.settings, plain=plain)

    def work() -> Outcome:
        with world.database() as database, chimes_of(world.settings, stage) as chimes:
            title = timeboxes[0].song
            log = open_log(database, "timer", title, timeboxes, clock.now(), options)
            sitting = SessionRun(
                database, clock, title, log, world.paths.state, others=(chimes,), stage=stage
            )
            return sitting.run()

    ending = stage.play(work)
    if ending.exit_code:
        raise typer.Exit(ending.exit_code)


def timeboxes_of(words: list[str], now: datetime) -> tuple[Timebox, ...]:
    """The boxes that the words ask for. Raises `UsageError` where they begin with no time."""
    from asana_tbp.errors import UsageError
    from asana_tbp.text import quote
    from asana_tbp.timer.events import Timebox

    # The longest beginning that is a time: `1h 30m Mixing` is an hour and a half.
    for count in range(len(words), 0, -1):
        text = " ".join(words[:count]).strip()
        label = " ".join(words[count:]).strip()
        found = parts_of(text, now)
        if found:
            return tuple(
                Timebox(
                    gid=f"timer-{at}",
                    name=label or name,
                    title=label or name,
                    minutes=max(1, round(seconds / 60)),
                    song=label or "Timer",
                    length=seconds,
                )
                for at, (name, seconds) in enumerate(found)
            )
    raise UsageError(
        f"{quote(words[0] if words else '')} is no time.", "Write 25m, 1h 30m, 90s, pomodoro or 21:30."
    )


def parts_of(text: str, now: datetime) -> tuple[tuple[str, float], ...]:
    """Names and seconds of the countdowns that a text asks for; nothing where it is no time.

    A bare number is minutes, as everywhere here.
    """
    from asana_tbp.cli.session_options import moment_of
    from asana_tbp.errors import UsageError
    from asana_tbp.songmap.budget import BudgetError, parse_budget

    folded = text.lower()
    if folded == "pomodoro":
        return POMODORO
    seconds = _sum_of(folded)
    if seconds is None:
        try:
            seconds = parse_budget(folded) * 60.0
        except BudgetError:
            seconds = None
    if seconds is None:
        day = folded.removeprefix("until ").strip()
        if re.fullmatch(r"\d{1,2}(:\d\d){1,2}\s*(am|pm)?|\d{1,2}\s*(am|pm)", day, re.ASCII):
            try:
                seconds = (moment_of("TIME", day, now) - now).total_seconds()
            except UsageError:
                seconds = None
    if seconds is None or not 0 < seconds <= LONGEST:
        return ()
    return ((text, seconds),)


def _sum_of(text: str) -> float | None:
    at, total = 0, 0.0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        total += float(part[1]) * _UNITS[part[2][0]]
        at = part.end()
    return total if text else None
