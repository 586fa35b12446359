"""What the machine can do to be noticed: the terminal's bell, a desktop notification, a sound, a command.

Nothing here holds up a timer or stops it by failing: an alert that can't be given is worth a sentence, never
an error.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from asana_tbp.system.child_environment import child_environment

APP = "asana-tbp"
COMMAND_LIMIT = 10.0
"""Seconds after which a command of the user's is ended: the next alert must not wait for it."""

NO_DESKTOP = (
    "This machine has no desktop that shows notifications.",
    "This machine has no desktop that shows notifications (no D-Bus session).",
)
PLAYERS = (
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)


def ring(stream: IO[str]) -> None:
    """Ring the terminal's bell."""
    stream.write("\a")
    stream.flush()


def run_command(command: str, values: Mapping[str, str], limit: float = COMMAND_LIMIT) -> str:
    """Run a command of the user's settings in the shell, with `values` in its environment; "" or what went wrong.

    What Asana or a song map says reaches it as environment only, never as part of the command. It gets no
    terminal, no token and no longer than `limit` seconds.
    """
    env = child_environment() | {name: value.replace("\0", "") for name, value in values.items()}
    try:
        # A session of its own, so that everything it started ends with it.
        running = subprocess.Popen(
            command,
            shell=True,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return f"The command {command!r} can't be run: {error.strerror}."
    with running:
        try:
            code = running.wait(limit)
        except subprocess.TimeoutExpired:
            _end(running)
            return f"The command {command!r} took longer than {limit:g} s and was ended."
    return "" if code == 0 else f"The command {command!r} failed with exit code {code}."


def _end(running: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        try:
            os.killpg(running.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        running.kill()


def play(sound: Path, limit: float = COMMAND_LIMIT) -> str:
    """Play a sound file with what this machine has; "" or what went wrong."""
    if not sound.is_file():
        return f"The sound {sound} is not there."
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(str(sound), winsound.SND_FILENAME | winsound.SND_ASYNC)
        return ""
    for name, *flags in PLAYERS:
        if program := shutil.which(name):
            try:
                done = subprocess.run(
                    [program, *flags, str(sound.absolute())],
                    env=child_environment(),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=limit,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired):
                return f"{name} could not play {sound}."
            return "" if done.returncode == 0 else f"{name} could not play {sound}."
    names = ", ".join(name for name, *_ in PLAYERS)
    return f"This machine has none of the players {names}: set sound_command."


class Desktop:
    """Notifications of the desktop. Used by one thread; the library is loaded with the first."""

    def __init__(self) -> None:
        self._failed = ""

    def notify(self, title: str, text: str) -> str:
        """Show a notification; "" or why there is none. Nothing is tried again once there is no desktop."""
        if self._failed:
            return self._failed
        try:
            self._failed = self._send(title, text)
        except Exception as error:  # noqa: BLE001  a broken desktop of any kind must not stop a timer
            self._failed = f"The desktop can't show notifications: {type(error).__name__}."
        return self._failed

    def _send(self, title: str, text: str) -> str:
        import logging

        # It reports to the log and never to its caller.
        logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
        if problem := desktop_problem():
            return problem
        import asyncio

        return asyncio.run(_send(title, text))


async def _send(title: str, text: str) -> str:
    from desktop_notifier import DesktopNotifier

    notifier = DesktopNotifier(app_name=APP, app_icon=None)
    # `send` gives an id even where nobody listens; only what the desktop can do tells.
    if not await notifier.get_capabilities():
        return NO_DESKTOP[0]
    await notifier.send(title=title, message=text)
    return ""


def desktop_problem() -> str:
    """Why no notification can be shown; "" where one can be tried."""
    return NO_DESKTOP[1] if sys.platform == "linux" and not _has_bus() else ""


def _has_bus() -> bool:
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return runtime is not None and (Path(runtime) / "bus").exists()


@dataclass(frozen=True, slots=True)
class AlertOptions:
    """How the producer wants to be alerted, and the commands to run at `start`, `warn`, `end`, `done`, `stop`."""

    bell: bool = False
    notification: bool = False
    sound: Path | None = None
    sound_command: str | None = None
    commands: Mapping[str, str] = field(default_factory=dict)
    limit: float = COMMAND_LIMIT


@dataclass(frozen=True, slots=True)
class Alert:
    """One occasion. `loud` ones make a noise; `values` is the environment of commands."""

    occasion: str
    title: str
    text: str
    loud: bool
    values: Mapping[str, str] = field(default_factory=dict)


class Alerts:
    """Gives alerts in a thread of its own, in order. `complain` is told there, once, what can't be given."""

    def __init__(
        self,
        wishes: AlertOptions,
        bell: Callable[[], None],
        complain: Callable[[str], None],
        desktop: Desktop | None = None,
    ) -> None:
        self._wishes = wishes
        self._bell = bell
        self._complain = complain
        self._desktop = desktop or Desktop()
        self._said: set[str] = set()
        self._queue: SimpleQueue[Alert | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def give(self, alert: Alert) -> None:
        """Give an alert as soon as the ones before it are given. The bell rings at once."""
        if alert.loud and self._wishes.bell:
            self._bell()
        self._queue.put(alert)

    def finish(self, seconds: float) -> None:
        """Give what was asked for, waiting at most `seconds`, and stop."""
        self._queue.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        while (alert := self._queue.get()) is not None:
            for problem in self._give(alert):
                if problem and problem not in self._said:
                    self._said.add(problem)
                    self._complain(problem)

    def _give(self, alert: Alert) -> list[str]:
        wishes = self._wishes
        problems = []
        if alert.loud and wishes.notification:
            problems.append(self._desktop.notify(alert.title, alert.text))
        if alert.loud and wishes.sound_command:
            problems.append(run_command(wishes.sound_command, alert.values, wishes.limit))
        elif alert.loud and wishes.sound:
            problems.append(play(wishes.sound, wishes.limit))
        if command := wishes.commands.get(alert.occasion):
            problems.append(run_command(command, alert.values, wishes.limit))
        return problems
