"""`timer`: a plain countdown, without a song and without Asana."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output.console import asks, out
from asana_tbp.cli.output.display import Chimes, display_for
from asana_tbp.cli.parameters import SPEEDS, Plain
from asana_tbp.errors import UsageError
from asana_tbp.session.log import open_log
from asana_tbp.session.messages import Face, Inbox
from asana_tbp.session.run import Outcome, options_from_settings, run_session
from asana_tbp.session.runner import Runner
from asana_tbp.system.clock import Clock, FastClock
from asana_tbp.text import clock_text, escape_controls, quote, spent_text
from asana_tbp.timer.events import Timebox
from asana_tbp.timer.time_of_day import parse_countdowns


def timer(
    context: AppContext,
    words: Annotated[
        list[str], "TIME [LABEL]", "25m, 5minutes, '1h 30m', 90s, pomodoro, or a time of day such as 21:30."
    ],
    speed: Annotated[float, "FACTOR", "Run this many times as fast, to try things out.", SPEEDS] = 1.0,
    plain: Plain = False,
) -> int:
    """Run a countdown without Asana.

    Examples:
      asana-tbp timer 25m
      asana-tbp timer 90s "Vocal take"
      asana-tbp timer pomodoro
    """
    clock = Clock() if speed == 1 else FastClock(speed)
    timeboxes = timeboxes_of(words, clock.now())
    settings = options_from_settings(context.settings)
    # Where nobody can answer, a countdown ends at zero.
    at_zero = settings.at_zero if asks() else "complete"
    options = replace(settings, at_zero=at_zero, completes=False, auto_start=True, rest=0.0)
    display = display_for(context, plain=plain)
    chimes = Chimes(context.settings, display)

    def work() -> Outcome:
        with context.database() as database:
            title = timeboxes[0].song
            log = open_log(database, "timer", title, timeboxes, clock.now(), options)
            faces: list[Face] = [display, chimes]
            return run_session(Runner(title, log, None, clock, faces, Inbox()), context.paths.state)

    with chimes.sounding():
        outcome = display.run(work)
        spent = sum(over.spent for over in outcome.state.finished)
        length = sum(timebox.seconds for timebox in timeboxes)
        out(f"{escape_controls(timeboxes[0].song)}: {spent_text(spent)} of {clock_text(length)}.")
    return outcome.exit_code


def timeboxes_of(words: list[str], now: datetime) -> tuple[Timebox, ...]:
    """The countdowns that the words ask for. Raises `UsageError` unless they begin with a time."""
    # The longest beginning that is a time: `1h 30m Mixing` is an hour and a half.
    for count in range(len(words), 0, -1):
        label = " ".join(words[count:]).strip()
        if countdowns := parse_countdowns(" ".join(words[:count]).strip(), now):
            return tuple(
                Timebox(
                    gid=f"timer-{at}",
                    name=label or name,
                    title=label or name,
                    minutes=max(1, round(seconds / 60)),
                    song=label or "Timer",
                    length=seconds,
                )
                for at, (name, seconds) in enumerate(countdowns)
            )
    raise UsageError(
        f"{quote(words[0] if words else '')} is not a time.", "Write 25m, 1h 30m, 90s, pomodoro or 21:30."
    )
