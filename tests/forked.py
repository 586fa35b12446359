"""Processes of the program that begin with its modules loaded: forked from one that has loaded them.

Each is a process like any other, with pipes, signals and an exit code of its own; only the second of processor time
that loading takes is paid once. Tests of how the program starts use `subprocess`.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import gc
import importlib
import json
import os
import socket
import subprocess
import sys
import termios
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect

if TYPE_CHECKING:
    _Spawn = pexpect.spawn[str]
else:
    _Spawn = pexpect.spawn

_SUBREAPER = 36  # of prctl: processes whose parent has ended become this one's
_LONGEST = 1 << 17
_OF_START = ("PYTHON", "LC_", "LANG", "LD_")


def _read_at_start(env: dict[str, str]) -> dict[str, str]:
    """What an interpreter reads before it runs a line."""
    return {k: v for k, v in env.items() if k.startswith(_OF_START) and k != "PYTHON_KEYRING_BACKEND"}


class _Origin:
    """The process that all others of this one are forked from."""

    def __init__(self) -> None:
        self.socket, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_START"}
        self.read_at_start = _read_at_start(env)
        with far:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forked", str(far.fileno())],
                cwd=Path(__file__).resolve().parent.parent,
                env=env,
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
            )
        atexit.register(self._end)

    def _end(self) -> None:
        self.socket.close()
        self._process.wait()

    def fork(self, words: list[str], cwd: Path, env: dict[str, str], files: list[int]) -> int:
        """The id of a new child of this process, which runs the program; files are its stdout, stderr and stdin."""
        prctl = ctypes.CDLL(None).prctl
        prctl(_SUBREAPER, 1, 0, 0, 0)
        try:
            asked = json.dumps({"words": words, "cwd": str(cwd), "env": env}).encode()
            socket.send_fds(self.socket, [asked], files)
            return int(self.socket.recv(100))
        finally:
            prctl(_SUBREAPER, 0, 0, 0, 0)


@cache
def _origin() -> _Origin:
    return _Origin()


def _can_fork(env: dict[str, str]) -> bool:
    return sys.platform.startswith("linux") and _read_at_start(env) == _origin().read_at_start


class Forked(subprocess.Popen[str]):
    """The program, called with words; stdout and stderr are pipes. Where it can't be forked it is started."""

    def __init__(
        self,
        *words: str,
        stdin: int | None = None,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self._words = list(words)
        program = [sys.executable, "-m", "asana_tbp", *words]
        pipe = subprocess.PIPE
        super().__init__(
            program, stdin=stdin, stdout=pipe, stderr=pipe, text=True, bufsize=1, env=env, cwd=cwd
        )

    def _execute_child(self, *given: Any) -> None:
        cwd, env = given[5] or Path.cwd(), dict(os.environ if given[6] is None else given[6])
        if not _can_fork(env):
            super()._execute_child(*given)  # type: ignore[misc]
            return
        theirs_in, ours_in, ours_out, theirs_out, ours_err, theirs_err = given[10:16]
        files = [theirs_out, theirs_err, *([theirs_in] if theirs_in != -1 else [])]
        try:
            self.pid = _origin().fork(self._words, cwd, env, files)
            self._child_created = True
        finally:
            self._close_pipe_fds(theirs_in, ours_in, ours_out, theirs_out, ours_err, theirs_err)  # type: ignore[attr-defined]


class ForkedTerminal(_Spawn):
    """The program, called with words on a terminal of its own. Where it can't be forked it is started."""

    def __init__(self, words: list[str], **how: Any) -> None:
        self._words = words
        super().__init__(sys.executable, ["-m", "asana_tbp", *words], encoding="utf-8", **how)

    def _spawnpty(self, args: list[Any], **how: Any) -> Any:
        env = dict(os.environ if how["env"] is None else how["env"])
        if not _can_fork(env):
            return super()._spawnpty(args, **how)  # type: ignore[misc]
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, how.get("dimensions", (24, 80)))
        try:
            pid = _origin().fork(self._words, Path.cwd(), env, [theirs] * 3)
        finally:
            os.close(theirs)
        return pexpect.pty_spawn.ptyprocess.PtyProcess(pid, ours)  # type: ignore[attr-defined]


def _load() -> None:
    importlib.import_module("coverage")
    import asana_tbp.cli.group
    from asana_tbp.cli.app import every_command

    for name in every_command():
        asana_tbp.cli.group.RootGroup().get_command(None, name)
    import asana_tbp.board.refresh
    import asana_tbp.bridge.http
    import asana_tbp.report
    import asana_tbp.scaffold.apply
    import asana_tbp.session.runner
    import asana_tbp.songmap.read.loader
    import asana_tbp.store.database


def _forked(asked: dict[str, Any], files: list[int], far: socket.socket) -> bool:
    """Whether this is the new process, which has what was asked for."""
    answer, question = os.pipe()
    between = os.fork()
    if between:
        os.close(question)
        os.waitpid(between, 0)
        far.send(os.read(answer, 100))
        for file in (answer, *files):
            os.close(file)
        return False
    child = os.fork()
    if child:
        os.write(question, str(child).encode())
        os._exit(0)
    far.close()
    for file, number in zip(files, (1, 2, 0), strict=False):
        os.dup2(file, number)
    for file in (answer, question, *files):
        os.close(file)
    # Those of before believe that they can seek.
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        old = getattr(sys, name)
        new = open(  # noqa: SIM115
            number, old.mode, encoding=old.encoding, errors=old.errors, closefd=False
        )
        if name == "stderr":
            new.reconfigure(line_buffering=True)
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)
    if os.isatty(0):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    return True


def _main(far: socket.socket) -> None:
    _load()
    gc.freeze()
    while True:
        asked, files, _, _ = socket.recv_fds(far, _LONGEST, 3)
        if not asked:
            return
        given = json.loads(asked)
        if _forked(given, files, far):
            break
    if "COVERAGE_PROCESS_START" in os.environ:
        importlib.import_module("coverage").process_startup()
    from asana_tbp import cli

    sys.argv = [str(Path(cli.__file__).parent.parent / "__main__.py"), *given["words"]]
    from asana_tbp.cli.app import main

    main()


if __name__ == "__main__":
    _main(socket.socket(fileno=int(sys.argv[1])))
