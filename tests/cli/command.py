"""Running the command line: in this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import typer
import typer.testing

from asana_tbp.cli.group import root_command
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.text import suggest_commands_for_sandbox
from tests.faulty.server import Embedded
from tests.forked import Forked

COMMAND_LINE = root_command()
# It is a command already, of which typer's runner would make one.
typer.testing._get_command = lambda command: command  # type: ignore[attr-defined, assignment, return-value]
PROGRAM = [sys.executable, "-m", "asana_tbp"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def says(self, *words: str) -> None:
        """Fail unless stderr has all `words` and no traceback stands anywhere."""
        assert "Traceback" not in self.out + self.err
        for word in words:
            assert word in self.err, self.err


def run(*args: str, stdin: str = "") -> Result:
    """Run a command in this process."""
    runner: Any = typer.testing.CliRunner()
    result = runner.invoke(COMMAND_LINE, list(args), input=stdin, prog_name="asana-tbp")
    # Of this run alone, as in a process of its own.
    suggest_commands_for_sandbox(None)
    return Result(result.exit_code, result.stdout, result.stderr)


def process(*args: str, stdin: str = "", seconds: float = 120.0) -> Result:
    """Run a command as a process of its own, to its end."""
    with Forked(*args, stdin=subprocess.PIPE) as child:
        try:
            out, err = child.communicate(stdin, timeout=seconds)
        finally:
            child.kill()
    return Result(child.returncode, out, err)


def begin(*args: str) -> subprocess.Popen[str]:
    """Start a command as a process of its own."""
    return Forked(*args)


def unmeasured() -> dict[str, str]:
    """The environment without coverage, which loads modules of its own: for tests of what a command loads."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def account(server: Embedded) -> dict[str, str]:
    """The environment that points a command at a sandbox."""
    return {"ASANA_TBP_HOST": server.host, "ASANA_ACCESS_TOKEN": SANDBOX_TOKEN}


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something to become true; fails after `seconds`."""
    end = monotonic() + seconds
    never = threading.Event()
    while True:
        begun = monotonic()
        if true():
            return
        assert monotonic() < end, "it did not come true in time"
        # A question that takes long is asked more seldom: what is waited for needs the processor more.
        never.wait(max(0.01, 3 * (monotonic() - begun)))


def state_folder() -> Path:
    """Where the commands of this test keep their state."""
    return Path(os.environ["ASANA_TBP_STATE_DIR"])


@cache
def commands(node: Any = COMMAND_LINE, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every command and every group of the command line, by the words that call it; `()` is the root."""
    found = {words: node}
    ctx = typer.Context(node)
    for name in getattr(node, "list_commands", lambda _ctx: [])(ctx):
        found |= commands(node.get_command(ctx, name), (*words, name))
    return found
