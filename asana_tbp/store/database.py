"""A SQLite file: connection, transactions, versions. Each room has its own statements."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from asana_tbp.errors import TbpError
from asana_tbp.system.atomic_file import draft_of, private_folder

MIGRATIONS = tuple(sorted((Path(__file__).parent / "migrations").glob("*.sql")))
"""The migrations in order, one SQL file for each version of the schema; times are ISO 8601 in UTC.

A migration that has been released is never changed: a new version is a new file, with a test on an old database.
"""

BUSY_SECONDS = 10.0
"""How long a statement waits for another process to finish its transaction."""

Row = sqlite3.Row


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of database: its migrations in order, and its name in errors.

    `if_damaged` is the advice on a damaged file that need not be kept.
    """

    migrations: tuple[Path, ...]
    name: str = "local database"
    if_damaged: str = ""


LOCAL = Kind(MIGRATIONS)


class DatabaseClosed(Exception):
    """The database was closed while another thread still used it: that thread's work is over."""


class Database:
    """An open database. Threads may share it; every write stands in a `transaction`."""

    def __init__(self, connection: sqlite3.Connection, path: Path, kind: Kind) -> None:
        self._connection = connection
        connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._closed = False
        self.path, self._kind = path, kind

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows a query gives. Raises `DatabaseClosed` after `close`, like all here, and `TbpError`."""
        with self._open():
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[object] = ()) -> Row | None:
        """The first row a query gives, or None."""
        return next(iter(self.rows(statement, values)), None)

    def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run one statement of the open transaction; the id of the row it added.

        Raises `RuntimeError` outside a transaction (such a write could be lost half-way) and `TbpError`
        when the disk is full.
        """
        with self._open():
            if not self._connection.in_transaction:
                raise RuntimeError("a write needs a transaction")
            return self._connection.execute(statement, values).lastrowid or 0

    def write_alone(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run one statement as a transaction of its own. Raises `TbpError` as `transaction` does."""
        with self.transaction():
            self.write(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none; one inside another joins it. Raises `TbpError` where the file refuses."""
        with self._open():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise

    def version(self) -> int:
        """How many migrations the file has had. Raises `TbpError` when a newer program wrote it."""
        version, newest = int(self.rows("PRAGMA user_version")[0][0]), len(self._kind.migrations)
        if version > newest:
            raise TbpError(
                f"{self.path} was written by a newer asana-tbp: version {version}; this one knows {newest}.",
                "Install the newest asana-tbp.",
            )
        return version

    def copy(self) -> Database:
        """A copy in memory: what is written to it is gone with it."""
        memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with self._open():
            self._connection.backup(memory)
        return Database(memory, self.path, self._kind)

    def close(self) -> None:
        """Close the file. Nothing is pending: writes are on disk when their transaction ends."""
        with self._lock:
            self._closed = True
            self._connection.close()

    @contextmanager
    def _open(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise DatabaseClosed
            try:
                yield
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                # Refused rows and wrong statements are no fault of the file, and their callers know better.
                raise
            except sqlite3.DatabaseError as error:
                raise unusable(self.path, error, self._kind) from None

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def open_database(path: Path, kind: Kind = LOCAL) -> Database:
    """Open the file, creating or migrating it if needed; the local database if no kind is given.

    Only this user can read it. Raises `TbpError` when it can't be opened, is not a database, or was written by a
    newer version.
    """
    try:
        private_folder(path.parent)
        make_private(path)
        with ExitStack() as unless_opened:
            connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            unless_opened.callback(connection.close)
            _use_wal(connection)
            # FULL: a completed task must survive a power cut. It costs a third of a millisecond a commit.
            connection.execute("PRAGMA synchronous = FULL")
            # On a Mac, an ordinary sync leaves the data in the drive's cache.
            connection.execute("PRAGMA fullfsync = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            database = Database(connection, path, kind)
            _migrate(database, kind.migrations)
            unless_opened.pop_all()
            return database
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error, kind) from None


def make_private(path: Path) -> None:
    """Make a file for this user alone, empty where there is none."""
    # SQLite gives its companion files the rights of the database. A file that is there is not opened here: closing it
    # again would drop the locks of this process's other connections (sqlite.org/howtocorrupt.html), and the next
    # process to close the database would take away the log that they write to.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def read_only(path: Path) -> Database:
    """Open an existing file as it is, to read it only. Raises `TbpError` when it can't be opened."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)
    except sqlite3.Error as error:
        raise unusable(path, error) from None
    return Database(connection, path, LOCAL)


def _use_wal(connection: sqlite3.Connection) -> None:
    # Switching to WAL does not wait for another process that is switching too; a transaction does.
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")


def _migrate(database: Database, migrations: Sequence[Path]) -> None:
    if database.version() == len(migrations):
        return
    with database.transaction():
        # Read again under the lock: another process may have migrated meanwhile.
        version = database.version()
        if version > 0:
            _back_up(database.path, version)
        for migration in migrations[version:]:
            for statement in statements_of(migration):
                database.write(statement)
        database.write(f"PRAGMA user_version = {len(migrations)}")


def statements_of(migration: Path) -> Iterator[str]:
    """The statements of a migration, to be run one by one: `executescript` would end the transaction first."""
    statement = ""
    for line in migration.read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _back_up(path: Path, version: int) -> None:
    """Copy what was committed. A connection of its own: the caller's has a transaction open."""
    with (
        draft_of(path.with_name(f"{path.name}.version-{version}.backup")) as part,
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(part)) as copy,
    ):
        source.backup(copy)


WAIT_OR_END = "Wait until it is done, or end it, and run the same command again. Nothing is lost."
FREE_SPACE = "Free some space and run the same command again. What was done so far is saved."
NO_RIGHTS = "Check who may write to that folder, or choose another one with ASANA_TBP_STATE_DIR."

IN_USE = ("another asana-tbp is using it and keeps it locked", WAIT_OR_END)
WHY = {
    sqlite3.SQLITE_BUSY: IN_USE,
    sqlite3.SQLITE_LOCKED: IN_USE,
    sqlite3.SQLITE_FULL: ("the disk is full", FREE_SPACE),
    sqlite3.SQLITE_READONLY: ("it can't be written to", NO_RIGHTS),
    sqlite3.SQLITE_PERM: ("it can't be written to", NO_RIGHTS),
    sqlite3.SQLITE_CANTOPEN: ("it can't be opened", NO_RIGHTS),
}
LEAST_SPACE = 1_000_000
"""Bytes: with less, an error of reading or writing means a full disk."""


def unusable(path: Path, error: Exception, kind: Kind = LOCAL) -> TbpError:
    """The error for a file that SQLite or the system refuses, with what to do."""
    # The low byte is the kind of error, the others are its details. The system's numbers mean other things.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        code = sqlite3.SQLITE_FULL
    if code == sqlite3.SQLITE_IOERR:
        with suppress(OSError):
            if shutil.disk_usage(path.parent).free < LEAST_SPACE:
                # The files beside the database can't grow.
                code = sqlite3.SQLITE_FULL
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        backup = max(path.parent.glob(f"{path.name}.version-*.backup"), key=os.path.getmtime, default=None)
        copy = f" A copy from before an update is in {backup}." if backup else ""
        return TbpError(
            f"The {kind.name} {path} can't be used: it is damaged ({error}).",
            kind.if_damaged
            or f"Keep the file: what Asana does not have yet may be in it.{copy}"
            " To work without it meanwhile, set ASANA_TBP_STATE_DIR to another folder.",
        )
    if isinstance(error, OSError):
        other = (error.strerror or "it can't be opened", NO_RIGHTS)
    else:
        other = (str(error), "Run the same command again; if this stays, report it.")
    why, hint = WHY.get(code, other)
    return TbpError(f"The {kind.name} {path} can't be used: {why}.", hint)
