"""A real terminal: a command in tmux, driven by keys and read as text."""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from tests.needs import need_program

SECONDS = 60.0


@dataclass
class Terminal:
    """One window of a tmux server of its own."""

    name: str

    def tmux(self, *words: str) -> str:
        """Run a command of tmux; what it prints."""
        done = subprocess.run(
            ["tmux", "-L", self.name, "-f", "/dev/null", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=_own_environment(),
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names or as letters."""
        self.tmux("send-keys", *keys)

    def text(self) -> str:
        """What stands on the screen."""
        return self.tmux("capture-pane", "-p")

    def raw(self) -> str:
        """The same with its colours, as escape sequences."""
        return self.tmux("capture-pane", "-p", "-e")

    def title(self) -> str:
        """The title of the window, as the program set it."""
        return self.tmux("display-message", "-p", "#{pane_title}").strip()

    def resize(self, columns: int, rows: int) -> None:
        """Another size."""
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def pid(self) -> int:
        """The process in the window."""
        return int(self.tmux("display-message", "-p", "#{pane_pid}"))

    def sees(self, *words: str) -> str:
        """Wait until all words stand on the screen at once; the screen as it was then."""
        return self.shows(lambda text: all(word in text for word in words), " and ".join(words))

    def shows(self, true: Callable[[str], object], what: str = "it") -> str:
        """Wait until something is true of the screen; the screen as it was then."""
        seen = [""]

        def looked() -> object:
            seen[0] = self.text()
            return true(seen[0])

        self.until(looked, what)
        return seen[0]

    def until(self, true: Callable[[], object], what: str = "it") -> None:
        """Wait until something is true."""
        end, never = monotonic() + SECONDS, threading.Event()
        while not true():
            assert monotonic() < end, f"{what} did not come; the screen:\n{self.text()}"
            never.wait(0.05)


def _own_environment() -> dict[str, str]:
    # What a shell or readline knows of its own window is not true of this one.
    return {name: value for name, value in os.environ.items() if name not in {"LINES", "COLUMNS"}}


@contextmanager
def terminal(
    command: list[str], size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """Run a command in a new terminal; when it ends, its exit code stands below what it left: `rc=0`."""
    need_program("tmux")
    window = Terminal(f"tbp-{uuid.uuid4().hex[:8]}")
    # A Ctrl-C for a command that reads lines must not end the shell that waits for it.
    script = f"trap : INT; {shlex.join(command)}; echo rc=$?; exec cat"
    settings = _own_environment() | dict(env or {})
    words = [part for name, value in settings.items() for part in ("-e", f"{name}={value}")]
    columns, rows = size
    window.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), *words, "sh", "-c", script)
    try:
        yield window
    finally:
        window.tmux("kill-server")
