"""One SQLite file: connection, transactions, versions. Each room has its own statements."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from asana_tbp.errors import TbpError
from asana_tbp.store.migrations import MIGRATIONS

BUSY_SECONDS = 10.0
"""How long a statement waits for another process to finish its transaction."""

WAL_TRIES = 100

Row = sqlite3.Row


class DatabaseClosed(Exception):
    """The database was closed while another thread still used it: that thread's work is over."""


class Database:
    """An open database. Threads may share it; every write stands in a `transaction`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._closed = False
        self.path = path

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
                raise unusable(self.path, error) from None

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def open_database(path: Path) -> Database:
    """Open the file, made and brought to the newest version where needed.

    It is for this user alone. Raises `TbpError` when it can't be opened, is no database, or was written by a newer
    version.
    """
    try:
        make_private_folder(path.parent)
        _make_private(path)
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from None
    try:
        connection.row_factory = sqlite3.Row
        _use_wal(connection)
        # FULL: a completed task must survive a power cut. It costs a third of a millisecond a commit.
        connection.execute("PRAGMA synchronous = FULL")
        # On a Mac, an ordinary sync leaves the data in the drive's cache.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, path)
    except (OSError, sqlite3.Error, TbpError) as error:
        connection.close()
        raise (error if isinstance(error, TbpError) else unusable(path, error)) from None
    return Database(connection, path)


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, all for this user alone: `mkdir` does so for the last only."""
    for each in reversed((folder, *folder.parents)):
        each.mkdir(mode=0o700, exist_ok=True)


def _make_private(path: Path) -> None:
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
    connection.row_factory = sqlite3.Row
    return Database(connection, path)


def integrity(database: Database) -> str:
    """What is wrong with a database's file; "" when nothing is. Raises `TbpError` when a newer version wrote it."""
    found = str(database.rows("PRAGMA quick_check(1)")[0][0])
    version = int(database.rows("PRAGMA user_version")[0][0])
    if found != "ok":
        # SQLite puts a line with the name of the database before it.
        return f"it is damaged ({found.splitlines()[-1]})"
    if version > len(MIGRATIONS):
        raise _newer(database.path, version)
    return "" if version else "it is no database of this program"


def back_up(path: Path, target: Path) -> None:
    """Write a whole copy of the database while others may use it. Raises `TbpError` where `target` exists."""
    if target.exists():
        raise TbpError(f"{target} is there already and is not overwritten.", "Name another file.")
    try:
        _make_private(target)
    except OSError as error:
        raise TbpError(f"{target} can't be written: {error.strerror}.", "Name another file.") from None
    with read_only(path) as database:
        database.rows("VACUUM INTO ?", (str(target),))


def restore(source: Path, path: Path) -> Path | None:
    """Put a copy in the database's place; where the old one is now. Nobody else may use it meanwhile.

    Raises `TbpError` when `source` is not a complete database of this program.
    """
    with read_only(source) as database:
        if problem := integrity(database):
            raise TbpError(f"{source} can't be restored: {problem}.", "Choose another backup.")
    aside = path.with_name(f"{path.name}.before-restore")
    kept = None
    if path.exists():
        # What SQLite has not yet moved into the file is kept beside it, also where the file is damaged.
        for tail in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + tail).replace(aside.with_name(aside.name + tail))
        kept = path.replace(aside)
    with read_only(source) as database:
        database.rows("VACUUM INTO ?", (str(path),))
    path.chmod(0o600)
    return kept


def _use_wal(connection: sqlite3.Connection) -> None:
    # The step to WAL does not wait for another process that takes it at the same moment, a transaction does.
    for _ in range(WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    newest, query = len(MIGRATIONS), "PRAGMA user_version"
    if connection.execute(query).fetchone()[0] == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have migrated meanwhile.
        version = connection.execute(query).fetchone()[0]
        if version > newest:
            raise _newer(path, version)
        if version > 0:
            _back_up(path, version)
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {newest}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _newer(path: Path, version: int) -> TbpError:
    return TbpError(
        f"{path} was written by a newer asana-tbp (version {version}; this one knows {len(MIGRATIONS)}).",
        "Install the newest asana-tbp.",
    )


def backup_of(path: Path, version: int) -> Path:
    """Where the copy is that was made before a file of this version was migrated."""
    return path.with_name(f"{path.name}.version-{version}.backup")


def _back_up(path: Path, version: int) -> None:
    """Copy what was committed, whole or not at all. A connection of its own: the caller's has a transaction open."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        _make_private(part)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
        part.replace(backup_of(path, version))
    finally:
        part.unlink(missing_ok=True)


WAIT_OR_END = "Wait until it is done, or end it, and run the same command again. Nothing is lost."
FREE_SPACE = "Free some space and run the same command again. What was done so far is saved."
NO_RIGHTS = "Check who may write to that folder, or choose another one with ASANA_TBP_STATE_DIR."

WHY = {
    sqlite3.SQLITE_BUSY: ("another asana-tbp is using it and keeps it locked", WAIT_OR_END),
    sqlite3.SQLITE_LOCKED: ("another asana-tbp is using it and keeps it locked", WAIT_OR_END),
    sqlite3.SQLITE_FULL: ("the disk is full", FREE_SPACE),
    sqlite3.SQLITE_READONLY: ("it can't be written to", NO_RIGHTS),
    sqlite3.SQLITE_PERM: ("it can't be written to", NO_RIGHTS),
    sqlite3.SQLITE_CANTOPEN: ("it can't be opened", NO_RIGHTS),
    errno.ENOSPC: ("the disk is full", FREE_SPACE),
}
LEAST_SPACE = 1_000_000
"""Bytes: with less, an error of reading or writing means a full disk."""
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < LEAST_SPACE
    except OSError:
        return False


def unusable(
    path: Path, error: Exception, name: str = "local database", if_damaged: str | None = None
) -> TbpError:
    """The sentence and the way out for a file that SQLite or the system refuses.

    `if_damaged` replaces the advice to keep a damaged file.
    """
    if isinstance(error, OSError):
        why, hint = WHY.get(error.errno or 0, (error.strerror or "it can't be opened", NO_RIGHTS))
        return TbpError(f"The {name} {path} can't be used: {why}.", hint)
    # The low byte is the kind of error, the others are its details.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_IOERR and _is_full(path.parent):
        # The files beside the database can't grow.
        code = sqlite3.SQLITE_FULL
    if code in DAMAGED:
        backups = sorted(
            path.parent.glob(f"{path.name}.version-*.backup"), key=lambda each: each.stat().st_mtime
        )
        copy = f" A copy from before an update is in {backups[-1]}." if backups else ""
        return TbpError(
            f"The {name} {path} can't be used: it is damaged ({error}).",
            if_damaged
            or f"Keep the file: what Asana does not have yet may be in it.{copy}"
            " To work without it meanwhile, set ASANA_TBP_STATE_DIR to another folder.",
        )
    why, hint = WHY.get(code, (str(error), "Run the same command again; if this stays, report it."))
    return TbpError(f"The {name} {path} can't be used: {why}.", hint)
