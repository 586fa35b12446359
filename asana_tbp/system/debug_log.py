"""A log of the requests to Asana, for a bug report: private to the user, and without secrets."""

import os
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asana_tbp.errors import TbpError
from asana_tbp.system.atomic_file import private_folder
from asana_tbp.system.clock import Clock

_CREDENTIALS = re.compile(r"(?i)\b(authorization:|bearer)\s+(?:bearer\s+)?\S+")


def redact(text: str, secrets: Iterable[str]) -> str:
    """A text without secrets, on one line: the only place where they are removed."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _CREDENTIALS.sub(r"\1 ***", text)
    return "".join(each if each.isprintable() else " " for each in text)


@dataclass
class DebugLog:
    """Appends lines to a file that only this user can read. Threads may share it."""

    path: Path
    clock: Clock
    secrets: tuple[str, ...]

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self("-- a command begins")

    def __call__(self, line: str) -> None:
        """Add a line with the moment. Raises `TbpError` where the file can't be written."""
        text = f"{self.clock.now().isoformat(timespec='milliseconds')} {redact(line, self.secrets)}\n"
        try:
            private_folder(self.path.parent)
            with self._lock:
                handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    stream.write(text)
        except OSError as error:
            raise TbpError(f"The log {self.path} can't be written: {error.strerror}.") from None
