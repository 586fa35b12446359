"""README and the tutorial, walked as a new user would: in a fresh home, command by command."""

from __future__ import annotations

import os
from pathlib import Path

import pexpect
import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.errors import PARTLY_DONE
from tests.cli.command import PROGRAM, account, process
from tests.docs.pages import DOCS, README, blocks, words_of
from tests.faulty.server import Embedded

FASTER = ["--plain", "--speed", "20000"]


def walk(words: list[str]) -> None:
    """Run one command to its end. A session runs at a speed that a test can wait for."""
    if "start" in words:
        words = [*words, *FASTER]
    result = process(*words)
    # Here is no terminal: a gate that the tutorial's reader would answer stays open, and the exit code says so.
    unanswered = "the gate stays open" in result.out
    assert result.code == (PARTLY_DONE if unanswered else 0), (words, result.out, result.err)
    assert "Traceback" not in result.err


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


def test_the_readme_can_be_walked_with_an_account(
    sandbox: Embedded, asana: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account(sandbox).items():
        monkeypatch.setenv(name, value)
    commands = [words_of(command) for command in blocks(README)]
    assert [words[0] for words in commands] == ["auth", "new", "plan", "scaffold", "start"]
    for words in commands[1:]:
        if words[0] == "new":
            answer_with_enter(words)
            assert Path("midnight-galaxy.yaml").is_file()
        else:
            walk(words)
    names = [project.name for project in asana.projects(asana.me().workspaces[0].gid)]
    assert names.count("Midnight Galaxy") == 1


def test_the_tutorial_can_be_walked_on_the_sandbox() -> None:
    commands = [words_of(command) for command in blocks(DOCS / "first-song.md")]
    assert len(commands) >= 10
    for words in commands:
        walk(words)


def answer_with_enter(words: list[str]) -> None:
    """Run an interview in a terminal and press Enter at each of its questions."""
    terminal = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], *words], dimensions=(24, 80), timeout=60, env=dict(os.environ)
    )
    for _ in range(80):
        if terminal.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=0.5) == 0:
            break
        terminal.send("\r")
    terminal.close()
    assert terminal.exitstatus == 0, terminal.before
