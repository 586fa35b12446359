"""No token is in anything that a whole evening prints or stores, also with a log of all requests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asana_tbp.system.debug_log import redact
from tests.cli.command import run, state_folder
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded

TOKEN = "1/1200000000000000:s3cr3t-0123456789abcdef"

COMMANDS = (
    ("auth", "status"),
    ("workspaces",),
    ("plan", "edm-track"),
    ("scaffold", "edm-track"),
    ("board", "init"),
    ("idea", "pad like northern lights"),
    ("next",),
    ("board",),
    ("pull", "edm-track"),
    ("report",),
    ("outbox", "list"),
    ("config", "list"),
    ("status",),
    ("start", "no such song"),
    ("scaffold", "no-such-file.yaml"),
    ("--no-such-flag",),
)


def stored() -> dict[Path, bytes]:
    """Everything that was written below the home of the test."""
    home = Path(os.environ["HOME"])
    folders = {home, state_folder(), Path(os.environ["ASANA_TBP_CONFIG_DIR"]), Path.cwd()}
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return {path: path.read_bytes() for path in files}


def test_no_token_is_printed_or_stored(studio: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_TBP_DEBUG", "1")
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", TOKEN)
    studio.board.tokens[TOKEN] = studio.board.user.gid
    said = [run(*words) for words in COMMANDS]
    studio.faults.add(Fault("revoke", times=None))
    said += [run(*words) for words in (("workspaces",), ("board",), ("scaffold", "edm-track"))]
    assert said[-1].code == 4
    text = "".join(result.out + result.err for result in said)
    assert TOKEN not in text
    assert f"logged, without secrets, in {state_folder() / 'debug.log'}" in text
    files = stored()
    assert state_folder() / "debug.log" in files
    assert [path for path, content in files.items() if TOKEN.encode() in content] == []


def test_the_log_says_what_was_asked_and_what_became_of_it(studio: Embedded) -> None:
    result = run("--debug", "workspaces")
    log = state_folder() / "debug.log"
    result.says(f"in {log}")
    assert "GET /users/me?opt_fields=" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o777 == 0o600
    studio.faults.add(Fault("status", status=403))
    run("--debug", "workspaces")
    assert "Refused: Asana refuses the request" in log.read_text(encoding="utf-8")


def test_without_being_asked_nothing_is_logged(studio: Embedded) -> None:
    assert run("workspaces").code == 0
    assert not (state_folder() / "debug.log").exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the token 1/12:ab stands here", "the token *** stands here"),
        ("Authorization: Bearer 1/99:zz\nnext", "Authorization: *** next"),
        ("bearer 1/99:zz", "bearer ***"),
    ],
)
def test_redaction(text: str, shown: str) -> None:
    assert redact(text, ["1/12:ab", ""]) == shown
