"""The file of a board: what `--sandbox` remembers between two commands.

The file is the truth: each request runs inside an exclusive section, reads what another process changed, and is
on disk before it is answered; so a killed process never loses an answered write, and two can use one board.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from asana_tbp.errors import TbpError
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.store.database import Kind, open_database

KIND = Kind(
    tuple(sorted((Path(__file__).parent / "migrations").glob("*.sql"))),
    "sandbox's projects in",
    "They were for trying things out: move the file away, and you begin with an empty Asana.",
)


class Persistence:
    """A board in a file. Any thread may use it, one at a time."""

    def __init__(self, path: Path, board: SandboxState) -> None:
        """Open or make the file. The board becomes what the file holds; a new file gets the board.

        Raises TbpError when it can't be used, or a newer version wrote it.
        """
        self.board = board
        self._seen = -1
        self._database = open_database(path, KIND)
        self.close = self._database.close
        try:
            with self._database.transaction():
                self._load()
                self._save()
        except BaseException:
            self.close()
            raise

    def _load(self) -> None:
        """Read what another process has changed."""
        version = int(self._database.rows("PRAGMA data_version")[0][0])
        if version != self._seen:
            rows = self._database.rows("SELECT gid, kind, row FROM things ORDER BY gid")
            if rows:
                self.board.load([(str(gid), kind, json.loads(row)) for gid, kind, row in rows])
            self._seen = version

    def _save(self) -> None:
        for gid, kind, row in self.board.dirty_rows():
            if row is None:
                self._database.write("DELETE FROM things WHERE gid = ?", (int(gid),))
            else:
                values = (int(gid), kind, json.dumps(row, ensure_ascii=False))
                self._database.write(
                    "INSERT OR REPLACE INTO things (gid, kind, row) VALUES (?, ?, ?)", values
                )
        self.board.dirty.clear()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Around one request: fresh before it, on disk after it, nothing of it when it fails."""
        try:
            with self._database.transaction():
                self._load()
                with self.board.transaction():
                    yield
                    self._save()
        except TbpError:
            # The file did not take it: the next request reads what the file has.
            self._seen = -1
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
