"""Which moments of a session are worth an alert, and the face that gives it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from asana_tbp.cli.output.console import say
from asana_tbp.session.messages import Face, Inbox
from asana_tbp.system.alerts import NO_DESKTOP, Alert, Alerts
from asana_tbp.timer.moments import moment_of

if TYPE_CHECKING:
    from asana_tbp.cli.output.display import Display
    from asana_tbp.system.settings import Settings
    from asana_tbp.timer.events import Event
    from asana_tbp.timer.snapshot import Snapshot

LAST_ALERT = 2.0
"""Seconds that the end of a session waits for its last alert."""


class Chimes(Face):
    """A face that is heard. Nothing makes a noise while a box is held, nor for what was done by hand."""

    def __init__(self, settings: Settings, display: Display) -> None:
        def complain(sentence: str) -> None:
            # What nobody asked for by name is not missed aloud; `doctor` says it.
            if settings.alerts is not None or sentence not in NO_DESKTOP:
                say(sentence)

        self._alerts = Alerts(settings, display.ring if display.rings else None, complain)
        self._before: Snapshot | None = None

    def attached(self, inbox: Inbox) -> AbstractContextManager[None]:  # noqa: ARG002
        return self._alerts.running(LAST_ALERT)

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        before, self._before = self._before, snapshot
        timebox = snapshot.running or (before.running if before else None)
        moment = moment_of(event, snapshot)
        if not moment.sound:
            return
        # A task that asked what to do has been heard already when it ends.
        asked = before is not None and before.phase in {"asking", "overtime"}
        heard = asked and event.kind == "timebox-ended"
        quiet = heard or snapshot.held or (before is not None and before.held)
        text = timebox.title if timebox else ""
        following = snapshot.following.title if snapshot.following else ""
        values = {
            "TBP_OCCASION": moment.sound,
            "TBP_SONG": snapshot.song,
            "TBP_TITLE": text,
            "TBP_SECTION": timebox.section if timebox else "",
            "TBP_MINUTES": str(timebox.minutes) if timebox else "",
            "TBP_LEFT": str(round(snapshot.left)),
            "TBP_NEXT": following,
            "TBP_DONE": str(snapshot.done),
            "TBP_TOTAL": str(snapshot.total),
        }
        words = f"{text}. Next: {following}" if following and moment.sound == "end" else text
        self._alerts.give(Alert(moment.sound, moment.word, words, moment.loud and not quiet, values))

    def tick(self, snapshot: Snapshot) -> None:
        self._before = snapshot
