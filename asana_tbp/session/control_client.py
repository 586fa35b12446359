"""Reaches a running session from another process of this machine.

A connection takes one message: a line with the session's secret, the message as a line of JSON, and one back.
Imports nothing heavy: a status bar calls this every second.
"""

import contextlib
import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asana_tbp.errors import TbpError
from asana_tbp.system.loopback import LOOPBACK
from asana_tbp.text import quote

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

    def reach(self, command: str = "") -> Connection | None:
        """Open a connection; None for a session that is gone. Raises `SessionSilent` if that is not certain."""
        try:
            return self.connect()
        except (ConnectionRefusedError, FileNotFoundError):
            # A session whose program was killed could not remove its address.
            if not is_alive(self.pid):
                self.remove()
            return None
        except OSError:
            # Nobody accepts the connection, but a program that is suspended is not dead.
            raise SessionSilent(self, command) from None

    def ask(self, message: Mapping[str, Any], command: str = "") -> dict[str, Any]:
        """Send a message for a `command` of the user's and wait for its answer, empty if the session is gone.

        Raises `SessionSilent` without an answer: the command is withdrawn then.
        """
        if (connection := self.reach(command)) is None:
            return {}
        try:
            with connection, connection.makefile("rwb") as stream:
                stream.write(f"{self.secret}\n{json.dumps(message)}\n".encode())
                stream.flush()
                values = json.loads(stream.readline(LONGEST_LINE) or b"null")
        except TimeoutError:
            raise SessionSilent(self, command) from None
        except (OSError, ValueError):
            return {}
        if not isinstance(values, dict):
            return {}
        if values.get("withdrawn"):
            raise SessionSilent(self, command)
        return values

    def look(self) -> dict[str, Any] | None:
        """The session as it is now, None where it is gone. Raises `SessionSilent`."""
        session = self.ask({"do": "look"}).get("session")
        return session if isinstance(session, dict) else None

    def is_there(self) -> bool:
        """Whether the session still exists, even if it does not answer."""
        try:
            connection = self.reach()
        except SessionSilent:
            return True
        if connection is not None:
            connection.close()
        return connection is not None

    def is_of(self, song: str) -> bool:
        """Whether `song` names this session: by its song's name or a part of it, or by its number."""
        return song == str(self.session_id) or song.casefold() in self.song.casefold()

    def remove(self) -> None:
        """Delete the address: nothing listens there any more."""
        for path in filter(None, (str(self.path), self.socket)):
            with contextlib.suppress(OSError):
                os.unlink(path)


class SessionSilent(TbpError):
    """A session is there, or may be, but does not answer; the `command` that was asked of it is withdrawn."""

    def __init__(self, address: SessionAddress, command: str) -> None:
        withdrawn = f", so {command} was withdrawn" if command else ""
        super().__init__(
            f"The session of {quote(address.song)} does not answer{withdrawn}.",
            "It may be suspended (fg resumes it) or busy. Try again in a moment.",
        )


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
    """Whether a process is there. On Windows asking would kill it: there, one that refuses a connection is gone."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
