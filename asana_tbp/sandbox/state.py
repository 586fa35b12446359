"""The board: every record of the sandbox, the tokens that may see them, and what a request changed."""

import json
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from asana_tbp.errors import TbpError
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.records import (
    KINDS,
    Container,
    Ledger,
    Record,
    Section,
    Task,
    User,
    Workspace,
    from_row,
)
from asana_tbp.sandbox.switches import Switches
from asana_tbp.store.database import Database, Kind, open_database

FILE = Kind(
    tuple(sorted((Path(__file__).parent / "migrations").glob("*.sql"))),
    "sandbox's projects in",
    "They were for trying things out: move the file away, and you begin with an empty Asana.",
)

FIRST_GID = 1_200_000_000_000_007
FURTHER_GIDS = 7_000_000_000_000_000
"""All of which have sixteen digits."""

R = TypeVar("R", bound=Record)


def utc_now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


class SandboxState:
    """Things by gid. `now` gives aware UTC; `tokens` maps a bearer token to its user's gid.

    A fresh board has one user, one workspace that isn't an organisation, and the sandbox token. With a `path` it is
    stored in that file: each transaction locks it, reads what another process changed, and is on disk before it is
    answered; so a killed process never loses an answered write, and two processes can share a board. Raises TbpError
    if the file can't be used, or a newer version wrote it.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now, path: Path | None = None) -> None:
        self.now = now
        self.switches = Switches()
        self.tokens: dict[str, str] = {}
        self.page_epoch = 0
        self.chance = random.Random(1)
        self._things: dict[str, Record] = {}
        # The records that a transaction has touched, as they were before it; None for new ones.
        self._before: dict[str, dict[str, Any] | None] = {}
        self._database = open_database(path, FILE) if path else None
        self._version = -1
        try:
            with self.transaction():
                if not self._things:
                    # A file that takes the place of another has no gid that is remembered from that one.
                    self.begin(FIRST_GID + (secrets.randbelow(FURTHER_GIDS) if path else 0))
        except BaseException:
            self.close()
            raise

    def close(self, *_: object) -> None:
        """Close the file."""
        if self._database:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    __exit__ = close

    def begin(self, next_gid: int = FIRST_GID) -> None:
        """Put the first records onto an empty board."""
        self.ledger = self.put(Ledger("0", next_gid))
        self.workspace = self.put(Workspace(self.new_gid(), "My Songs"))
        person = User(self.new_gid(), "Sandbox Producer", "producer@sandbox.example", (self.workspace.gid,))
        self.user = self.put(person)
        self.tokens[SANDBOX_TOKEN] = self.user.gid

    def new_gid(self) -> str:
        """Sixteen digits, unique across kinds, growing; never the neighbour of the last one."""
        gid = self.ledger.next_gid
        self.ledger.next_gid = gid + self.chance.randint(3, 4000)
        return str(gid)

    def put(self, record: R) -> R:
        """Add a record."""
        self._before.setdefault(record.gid, None)
        self._things[record.gid] = record
        record.__dict__["_watcher"] = self._changing
        return record

    def get(self, kind: type[R], gid: object) -> R | None:
        """The record of that kind, unless unknown or trashed."""
        record = self._things.get(gid) if isinstance(gid, str) else None
        if isinstance(record, kind) and not getattr(record, "trashed", False):
            return record
        return None

    def need(self, kind: type[R], gid: str) -> R:
        """The record that one of our fields names, trashed or not. Raises KeyError if the board is inconsistent."""
        record = self._things[gid]
        if not isinstance(record, kind):
            raise KeyError(gid)
        return record

    def all(self, kind: type[R]) -> Iterator[R]:
        """Every record of a kind that is not trashed, in order of creation."""
        for record in list(self._things.values()):
            if isinstance(record, kind) and not getattr(record, "trashed", False):
                yield record

    def stamp(self) -> str:
        """This moment as Asana writes it: UTC, milliseconds, `2012-02-22T02:06:58.147Z`."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _changing(self, record: Record) -> None:
        if record.gid not in self._before:
            self._before[record.gid] = record.row()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all of the block's changes, or none if it raises."""
        try:
            with self._database.transaction() if self._database else nullcontext():
                if self._database:
                    self._read(self._database)
                self._before.clear()
                try:
                    yield
                    if self._database:
                        self._write(self._database)
                except BaseException:
                    for gid, row in self._before.items():
                        if row is None:
                            del self._things[gid]
                        else:
                            self._things[gid].__dict__.update(row)
                    raise
        except TbpError:
            # Writing failed: read the file again next time.
            self._version = -1
            raise

    def _read(self, database: Database) -> None:
        before, self._version = self._version, int(database.rows("PRAGMA data_version")[0][0])
        if before != self._version:
            rows = database.rows("SELECT kind, row FROM things ORDER BY gid")
            if rows:
                self.load([(kind, json.loads(row)) for kind, row in rows])

    def _write(self, database: Database) -> None:
        for gid in self._before:
            record = self._things[gid]
            values = (int(gid), record.kind, json.dumps(record.row(), ensure_ascii=False))
            database.write("INSERT OR REPLACE INTO things (gid, kind, row) VALUES (?, ?, ?)", values)

    def load(self, rows: list[tuple[str, dict[str, Any]]]) -> None:
        """Replace everything by `rows` of (kind, row), in order of creation."""
        self._things.clear()
        for kind, row in rows:
            if kind in KINDS:
                self.put(from_row(kind, row))
        self.ledger = self.need(Ledger, "0")
        self.user = next(self.all(User))
        self.workspace = next(self.all(Workspace))
        self.tokens = {t: gid for t, gid in self.tokens.items() if self.get(User, gid) is not None}
        self.tokens[SANDBOX_TOKEN] = self.user.gid

    def tasks_in(self, section: Section) -> list[Task]:
        """The tasks of a section, in display order."""
        return [task for gid in section.tasks if (task := self.get(Task, gid)) is not None]

    def sections_of(self, container: Container) -> list[Section]:
        """The sections of a project or of My Tasks, in display order."""
        return [section for gid in container.sections if (section := self.get(Section, gid)) is not None]
