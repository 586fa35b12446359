"""Ways to get the user's attention: a bell, a notification, a sound, a command, a page in the browser.

Nothing here holds up a timer or stops it by failing: an alert that can't be given is reported in a sentence,
never raised.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from asana_tbp.system.environment import child_environment
from asana_tbp.system.settings import Settings
from asana_tbp.text import escape_controls

COMMAND_LIMIT = 10.0
"""Seconds after which a player, a command or a desktop is stopped: the next alert must not wait for it."""

NO_DESKTOP = (
    "This computer has no desktop that shows notifications.",
    "This computer has no desktop that shows notifications (no D-Bus session).",
)
PLAYERS = (
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)
QUIET = subprocess.DEVNULL
APART: dict[str, Any] = {"stdin": QUIET, "stdout": QUIET, "stderr": QUIET, "start_new_session": True}
"""How a program is started: without the terminal, in a session of its own, so that its children end with it."""

OBEYED_BY_CMD = dict.fromkeys(map(ord, '"&|<>^%!`\r\n'), " ")
"""cmd.exe expands a variable before it parses the line: in its values, these characters become spaces."""

NO_MARKUP = str.maketrans("<>&", "‹›＆")
"""Some Linux desktops interpret markup in a notification, and none reports that reliably."""

MAC_SCRIPT = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"
"""Works with every Python on a Mac; the library needs one in a signed application bundle."""


def ring(stream: IO[str]) -> None:
    """Ring the terminal's bell."""
    stream.write("\a")
    stream.flush()


def run_command(command: str, values: Mapping[str, str], limit: float = COMMAND_LIMIT) -> str:
    """Run a command of the user's settings in the shell, with `values` in its environment; "" or what went wrong.

    Text from Asana or a song map reaches it only as environment variables, never as part of the command.
    """
    values = {name: value.replace("\0", "") for name, value in values.items()}
    if sys.platform == "win32":
        values = {name: value.translate(OBEYED_BY_CMD) for name, value in values.items()}
    try:
        code = _run(command, limit, values)
    except OSError as error:
        return f"The command {command!r} can't be run: {error.strerror}."
    why = f"took longer than {limit:g} s and was ended" if code is None else f"failed with exit code {code}"
    return "" if code == 0 else f"The command {command!r} {why}."


def _run(command: str | Sequence[str], limit: float, values: Mapping[str, str] | None = None) -> int | None:
    """The exit code of a program without terminal and token; None where it was ended after `limit` seconds."""
    with subprocess.Popen(
        command,
        shell=isinstance(command, str),
        env={**child_environment(), **(values or {})},
        **APART,
    ) as running:
        try:
            return running.wait(limit)
        except subprocess.TimeoutExpired:
            if sys.platform == "win32":
                # Windows looks for a bare name in the current folder first.
                windows = os.environ.get("SYSTEMROOT", r"C:\Windows")
                _run(
                    [rf"{windows}\System32\taskkill.exe", "/T", "/F", "/PID", str(running.pid)], COMMAND_LIMIT
                )
            else:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
            return None


def play(sound: Path) -> str:
    """Play a sound file with what this machine has, to its end; "" or what went wrong."""
    if not sound.is_file():
        return f"The sound {sound} is not there."
    if sys.platform == "win32":
        import winsound

        if sound.suffix.lower() != ".wav":
            return f"Windows plays WAV files only, not {sound}: set sound_command for others."
        try:
            # Without NODEFAULT Windows plays a sound of its own for a file that it can't read.
            winsound.PlaySound(str(sound), winsound.SND_FILENAME | winsound.SND_NODEFAULT)  # type: ignore[attr-defined]
        except RuntimeError:
            return f"Windows could not play {sound}."
        return ""
    for name, *flags in PLAYERS:
        if program := shutil.which(name):
            try:
                code = _run([program, *flags, str(sound.absolute())], COMMAND_LIMIT)
            except OSError:
                code = None
            return "" if code == 0 else f"{name} could not play {sound}."
    names = ", ".join(name for name, *_ in PLAYERS)
    return f"This computer has none of the players {names}: set sound_command."


def open_page(address: str) -> str:
    """Open a page in the browser; "" or why not. Returns at once.

    A process of its own, without the terminal: a browser that draws text would draw over what runs in it.
    """
    if not has_screen():
        return f"No browser can be opened from here: {address}"
    try:
        subprocess.Popen(
            # -P: never a `webbrowser.py` in the current folder, which may be a stranger's.
            [sys.executable, "-P", "-m", "webbrowser", address],
            env=child_environment(),
            **APART,
        )
    except OSError as error:
        return f"No browser can be opened here ({error.strerror}): {address}"
    return ""


def has_screen() -> bool:
    """Whether a browser opened from here would be seen."""
    # Over ssh there is none: the address itself is more useful than a browser nobody sees.
    if sys.platform in {"darwin", "win32"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def notify(title: str, text: str, limit: float = COMMAND_LIMIT) -> str:
    """Show a notification of the desktop; "" or why there is none. The library is loaded with the first."""
    title, text = escape_controls(title), escape_controls(text)
    try:
        if sys.platform == "darwin":
            code = _run(["osascript", "-e", MAC_SCRIPT, title, text], limit)
            return "" if code == 0 else "This Mac did not show a notification (osascript)."
        import asyncio
        import logging

        # The library reports errors to the log and never to its caller.
        logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
        if problem := desktop_problem():
            return problem
        if sys.platform == "linux":
            title, text = title.translate(NO_MARKUP), text.translate(NO_MARKUP)
        # If the desktop asks the user for permission first, it may answer late or never.
        return asyncio.run(asyncio.wait_for(_send(title, text), limit))
    except TimeoutError:
        return "Your desktop has not allowed notifications yet."
    except Exception as error:  # noqa: BLE001  a broken desktop of any kind must not stop a timer
        return f"The desktop can't show notifications: {type(error).__name__}."


async def _send(title: str, text: str) -> str:
    from desktop_notifier import DesktopNotifier

    notifier = DesktopNotifier(app_name="asana-tbp", app_icon=None)
    # `send` returns an id even if nobody listens; only the desktop's capabilities show that.
    if not await notifier.get_capabilities():
        return NO_DESKTOP[0]
    await notifier.send(title=title, message=text)
    return ""


def desktop_problem() -> str:
    """Why no notification can be shown; "" where one can be tried."""
    if sys.platform != "linux" or os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return ""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return "" if runtime is not None and (Path(runtime) / "bus").exists() else NO_DESKTOP[1]


@dataclass(frozen=True, slots=True)
class Alert:
    """One occasion. `loud` ones make a noise; `values` is the environment of commands."""

    occasion: str
    title: str
    text: str
    loud: bool
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Alerts:
    """Gives alerts in a thread of its own, in order. Calls `complain` in that thread, once for each reason why an
    alert could not be given.

    `bell` rings where there is a bell; `desktop` shows a title and a text, and is not asked again once it has failed.
    """

    settings: Settings
    bell: Callable[[], None] | None
    complain: Callable[[str], None]
    desktop: Callable[[str, str], str] = notify
    _no_desktop: str = ""
    _said: set[str] = field(default_factory=set)
    _queue: SimpleQueue[Alert | None] = field(default_factory=SimpleQueue)

    @contextmanager
    def running(self, seconds: float) -> Iterator[None]:
        """Give alerts while the block lasts; at its end wait at most `seconds` for those still queued.

        Whoever interrupts the block does not wait.
        """
        thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._queue.put(None)
        thread.join(seconds)

    def give(self, alert: Alert) -> None:
        """Give an alert as soon as the ones before it are given. The bell rings at once."""
        if alert.loud and self.bell and self.settings.gives("bell"):
            self.bell()
        self._queue.put(alert)

    def _run(self) -> None:
        while (alert := self._queue.get()) is not None:
            for give in self._ways(alert):
                try:
                    problem = give()
                except Exception as error:  # noqa: BLE001  the next alert must be given whatever became of this one
                    problem = f"An alert could not be given: {type(error).__name__}."
                if problem and problem not in self._said:
                    self._said.add(problem)
                    self.complain(problem)

    def _ways(self, alert: Alert) -> Iterator[Callable[[], str]]:
        """What to do for an alert, the notification last: it may wait for the user's permission."""
        settings = self.settings
        if alert.loud and settings.gives("sound"):
            if noise := settings.sound_command:
                yield lambda: run_command(noise, alert.values)
            elif sound := settings.sound:
                yield lambda: play(Path(sound).expanduser())
        if command := settings.hooks.get(alert.occasion):
            yield lambda: run_command(command, alert.values)
        if alert.loud and settings.gives("notification"):
            yield lambda: self._notify(alert)

    def _notify(self, alert: Alert) -> str:
        self._no_desktop = self._no_desktop or self.desktop(alert.title, alert.text)
        return self._no_desktop
