"""What macOS and Windows do otherwise, put in the place of what Linux does.

Nothing here was run on a Mac or on Windows: the tests hold what the documentation of those systems says.
"""

from __future__ import annotations

import asyncio
import errno
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import types
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from asana_tbp.cli.checks import run_checks
from asana_tbp.cli.commands.demo import _export_lines
from asana_tbp.cli.context import AppContext
from asana_tbp.cli.output import console
from asana_tbp.sandbox.records import Project
from asana_tbp.system import clock as clock_module
from asana_tbp.system.clock import Clock, FastClock
from asana_tbp.system.http_server import _ignore_lost_connections
from asana_tbp.system.paths import true_path
from asana_tbp.system.signals import signal_handler
from tests.cli.command import run
from tests.faulty.server import Embedded

POSIX_MODULES = (
    "fcntl",
    "termios",
    "tty",
    "pty",
    "pwd",
    "grp",
    "resource",
    "readline",
    "curses",
    "syslog",
    "posix",
)
WITHOUT = {
    "Windows": (POSIX_MODULES, {
        "os": ("getuid", "geteuid", "getpgid", "killpg", "fork", "setsid", "getsid", "mkfifo", "uname", "statvfs"),
        "signal": ("SIGHUP", "SIGKILL", "SIGUSR1", "SIGALRM", "SIGTSTP", "SIGCONT", "SIGWINCH", "SIGCHLD"),
        "time": ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "clock_gettime", "tzset"),
        "socket": ("AF_UNIX", "SO_REUSEPORT"),
    }),
    "macOS": (("spwd",), {
        "os": ("sched_getaffinity", "posix_fadvise", "memfd_create"),
        "time": ("CLOCK_BOOTTIME",),
        "socket": ("AF_NETLINK", "SO_BINDTODEVICE"),
    }),
}  # fmt: skip

IMPORT_ALL = """
import importlib, os, pkgutil, signal, socket, sys, time
modules, names, package = {modules!r}, {names!r}, {package!r}
# The standard library and the dependencies have loaded what their own platform gives them.
import asyncio, multiprocessing.util, subprocess, tempfile, selectors, logging, ssl, pty
import rich.console, typer, textual.app, uvicorn, starlette.applications, urllib3, filelock, keyring, desktop_notifier
for module in modules:
    sys.modules[module] = None
for module, gone in names.items():
    for name in gone:
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
import asana_tbp
for each in pkgutil.walk_packages(asana_tbp.__path__, "asana_tbp."):
    if not each.name.endswith("__main__"):
        importlib.import_module(each.name)
print("all")
"""


@pytest.mark.parametrize("platform", WITHOUT)
def test_every_module_is_imported_where_the_platform_has_gaps(platform: str) -> None:
    modules, names = WITHOUT[platform]
    code = IMPORT_ALL.format(modules=modules, names=names, package="asana_tbp")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "all\n"), done.stderr


def test_no_wait_of_a_clock_is_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows Ctrl-C is seen between two waits only."""
    monkeypatch.setattr(clock_module, "SLICE", 0.01)
    longest: list[float] = []

    class Slow(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            assert timeout is not None
            longest.append(timeout)
            if len(longest) == 5:
                raise KeyboardInterrupt
            return super().wait(timeout)

    for clock in (Clock(), FastClock(0.001)):
        longest.clear()
        with pytest.raises(KeyboardInterrupt):
            clock.wait(Slow(), float("inf"))
        assert max(longest) <= 0.01
    inbox: SimpleQueue[str] = SimpleQueue()
    threading.Timer(0.05, lambda: inbox.put("x")).start()
    assert Clock().receive(inbox, 60) == "x"


def test_ctrl_break_is_handled_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR2, raising=False)
    monkeypatch.delattr(signal, "SIGHUP")
    heard: list[int] = []
    with signal_handler(heard.append):
        signal.raise_signal(signal.SIGUSR2)
    assert heard == [signal.SIGUSR2]
    assert signal.getsignal(signal.SIGUSR2) is signal.SIG_DFL


def test_a_closed_window_of_windows_stops_what_runs_and_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    routines: list[Any] = []
    kernel = types.SimpleNamespace(SetConsoleCtrlHandler=lambda routine, _add: routines.append(routine))
    ctypes = types.SimpleNamespace(
        WINFUNCTYPE=lambda *_types: lambda function: function, c_int=int, c_uint=int,
        windll=types.SimpleNamespace(kernel32=kernel),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "ctypes", ctypes)
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR2, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    heard, answered = threading.Event(), threading.Event()
    with signal_handler(lambda _number: heard.set()):
        assert routines[0](0) is False, "Ctrl-C goes its own way"

        def close() -> None:
            routines[0](2)
            answered.set()

        threading.Thread(target=close, daemon=True).start()
        assert heard.wait(60)
        assert not answered.wait(0.05), "Windows is held back as long as the block lasts"
    assert answered.wait(60)


def test_arguments_stay_as_they_are_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Click would expand `*` and `$NAME` in every argument on Windows."""
    for name in ("Intro 1.wav", "Intro 2.wav"):
        Path(name).touch()
    code = (
        "import os, sys, types, typer._click.core as core\n"
        "core.os = types.SimpleNamespace(**{**vars(os), 'name': 'nt'})\n"
        "sys.argv = ['asana-tbp', 'idea', 'Intro* $HOME', '--json']\n"
        "from asana_tbp.cli.app import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert '"Intro* $HOME"' in done.stdout, done.stderr


def test_templates_check_finds_the_files_of_a_pattern() -> None:
    for name in ("a.yaml", "b.yaml"):
        Path(name).write_text("song: S\nsections: {C: [D (5m)]}\n", encoding="utf-8")
    assert [line.partition(":")[0] for line in run("templates", "check", "*.yaml").out.splitlines()] == [
        "a.yaml",
        "b.yaml",
    ]


def test_a_pipe_that_nobody_reads_any_more_is_no_fault_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "stdout", Closed())
    monkeypatch.setattr(console, "let_go_of_stdout", lambda: None)
    with pytest.raises(BrokenPipeError):
        console.out("x")


def test_a_closed_tab_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.new_event_loop()
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(loop, "default_exception_handler", told.append)
    _ignore_lost_connections(loop, {"message": "x", "exception": ConnectionResetError(10054, "reset")})
    assert told == []
    _ignore_lost_connections(loop, {"message": "x", "exception": ValueError()})
    assert len(told) == 1
    loop.close()


def test_a_port_of_ours_is_ours_alone_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    from asana_tbp.system.loopback import listening

    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_KEEPALIVE, raising=False)
    monkeypatch.setattr("asana_tbp.system.loopback.os", types.SimpleNamespace(name="nt"))
    with listening(0) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1


def test_a_file_has_the_name_that_its_folder_lists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where case does not count, one file answers to two names; two links of one file are the same here."""
    (tmp_path / "midnight.yaml").touch()
    os.link(tmp_path / "midnight.yaml", tmp_path / "Midnight.yaml")
    monkeypatch.setattr(os, "listdir", lambda _folder: ["other.yaml", "midnight.yaml"])
    (tmp_path / "other.yaml").touch()
    assert true_path(tmp_path / "Midnight.yaml") == (tmp_path / "midnight.yaml").resolve()
    assert true_path(tmp_path / "missing.yaml") == (tmp_path / "missing.yaml").resolve()


def test_a_map_in_another_case_is_the_same_song(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cli.command import account

    for name, value in account(sandbox).items():
        monkeypatch.setenv(name, value)
    Path("midnight.yaml").write_text("song: Midnight\nsections: {C: [D (5m)]}\n", encoding="utf-8")
    assert run("scaffold", "midnight.yaml").code == 0
    os.link("midnight.yaml", "Midnight.yaml")
    listed = os.listdir
    monkeypatch.setattr(
        os, "listdir", lambda folder: [each for each in listed(folder) if each != "Midnight.yaml"]
    )
    assert run("scaffold", "Midnight.yaml").code == 0
    assert [project.name for project in sandbox.board.all(Project)] == ["Midnight"]


def test_a_template_with_an_umlaut_of_a_mac_is_found() -> None:
    folder = Path(os.environ["ASANA_TBP_CONFIG_DIR"]) / "templates"
    folder.mkdir(parents=True)
    (folder / "fu\u0308r-elise.yaml").write_text("song: S\nsections: {C: [D (5m)]}\n", encoding="utf-8")
    assert run("templates", "show", "f\u00fcr-elise").code == 0


def test_the_sandbox_names_its_variables_for_the_shell() -> None:
    variables = {"A": "http://x", "B": "1"}
    assert _export_lines(variables, "linux") == ["export A=http://x B=1"]
    assert _export_lines(variables, "win32") == [
        "$env:A = 'http://x'; $env:B = '1'",
        'or, in cmd:  set "A=http://x" && set "B=1"',
    ]


def test_doctor_says_where_nothing_was_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    assert next(run_checks(AppContext(), aloud=False)).status == "ok"
    for system in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        program = next(run_checks(AppContext(), aloud=False))
        assert (program.status, "untested on this system" in program.hint) == ("warning", True)
