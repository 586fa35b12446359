"""The plain face of a session: lines for pipes, dumb terminals and screen readers.

Knows where lines go. Must not know Asana or how a session runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_tbp.cli.lines import line_of, line_of_outcome
from asana_tbp.cli.output import out
from asana_tbp.songmap.wording import printable

if TYPE_CHECKING:
    from asana_tbp.session.delivery import Outcome
    from asana_tbp.session.events import Event
    from asana_tbp.session.snapshot import Snapshot


class PlainFace:
    """A line a change, nothing redrawn."""

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
