"""The control server of a running session: commands of other processes come in, answers go out.

Whoever can read the secret in this user's own folder may give commands; nobody else is listened to.
"""

import json
import os
import secrets
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
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


@contextmanager
def control_server(folder: Path, session_id: int, song: str, inbox: Inbox) -> Iterator[set[threading.Thread]]:
    """Listen for as long as the block lasts: on a socket that only this user can open, else on a loopback port.

    Yields the threads that have a command to answer. Some may be left after the block, and would end with the program.
    """
    for other in running_sessions(folder):
        if os.name == "posix" and not is_alive(other.pid):
            other.remove()
    try:
        listener, address = _open(folder, session_id, song)
    except (OSError, TbpError) as error:
        why = error.sentence if isinstance(error, TbpError) else f"{folder}: {error.strerror}."
        inbox.put(Notice(f"Other windows can't see or steer this session. {why}"))
        yield set()
        return
    closing = threading.Event()
    clients: set[threading.Thread] = set()
    parts = (listener, closing, address.secret.encode(), inbox, clients)
    thread = threading.Thread(target=_listen, args=parts, name="control-server", daemon=True)
    thread.start()
    try:
        yield clients
    finally:
        closing.set()
        # Closing the socket does not end `accept` on every system; a client does.
        with suppress(OSError):
            address.connect().close()
        address.remove()
        thread.join(1.0)
        listener.close()


def _open(folder: Path, session_id: int, song: str) -> tuple[socket.socket, SessionAddress]:
    private_folder(folder)
    pid, secret = os.getpid(), secrets.token_urlsafe(24)
    listener, place, port = _listener(folder / f"{session_id}-{pid}.sock")
    path = folder / f"{session_id:010d}-{pid}.session"
    address = SessionAddress(session_id, song, pid, secret, path, place, port)
    try:
        values = asdict(address)
        del values["path"]
        write_over(path, json.dumps(values), private=True)
    except TbpError:
        listener.close()
        address.remove()
        raise
    return listener, address


def _listen(
    listener: socket.socket,
    closing: threading.Event,
    secret: bytes,
    inbox: Inbox,
    clients: set[threading.Thread],
) -> None:
    strangers: deque[socket.socket] = deque()

    def serve(client: socket.socket) -> None:
        with suppress(OSError, ValueError), client, client.makefile("rwb") as stream:
            client.settimeout(INTRODUCTION)
            sent = stream.readline(LONGEST_REQUEST).strip()
            with suppress(ValueError):
                strangers.remove(client)
            if secrets.compare_digest(sent, secret):
                clients.add(threading.current_thread())
                message = json.loads(stream.readline(LONGEST_REQUEST))
                stream.write(json.dumps(_answer(message, client, inbox)).encode() + b"\n")
        clients.discard(threading.current_thread())

    while not closing.is_set():
        try:
            client, _ = listener.accept()
        except OSError:
            closing.wait(0.1)
            continue
        strangers.append(client)
        if len(strangers) > STRANGERS:
            with suppress(OSError):
                strangers.popleft().shutdown(socket.SHUT_RDWR)
        threading.Thread(target=serve, args=(client,), name="control-client", daemon=True).start()


def _answer(message: Any, client: socket.socket, inbox: Inbox) -> dict[str, Any]:
    command = command_of(message) if isinstance(message, dict) else None
    if command is None:
        return {"ok": False, "sentence": "This session does not know that command.", "session": None}
    answer = ask(inbox, command, PATIENCE - 1, lambda: _is_open(client))
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
