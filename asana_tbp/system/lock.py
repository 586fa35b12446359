"""A lock between processes: a file lock that the kernel frees when its process ends, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from asana_tbp.errors import TbpError


@contextmanager
def held(path: Path, seconds: float = 0.0) -> Iterator[bool]:
    """Hold the lock; False if another process holds it for `seconds`. Raises `TbpError` if it can't be made."""
    lock = FileLock(path, mode=0o600)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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
