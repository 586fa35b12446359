"""Every command in a stranger's folder, and against an Asana whose names a stranger wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from asana_tbp.sandbox.records import Project, Section, Task, User, Workspace
from asana_tbp.sandbox.switches import Switches
from tests.cli.command import Result, account, commands, run, until
from tests.cli.test_secrets import stored
from tests.conftest import watched_sandbox
from tests.faulty.server import Embedded
from tests.trust.names import hostile_names
from tests.trust.test_hostile_names import assert_harmless

SONG = "Kick $(touch pwned) `touch pwned` <b>[red]"
IDEA = "idea $(touch pwned)"
SESSION = ("pause", "resume", "toggle", "done", "skip", "scrap", "extend", "shorten", "hold", "stop")
WALK: tuple[tuple[str, ...], ...] = (
    ("help",),
    ("config", "list"),
    ("config", "path"),
    ("config", "get", "host"),
    ("config", "set", "comments", "off"),
    ("config", "unset", "comments"),
    ("config", "edit"),
    ("doctor",),
    ("auth", "status"),
    ("workspaces",),
    ("templates", "list"),
    ("templates", "path"),
    ("templates", "copy", "mix", "--as", "mine"),
    ("templates", "show", "song.yaml"),
    ("templates", "check", "song.yaml"),
    ("templates", "schema"),
    ("new", "Made here", "--no-input", "--for", "me"),
    ("plan", "song.yaml"),
    ("board", "init"),
    ("scaffold", "song.yaml", "--yes"),
    ("pull", SONG, "-o", "pulled.yaml"),
    ("pull", SONG, "--into", "pulled.yaml", "--yes"),
    ("board", "add", SONG),
    ("board", "move", SONG, "Mixing"),
    ("board",),
    ("idea", IDEA),
    ("next",),
    ("songs",),
    ("open", SONG, "--print"),
    ("start", SONG, "--speed", "100000", "--plain"),
    ("come-back", "--list"),
    ("undo",),
    ("status",),
    *((command,) for command in SESSION),
    ("timer", "1m", SONG, "--speed", "100000", "--plain"),
    ("report",),
    ("report", "--json"),
    ("report", "--csv"),
    ("report", "--html", "report.html"),
    ("outbox", "list"),
    ("outbox", "retry"),
    ("outbox", "discard", "1", "--yes"),
    ("web", "--link"),
    ("songs", "archive", SONG, "--keep"),
    ("songs", "restore", SONG),
    ("board", "archive", SONG),
    ("demo", "--plain", "--speed", "100000"),
    ("auth", "logout"),
)
ELSEWHERE = {("sandbox",), ("auth", "login")}
"""Commands that wait: they have a test of their own here."""


def walk() -> Iterator[tuple[tuple[str, ...], Result]]:
    for words in WALK:
        yield words, run(*words)


def test_the_walk_calls_every_command() -> None:
    leaves = {words for words, node in commands().items() if not hasattr(node, "list_commands")}
    called = {words[: len(leaf)] for words in WALK for leaf in leaves if words[: len(leaf)] == leaf}
    assert leaves - called == ELSEWHERE


MAP = """\
song: {song}
inspiration: ["<script>alert(1)</script>", "\\u202egnp"]
sections:
  "Section $(touch pwned)": ["Write {{0}} $(touch pwned) (5m)", "=cmd|'/c calc'!A0 (5m)"]
  "'; touch pwned; '": ["[@click=app.quit]x[/] (5m)"]
"""
SETTINGS = """\
host = "{host}"
alerts = ["sound"]
sound_command = "touch {pwned}"
hook_start = "touch {pwned}"
hook_warn = "touch {pwned}"
hook_end = "touch {pwned}"
hook_done = "touch {pwned}"
hook_stop = "touch {pwned}"
"""
SHADOWS = ("webbrowser", "asana", "keyring", "yaml", "sitecustomize", "json", "typer", "readline")
"""Modules that Python would take from the folder it is started in, if it were allowed to."""


@pytest.fixture
def stranger() -> Iterator[Embedded]:
    """Where a stranger would like our requests to go."""
    with watched_sandbox(Switches(rate_limits=False)) as server:
        yield server


@pytest.fixture
def folder(stranger: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that came with somebody else's song, and in which the user stands."""
    folder = tmp_path / "song of a stranger"
    folder.mkdir()
    pwned, elsewhere = folder / "pwned", folder / ".x"
    (folder / ".env").write_text(
        f"ASANA_TBP_HOST={stranger.host}\nASANA_TBP_CONFIG_DIR={elsewhere}\nASANA_TBP_STATE_DIR={elsewhere}\n"
        f"ASANA_TBP_SOUND_COMMAND=touch {pwned}\nASANA_TBP_HOOK_START=touch {pwned}\nhook_start=touch {pwned}\n"
        f"ASANA_TBP_ALERTS=sound\nASANA_TBP_WEB_PORT=1\nHTTPS_PROXY={stranger.host}\nEDITOR=touch {pwned}\n"
        f"BROWSER=touch {pwned}\nPYTHONPATH={folder}\n",
        encoding="utf-8",
    )
    for place in (elsewhere, folder):
        place.mkdir(exist_ok=True)
        (place / "settings.toml").write_text(
            SETTINGS.format(host=stranger.host, pwned=pwned), encoding="utf-8"
        )
        (place / "asana-tbp.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
        (place / "page.json").write_text(json.dumps({"secret": "k" * 43, "port": 8737}), encoding="utf-8")
        (place / "token.json").write_text(json.dumps({stranger.host: "x"}), encoding="utf-8")
        (place / "sessions").mkdir()
        door = {"session_id": 1, "song": "x", "pid": os.getpid(), "port": 9, "secret": "x"}
        (place / "sessions" / "0000000001-1.door").write_text(json.dumps(door), encoding="utf-8")
        (place / "templates").mkdir()
        (place / "templates" / "mix.yaml").write_text("song: [", encoding="utf-8")
    for name in SHADOWS:
        (folder / f"{name}.py").write_text(f"open({str(pwned)!r}, 'w').close()\n", encoding="utf-8")
    (folder / "song.yaml").write_text(MAP.format(song=json.dumps(SONG)), encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("EDITOR", "true")
    return folder


def untouched(folder: Path) -> bool:
    """Whether nothing of the stranger's ran: each of its commands would leave a file."""
    return not list(folder.rglob("pwned")) and not list(Path(os.environ["HOME"]).rglob("pwned"))


def test_a_strangers_folder_gets_nothing_and_runs_nothing(
    sandbox: Embedded, stranger: Embedded, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "1/1200000000000000:s3cr3t-0123456789abcdef"
    for name, value in account(sandbox).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", secret)
    monkeypatch.setenv("ASANA_TBP_DEBUG", "1")
    sandbox.board.tokens[secret] = sandbox.board.user.gid
    theirs = {path: path.read_bytes() for path in (folder / ".x").rglob("*") if path.is_file()}
    printed, codes = "", {}
    for words, result in walk():
        assert "Traceback" not in result.out + result.err, words
        assert "Internal error" not in result.err, (words, result.err)
        printed += result.out + result.err
        codes[" ".join(words)] = result.code
    # No session runs while the walk steers one, and the outbox is empty; all else has worked.
    assert {words for words, code in codes.items() if code} == {*SESSION, "outbox discard 1 --yes"}
    assert untouched(folder)
    assert stranger.sandbox.requests == []
    assert sandbox.sandbox.requests, "the user's own Asana was asked"
    assert {path: path.read_bytes() for path in theirs} == theirs, "nothing is read from there, nor written"
    # Every token of the run, in everything that it printed and stored.
    assert secret not in printed
    own = {path: content for path, content in stored().items() if folder / ".x" not in path.parents}
    assert [path for path, content in own.items() if secret.encode() in content] == []


def test_a_strangers_folder_gets_no_token_that_is_typed_in(
    sandbox: Embedded, stranger: Embedded, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_TBP_HOST", sandbox.host)
    assert run("auth", "login", "--with-token", "--insecure-storage", stdin="sandbox\n").code == 0
    assert stranger.sandbox.requests == []
    assert untouched(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="a program named in BROWSER")
def test_python_itself_takes_nothing_from_a_strangers_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    code = "from asana_tbp.system.alerts import open_page; open_page('http://127.0.0.1:1/')"
    # -P, as the program that pip installs: the folder is not on the path of this process.
    subprocess.run([sys.executable, "-P", "-c", code], check=True)
    until(opened.exists)
    program = Path(sys.executable).parent / "asana-tbp"
    done = subprocess.run(
        [program, "templates", "show", "song.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert untouched(folder)


def test_names_that_a_stranger_wrote_in_asana_do_nothing(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account(sandbox).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("EDITOR", "true")
    names = iter(hostile_names(2_000, seed=7))

    def spoil() -> None:
        """Give everything in Asana but what the walk calls by its name another one."""
        board = sandbox.board
        with board.transaction():
            records: list[Workspace | User | Section | Task | Project] = [
                *board.all(Workspace), *board.all(User), *board.all(Section), *board.all(Task), *board.all(Project)
            ]  # fmt: skip
            for record in records:
                if record.name != SONG:
                    record.name = next(names).replace("\ud800", "") + " (5m)"
                if isinstance(record, Task | Project):
                    record.notes = next(names).replace("\ud800", "")

    Path("song.yaml").write_text(MAP.format(song=json.dumps(SONG)), encoding="utf-8")
    failed = []
    for words, result in walk():
        said = result.out + result.err
        assert "Traceback" not in said, words
        assert "Internal error" not in said, (words, said)
        assert_harmless(said)
        assert "\x1b" not in said
        if result.code:
            failed.append(" ".join(words[:2]))
        if words[0] in {"scaffold", "board", "idea", "start"}:
            spoil()
    assert not list(Path.cwd().rglob("pwned"))
    # What works without a session and a name that is still known has worked.
    assert not {"report", "songs", "next", "board", "plan song.yaml", "outbox list", "auth status"} & set(
        failed
    )
    assert "<script" not in Path("report.html").read_text(encoding="utf-8")
