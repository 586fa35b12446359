"""A command in a terminal of its own, what is written there and when, and what its process costs."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from asana_tbp.sandbox import SANDBOX_TOKEN

PROGRAM = [sys.executable, "-m", "asana_tbp"]


def tell(line: str) -> None:
    """A line of a bench's report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def machine(folder: Path, host: str) -> dict[str, str]:
    """The environment of a producer with an account on the sandbox. The program is compiled, as once installed."""
    settings = {
        "ASANA_TBP_HOST": host,
        "ASANA_ACCESS_TOKEN": SANDBOX_TOKEN,
        "ASANA_TBP_STATE_DIR": str(folder / "state"),
        "ASANA_TBP_CONFIG_DIR": str(folder / "config"),
        "ASANA_TBP_WEB_PORT": "0",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TERM": "xterm-256color",
    }
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | settings


class Terminal:
    """A command that runs in 80 columns and 24 rows until the block ends."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._ours = ours
        self._written = b""
        self._more = threading.Condition()
        self.began = monotonic()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while more := os.read(self._ours, 65536):
                with self._more:
                    self._written += more
                    self._more.notify_all()
        except OSError:
            # The last who wrote has left.
            return
        finally:
            os.close(self._ours)

    def shows(self, words: str, seconds: float = 30.0) -> float:
        """Wait until words have been written; seconds from the command's start to then."""
        with self._more:
            assert self._more.wait_for(lambda: words.encode() in self._written, seconds), self._written
            return monotonic() - self.began

    def cpu(self) -> float:
        """Seconds that its process has worked so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[float, float]:
        """Megabytes that its process has in memory now, and had at most."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        now, most = (re.search(rf"{name}:\s+(\d+) kB", status) for name in ("VmRSS", "VmHWM"))
        return int(now[1]) / 1024 if now else 0.0, int(most[1]) / 1024 if most else 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
