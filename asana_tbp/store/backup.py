"""Copies of the local database: made while others use it, checked, and put back in its place."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from itertools import chain, count
from pathlib import Path

from asana_tbp.errors import TbpError
from asana_tbp.store.database import LEAST_SPACE, Database, read_only, unusable
from asana_tbp.system.atomic_file import draft_of


def integrity(database: Database) -> str:
    """What is wrong with a database's file; "" when nothing is. Raises `TbpError` when a newer version wrote it."""
    found = str(database.rows("PRAGMA quick_check(1)")[0][0])
    if found != "ok":
        # SQLite puts a line with the name of the database before it.
        return f"it is damaged ({found.splitlines()[-1]})"
    return "" if database.version() else "it is not a database of this program"


def back_up(path: Path, target: Path) -> None:
    """Write a whole copy of the database while others may use it, or nothing.

    Raises `TbpError` where `target` exists or can't be made.
    """
    if os.path.lexists(target):
        raise TbpError(f"{target} is there already and is not overwritten.", "Name another file.")
    try:
        # No folder is made for it.
        target.parent.stat()
        with draft_of(target) as part, read_only(path) as database:
            try:
                database.rows("VACUUM INTO ?", (str(part),))
            except TbpError:
                if shutil.disk_usage(target.parent).free > LEAST_SPACE:
                    raise
                raise TbpError(
                    f"{target} can't be written: the disk is full.", "Name another file."
                ) from None
    except OSError as error:
        raise TbpError(f"{target} can't be written: {error.strerror}.", "Name another file.") from None


def restore(source: Path, path: Path) -> Path | None:
    """Put a copy in the database's place; returns where a copy of the old one is. Nothing else may use it meanwhile.

    Whatever interrupts this, the old one or the new one is in place, whole. Raises `TbpError` when `source` is not a
    complete database of this program; then nothing is made or changed.
    """
    with read_only(source) as database:
        if problem := integrity(database):
            raise TbpError(f"{source} can't be restored: {problem}.", "Choose another backup.")
    try:
        with draft_of(path) as part:
            with read_only(source) as database:
                database.rows("VACUUM INTO ?", (str(part),))
            # `source` may be what an earlier restore has put aside, or the database itself.
            places = (f"{path}.before-restore{tail}" for tail in chain([""], map("-{}".format, count(2))))
            aside = next(place for place in places if not any(map(os.path.lexists, (place, f"{place}-wal"))))
            kept = path.exists()
            for tail in ("-wal", ""):
                _copy(Path(f"{path}{tail}"), Path(f"{aside}{tail}"))
            if kept:
                # Whole without its companions from now on, unless it is damaged.
                with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as old:
                    old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # What is in them must not be read into the new one.
            for tail in ("-wal", "-shm"):
                Path(f"{path}{tail}").unlink(missing_ok=True)
        return Path(aside) if kept else None
    except OSError as error:
        raise unusable(path, error) from None


def _copy(path: Path, target: Path) -> None:
    """Copy a file, whole or not at all; nothing where there is none. Raises OSError."""
    if path.exists():
        with draft_of(target) as part:
            shutil.copyfile(path, part)
