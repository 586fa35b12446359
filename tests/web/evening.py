"""A real session on the sandbox with its page: what the tests of the page look at and steer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Any

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.scaffold.song_page import SongPage, song_page
from asana_tbp.session.control_client import SessionAddress, running_sessions
from asana_tbp.session.control_server import control_server
from asana_tbp.session.courier import Courier
from asana_tbp.session.log import SessionLog, open_log
from asana_tbp.session.messages import CommandRequest, Face, Inbox
from asana_tbp.session.runner import Runner
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.clock import Clock
from asana_tbp.timer.commands import Stop
from asana_tbp.timer.events import Event, SessionOptions, Timebox
from asana_tbp.timer.state import Snapshot
from asana_tbp.web.pages import PageServer
from asana_tbp.web.publisher import ViewPublisher, tell
from tests.cli.command import until
from tests.faulty.server import held_port
from tests.scaffold.songs import scaffold, song_of
from tests.session.parts import queue_of

TITLE = "Midnight Galaxy"
SECRET = "let-me-in-" + "x" * 32
SONG = {"Composition": ["Write chords", "Create melody"], "Sound Design": ["Design bass", "Design pad"]}


def queue_in(
    asana: Gateway, database: Database, lengths: list[float], song: dict[str, list[str]]
) -> tuple[Timebox, ...]:
    """A song in Asana, and its boxes with other lengths, in seconds, where they are given."""
    made = scaffold(asana, database, song_of(song))
    sections = {section.gid: section.name for section in asana.sections(made.project_gid)}
    tasks = asana.tasks(made.project_gid)
    timeboxes = queue_of(tasks, asana.me().gid, sections, TITLE)
    return tuple(
        replace(timebox, project_gid=made.project_gid, length=lengths[at] if at < len(lengths) else None)
        for at, timebox in enumerate(timeboxes)
    )


@dataclass
class Quiet(Face):
    """The terminal's place: it remembers what happened, and when by the machine's clock."""

    events: list[tuple[float, Event, Snapshot]] = field(default_factory=list)
    pulse: float = 0.1

    def happened(self, event: Event, snapshot: Snapshot) -> None:
        self.events.append((monotonic(), event, snapshot))


@dataclass
class Evening:
    """A session that runs in a thread, its door and its page; where a `log` is given, it goes on from `begun`."""

    folder: Path
    database: Database
    queue: tuple[Timebox, ...]
    asana: Gateway | None = None
    options: SessionOptions = field(default=SessionOptions())
    clock: Clock = field(default_factory=Clock)
    port: int = 0
    page: bool = True
    log: SessionLog | None = None
    begun: float = 0.0
    face: Quiet = field(default_factory=Quiet)
    inbox: Inbox = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Evening:
        courier = None
        machine = Clock()
        if self.asana is not None:
            courier = Courier(Outbox(self.database), self.asana, machine, self.inbox.put)
        log = self.log or open_log(
            self.database, "evening", TITLE, self.queue, self.clock.now(), self.options
        )
        faces: list[Face] = [self.face]
        self.runner = Runner(TITLE, log, courier, self.clock, faces, self.inbox, self.begun)
        self.session_id = log.session_id
        if self.page:
            self.serve_page(self.port)
        self._stack.enter_context(control_server(self.folder, log.session_id, TITLE, self.inbox))
        if courier is not None:
            courier.start()
        self._thread = threading.Thread(target=self._run, name="evening")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.inbox.put(CommandRequest(Stop()))
        self._thread.join(60)
        if self.page:
            self.stop_page()
        self._stack.close()

    def _run(self) -> None:
        self.runner.run()
        self.runner.shutdown(5.0)

    def leave(self, seconds: float) -> None:
        """Take so much off the running box that only these seconds are left."""
        assert self.steer({"do": "extend", "seconds": seconds - self.look()["left"]})[0]

    def serve_page(self, port: int, secret: str = SECRET) -> None:
        """Serve the page, as a face of the session."""
        self.shown = ViewPublisher(Clock())
        self.server = PageServer(self.shown, self.steer, secret, port, self.song_of)
        self.server.__enter__()
        self.runner.faces.append(self.shown)

    def song_of(self, project_gid: str, task_gid: str) -> SongPage | None:
        """What is known of the song."""
        return song_page(self.database, project_gid, task_gid)

    def stop_page(self) -> None:
        """Take the page away; the session goes on."""
        self.runner.faces.remove(self.shown)
        port = self.server.port
        self.server.__exit__(None, None, None)
        # For the page that follows.
        self._stack.enter_context(held_port(port))

    def finish(self, seconds: float = 60.0) -> None:
        """Wait until the session is over."""
        self._thread.join(seconds)
        assert not self._thread.is_alive()

    def address(self) -> SessionAddress | None:
        """Where the session listens."""
        return next(
            (each for each in running_sessions(self.folder) if each.session_id == self.session_id), None
        )

    def steer(self, message: Any) -> tuple[bool, str]:
        """Send a command over the door, as the page does."""
        return tell(self.address, message)

    def look(self) -> dict[str, Any]:
        """The session as it is now, over its door."""
        address = self.address()
        assert address is not None
        session: dict[str, Any] = address.ask({"do": "look"})["session"]
        return session

    def reaches(self, phase: str, seconds: float = 15.0) -> None:
        """Wait until the session does that."""
        until(lambda: self.look()["phase"] == phase, seconds)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the body of a stream is not read."""

    status: int
    headers: Mapping[str, str]
    body: str


def ask(server: PageServer, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
    """A request with the page's cookie and origin, with other headers where given; none where empty."""
    wanted = {
        "Host": f"127.0.0.1:{server.port}",
        "Cookie": headers["Cookie"] if "Cookie" in headers else cookie_of(server),
        "Origin": server.url if method == "POST" else "",
        "Content-Type": "application/json" if method == "POST" else "",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    line = HTTPConnection("127.0.0.1", server.port, timeout=60)
    line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in wanted.items():
        if value:
            line.putheader(name, value)
    if method == "POST":
        line.putheader("Content-Length", str(len(body)))
    line.endheaders(body.encode() if body else None)
    answer = line.getresponse()
    headers_back = {name.lower(): value for name, value in answer.getheaders()}
    lasts = headers_back.get("content-type", "").startswith("text/event")
    text = "" if lasts else answer.read().decode()
    line.close()
    return Answer(answer.status, headers_back, text)


def cookie_of(server: PageServer) -> str:
    """The cookie of a browser that came by the link, as it is sent back."""
    by_link = ask(server, f"/?token={SECRET}", Cookie="")
    return by_link.headers["set-cookie"].partition(";")[0]


@contextmanager
def bare_page(tell_it: Any = lambda _message: (True, ""), port: int = 0) -> Iterator[PageServer]:
    """A page without a session behind it."""
    with PageServer(ViewPublisher(Clock()), tell_it, SECRET, port) as server:
        yield server
