"""The control server of a running session: commands of other processes come in, answers go out.

Whoever can read the secret in this user's own folder may give commands; nobody else is listened to.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import threading
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asana_tbp.errors import TbpError
from asana_tbp.session.control_client import PATIENCE, SessionAddress, is_alive, running_sessions
from asana_tbp.session.messages import Inbox, Notice, ask
from asana_tbp.system.atomic_file import private_folder, write_over
from asana_tbp.system.loopback import LOOPBACK
from asana_tbp.timer.commands import command_of
from asana_tbp.timer.moments import plain_values

STRANGERS = 64
"""Connections that have not sent the secret yet: one more, and the oldest is closed."""

BACKLOG = 1024
"""Connections that the system queues until we accept them; beyond that it refuses at once."""

INTRODUCTION = 2.0
"""Seconds to wait for the secret, and for the message."""

LONGEST_REQUEST = 4096
LONGEST_PATH = 100
"""Bytes in the path of a socket that every system takes (macOS: 104)."""


@dataclass
class ControlServer:
    """Listens for as long as the block lasts: on a socket that only this user can open, else on a loopback port."""

    folder: Path
    session_id: int
    song: str
    inbox: Inbox

    def __post_init__(self) -> None:
        self._closing = threading.Event()
        self._strangers: deque[socket.socket] = deque()
        self._thread = threading.Thread(target=self._listen, name="control-server", daemon=True)

    def __enter__(self) -> ControlServer:
        for other in running_sessions(self.folder):
            if os.name == "posix" and not is_alive(other.pid):
                other.remove()
        try:
            self._open()
        except (OSError, TbpError) as error:
            self._closing.set()
            why = error.sentence if isinstance(error, TbpError) else f"{self.folder}: {error.strerror}."
            self.inbox.put(Notice(f"Other windows can't see or steer this session. {why}"))
        return self

    def _open(self) -> None:
        private_folder(self.folder)
        pid, secret = os.getpid(), secrets.token_urlsafe(24)
        self._socket, place, port = _listener(self.folder / f"{self.session_id}-{pid}.sock")
        path = self.folder / f"{self.session_id:010d}-{pid}.session"
        self._address = SessionAddress(self.session_id, self.song, pid, secret, path, place, port)
        try:
            values = asdict(self._address)
            del values["path"]
            write_over(path, json.dumps(values), private=True)
        except TbpError:
            self._socket.close()
            self._address.remove()
            raise
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        if self._closing.is_set():
            return
        self._closing.set()
        # Closing the socket does not end `accept` on every system; a client does.
        with contextlib.suppress(OSError):
            self._address.connect().close()
        self._address.remove()
        self._thread.join(1.0)
        self._socket.close()

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                self._closing.wait(0.1)
                continue
            self._strangers.append(client)
            if len(self._strangers) > STRANGERS:
                with contextlib.suppress(OSError):
                    self._strangers.popleft().shutdown(socket.SHUT_RDWR)
            threading.Thread(target=self._serve, args=(client,), name="control-client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), client, client.makefile("rwb") as stream:
            client.settimeout(INTRODUCTION)
            secret = stream.readline(LONGEST_REQUEST).strip()
            with contextlib.suppress(ValueError):
                self._strangers.remove(client)
            if not secrets.compare_digest(secret, self._address.secret.encode()):
                return
            message = json.loads(stream.readline(LONGEST_REQUEST))
            stream.write(json.dumps(self._answer(message, client)).encode() + b"\n")

    def _answer(self, message: Any, client: socket.socket) -> dict[str, Any]:
        command = command_of(message) if isinstance(message, dict) else None
        if command is None:
            return {"ok": False, "sentence": "This session does not know that command.", "session": None}
        answer = ask(self.inbox, command, PATIENCE - 1, lambda: _is_open(client))
        if answer is None:
            return {"ok": False, "withdrawn": True}
        return {"ok": answer.ok, "sentence": answer.sentence, "session": plain_values(answer.snapshot)}


def _listener(path: Path) -> tuple[socket.socket, str, int]:
    """A socket that listens, with its path or its port."""
    if hasattr(socket, "AF_UNIX") and len(os.fsencode(path)) <= LONGEST_PATH:
        listener = socket.socket(socket.AF_UNIX)
        try:
            path.unlink(missing_ok=True)
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen(BACKLOG)
        except OSError:
            # Not every file system can hold a socket.
            listener.close()
        else:
            return listener, str(path), 0
    listener = socket.create_server((LOOPBACK, 0), backlog=BACKLOG)
    return listener, "", listener.getsockname()[1]


def _is_open(client: socket.socket) -> bool:
    """Whether a client still waits: it closes the connection when it gives up."""
    try:
        client.setblocking(False)
        try:
            return client.recv(1, socket.MSG_PEEK) != b""
        finally:
            client.settimeout(INTRODUCTION)
    except BlockingIOError:
        return True
    except OSError:
        return False
