"""What is printed while a screen covers the terminal: kept, and written when the screen is gone."""

from __future__ import annotations

import errno
import io
import threading
from collections.abc import Callable
from typing import Literal, TextIO, cast


class CapturedOutput:
    """Two streams, `out` and `err`, in place of stdout and stderr. Threads may share them.

    `said` gets each full line of `err` at once: it is talk, and may matter now.
    """

    def __init__(self, said: Callable[[str], None]) -> None:
        self._lock = threading.Lock()
        self._parts: list[tuple[Literal["out", "err"], str]] = []
        self._line = ""
        self._said = said
        self.out = cast("TextIO", _Stream(self, "out"))
        self.err = cast("TextIO", _Stream(self, "err"))

    def keep(self, which: Literal["out", "err"], text: str) -> None:
        """Remember a piece."""
        lines: list[str] = []
        with self._lock:
            self._parts.append((which, text))
            if which == "err":
                *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            if line.strip():
                self._said(line.strip())

    def write_to(self, out: TextIO, err: TextIO) -> None:
        """Write all of it, in order, to where it was meant. Raises `BrokenPipeError` where the window is closed."""
        with self._lock:
            parts, self._parts = self._parts, []
        for which, text in parts:
            stream = out if which == "out" else err
            try:
                stream.write(text)
                stream.flush()
            except OSError as gone:
                if gone.errno != errno.EIO:
                    raise
                raise BrokenPipeError from None


class _Stream(io.TextIOBase):
    def __init__(self, kept: CapturedOutput, which: Literal["out", "err"]) -> None:
        self._kept = kept
        self._which: Literal["out", "err"] = which

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._kept.keep(self._which, text)
        return len(text)
