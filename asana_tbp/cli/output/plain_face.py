"""The plain face of a session: lines for pipes, dumb terminals and screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import out
from asana_tbp.cli.output.session_text import line_of_outcome
from asana_tbp.text import escape_controls
from asana_tbp.timer.moments import line_of

if TYPE_CHECKING:
    from asana_tbp.session.messages import DeliveryOutcome
    from asana_tbp.timer.events import Event
    from asana_tbp.timer.snapshot import Snapshot


class PlainFace:
    """A line a change, nothing redrawn."""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        if line := line_of(event, snapshot):
            out(line)

    def delivery(self, outcome: DeliveryOutcome) -> None:
        if line := line_of_outcome(outcome):
            out(line)

    def notice(self, sentence: str) -> None:
        out(f"  {escape_controls(sentence)}")

    def tick(self, snapshot: Snapshot) -> None:
        """Nothing: time passing is no change."""
