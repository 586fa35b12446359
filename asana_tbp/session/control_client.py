"""Reaches a running session from another process of this machine, over loopback.

A message is a line of JSON there and a line of JSON back. Imports nothing heavy: a status bar calls this every
second.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from asana_tbp.system.atomic_file import write_over
from asana_tbp.system.loopback import LOOPBACK

PATIENCE = 5.0
"""Seconds to wait for an answer."""

LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class SessionAddress:
    """Where a session listens. `secret` is what only this user can have read."""

    session_id: int
    song: str
    pid: int
    port: int
    secret: str
    path: Path


class SessionUnreachable(Exception):
    """The session is no longer there."""


class SessionSilent(SessionUnreachable):
    """The session is there, or may be, but does not answer; what was asked of it is withdrawn."""


def running_sessions(folder: Path) -> tuple[SessionAddress, ...]:
    """The sessions whose addresses are in a folder, oldest first; some may be gone."""
    try:
        names = sorted(folder.glob("*.door"))
    except OSError:
        return ()
    return tuple(address for path in names if (address := _read(path)) is not None)


def _read(path: Path) -> SessionAddress | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return SessionAddress(
            session_id=int(values["session_id"]),
            song=str(values["song"]),
            pid=int(values["pid"]),
            port=int(values["port"]),
            secret=str(values["secret"]),
            path=path,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


class ControlConnection:
    """An open connection to a session; one message at a time."""

    def __init__(self, address: SessionAddress) -> None:
        self._address = address
        try:
            self._socket = socket.create_connection((LOOPBACK, address.port), PATIENCE)
        except ConnectionRefusedError:
            # A session whose program was killed could not remove its address.
            with contextlib.suppress(OSError):
                address.path.unlink()
            raise SessionUnreachable from None
        except OSError:
            # Nobody takes the call: a program that is suspended is not dead.
            raise SessionSilent from None
        self._stream = self._socket.makefile("rwb")

    def ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a message and wait for its answer.

        Raises `SessionUnreachable` when the session ends meanwhile, `SessionSilent` when it does not answer: the
        connection must be closed then, which withdraws what was asked.
        """
        try:
            line = json.dumps({**message, "secret": self._address.secret})
            self._stream.write(line.encode() + b"\n")
            self._stream.flush()
            answer = self._stream.readline(LONGEST_LINE)
            values = json.loads(answer) if answer else None
        except TimeoutError:
            raise SessionSilent from None
        except (OSError, ValueError):
            values = None
        if not isinstance(values, dict):
            raise SessionUnreachable
        if values.get("withdrawn"):
            raise SessionSilent
        return values

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._stream.close()
        self._socket.close()

    def __enter__(self) -> ControlConnection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_address(folder: Path, session_id: int, song: str, port: int, secret: str) -> Path:
    """Write down where a session listens, for this user's eyes only; the file. Raises `TbpError`."""
    path = folder / f"{session_id:010d}-{os.getpid()}.door"
    values = {"session_id": session_id, "song": song, "pid": os.getpid(), "port": port, "secret": secret}
    write_over(path, json.dumps(values), private=True)
    return path
