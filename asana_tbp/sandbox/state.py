"""The board: every record the sandbox holds, the tokens that may see them, and what a request changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from asana_tbp.sandbox.account import (
    SANDBOX_TOKEN,
    SANDBOX_USER_EMAIL,
    SANDBOX_USER_NAME,
    SANDBOX_WORKSPACE_NAME,
)
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

R = TypeVar("R", bound=Record)


def utc_now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Asana's date-time: UTC, milliseconds, `2012-02-22T02:06:58.147Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SandboxState:
    """Things by gid. `now` gives aware UTC; `tokens` maps a bearer token to its user's gid.

    A fresh board has one user, one workspace that is no organisation, and the sandbox token.
    """

    def __init__(self, now: Callable[[], datetime] = utc_now, *, seed: int = 1) -> None:
        self.now = now
        self.tokens: dict[str, str] = {}
        self._things: dict[str, Record] = {}
        self._by_kind: dict[str, dict[str, Record]] = {}
        self._before: dict[str, dict[str, Any] | None] | None = None
        self.dirty: set[str] = set()
        self._seed = seed
        self.clear()

    def clear(self) -> None:
        """Back to the fresh board. Gids go on, so that nothing old can be taken for something new."""
        ledger = self._things.get("0")
        next_gid = ledger.next_gid if isinstance(ledger, Ledger) else 1_200_000_000_000_007
        self.dirty = set(self._things)
        self._things.clear()
        self._by_kind.clear()
        self.chance = random.Random(self._seed)
        self.ledger = self.put(Ledger(gid="0", next_gid=next_gid))
        self.tokens.clear()
        workspace = self.add_workspace(SANDBOX_WORKSPACE_NAME)
        self.user = self.add_user(SANDBOX_USER_NAME, SANDBOX_USER_EMAIL, workspace, token=SANDBOX_TOKEN)
        self.workspace = workspace

    # -- things -------------------------------------------------------------------------------------

    def new_gid(self) -> str:
        """Sixteen digits, unique across kinds, growing; never the neighbour of the last one."""
        gid = self.ledger.next_gid
        self.ledger.next_gid = gid + self.chance.randint(3, 4000)
        return str(gid)

    def put(self, record: R) -> R:
        """Add a record."""
        if self._before is not None:
            self._before.setdefault(record.gid, None)
        self._things[record.gid] = record
        self._by_kind.setdefault(record.kind, {})[record.gid] = record
        self.dirty.add(record.gid)
        record.watched_by(self._changing)
        return record

    def get(self, kind: type[R], gid: object) -> R | None:
        """The record of that kind, unless unknown or trashed."""
        record = self._things.get(gid) if isinstance(gid, str) else None
        if isinstance(record, kind) and not getattr(record, "trashed", False):
            return record
        return None

    def need(self, kind: type[R], gid: str) -> R:
        """The record that one of our fields names, trashed or not. KeyError: the board is broken."""
        record = self._things[gid]
        if not isinstance(record, kind):
            raise KeyError(gid)
        return record

    def need_any(self, gid: str) -> Record:
        """Like `need`, of any kind."""
        return self._things[gid]

    def all(self, kind: type[R]) -> Iterator[R]:
        """Every record of a kind that is not trashed, in order of creation."""
        # A kind of its own is looked up; `Record` and `Container` are a walk over everything.
        candidates = self._by_kind.get(kind.kind, {}) if kind.kind else self._things
        for record in list(candidates.values()):
            if isinstance(record, kind) and not getattr(record, "trashed", False):
                yield record

    def stamp(self) -> str:
        """This moment as Asana writes it."""
        return stamp(self.now())

    # -- changing and undoing -----------------------------------------------------------------------

    def _changing(self, record: Record) -> None:
        if self._before is not None and record.gid not in self._before:
            self._before[record.gid] = record.row()
        self.dirty.add(record.gid)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block's changes, or none when it raises. May be nested.

        What a block that raised had touched stays `dirty`: it is written again as it was.
        """
        outer = self._before
        before: dict[str, dict[str, Any] | None] = {}
        self._before = before
        try:
            yield
        except BaseException:
            for gid, row in before.items():
                if row is None:
                    undone = self._things.pop(gid)
                    del self._by_kind[undone.kind][gid]
                else:
                    self._things[gid].__dict__.update(row)
            raise
        else:
            if outer is not None:
                for gid, row in before.items():
                    outer.setdefault(gid, row)
        finally:
            self._before = outer

    def dirty_rows(self) -> list[tuple[str, str, dict[str, Any] | None]]:
        """(gid, kind, row) of every record changed since `dirty` was last cleared; row None = dropped."""
        rows: list[tuple[str, str, dict[str, Any] | None]] = []
        for gid in sorted(self.dirty):
            record = self._things.get(gid)
            rows.append((gid, "", None) if record is None else (gid, record.kind, record.row()))
        return rows

    def load(self, rows: list[tuple[str, str, dict[str, Any]]]) -> None:
        """Replace everything by `rows` of (gid, kind, row), in order of creation."""
        self._things.clear()
        self._by_kind.clear()
        for _gid, kind, row in rows:
            if kind in KINDS:
                self.put(from_row(kind, row))
        self.dirty.clear()
        self.ledger = self.need(Ledger, "0")
        self.user = next(self.all(User))
        self.workspace = next(self.all(Workspace))
        self.tokens = {t: gid for t, gid in self.tokens.items() if self.get(User, gid) is not None}
        self.tokens[SANDBOX_TOKEN] = self.user.gid

    # -- people and places --------------------------------------------------------------------------

    def add_workspace(self, name: str, *, organization: bool = False, domain: str = "") -> Workspace:
        """A workspace; an organisation has teams and an e-mail domain."""
        return self.put(
            Workspace(
                gid=self.new_gid(),
                name=name,
                is_organization=organization,
                email_domains=(domain,) if domain else (),
            )
        )

    def add_user(self, name: str, email: str, *workspaces: Workspace, token: str | None = None) -> User:
        """A member of `workspaces`, with a token when given."""
        user = self.put(
            User(gid=self.new_gid(), name=name, email=email, workspaces=tuple(w.gid for w in workspaces))
        )
        if token is not None:
            self.tokens[token] = user.gid
        return user

    def tasks_in(self, section: Section) -> list[Task]:
        """The tasks of a section, in display order."""
        return [task for gid in section.tasks if (task := self.get(Task, gid)) is not None]

    def sections_of(self, container: Container) -> list[Section]:
        """The sections of a project or of My Tasks, in display order."""
        return [section for gid in container.sections if (section := self.get(Section, gid)) is not None]
