"""Where views come from, and where commands go: a session of this process, or one beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from asana_tbp.session.control_client import SessionAddress, SessionSilent
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
            self._stage.show(plain_values(snapshot), self._clock.elapsed())

    def tick(self, snapshot: Snapshot) -> None:
        # What may change without an event. Each second is told; that it passed is no news to the publisher.
        facts = (int(snapshot.left), snapshot.phase, snapshot.link, snapshot.unsent, snapshot.slept)
        if facts != self._shown:
            self._shown = facts
            self._stage.show(plain_values(snapshot), self._clock.elapsed())


@contextmanager
def remote_session(stage: ViewPublisher, find: Find, clock: Clock) -> Iterator[None]:
    """Show a session of another process while the block runs: ask it how it stands, as long as somebody watches."""
    stop = threading.Event()

    def look() -> None:
        address: SessionAddress | None = None
        while not stop.is_set():
            if not stage.watched.wait(0.5):
                continue
            address = address or find()
            session, asked = None, clock.elapsed()
            with suppress(SessionSilent):
                session = address.look() if address else None
            address = address if session else None
            # The session looked at its clock somewhere between.
            stage.show(session, (asked + clock.elapsed()) / 2)
            stop.wait(_until_next(session) if address else SEEKS)

    thread = threading.Thread(target=look, name="page-beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(2.0)


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
    try:
        answer = address.ask(message) if address else {}
    except SessionSilent:
        return False, "The session does not answer; the command was withdrawn."
    if not answer:
        return False, "No session runs now."
    ok = answer.get("ok") is True
    return ok, "" if ok else str(answer.get("sentence") or "")
