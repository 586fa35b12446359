"""The file of a board: what `--sandbox` remembers between two commands.

The file is the truth: each request runs inside an exclusive section, reads what another process changed, and is
on disk before it is answered; so a killed process never loses an answered write, and two can use one board.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from asana_tbp.errors import TbpError
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.store.database import make_private_folder, unusable

VERSION = 2
BOARD = "sandbox's projects in"
IF_DAMAGED = "They were for trying things out: move the file away, and you begin with an empty Asana."
_SCHEMA = "CREATE TABLE IF NOT EXISTS things (gid INTEGER PRIMARY KEY, kind TEXT NOT NULL, row TEXT NOT NULL)"


class Persistence:
    """A board in a file. Any thread may use it, one at a time."""

    def __init__(self, path: Path, board: SandboxState) -> None:
        """Open or make the file. The board becomes what the file holds; a new file gets the board.

        It is for this user alone. Raises TbpError when it can't be used, or a newer version wrote it.
        """
        self.board = board
        self._lock = threading.Lock()
        self._seen = -1
        try:
            make_private_folder(path.parent)
            path.touch(0o600)
            # Python's own transactions are off: every one below is explicit.
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise unusable(path, error, BOARD, IF_DAMAGED) from None
        try:
            self._open(path)
        except sqlite3.Error as error:
            self._db.close()
            raise unusable(path, error, BOARD, IF_DAMAGED) from None
        except BaseException:
            self._db.close()
            raise

    def _open(self, path: Path) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            self._db.execute("ROLLBACK")
            raise TbpError(
                f"{path} was written by a newer asana-tbp (version {version}; this one knows {VERSION}).",
                "Install the newest asana-tbp.",
            )
        self._db.execute(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {VERSION}")
        # Version 0.1 kept a stream of events, which nobody asked for.
        self._db.execute("DELETE FROM things WHERE kind = 'event'")
        if self._db.execute("SELECT 1 FROM things LIMIT 1").fetchone() is None:
            self._save()
        else:
            self._load()
        self._db.execute("COMMIT")
        self._seen = self._version()

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _load(self) -> None:
        rows = self._db.execute("SELECT gid, kind, row FROM things ORDER BY gid").fetchall()
        self.board.load([(str(gid), kind, json.loads(row)) for gid, kind, row in rows])

    def _save(self) -> None:
        for gid, kind, row in self.board.dirty_rows():
            if row is None:
                self._db.execute("DELETE FROM things WHERE gid = ?", (int(gid),))
            else:
                self._db.execute(
                    "INSERT INTO things (gid, kind, row) VALUES (?, ?, ?) "
                    "ON CONFLICT (gid) DO UPDATE SET row = excluded.row",
                    (int(gid), kind, json.dumps(row, ensure_ascii=False)),
                )
        self.board.dirty.clear()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Around one request: fresh before it, on disk after it, nothing of it when it fails."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                version = self._version()
                if version != self._seen:
                    self._load()
                    self._seen = version
                with self.board.transaction():
                    yield
                    self._save()
                    self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
