"""Copies of the local database: made while others use it, checked, and put back in its place."""

from contextlib import suppress
from itertools import chain, count
from pathlib import Path

from asana_tbp.errors import TbpError
from asana_tbp.store.database import Database, make_private, read_only, unusable
from asana_tbp.system.atomic_file import draft_of


def integrity(database: Database) -> str:
    """What is wrong with a database's file; "" when nothing is. Raises `TbpError` when a newer version wrote it."""
    found = str(database.rows("PRAGMA quick_check(1)")[0][0])
    if found != "ok":
        # SQLite puts a line with the name of the database before it.
        return f"it is damaged ({found.splitlines()[-1]})"
    return "" if database.version() else "it is not a database of this program"


def back_up(path: Path, target: Path) -> None:
    """Write a whole copy of the database while others may use it. Raises `TbpError` where `target` exists."""
    if target.exists():
        raise TbpError(f"{target} is there already and is not overwritten.", "Name another file.")
    try:
        make_private(target)
    except OSError as error:
        raise TbpError(f"{target} can't be written: {error.strerror}.", "Name another file.") from None
    with read_only(path) as database:
        database.rows("VACUUM INTO ?", (str(target),))


def restore(source: Path, path: Path) -> Path | None:
    """Put a copy in the database's place; returns where the old one is now. Nothing else may use it meanwhile.

    Raises `TbpError` when `source` is not a complete database of this program.
    """
    try:
        with draft_of(path) as part:
            with read_only(source) as database:
                if problem := integrity(database):
                    raise TbpError(f"{source} can't be restored: {problem}.", "Choose another backup.")
                database.rows("VACUUM INTO ?", (str(part),))
            # `source` may be what an earlier restore has put aside, or the database itself.
            tails = chain([""], map("-{}".format, count(2)))
            places = (path.with_name(f"{path.name}.before-restore{tail}") for tail in tails)
            aside = next(place for place in places if not place.exists())
            kept = path.replace(aside) if path.exists() else None
            # What SQLite has not yet moved into the file is kept beside it, also where the file is damaged.
            for tail in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    path.with_name(path.name + tail).replace(aside.with_name(aside.name + tail))
            return kept
    except OSError as error:
        raise unusable(path, error) from None
