"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from asana_tbp.errors import TbpError, UsageError
from asana_tbp.text import quote


def refuse_place(path: Path, flag: str = "-o") -> None:
    """Raise UsageError where there is something at `path`, TbpError where its folder takes no file.

    `flag` is what another name is given with.
    """
    _refuse_existing(path, flag)
    folder = path.parent
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise TbpError(f"{_named(path)} cannot be written: {_named(folder)} is not a folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise TbpError(
            f"{_named(path)} cannot be written: the folder {_named(folder.absolute())} takes no files."
        )


def _refuse_existing(path: Path, flag: str) -> None:
    if os.path.lexists(path):
        raise UsageError(
            f"{_named(path)} is there already and is not overwritten.",
            f"Choose another name with {flag}.",
        )


def _named(path: Path) -> str:
    # Whole: a path that is cut does not say where.
    return quote(str(path), 4096)


def write_new(path: Path, text: str, flag: str = "-o") -> None:
    """Make a file with this text, in UTF-8. Its folder is made when it is missing.

    Whatever interrupts this leaves no half file at `path`. Raises UsageError where there is a file already,
    also one that came meanwhile, and TbpError where the folder does not take one.
    """
    refuse_place(path, flag)
    _write(path, text, lambda part: _put(part, path, flag), flag)


def write_over(path: Path, text: str, *, private: bool = False) -> None:
    """Make a file with this text, in UTF-8, in place of the one that may be there, which stays whole until then.

    A `private` file, and its folder where it is made, are for this user alone whatever the umask. Raises TbpError
    where the folder takes no file.
    """
    _write(path, text, lambda part: os.replace(part, path), private=private)


def _write(
    path: Path, text: str, put: Callable[[Path], object], flag: str = "-o", *, private: bool = False
) -> None:
    part = path.with_name(f".{path.name[:50]}.{os.urandom(6).hex()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
        # A new file, not through a link that somebody left there.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
    except OSError as refused:
        raise TbpError(f"{_named(path)} cannot be written: {refused.strerror}.") from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        put(part)
    except FileExistsError:
        _refuse_existing(path, flag)
        raise
    except OSError as refused:
        raise TbpError(f"{_named(path)} cannot be written: {refused.strerror}.") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()


def _put(part: Path, path: Path, flag: str) -> None:
    try:
        # Unlike a rename, a link is refused where a file has appeared meanwhile.
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links, such as that of a memory stick.
        _refuse_existing(path, flag)
        part.rename(path)
