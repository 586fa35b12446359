"""Files that are written whole or not at all."""

import contextlib
import glob
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from asana_tbp.errors import TbpError, UsageError
from asana_tbp.text import quote

WAITS = (0.01, 0.05, 0.1, 0.2, 0.3)
"""Seconds between tries to replace a file that another program has open, as Windows refuses that."""

STALE_SECONDS = 3600.0
"""Age after which a draft is nobody's any more."""


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user alone. Raises OSError."""
    # `mkdir` makes the last folder private only.
    for each in reversed((folder, *folder.parents)):
        each.mkdir(mode=0o700, exist_ok=True)


def refuse_place(path: Path, chosen_with: str = "") -> None:
    """Raise UsageError if `path` exists, TbpError if its folder takes no file.

    `chosen_with` is what the user chooses another name with.
    """
    _refuse_existing(path, chosen_with)
    # On Windows the drive itself may not be there.
    folder = next((each for each in path.parents if os.path.lexists(each)), path.parent)
    if not folder.is_dir():
        raise _unwritable(path, f"{_whole(folder)} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(path, f"the folder {_whole(folder.absolute())} takes no files")


def _refuse_existing(path: Path, chosen_with: str) -> None:
    if os.path.lexists(path):
        sentence = f"{_whole(path)} is there already and is not overwritten."
        raise UsageError(sentence, f"Choose another name{chosen_with and f' with {chosen_with}'}.")


def _whole(path: Path) -> str:
    # A path that is cut short would not show where.
    return quote(str(path), 4096)


def _unwritable(path: Path, why: str | None) -> TbpError:
    return TbpError(f"{_whole(path)} cannot be written: {why}.")


def write_new(path: Path, text: str, chosen_with: str = "") -> None:
    """Make a file with this text, in UTF-8. Its folder is made when it is missing. `chosen_with`: see `refuse_place`.

    Whatever interrupts this leaves no half file at `path`. Raises UsageError if there is a file already,
    even one that appeared meanwhile, and TbpError if the folder does not take one.
    """
    refuse_place(path, chosen_with)
    _write(path, text, lambda draft, path: _put_beside(draft, path, chosen_with), private=False)


def write_over(path: Path, text: str, *, private: bool = False) -> None:
    """Write a file with this text, in UTF-8, replacing an existing one, which stays whole until then.

    A `private` file, and its folder if that is new, are for this user alone whatever the umask; otherwise an existing
    file keeps its permissions. A link is replaced, not followed. Raises TbpError if the folder takes no file, or if
    something else than a file is in its place.
    """
    with contextlib.suppress(OSError):
        kind = stat.S_IFMT(path.stat().st_mode)
        # A device or a pipe would be gone for everybody, and so would a link to one, such as /dev/stdout.
        if kind != stat.S_IFREG:
            what = "a folder" if kind == stat.S_IFDIR else "a device or a pipe, not a file"
            raise _unwritable(path, f"it is {what}")
    _write(path, text, replace_file, private=private)


def replace_file(draft: Path, path: Path) -> None:
    """Put a file in the place of another, retrying while another program has that open. Raises OSError."""
    for wait in WAITS if sys.platform == "win32" else ():
        try:
            return os.replace(draft, path)
        except PermissionError:
            threading.Event().wait(wait)
    return os.replace(draft, path)


@contextlib.contextmanager
def draft_of(
    path: Path, put: Callable[[Path, Path], None] = replace_file, *, private: bool = True
) -> Iterator[Path]:
    """A new, empty file that is `put` in the place of `path` once the block has filled it; not if the block fails.

    A `private` one, and its folders if they are new, are for this user alone whatever the umask. Raises OSError.
    """
    draft = path.with_name(f".{path.name[:50]}.{os.urandom(6).hex()}.part")
    if private:
        private_folder(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    # A new file, not through a link that somebody left there.
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666))
    try:
        for other in path.parent.glob(f".{glob.escape(path.name[:50])}.{'[0-9a-f]' * 12}.part"):
            # Left by a process that was killed. It may be another user's, or one at work now may take it away.
            with contextlib.suppress(OSError):
                if draft.stat().st_mtime - other.stat().st_mtime > STALE_SECONDS:
                    other.unlink()
        yield draft
        put(draft, path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _not_a_link(path: str, flags: int) -> int:
    """Open a draft, unless somebody who may write into its folder has put a link in its place meanwhile."""
    return os.open(path, flags & ~os.O_CREAT | getattr(os, "O_NOFOLLOW", 0))


def _write(path: Path, text: str, put: Callable[[Path, Path], None], *, private: bool) -> None:
    try:
        with draft_of(path, put, private=private) as draft:
            with open(draft, "w", encoding="utf-8", newline="\n", opener=_not_a_link) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if not private and path.is_file():
                draft.chmod(path.stat().st_mode & 0o777)
    except OSError as refused:
        raise _unwritable(path, refused.strerror) from None


def _put_beside(draft: Path, path: Path, chosen_with: str) -> None:
    try:
        # Unlike a rename, a link is refused where a file has appeared meanwhile.
        os.link(draft, path)
    except OSError:
        _refuse_existing(path, chosen_with)
        # A file system without hard links, such as that of a memory stick.
        draft.rename(path)
