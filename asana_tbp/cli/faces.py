"""Two faces of a session: plain lines for pipes, and a live countdown for terminals.

Knows how a snapshot looks. Must not know Asana or how a session runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_tbp.cli.output import console, is_live, out
from asana_tbp.session.delivery import Delivered, Outcome, Parked, Waiting
from asana_tbp.session.snapshot import Snapshot
from asana_tbp.session.timebox import BoxEnded, BoxLeft, BoxStarted, Event, SessionEnded
from asana_tbp.songmap.wording import printable
from asana_tbp.system.alerts import ring

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import RenderableType

BAR = 30


def line_of(event: Event, snapshot: Snapshot) -> str:
    """What an event says in one line; "" for one that says nothing."""
    match event:
        case BoxStarted() if snapshot.running:
            section = f"{snapshot.running.section}: " if snapshot.running.section else ""
            return f"> {printable(section)}{printable(snapshot.running.name)}"
        case BoxEnded():
            following = f" Next: {printable(snapshot.following.title)}." if snapshot.following else ""
            return f"  time is up, {snapshot.done} of {snapshot.total} done.{following}"
        case BoxLeft(_, spent, lost) if not lost:
            return f"  left after {clock_text(spent)}; not completed."
        case SessionEnded("stopped"):
            return "Stopped."
    return ""


def line_of_outcome(outcome: Outcome) -> str:
    """What a delivery says in one line; "" where all is well."""
    match outcome:
        case Delivered():
            return ""
        case Parked(entry, reason):
            return f"  ! Asana will not complete {printable(entry.task_name)}: {printable(reason)}"
        case Waiting(entry, error):
            name = printable(entry.task_name)
            return f"  ! {printable(error.sentence)} {name} waits here and is sent later."


def clock_text(seconds: float) -> str:
    """`24:59`, or `1:30:00` from an hour on. Rounds up: zero is shown when time is up, not before."""
    whole = int(-(-seconds // 1))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


class PlainFace:
    """A line a change, nothing redrawn: for pipes, dumb terminals and screen readers."""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        if line := line_of(event, snapshot):
            out(line)

    def delivery(self, outcome: Outcome) -> None:
        if line := line_of_outcome(outcome):
            out(line)

    def tick(self, snapshot: Snapshot) -> None:
        """Nothing: time passing is no change."""


class LiveFace:
    """What happened above, and below it a countdown that is redrawn."""

    def __init__(self) -> None:
        from rich.live import Live

        self._live = Live(console=console(), auto_refresh=False, transient=True)

    def __enter__(self) -> LiveFace:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        if isinstance(event, BoxEnded):
            ring(self._live.console.file)
        if line := line_of(event, snapshot):
            self._live.console.print(line)
        self.tick(snapshot)

    def delivery(self, outcome: Outcome) -> None:
        if line := line_of_outcome(outcome):
            self._live.console.print(line)

    def tick(self, snapshot: Snapshot) -> None:
        self._live.update(panel(snapshot), refresh=True)


def panel(snapshot: Snapshot) -> RenderableType:
    """The countdown with what runs, how far it is, and what comes next; never taller than five lines."""
    from rich.table import Table
    from rich.text import Text

    if snapshot.running is None:
        return Text("")
    budget = snapshot.running.seconds
    filled = min(BAR, int(BAR * (1 - snapshot.left / budget)))
    last_minute = snapshot.left <= 60
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", min_width=8)
    grid.add_column(no_wrap=True, overflow="ellipsis")
    countdown = Text(clock_text(snapshot.left), style="bold red" if last_minute else "bold")
    grid.add_row(countdown, Text(printable(snapshot.running.title), style="bold"))
    grid.add_row("", Text(f"{'█' * filled}{'░' * (BAR - filled)}", style="red" if last_minute else "cyan"))
    ends = snapshot.ends_at.astimezone()
    grid.add_row("", Text(f"{snapshot.done} of {snapshot.total} done, all done at {ends:%H:%M}"))
    following = printable(snapshot.following.name) if snapshot.following else "nothing, this is the last one"
    grid.add_row("next", Text(following, style="dim"))
    if snapshot.unsent:
        grid.add_row("Asana", Text(f"{snapshot.unsent} waiting to be sent", style="yellow"))
    return grid


def face_for(*, plain: bool) -> PlainFace | LiveFace:
    """The face this stdout can show."""
    return PlainFace() if plain or not is_live() else LiveFace()
