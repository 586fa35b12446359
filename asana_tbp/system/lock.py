"""A lock between processes: a file lock that the kernel frees when its process ends, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from asana_tbp.errors import TbpError
from asana_tbp.system.atomic_file import private_folder


@contextmanager
def held(path: Path, seconds: float = 0.0) -> Iterator[bool]:
    """Hold the lock; False if another process holds it for `seconds`. Raises `TbpError` if it can't be made."""
    lock = FileLock(path, mode=0o600)
    try:
        private_folder(path.parent)
        lock.acquire(timeout=seconds, poll_interval=0.02)
    except Timeout:
        yield False
        return
    except OSError as error:
        raise TbpError(
            f"The lock {path} can't be used: {error.strerror}", "Check the folder and who may write to it."
        ) from None
    try:
        yield True
    finally:
        lock.release()
