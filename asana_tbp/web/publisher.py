"""Publishes a session, of this process or another, as views to the page's streams."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from asana_tbp.session.control_client import SessionAddress, SessionSilent
from asana_tbp.session.messages import Face
from asana_tbp.system.clock import Clock
from asana_tbp.text import escape_controls, suggesting
from asana_tbp.timer.events import Event
from asana_tbp.timer.moments import STANDINGS, plain_values
from asana_tbp.timer.state import Snapshot

LOOKS = 0.25
"""Seconds between two looks at a session of another process, while a page is open."""

SEEKS = 1.0
"""Seconds between two searches for a session, while none runs."""

Find = Callable[[], SessionAddress | None]
"""Finds the session to show, None while none runs."""

MOVING = frozenset({"running", "held", "overtime", "break"})
"""Phases in which time passes for the task or the break."""

LISTED = 60
"""The most tasks that the page lists of what is over, and of what comes next."""

PASSING = {"taken", "left", "spent", "all_spent"}
"""The values of a view that change as time passes."""

SAME = 0.05
"""Seconds by which the times of two views may differ that count as the same."""

View = dict[str, Any]

SHOWN: View = {
    **dict.fromkeys(("phase", "song", "rest_title", "waits_for", "notice", "ended"), ""),
    **dict.fromkeys(("left", "budget", "spent", "all_spent", "all_budget", "slept", "warn"), 0.0),
    **dict.fromkeys(("title", "section", "at_zero"), ""),
    **dict.fromkeys(("done", "total"), 0),
    **dict.fromkeys(("held", "warned", "come_back", "assumed"), False),
    "speed": 1.0,
}
"""What the page gets under the names it has in the session, its task or its options; with defaults."""


def view_of(session: Mapping[str, Any] | None, taken: float) -> View:
    """The view of a session's plain values, or of none. `taken` is when, in seconds of the machine's elapsed time."""
    if session is None:
        hint = suggesting("Start one with: asana-tbp start")
        return {"phase": "none", "standing": {"word": "NO SESSION", "hint": hint}, "actions": []}
    of_all = {**(session.get("options") or {}), **(session.get("running") or {}), **session}
    shown = known_values(of_all, SHOWN)
    names = {"session_id": 0, "breaks_ahead": 0.0, "several_songs": False, "left_out": 0}
    more = known_values(session, names)

    def listed(timebox: Mapping[str, Any]) -> View:
        known = known_values(timebox, {"title": "", "song": "", "length": 0.0, "minutes": 0.0})
        song = f"{known['song']} / " if more["several_songs"] and known["song"] else ""
        return {"title": f"{song}{known['title']}", "budget": known["length"] or known["minutes"] * 60.0}

    queue = [listed(each) for each in session.get("queue") or []]
    fits = len(queue) - more["left_out"]
    finished = session.get("finished") or []
    return {
        **shown,
        "session": more["session_id"],
        "moving": shown["phase"] in MOVING,
        "taken": taken,
        "queue": queue[:LISTED],
        "finished": [
            listed(each.get("timebox") or {})
            | known_values(each, {"spent": 0.0, "done": False, "why": "", "come_back": False})
            for each in finished[-LISTED:]
        ],
        "over": len(finished),
        "after": sum(each["budget"] for each in queue[:fits]) + more["breaks_ahead"],
        "fits": fits,
        "left_out": more["left_out"],
        "time_up": STANDINGS["asking"].word,
        "standing": session.get("standing") or {},
        "actions": session.get("actions") or [],
    }


def same(one: View, other: View) -> bool:
    """Whether two views show the same: between them only time has passed, at its normal speed."""
    if any(one.get(name) != other.get(name) for name in (one.keys() | other.keys()) - PASSING):
        return False
    passed = (other.get("taken", 0.0) - one.get("taken", 0.0)) * one.get("speed", 1.0)
    expected = one.get("left", 0.0) - (passed if one.get("moving") else 0.0)
    # A break never has less than zero left.
    gone = one.get("phase") == "break" and expected < 0
    off: float = abs(expected - other.get("left", 0.0))
    return gone or off <= SAME * float(one.get("speed", 1.0))


def known_values(values: Mapping[str, Any] | None, defaults: View) -> View:
    """The values of these names, printable; the default where one is missing or, in another version, something else."""

    def value_or(default: Any, value: Any) -> Any:
        if isinstance(default, str):
            return escape_controls(value) if isinstance(value, str) else default
        return type(default)(value) if isinstance(value, int | float) else default

    return {name: value_or(default, (values or {}).get(name)) for name, default in defaults.items()}


class ViewPublisher(Face):
    """Holds the latest view. It is a face of this process's session, and never holds up its caller.

    `show`, `close` and the methods of a face may be called by any thread; the rest belongs to the server's loop.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.view = view_of(None, 0.0)
        self.task = ("", "")
        """The project and the task that the view is about, by their gids; no view has these."""
        self.version = 0
        self.closing = False
        self.watched = threading.Event()
        """Set while a page is open: only then is it worth looking at a session of another process."""
        self.watchers = 0
        self._ticked: tuple[object, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()

    def open(self) -> None:
        """Remember the server's loop, which is running now."""
        self._loop = asyncio.get_running_loop()

    def happened(self, event: Event, snapshot: Snapshot) -> None:  # noqa: ARG002  the moment after it says all
        # A passing snapshot would only flash.
        if not snapshot.passing:
            self.show(plain_values(snapshot), self.clock.elapsed())

    def tick(self, snapshot: Snapshot) -> None:
        # Facts that may change without an event, and the second; `_put` ignores mere passing of time.
        facts = (int(snapshot.left), snapshot.phase, snapshot.link, snapshot.unsent, snapshot.slept)
        if facts != self._ticked:
            self._ticked = facts
            self.show(plain_values(snapshot), self.clock.elapsed())

    def show(self, session: Mapping[str, Any] | None, taken: float) -> None:
        """Show a session's plain values, taken at `taken` seconds of the machine's elapsed time."""
        self._later(lambda: self._put(session, taken))

    def close(self) -> None:
        """End all streams, after the last view."""
        self._later(self._close)

    async def change(self, seen: int, seconds: float) -> bool:
        """Wait at most `seconds` for a view later than the `seen`th; returns whether there is one."""
        if self.version == seen and not self.closing:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
        return self.version != seen

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count a watcher for the length of the block."""
        self.watchers += 1
        self.watched.set()
        try:
            yield
        finally:
            self.watchers -= 1
            if not self.watchers:
                self.watched.clear()

    def _put(self, session: Mapping[str, Any] | None, taken: float) -> None:
        timebox = (session or {}).get("running") or (session or {}).get("following")
        task = known_values(timebox, {"project_gid": "", "gid": ""})
        view, self.task = view_of(session, taken), (task["project_gid"], task["gid"])
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
    """Show a session of another process while the block runs: look at it again and again while a page is open."""
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
            # The session read its clock somewhere between.
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
    """Seconds until the next look: just after the end of a task, else `LOOKS`."""
    known = known_values(session, {"phase": "", "left": 0.0, "speed": 1.0})
    if known["phase"] in {"running", "break"} and 0 < known["left"] < LOOKS * known["speed"]:
        return float(max(0.01, known["left"] / known["speed"] + 0.005))
    return LOOKS


def tell(find: Find, message: Mapping[str, Any]) -> tuple[bool, str]:
    """Send a command to the session that `find` gives; returns whether it was executed, and if not, why."""
    address = find()
    try:
        answer = address.ask(message) if address else {}
    except SessionSilent:
        return False, "The session does not answer; the command was withdrawn."
    if not answer:
        return False, "No session is running."
    ok = answer.get("ok") is True
    return ok, "" if ok else str(answer.get("sentence") or "")
