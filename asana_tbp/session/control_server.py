"""The door of a running session: commands of other processes come in, answers go out.

Knows the form of messages and who may come in: whoever can read the secret in this user's own folder. Must
not know what follows from a command.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from asana_tbp.session.control_client import PATIENCE, write_address
from asana_tbp.session.messages import Inbox, ask
from asana_tbp.session.snapshot import plain_values
from asana_tbp.system.loopback import LOOPBACK
from asana_tbp.timer.commands import (
    ComeBack,
    Command,
    Done,
    Extend,
    GetStatus,
    Hold,
    Pause,
    Resume,
    Scrap,
    Skip,
    Stop,
    Toggle,
    Undo,
)

AT_ONCE = 64
LONGEST_REQUEST = 4096

PLAIN: dict[str, Command] = {
    "pause": Pause(),
    "toggle": Toggle(),
    "done": Done(),
    "skip": Skip(),
    "scrap": Scrap(),
    "undo": Undo(),
    "stop": Stop(),
    "look": GetStatus(),
}


A_DAY = 86_400
"""The most seconds that a message may add or take; no budget is longer."""


def command_of(message: Mapping[str, Any]) -> Command | None:
    """The command that a message asks for, None where it makes no sense."""
    name = message.get("do")
    if name == "resume":
        return Resume(counting=message.get("counting") is True)
    if name == "come-back":
        return ComeBack(last=message.get("last") is True)
    if name == "hold":
        on = message.get("on")
        return Hold(on if isinstance(on, bool) else None)
    if name == "extend":
        seconds = message.get("seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            return None
        # Compared, not converted: an integer may have more digits than a float can hold, and nan fits nowhere.
        return Extend(float(seconds)) if abs(seconds) <= A_DAY else None
    return PLAIN.get(name) if isinstance(name, str) else None


class ControlServer:
    """Listens on a loopback port for as long as the block lasts."""

    def __init__(self, folder: Path, session_id: int, song: str, inbox: Inbox) -> None:
        self._folder = folder
        self._session_id = session_id
        self._song = song
        self._inbox = inbox
        self._secret = secrets.token_urlsafe(24)
        self._closing = threading.Event()
        self._seats = threading.BoundedSemaphore(AT_ONCE)

    def __enter__(self) -> ControlServer:
        self._socket = socket.create_server((LOOPBACK, 0), backlog=AT_ONCE)
        self._thread = threading.Thread(target=self._listen, name="door", daemon=True)
        self._thread.start()
        port = self._socket.getsockname()[1]
        self._word = write_address(self._folder, self._session_id, self._song, port, self._secret)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._word.unlink()
        # A closed socket does not wake whoever waits on it everywhere; a visitor does.
        with contextlib.suppress(OSError):
            socket.create_connection(self._socket.getsockname()[:2], 1.0).close()
        self._thread.join(1.0)
        self._socket.close()

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            if self._closing.is_set() or not self._seats.acquire(blocking=False):
                visitor.close()
                continue
            threading.Thread(target=self._serve, args=(visitor,), name="visitor", daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        try:
            # Whoever says nothing for long is not one of our commands.
            visitor.settimeout(60.0)
            with visitor, visitor.makefile("rwb") as stream:
                while not self._closing.is_set():
                    line = stream.readline(LONGEST_REQUEST)
                    if not line:
                        return
                    answer = self._answer(line)
                    if answer is None:
                        return
                    stream.write(json.dumps(answer).encode() + b"\n")
                    stream.flush()
        except (OSError, ValueError):
            return
        finally:
            self._seats.release()

    def _answer(self, line: bytes) -> dict[str, Any] | None:
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
        answer = ask(self._inbox, command, PATIENCE - 1)
        if answer is None:
            return None
        return {"ok": answer.ok, "sentence": answer.sentence, "session": plain_values(answer.snapshot)}
