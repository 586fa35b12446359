"""`auth`: the token is checked before it is kept, hidden while it is typed, and never shown."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pexpect
import pytest

from asana_tbp.sandbox import SANDBOX_TOKEN
from tests.cli.command import run
from tests.conftest import ROOT
from tests.faulty.server import Embedded, embedded
from tests.forked import ForkedTerminal
from tests.keyring_file import FileKeyring
from tests.needs import need_program


@pytest.fixture
def ring(studio: Embedded, monkeypatch: pytest.MonkeyPatch) -> Embedded:
    """An account, no token in the environment, and a keyring."""
    monkeypatch.delenv("ASANA_ACCESS_TOKEN")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyring_file.FileKeyring")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]
    return studio


@pytest.fixture(autouse=True)
def restore_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_piped_token_is_checked_kept_and_forgotten(ring: Embedded) -> None:
    login = run("auth", "login", "--with-token", stdin=f"{SANDBOX_TOKEN}\n")
    assert login.code == 0
    assert "Logged in as Sandbox Producer" in login.out
    assert [seen.path for seen in ring.sandbox.requests] == ["/users/me"]
    status = run("auth", "status")
    assert status.code == 0
    assert "the keyring" in status.out
    assert "My Songs" in status.out
    assert run("scaffold", "edm-track").code == 0
    assert run("auth", "logout").out == "Logged out.\n"
    assert run("auth", "logout").out == "You weren't logged in.\n"
    assert run("auth", "status").code == 4


def test_the_sandbox_needs_no_login_and_keeps_the_real_one(ring: Embedded) -> None:
    assert run("auth", "login", "--with-token", stdin=f"{SANDBOX_TOKEN}\n").code == 0
    for word in ("login", "status", "logout"):
        refused = run("--sandbox", "auth", word)
        assert refused.code == 2
        refused.says("The embedded Asana needs no login.\nTo log in to your own Asana, leave out --sandbox.")
    assert run("auth", "status").code == 0


def test_a_refused_token_is_not_kept(ring: Embedded) -> None:
    login = run("auth", "login", "--with-token", stdin="wrong-s3cret\n")
    assert login.code == 4
    login.says("Asana refuses the token from standard input.")
    assert "s3cret" not in login.out + login.err
    assert not (Path.home() / "keyring.json").exists()


@pytest.mark.parametrize("token", ["", "two words", "naïve"])
def test_what_can_be_no_token_is_not_sent(ring: Embedded, token: str) -> None:
    login = run("auth", "login", "--with-token", stdin=f"{token}\n")
    assert login.code == 4
    assert ring.sandbox.requests == []


def test_without_a_terminal_nothing_is_asked(ring: Embedded) -> None:
    login = run("auth", "login")
    assert login.code == 2
    login.says("--with-token")


def test_without_a_keyring_the_environment_is_named(ring: Embedded) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    login = run("auth", "login", "--with-token", stdin=f"{SANDBOX_TOKEN}\n")
    assert login.code == 1
    login.says("no keyring", "ASANA_ACCESS_TOKEN")
    assert ring.sandbox.requests == [], "no token is asked for in vain"


def test_the_environment_alone_is_enough_and_comes_first(
    ring: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("auth", "login", "--with-token", stdin=f"{SANDBOX_TOKEN}\n")
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", SANDBOX_TOKEN)
    assert "Token from ASANA_ACCESS_TOKEN" in run("auth", "status").out
    run("auth", "logout").says("ASANA_ACCESS_TOKEN is still set")


def test_a_dot_env_file_gives_the_token_and_is_named(ring: Embedded) -> None:
    Path(".env").write_text(f"ASANA_ACCESS_TOKEN={SANDBOX_TOKEN}\n", encoding="utf-8")
    status = run("auth", "status")
    assert status.code == 0
    assert f"Token from ASANA_ACCESS_TOKEN in {Path('.env').absolute()}" in status.out
    run("workspaces").says("Working as Sandbox Producer", ".env")


def test_a_refusal_names_the_token(ring: Embedded) -> None:
    Path(".env").write_text("ASANA_ACCESS_TOKEN=1/expired\n", encoding="utf-8")
    refused = run("workspaces")
    assert refused.code == 4
    refused.says("Asana refuses the token from ASANA_ACCESS_TOKEN in", ".env", "remove it there, then run:")
    assert "1/expired" not in refused.out + refused.err
    assert run("auth", "login", "--insecure-storage", "--with-token", stdin=f"{SANDBOX_TOKEN}\n").code == 0
    assert run("workspaces").code == 4, "the variable goes before what was saved"
    Path(".env").unlink()
    assert run("workspaces").code == 0


@pytest.fixture
def strangers(tmp_path: Path) -> Iterator[Embedded]:
    """A stranger's server, which writes down what it is asked."""
    with embedded(tmp_path / "stranger.db") as server:
        yield server


def test_a_strangers_folder_gets_no_token_and_runs_nothing(
    ring: Embedded, strangers: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host, a settings folder with commands, and a state folder, all named by the `.env` of a song's folder."""
    Path(".x").mkdir()
    Path(".x", "settings.toml").write_text(
        f'host = "{strangers.host}"\nalerts = "sound"\nsound_command = "touch pwned"\nhook_start = "touch pwned"\n'
    )
    Path(".env").write_text(
        f"ASANA_TBP_HOST={strangers.host}\nASANA_ACCESS_TOKEN={SANDBOX_TOKEN}\n"
        "ASANA_TBP_CONFIG_DIR=.x\nASANA_TBP_STATE_DIR=.s\n"
    )
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", SANDBOX_TOKEN)
    monkeypatch.delenv("ASANA_TBP_CONFIG_DIR")
    monkeypatch.delenv("ASANA_TBP_STATE_DIR")
    assert run("auth", "status").code == 0
    assert run("timer", "1m", "--speed", "1000").code == 0
    login = run("auth", "login", "--with-token", stdin=f"{SANDBOX_TOKEN}\n")
    login.says(ring.host, "Sandbox Producer")
    assert strangers.sandbox.requests == []
    assert not Path("pwned").exists()
    assert not Path(".s").exists()


def test_another_host_is_logged_in_to_by_name(
    ring: Embedded, strangers: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASANA_TBP_HOST")
    login = run("auth", "login", "--with-token", "--host", strangers.host, stdin=f"{SANDBOX_TOKEN}\n")
    assert login.code == 0
    login.says(f"logs you in at {strangers.host}", "belongs to Sandbox Producer")
    assert strangers.host in run("auth", "status").out


def test_a_host_that_only_the_environment_names_is_not_logged_in_to(
    ring: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASANA_TBP_HOST", "https://asana.example/api/1.0")
    login = run("auth", "login", "--with-token", stdin=f"{SANDBOX_TOKEN}\n")
    assert login.code == 2
    login.says("ASANA_TBP_HOST in the environment", "auth login --host")


def test_without_a_keyring_a_private_file_is_offered(ring: Embedded) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    login = run("auth", "login", "--with-token", "--insecure-storage", stdin=f"{SANDBOX_TOKEN}\n")
    assert login.code == 0
    login.says("without encryption", "token.json")
    status = run("auth", "status")
    assert "Token from the file" in status.out
    assert run("auth", "logout").out == "Logged out.\n"
    assert run("auth", "status").code == 4


def test_a_mistyped_token_is_asked_for_again(ring: Embedded) -> None:
    terminal = ForkedTerminal(["auth", "login"], timeout=60)
    terminal.expect("Token: ")
    terminal.sendline("wrong")
    terminal.expect("refuses the token.*try again")
    terminal.expect("Token: ")
    terminal.sendline(SANDBOX_TOKEN)
    terminal.expect("Logged in as Sandbox Producer")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_the_prompt_hides_the_token(ring: Embedded) -> None:
    terminal = ForkedTerminal(["auth", "login"], timeout=60)
    terminal.expect("Token: ")
    terminal.sendline(SANDBOX_TOKEN)
    terminal.expect("Logged in as Sandbox Producer")
    assert f"{SANDBOX_TOKEN}\r\n" not in str(terminal.before)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_two_accounts_are_two_folders(
    ring: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("Ada", "Bo"):
        ring.board.tokens[f"token-of-{name}"] = ring.board.add_user(name, f"{name}@sandbox.example").gid

    def account(name: str) -> None:
        for kind in ("CONFIG", "STATE"):
            monkeypatch.setenv(f"ASANA_TBP_{kind}_DIR", str(tmp_path / name / kind))

    for name in ("Ada", "Bo"):
        account(name)
        assert run("auth", "login", "--with-token", stdin=f"token-of-{name}\n").code == 0
    account("Ada")
    assert "Logged in as Ada" in run("auth", "status").out
    account("Bo")
    assert "Logged in as Bo" in run("auth", "status").out
    assert run("auth", "logout").code == 0
    assert run("auth", "status").code == 4
    account("Ada")
    assert "Logged in as Ada" in run("auth", "status").out


GNOME = "printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null"


@pytest.mark.skipif(sys.platform != "linux", reason="gnome-keyring")
def test_login_use_and_logout_with_the_keyring_of_a_desktop(
    studio: Embedded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need_program("dbus-run-session", "gnome-keyring-daemon")
    for name in ("ASANA_ACCESS_TOKEN", "PYTHON_KEYRING_BACKEND", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    program = f"'{sys.executable}' -m asana_tbp"
    steps = (
        GNOME,
        f"echo {SANDBOX_TOKEN} | {program} auth login --with-token",
        f"{program} auth status",
        f"{program} workspaces",
        f"{program} auth logout",
        f"! {program} auth status",
    )
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", "\n".join(steps)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Token from the keyring" in done.stdout
    assert "Logged out." in done.stdout
    assert done.stderr.rstrip().endswith(
        "You are not logged in to Asana on this computer.\nRun: asana-tbp auth login"
    )
