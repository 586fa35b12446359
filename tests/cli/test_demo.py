"""`demo` and `--sandbox`: the whole path without an account."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pexpect
import pytest

from tests.cli.command import PROGRAM, process, run
from tests.forked import ForkedTerminal


def test_the_demo_completes_the_whole_template_in_ideal_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    tempfile.tempdir = None
    result = process("demo", "--speed", "20000")
    tempfile.tempdir = None
    assert result.code == 0
    assert result.out.splitlines()[-1] == "14 of 14 tasks completed, in ideal order."
    assert "(14 tasks, 5h20m)" in result.out
    assert "14 of 14 tasks done in 5:20:00." in result.out
    report = result.out.partition("The embedded Asana reports:")[2].splitlines()[1:-1]
    assert len(report) == 14
    bassline = next(at for at, line in enumerate(report) if "Write bassline" in line)
    assert "Design sound for bassline" in report[bassline - 1]
    assert "\x1b" not in result.out + result.err
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
    assert not Path(os.environ["ASANA_TBP_STATE_DIR"]).exists()


def test_the_demo_asks_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", "secret-of-the-real-account")
    result = run("demo", "--speed", "60000")
    assert result.code == 0
    assert "secret" not in result.out + result.err


def test_a_kept_demo_can_be_looked_at() -> None:
    assert run("demo", "--speed", "60000", "--keep").code == 0
    again = run("--sandbox", "start", "New EDM track")
    assert again.code == 0
    again.says("Nothing to do")


def test_in_a_terminal_the_demo_is_alive_and_fits_80_columns() -> None:
    terminal = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "demo", "--speed", "6000"], dimensions=(24, 80), timeout=60
    )
    terminal.expect("Mixing")
    terminal.expect(r"\d+:\d\d")
    terminal.expect("next")
    terminal.expect("14 of 14 tasks completed, in ideal order.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_the_sandboxs_board_lasts_between_commands(tmp_path: Path) -> None:
    assert run("--sandbox", "scaffold", "edm-track", "--title", "Aurora").code == 0
    again = run("--sandbox", "scaffold", "edm-track", "--title", "Aurora")
    assert again.code == 0
    again.says("Nothing to do")
    assert run("--sandbox", "start", "aurora", "--speed", "60000").code == 0


def test_the_sandbox_is_served_for_other_programs() -> None:
    server = ForkedTerminal(["sandbox", "--port", "0"], timeout=60)
    server.expect(r"ASANA_TBP_HOST=(http://127\.0\.0\.1:\d+/api/1\.0) ASANA_ACCESS_TOKEN=(\w+)")
    assert isinstance(server.match, re.Match)
    host, token = server.match.groups()
    assert re.fullmatch(r"\w+", token)
    os.environ |= {"ASANA_TBP_HOST": host, "ASANA_ACCESS_TOKEN": token}
    status = process("auth", "status")
    assert status.code == 0
    assert "Sandbox Producer" in status.out
    port = host.split(":")[2].partition("/")[0]
    taken = process("sandbox", "--port", port)
    assert taken.code == 1
    taken.says("can't be used")
    server.sendintr()
    server.expect(pexpect.EOF)
    server.close()
    for name in ("ASANA_TBP_HOST", "ASANA_ACCESS_TOKEN"):
        del os.environ[name]
