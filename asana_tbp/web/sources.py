"""Where views come from, and where commands go: a session of this process, or one beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from asana_tbp.session.control_client import SessionAddress, SessionSilent, SessionUnreachable
from asana_tbp.session.messages import Face
from asana_tbp.system.clock import Clock
from asana_tbp.timer.events import Event
from asana_tbp.timer.moments import plain_values
from asana_tbp.timer.snapshot import Snapshot
from asana_tbp.web.publisher import ViewPublisher

LOOKS = 0.25
"""Seconds between two looks at a session beside us, while somebody watches."""

SEEKS = 1.0
"""Seconds between two searches for a session, while none runs."""

Find = Callable[[], SessionAddress | None]
"""Finds the session that is meant, None while none runs."""


class PageFace(Face):
    """A face that shows the session of this process on a stage. The timer's thread only leaves word."""

    def __init__(self, stage: ViewPublisher, clock: Clock) -> None:
        self._stage = stage
        self._clock = clock
        self._shown: tuple[object, ...] = ()

    def happened(self, event: Event, snapshot: Snapshot) -> None:  # noqa: ARG002  the moment after it says all
        # What is over at once would only flash.
        if not snapshot.passing:
            self._show(snapshot)

    def tick(self, snapshot: Snapshot) -> None:
        if self._told(snapshot) != self._shown:
            self._show(snapshot)

    def _show(self, snapshot: Snapshot) -> None:
        self._shown = self._told(snapshot)
        self._stage.show(plain_values(snapshot), self._clock.elapsed())

    @staticmethod
    def _told(snapshot: Snapshot) -> tuple[object, ...]:
        """What may change without an event. Each second is told; that it passed is no news to the publisher."""
        return (int(snapshot.left), snapshot.phase, snapshot.link, snapshot.unsent, snapshot.slept)


class RemoteSession:
    """Shows a session of another process: asks it how it stands, for as long as somebody watches."""

    def __init__(self, stage: ViewPublisher, find: Find, clock: Clock) -> None:
        self._stage = stage
        self._find = find
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page-beside", daemon=True)

    def __enter__(self) -> RemoteSession:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(2.0)

    def _run(self) -> None:
        address: SessionAddress | None = None
        while not self._stop.is_set():
            if not self._stage.watched.wait(0.5):
                continue
            address = address or self._find()
            session, asked = None, self._clock.elapsed()
            try:
                session = address.look() if address else None
            except SessionUnreachable:
                address = None
            # The session looked at its clock somewhere between.
            self._stage.show(session, (asked + self._clock.elapsed()) / 2)
            self._stop.wait(_until_next(session) if address else SEEKS)


def _until_next(session: Any) -> float:
    """Seconds until the next look: at the end of a task at once, else in a while."""
    if isinstance(session, Mapping) and session.get("phase") in {"running", "break"}:
        left = session.get("left")
        speed = session.get("speed")
        if isinstance(left, int | float) and isinstance(speed, int | float) and 0 < left < LOOKS * speed:
            return max(0.01, left / speed + 0.005)
    return LOOKS


def tell(find: Find, message: Mapping[str, Any]) -> tuple[bool, str]:
    """Send a command to the session that is meant: whether it was carried out, and if not, why."""
    address = find()
    if address is not None:
        try:
            answer = address.ask(message)
        except SessionSilent:
            return False, "The session does not answer; the command was withdrawn."
        except SessionUnreachable:
            pass
        else:
            ok = answer.get("ok") is True
            return ok, "" if ok else str(answer.get("sentence") or "")
    return False, "No session runs now."
