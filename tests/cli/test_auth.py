"""`auth`: the token is checked before it is kept, hidden while it is typed, and never shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pexpect
import pytest

from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.server import Embedded
from tests.cli.command import PROGRAM, run
from tests.conftest import ROOT
from tests.keyring_file import FileKeyring


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


def test_a_refused_token_is_not_kept(ring: Embedded) -> None:
    login = run("auth", "login", "--with-token", stdin="wrong-s3cret\n")
    assert login.code == 4
    login.says("Asana refuses the token.")
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


def test_a_dot_env_file_gives_the_token(ring: Embedded) -> None:
    Path(".env").write_text(f"ASANA_ACCESS_TOKEN={SANDBOX_TOKEN}\n", encoding="utf-8")
    assert run("auth", "status").code == 0


def test_the_prompt_hides_the_token(ring: Embedded) -> None:
    terminal = pexpect.spawn(PROGRAM[0], [*PROGRAM[1:], "auth", "login"], timeout=20, encoding="utf-8")
    terminal.expect("Token: ")
    terminal.sendline(SANDBOX_TOKEN)
    terminal.expect("Logged in as Sandbox Producer")
    assert f"{SANDBOX_TOKEN}\r\n" not in str(terminal.before)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
