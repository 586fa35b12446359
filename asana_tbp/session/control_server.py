"""The control server of a running session: commands of other processes come in, answers go out.

Whoever can read the secret in this user's own folder may give commands.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from asana_tbp.session.control_client import PATIENCE, write_address
from asana_tbp.session.messages import Inbox, ask
from asana_tbp.system.loopback import LOOPBACK
from asana_tbp.timer.commands import command_of
from asana_tbp.timer.snapshot import plain_values

AT_ONCE = 64
LONGEST_REQUEST = 4096


class ControlServer:
    """Listens on a loopback port for as long as the block lasts."""

    def __init__(self, folder: Path, session_id: int, song: str, inbox: Inbox) -> None:
        self._folder = folder
        self._session_id = session_id
        self._song = song
        self._inbox = inbox
        self._secret = secrets.token_urlsafe(24)
        self._closing = threading.Event()
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def __enter__(self) -> ControlServer:
        self._socket = socket.create_server((LOOPBACK, 0), backlog=AT_ONCE)
        self._thread = threading.Thread(target=self._listen, name="control-server", daemon=True)
        self._thread.start()
        port = self._socket.getsockname()[1]
        self._address = write_address(self._folder, self._session_id, self._song, port, self._secret)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take no more commands."""
        if self._closing.is_set():
            return
        self._closing.set()
        with contextlib.suppress(OSError):
            self._address.unlink()
        # A closed socket does not end a wait for a client everywhere; a client does.
        with contextlib.suppress(OSError):
            socket.create_connection(self._socket.getsockname()[:2], 1.0).close()
        self._thread.join(1.0)
        self._socket.close()

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            if self._closing.is_set() or not self._free.acquire(blocking=False):
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client,), name="control-client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            # Whoever sends nothing for long is not one of our commands.
            client.settimeout(60.0)
            with client, client.makefile("rwb") as stream:
                while not self._closing.is_set():
                    line = stream.readline(LONGEST_REQUEST)
                    if not line:
                        return
                    answer = self._answer(line, client)
                    if answer is None:
                        return
                    stream.write(json.dumps(answer).encode() + b"\n")
                    stream.flush()
        except (OSError, ValueError):
            return
        finally:
            self._free.release()

    def _answer(self, line: bytes, client: socket.socket) -> dict[str, Any] | None:
        try:
            message = json.loads(line)
        except ValueError:
            return None
        if not isinstance(message, dict):
            return None
        if not secrets.compare_digest(str(message.get("secret")).encode(), self._secret.encode()):
            return None
        command = command_of(message)
        if command is None:
            return {"ok": False, "sentence": "This session does not know that command.", "session": None}
        answer = ask(self._inbox, command, PATIENCE - 1, lambda: _is_open(client))
        if answer is None:
            return {"ok": False, "withdrawn": True}
        return {"ok": answer.ok, "sentence": answer.sentence, "session": plain_values(answer.snapshot)}


def _is_open(client: socket.socket) -> bool:
    """Whether a client still waits: it closes the connection when it gives up."""
    try:
        client.setblocking(False)
        try:
            return client.recv(1, socket.MSG_PEEK) != b""
        finally:
            client.settimeout(60.0)
    except BlockingIOError:
        return True
    except OSError:
        return False
