"""What the page shows now, of a session of this process or of one beside it, and those who wait for it to change."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from asana_tbp.session.control_client import SessionAddress, SessionSilent
from asana_tbp.session.messages import Face
from asana_tbp.system.clock import Clock
from asana_tbp.timer.events import Event
from asana_tbp.timer.moments import plain_values
from asana_tbp.timer.state import Snapshot
from asana_tbp.web.view import NOBODY, View, known_values, same, task_of, view_of

LOOKS = 0.25
"""Seconds between two looks at a session beside us, while somebody watches."""

SEEKS = 1.0
"""Seconds between two searches for a session, while none runs."""

Find = Callable[[], SessionAddress | None]
"""Finds the session that is meant, None while none runs."""


class ViewPublisher(Face):
    """The latest view. A face of the session of this process: whoever shows something here is never held up.

    `show`, `close` and what a face is told may be called by any thread; the rest belongs to the server's loop.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.view: View = dict(NOBODY)
        self.task = ("", "")
        """The project and the task that the view is about, by their gids."""
        self.version = 0
        self.closing = False
        self.watched = threading.Event()
        """Set while somebody watches: only then is it worth asking a session how it stands."""
        self.watchers = 0
        """How many watch now."""
        self._ticked: tuple[object, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()

    def open(self) -> None:
        """The server's loop runs."""
        self._loop = asyncio.get_running_loop()

    def happened(self, event: Event, snapshot: Snapshot) -> None:  # noqa: ARG002  the moment after it says all
        # What is over at once would only flash.
        if not snapshot.passing:
            self.show(plain_values(snapshot), self.clock.elapsed())

    def tick(self, snapshot: Snapshot) -> None:
        # What may change without an event, and each second; that one passed is no news to `_put`.
        facts = (int(snapshot.left), snapshot.phase, snapshot.link, snapshot.unsent, snapshot.slept)
        if facts != self._ticked:
            self._ticked = facts
            self.show(plain_values(snapshot), self.clock.elapsed())

    def show(self, session: Mapping[str, Any] | None, taken: float) -> None:
        """Show a session's plain values, taken at `taken` seconds of the machine's elapsed time."""
        self._later(lambda: self._put(session, taken))

    def close(self) -> None:
        """Tell everybody who waits that it is over, after the last view."""
        self._later(self._close)

    async def change(self, seen: int, seconds: float) -> bool:
        """Wait, at most `seconds`, until there is a later view than the `seen`th. False where there is none."""
        if self.version == seen and not self.closing:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
        return self.version != seen

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Somebody watches for the length of the block."""
        self.watchers += 1
        self.watched.set()
        try:
            yield
        finally:
            self.watchers -= 1
            if not self.watchers:
                self.watched.clear()

    def _put(self, session: Mapping[str, Any] | None, taken: float) -> None:
        view, self.task = view_of(session, taken), task_of(session)
        if not same(self.view, view):
            self.view = view
            self._announce()

    def _close(self) -> None:
        self.closing = True
        self._announce()

    def _announce(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def _later(self, step: Callable[[], None]) -> None:
        # A server that has stopped shows nothing any more.
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(step)


@contextmanager
def remote_session(publisher: ViewPublisher, find: Find) -> Iterator[None]:
    """Show a session of another process while the block runs: ask it how it stands, as long as somebody watches."""
    stop = threading.Event()

    def look() -> None:
        address: SessionAddress | None = None
        while not stop.is_set():
            if not publisher.watched.wait(0.5):
                continue
            address = address or find()
            session, asked = None, publisher.clock.elapsed()
            with suppress(SessionSilent):
                session = address.look() if address else None
            address = address if session else None
            # The session looked at its clock somewhere between.
            publisher.show(session, (asked + publisher.clock.elapsed()) / 2)
            stop.wait(_until_next(session) if address else SEEKS)

    thread = threading.Thread(target=look, name="page-beside", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(2.0)


def _until_next(session: Mapping[str, Any] | None) -> float:
    """Seconds until the next look: at the end of a task at once, else in a while."""
    known = known_values(session, {"phase": "", "left": 0.0, "speed": 1.0})
    if known["phase"] in {"running", "break"} and 0 < known["left"] < LOOKS * known["speed"]:
        return float(max(0.01, known["left"] / known["speed"] + 0.005))
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
