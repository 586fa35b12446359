"""Two faces of a session: plain lines for pipes, and a live countdown for terminals.

Knows how a snapshot looks. Must not know Asana or how a session runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_tbp.cli.lines import line_of, line_of_outcome
from asana_tbp.cli.output import console, is_live, out
from asana_tbp.cli.plain import clock_text
from asana_tbp.songmap.wording import printable

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import RenderableType

    from asana_tbp.session.delivery import Outcome
    from asana_tbp.session.events import Event
    from asana_tbp.session.snapshot import Snapshot

BAR = 30
LINKS = {
    "offline": "can't be reached",
    "refused": "refuses the token: asana-tbp auth login",
}


class PlainFace:
    """A line a change, nothing redrawn: for pipes, dumb terminals and screen readers."""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        if line := line_of(event, snapshot):
            out(line)

    def delivery(self, outcome: Outcome) -> None:
        if line := line_of_outcome(outcome):
            out(line)

    def notice(self, sentence: str) -> None:
        out(f"  {printable(sentence)}")

    def tick(self, snapshot: Snapshot) -> None:
        """Nothing: time passing is no change."""


class LiveFace:
    """What happened above, and below it a countdown that is redrawn."""

    def __init__(self, keys: str = "") -> None:
        from rich.live import Live

        self._keys = keys
        self._live = Live(console=console(), auto_refresh=False, transient=True)

    def __enter__(self) -> LiveFace:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        if line := line_of(event, snapshot):
            self._live.console.print(line)
        self.tick(snapshot)

    def delivery(self, outcome: Outcome) -> None:
        if line := line_of_outcome(outcome):
            self._live.console.print(line)

    def notice(self, sentence: str) -> None:
        self._live.console.print(f"  {printable(sentence)}")

    def tick(self, snapshot: Snapshot) -> None:
        self._live.update(panel(snapshot, self._keys), refresh=True)


def panel(snapshot: Snapshot, keys: str = "") -> RenderableType:
    """The countdown with what runs, how far it is, and what comes next; never taller than seven lines."""
    from rich.table import Table
    from rich.text import Text

    if snapshot.phase == "ended":
        return Text("")
    urgent = snapshot.running is not None and snapshot.left <= 60
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", min_width=8)
    grid.add_column(no_wrap=True, overflow="ellipsis")
    title = snapshot.running.title if snapshot.running else "break" if snapshot.phase == "break" else ""
    countdown = Text(clock_text(snapshot.left), style="bold red" if urgent else "bold")
    grid.add_row(countdown, Text(printable(title), style="bold"))
    if snapshot.phase not in {"running", "break"}:
        grid.add_row("", Text(_phase(snapshot), style="yellow"))
    filled = min(BAR, int(BAR * snapshot.fraction))
    grid.add_row("", Text(f"{'█' * filled}{'░' * (BAR - filled)}", style="red" if urgent else "cyan"))
    ends = snapshot.ends_at.astimezone()
    grid.add_row("", Text(f"{snapshot.done} of {snapshot.total} done, all done at {ends:%H:%M}"))
    following = printable(snapshot.following.name) if snapshot.following else "nothing, this is the last one"
    grid.add_row("next", Text(following, style="dim"))
    if snapshot.link in LINKS:
        grid.add_row("Asana", Text(f"{LINKS[snapshot.link]}; {snapshot.unsent} waiting", style="yellow"))
    elif snapshot.unsent:
        grid.add_row("Asana", Text(f"{snapshot.unsent} waiting to be sent", style="yellow"))
    if keys:
        grid.add_row("", Text(keys, style="dim"))
    return grid


def _phase(snapshot: Snapshot) -> str:
    words = {
        "paused": "paused",
        "held": "held: nothing ends until it is released",
        "asking": "time is up: done, extend or skip?",
        "overtime": "overtime",
        "waiting": f"the next {snapshot.waits_for or 'box'} waits for you",
    }
    return words.get(snapshot.phase, snapshot.phase)


def face_for(*, plain: bool, keys: str = "") -> PlainFace | LiveFace:
    """The face this stdout can show."""
    return PlainFace() if plain or not is_live() else LiveFace(keys)
