"""What a face of a session is: something that shows it, in lines, on a screen or on a page."""

from __future__ import annotations

from typing import Protocol

from asana_tbp.session.courier import DeliveryOutcome
from asana_tbp.timer.events import Event
from asana_tbp.timer.snapshot import Snapshot


class Face(Protocol):
    """Something that shows a session: lines in a pipe, a live terminal, a page. Called in the timer's thread."""

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        """An event was recorded; the snapshot is the moment after it."""
        ...

    def delivery(self, outcome: DeliveryOutcome) -> None:
        """Asana was told something, or could not be."""
        ...

    def notice(self, sentence: str) -> None:
        """Something worth knowing that is no event: why a command was refused, that Asana can't be read."""
        ...

    def tick(self, snapshot: Snapshot) -> None:
        """Time has passed."""
        ...
