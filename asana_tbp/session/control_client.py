"""Reaches a running session from another process of this machine.

A connection takes one message: the session's secret in a line, the message in a line of JSON, and one back.
Imports nothing heavy: a status bar calls this every second.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asana_tbp.system.loopback import LOOPBACK

PATIENCE = 5.0
"""Seconds to wait for an answer."""

LONGEST_LINE = 1 << 20
Connection = socket.socket


@dataclass(frozen=True, slots=True)
class SessionAddress:
    """Where a session listens, on a socket file or a loopback port; only this user can have read `secret`."""

    session_id: int
    song: str
    pid: int
    secret: str
    path: Path
    socket: str = ""
    port: int = 0

    def connect(self) -> Connection:
        """Open a connection. Raises `OSError`."""
        if not self.socket:
            return socket.create_connection((LOOPBACK, self.port), PATIENCE)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        try:
            connection.connect(self.socket)
        except BaseException:
            connection.close()
            raise
        return connection

    def reach(self) -> Connection:
        """The same. Raises `SessionUnreachable` for a session that is gone, `SessionSilent` where that is not sure."""
        try:
            return self.connect()
        except (ConnectionRefusedError, FileNotFoundError):
            # A session whose program was killed could not remove its address.
            if not is_alive(self.pid):
                self.remove()
            raise SessionUnreachable from None
        except OSError:
            # Nobody takes the call: a program that is suspended is not dead.
            raise SessionSilent from None

    def ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a message and wait for its answer.

        Raises as `reach` does, and when the session ends meanwhile, or does not answer: what was asked is withdrawn
        then.
        """
        connection = self.reach()
        try:
            with connection, connection.makefile("rwb") as stream:
                stream.write(f"{self.secret}\n{json.dumps(message)}\n".encode())
                stream.flush()
                values = json.loads(stream.readline(LONGEST_LINE) or b"null")
        except TimeoutError:
            raise SessionSilent from None
        except (OSError, ValueError):
            raise SessionUnreachable from None
        if not isinstance(values, dict):
            raise SessionUnreachable
        if values.get("withdrawn"):
            raise SessionSilent
        return values

    def look(self) -> dict[str, Any] | None:
        """The session as it is now. Raises as `ask` does."""
        session = self.ask({"do": "look"}).get("session")
        return session if isinstance(session, dict) else None

    def is_of(self, song: str) -> bool:
        """Whether this is the session meant by a song's name, or a part of it, or by a session's number."""
        return song == str(self.session_id) or song.casefold() in self.song.casefold()

    def remove(self) -> None:
        """Take the address away: nobody listens there any more."""
        for path in filter(None, (str(self.path), self.socket)):
            with contextlib.suppress(OSError):
                os.unlink(path)


class SessionUnreachable(Exception):
    """The session is no longer there."""


class SessionSilent(SessionUnreachable):
    """The session is there, or may be, but does not answer; what was asked of it is withdrawn."""


def running_sessions(folder: Path) -> tuple[SessionAddress, ...]:
    """The sessions whose addresses are in a folder, oldest first; some may be gone."""
    try:
        # Those of version 0.1 end in `.door`.
        names = sorted((*folder.glob("*.session"), *folder.glob("*.door")))
    except OSError:
        return ()
    return tuple(address for path in names if (address := _read(path)) is not None)


def _read(path: Path) -> SessionAddress | None:
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        kinds = {"session_id": int, "song": str, "pid": int, "secret": str, "socket": str, "port": int}
        values: Any = {name: kind(written[name]) for name, kind in kinds.items() if name in written}
        return SessionAddress(path=path, **values)
    except (OSError, ValueError, TypeError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process is there. Windows can't be asked without harm: there, who refuses a connection is gone."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
