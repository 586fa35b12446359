"""`doctor` names what is broken on a machine and a way out that works; it prints nothing secret."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pexpect
import pytest
from starlette.types import Message, Receive, Scope, Send

from asana_tbp.bridge.connections import Limits, greet
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.scaffold.workspace_memory import WorkspaceMemory
from asana_tbp.store.database import open_database
from asana_tbp.system.clock import Clock
from tests.cli.command import begin, run, state_folder, until
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded, held_port
from tests.forked import ForkedTerminal
from tests.store.test_kinds_migration import old_database


def settings(text: str) -> None:
    """Write the settings file of this test."""
    folder = Path(os.environ["ASANA_TBP_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.toml").write_text(text, encoding="utf-8")


def checks(*flags: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """What `doctor --json` says, by name."""
    result = run("doctor", "--json", *flags)
    assert result.code == code, result.out
    content = json.loads(result.out)
    assert (content["version"], content["command"]) == (1, "doctor")
    assert "--sandbox" in flags or SANDBOX_TOKEN not in result.out
    assert all(set(check) == {"name", "status", "detail", "hint"} for check in content["checks"])
    return {check["name"]: check for check in content["checks"]}


def test_a_machine_in_order(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    found = checks()
    fine = (
        "program",
        "settings",
        "host",
        "token",
        "account",
        "limit",
        "workspace",
        "database",
        "outbox",
        "sessions",
    )
    assert {name: found[name]["status"] for name in fine} == dict.fromkeys(fine, "ok")
    assert found["token"]["detail"] == "from ASANA_ACCESS_TOKEN in the environment"
    assert found["account"]["detail"] == "Sandbox Producer, 1 workspace"
    assert {found[name]["status"] for name in ("keyring", "notification", "browser")} == {"warning"}
    text = run("doctor").out
    assert "ok       database" in text
    assert "warning  keyring" in text


def test_without_an_account_the_token_is_the_problem(
    studio: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASANA_ACCESS_TOKEN")
    found = checks(code=1)
    assert found["token"]["status"] == "problem"
    assert "asana-tbp auth login" in found["token"]["hint"]
    assert found["database"]["status"] == "warning", "none yet"
    assert checks("--sandbox")["account"]["status"] == "ok", "the sandbox needs none"


def test_a_refused_token_and_an_unreachable_host(studio: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", "wrong-s3cret")
    found = checks(code=1)
    assert found["account"]["status"] == "problem"
    assert "s3cret" not in json.dumps(found)
    with held_port() as free:
        port = free.getsockname()[1]
        monkeypatch.setenv("ASANA_TBP_HOST", f"http://127.0.0.1:{port}/api/1.0")
        found = checks(code=1)
    assert found["host"]["status"] == "problem"
    assert f"127.0.0.1:{port}" in found["host"]["detail"]
    assert "Connection refused" in found["host"]["detail"]
    assert "database" in found, "the rest is checked all the same"


def test_unreadable_settings_and_a_wrong_workspace(studio: Embedded) -> None:
    settings('workspace = "Nowhere"\n')
    assert checks(code=1)["workspace"]["status"] == "problem"
    settings("at_zero = [")
    found = checks(code=1)
    assert found["settings"]["status"] == "problem"
    assert "settings.toml" in found["settings"]["detail"]
    settings('colour = "red"')
    assert f"\n{'':23}Remove it: asana-tbp config unset colour\n" in run("doctor").out


def test_of_workspaces_of_one_name_and_of_none_doctor_says_what_helps(studio: Embedded) -> None:
    settings('workspace = "My Songs"\n')
    twin = studio.board.add_workspace("My Songs")
    studio.board.user.workspaces = (studio.board.workspace.gid, twin.gid)
    found = checks(code=1)["workspace"]
    assert found["detail"].endswith(f": {studio.board.workspace.gid} {twin.gid}")
    assert found["hint"] == "Give the id of the one you mean."
    settings("")
    assert checks()["workspace"]["hint"] == "Choose one: asana-tbp workspaces --use NAME"
    studio.board.user.workspaces = ()
    assert checks(code=1)["workspace"]["hint"] == "Make one in Asana first."


def test_a_session_that_was_killed_is_named_and_holds_nothing_up(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    assert run("doctor", "--backup", "songs.db").code == 0
    session = begin("start", "Midnight Galaxy")
    addresses = state_folder() / "sessions"
    until(lambda: list(addresses.glob("*.session")))
    assert checks()["sessions"]["detail"] == "Midnight Galaxy"
    run("doctor", "--restore", "songs.db").says("A session of Midnight Galaxy is running.", "asana-tbp stop")
    session.kill()
    session.communicate()
    found = checks()
    assert found["session"]["status"] == "warning"
    assert "asana-tbp start" in found["session"]["hint"]
    assert found["sessions"]["detail"] == "none is running"
    restored = run("doctor", "--restore", "songs.db")
    assert restored.code == 0, restored.err


def test_a_broken_database_is_named_and_a_backup_puts_it_right(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    saved = run("doctor", "--backup", "songs.db")
    assert (saved.code, saved.out) == (0, "songs.db\n")
    assert Path("songs.db").stat().st_mode & 0o777 == 0o600
    run("doctor", "--backup", "songs.db").says("is not overwritten")
    database = state_folder() / "asana-tbp.db"
    for rest in state_folder().glob("asana-tbp.db-*"):
        rest.unlink()
    database.write_bytes(b"no database" * 1000)
    found = checks(code=1)
    assert found["database"]["status"] == "problem"
    assert run("start").code == 1
    restored = run("doctor", "--restore", "songs.db")
    assert restored.code == 0, restored.err
    restored.says("Restored songs.db.", "before-restore")
    assert checks()["database"]["status"] == "ok"
    assert "Midnight Galaxy" in run("songs").out
    broken = run("doctor", "--restore", str(song_file))
    assert broken.code == 1
    assert checks()["database"]["status"] == "ok", "nothing was replaced"


def test_a_database_of_an_older_version_is_fine_and_left_as_it_is(studio: Embedded) -> None:
    state_folder().mkdir()
    database = old_database(state_folder() / "asana-tbp.db")
    before = database.read_bytes()
    assert checks()["database"]["status"] == "ok"
    assert "older version" in checks()["database"]["detail"]
    assert database.read_bytes() == before


def test_a_restore_is_undone_by_restoring_what_it_put_aside(studio: Embedded, song_file: Path) -> None:
    run("outbox", "list")
    assert run("doctor", "--backup", "songs.db").code == 0
    run("scaffold", str(song_file))
    database = state_folder() / "asana-tbp.db"
    assert run("doctor", "--restore", "songs.db").code == 0
    assert "Midnight Galaxy" not in run("songs").out
    undone = run("doctor", "--restore", f"{database}.before-restore")
    assert undone.code == 0, undone.err
    undone.says(f"{database}.before-restore-2")
    assert "Midnight Galaxy" in run("songs").out
    itself = run("doctor", "--restore", str(database))
    assert itself.code == 0, itself.err
    assert "Midnight Galaxy" in run("songs").out


def test_a_failed_change_is_a_warning(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    run("start", "--speed", "20000")
    assert checks()["outbox"]["detail"] == "nothing waiting"


def test_a_sound_in_the_home_of_nobody_is_not_there(studio: Embedded) -> None:
    settings('alerts = ["sound"]\nsound = "~nobody-of-this-name/ding.wav"\n')
    assert checks()["sound"]["detail"] == "The sound ~nobody-of-this-name/ding.wav is not there."


def test_every_alert_is_given_when_asked_and_what_fails_is_said(studio: Embedded) -> None:
    settings('alerts = ["sound"]\nsound_command = "touch heard"\nhook_end = "false"\n')
    assert checks()["sound"]["detail"] == "on; try it with --ring"
    assert not Path("heard").exists()
    found = checks("--ring")
    assert (found["sound"]["status"], found["sound"]["detail"]) == ("ok", "given")
    assert Path("heard").exists()
    assert found["bell"]["detail"] == "off in your settings"
    assert found["hook_end"]["detail"] == "The command 'false' failed with exit code 1."


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_state_folder_that_is_read_only(studio: Embedded) -> None:
    state_folder().mkdir()
    state_folder().chmod(0o500)
    assert checks(code=1)["state"]["status"] == "problem"


def test_a_probe_without_a_terminal_needs_yes_and_is_not_begun(studio: Embedded) -> None:
    result = run("doctor", "--probe")
    assert result.code == 2
    result.says("There is no terminal to ask.", "--yes")
    assert studio.sandbox.requests == []
    assert run("doctor", "--report", "probe.md").code == 2


def test_a_probe_prints_its_table_and_writes_a_report_without_names_or_ids(studio: Embedded) -> None:
    result = run("doctor", "--probe", "--yes", "--report", "probe.md")
    assert result.code == 0, result.err
    assert "| Time tracking | refused: 402" in result.out
    report = Path("probe.md").read_text(encoding="utf-8")
    assert "| A task created in a section | on top |" in report
    board = studio.board
    for private in (
        SANDBOX_TOKEN,
        "127.0.0.1",
        "http",
        board.workspace.gid,
        board.workspace.name,
        board.user.name,
    ):
        assert private not in report, private
    assert len(studio.sandbox.requests) <= 60
    with open_database(state_folder() / "asana-tbp.db") as database:
        memory = WorkspaceMemory(database, board.workspace.gid, Clock().now)
        assert memory.landing("landing") == "top"


def test_a_probe_as_json_and_with_leftovers_is_partly_done(studio: Embedded) -> None:
    studio.faults.add(Fault("status", status=403, method="DELETE", path="/projects", times=None))
    result = run("doctor", "--probe", "--yes", "--json")
    assert result.code == 5
    content = json.loads(result.out)
    assert (content["version"], content["command"]) == (1, "doctor")
    assert {"key", "fact", "answer", "assumed"} == set(content["probe"]["facts"][0])
    assert content["probe"]["leftovers"][0]["link"].startswith("https://")
    result.says("Could not delete the project asana-tbp probe")


def test_the_sandbox_tells_its_time_as_asana_does(studio: Embedded) -> None:
    assert greet(studio.host, Clock().now, Limits()).ahead is not None
    assert "clock" not in checks()


@pytest.mark.parametrize(
    ("ahead", "wrong"), [(timedelta(days=1), "1 day slow"), (timedelta(hours=-5), "5 hours fast")]
)
def test_a_clock_that_is_off_is_named_with_a_way_out(studio: Embedded, ahead: timedelta, wrong: str) -> None:
    asked = studio.app

    async def dated(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(datetime.now(UTC) + ahead, usegmt=True)
                message["headers"] = [*(dict(message["headers"]) | {b"date": date.encode()}).items()]
            await send(message)

        await asked(scope, receive, send_dated)

    studio.stop()
    studio.app = dated
    studio.start()
    found = checks()["clock"]
    assert found["status"] == "warning"
    assert wrong in found["detail"]
    assert "set its clock" in found["hint"]


def test_in_a_terminal_lines_break_at_spaces_under_their_column(studio: Embedded) -> None:
    child = ForkedTerminal(["doctor"], dimensions=(40, 70))
    child.expect(pexpect.EOF, timeout=60)
    lines = (child.before or "").splitlines()
    assert all(len(line) < 70 or " " not in line[23:] for line in lines), lines
    assert any(line.startswith(" " * 23) for line in lines)
