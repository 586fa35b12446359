"""A producer with a board, for tests: all parts real, handed in as the commands do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from asana_tbp.board.refresh import refresh
from asana_tbp.board.service import BoardService
from asana_tbp.board.setup import BoardCreated, BoardSetup
from asana_tbp.board.store import Board, BoardStore
from asana_tbp.board.view import BoardSong, BoardView
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.records import Project
from asana_tbp.session.messages import Delivery, Notice
from asana_tbp.store.database import Database
from asana_tbp.store.outbox import Entry
from asana_tbp.system.settings import STAGES, Settings
from tests.clock import HandClock
from tests.faulty.server import Embedded


@dataclass
class Studio:
    """One producer: a sandbox, a database, a clock."""

    server: Embedded
    database: Database
    clock: HandClock
    asana: Gateway

    @property
    def shelf(self) -> BoardStore:
        return BoardStore(self.database)

    @property
    def board(self) -> Board:
        found = self.shelf.board()
        assert found is not None
        return found

    def make(self, stages: tuple[str, ...] = STAGES) -> BoardCreated:
        """What `board init` does."""
        me = self.asana.me()
        making = BoardSetup(self.asana, self.shelf, self.clock)
        return making.make(me.workspaces[0].gid, me.gid, "Songs", stages)

    def adopt(self, gid: str) -> BoardCreated:
        """What `board init PROJECT` does."""
        me = self.asana.me()
        return BoardSetup(self.asana, self.shelf, self.clock).adopt(self.asana.project(gid), me.gid)

    def want_song(self, gid: str, title: str, *, stage: str = "", due_on: str | None = None) -> Entry:
        deadline = date.fromisoformat(due_on) if due_on else None
        song = BoardSong("", title, self.asana.project(gid).link, stage, gid, deadline=deadline)
        return self.shelf.pending.enqueue(song)

    def settle(self) -> tuple[Delivery | Notice, ...]:
        service = self.service
        service.send_pending(self.asana)
        return tuple(service.outcomes)

    def refresh(self) -> int:
        return refresh(self.service, self.asana)

    def view(self) -> BoardView:
        return self.service.view()

    @property
    def service(self) -> BoardService:
        settings = Settings(default_budget=25, wip=(("Mixing", 1),))
        return BoardService(self.database, self.clock, settings, Path("state"))

    def card(self, name: str) -> BoardSong:
        (found,) = [card for card in self.shelf.cards(self.board) if card.name == name]
        return found

    def shape(self) -> dict[str, list[str]]:
        """What Asana shows: stages with their cards."""
        project = self.server.board.get(Project, self.board.gid)
        assert isinstance(project, Project)
        return dict(self.server.board.listing(project))

    def requests(self, work: Callable[[], object]) -> list[str]:
        """The requests that `work` sends, `METHOD path`."""
        before = len(self.server.sandbox.requests)
        work()
        return [f"{seen.method} {seen.path}" for seen in self.server.sandbox.requests[before:]]

    def project(self, name: str, sections: dict[str, list[str]], notes: str = "") -> str:
        """A project with one's own tasks, as somebody makes it by hand; its gid."""
        workspace = self.asana.me().workspaces[0].gid
        made = self.asana.create_project(workspace, name, notes)
        first = self.asana.sections(made.gid)[0].gid
        for at, (section, tasks) in enumerate(sections.items()):
            if at == 0:
                self.asana.rename_section(first, section)
                gid = first
            else:
                gid = self.asana.create_section(made.gid, section, None).gid
            for task in tasks:
                # New tasks may land on top; the end is where a person types the next one.
                found = self.asana.create_task(made.gid, gid, task, "")
                self.asana.move_to_end(made.gid, gid, found.gid)
        return made.gid


def studio_of(server: Embedded, database: Database) -> Studio:
    """A producer at a sandbox."""
    clock = HandClock()
    asana = Gateway(HttpTransport(server.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
    return Studio(server, database, clock, asana)
