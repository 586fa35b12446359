"""No program that we start gets the token."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asana_tbp.system.alerts import open_page, play, run_command
from tests.cli.command import until
from tests.conftest import ROOT
from tests.needs import need

SECRET = "1/s3cr3t"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that write their environment to `seen`, and nothing else in reach."""
    need(sys.platform != "win32", "shell scripts stand in for players and browsers")
    for name in ("afplay", "pw-play", "fake-browser"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nenv > {tmp_path}/part && mv {tmp_path}/part {tmp_path}/seen\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("BROWSER", "fake-browser")
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", SECRET)
    return tmp_path


@pytest.mark.parametrize(
    "start",
    [
        lambda folder: play(folder / "afplay"),
        lambda folder: run_command(f"env > {folder}/seen", {"TBP_TITLE": "x"}),
        pytest.param(
            lambda _folder: open_page("http://127.0.0.1:9/"),
            # Nobody waits for a browser.
            marks=pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
        ),
    ],
    ids=["sound", "hook", "browser"],
)
def test_a_child_has_our_environment_but_for_the_token(start: Callable[[Path], str], programs: Path) -> None:
    assert start(programs) == ""
    until((programs / "seen").exists)
    seen = (programs / "seen").read_text()
    assert "HOME=" in seen
    assert SECRET not in seen


def test_every_program_is_started_with_a_chosen_environment() -> None:
    for path in (ROOT / "asana_tbp").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "subprocess.run",
                "subprocess.Popen",
            }:
                assert any(keyword.arg == "env" for keyword in node.keywords), f"{path}:{node.lineno}"
