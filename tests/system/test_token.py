"""The token: where it is found, how it is kept, and that nothing shows it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from asana_tbp.errors import NotAuthorised, TbpError
from asana_tbp.system.environment import TOKEN_VARIABLE as VARIABLE
from asana_tbp.system.environment import environment
from asana_tbp.system.settings import SETTINGS_FILE, Settings
from asana_tbp.system.token import (
    SERVICE,
    account_of,
    clean,
    find_token,
    forget_token,
    keep_token,
    probe_keyring,
)
from tests.needs import need, need_program
from tests.system.keyrings import FileKeyring, LockedKeyring

HOST = "https://app.asana.com/api/1.0"
ASANA = Settings(HOST)
SECRET = "1/1200000000000000:0123456789abcdef0123456789abcdef"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def chosen_keyring() -> Iterator[None]:
    """Whatever keyring a test chooses is gone after it."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def choose(backend: type[KeyringBackend]) -> KeyringBackend:
    make: Callable[[], KeyringBackend] = backend
    made = make()
    keyring.set_keyring(made)
    return made


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyringBackend:
    """A working keyring, empty."""
    monkeypatch.setenv("TBP_TEST_KEYRING", str(tmp_path / "keyring.json"))
    return choose(FileKeyring)


class TestClean:
    def test_loses_surrounding_space(self) -> None:
        assert clean(f"\r\n  {SECRET}\t\n", "a prompt").value == SECRET

    @pytest.mark.parametrize("text", ["", " ", "\n", "\u00a0"])
    def test_nothing_is_no_token(self, text: str) -> None:
        with pytest.raises(NotAuthorised, match="from a prompt is empty"):
            clean(text, "a prompt")

    @pytest.mark.parametrize(
        "text",
        ["two words", "a\nX-Header: b", "a\r\nb", "a\x00b", "a\x1b[2Jb", "a\tb", "tökén", "a\u200bb", "“a”"],
    )
    def test_what_no_header_may_carry_is_refused_and_not_repeated(self, text: str) -> None:
        with pytest.raises(NotAuthorised, match="has characters that no token has") as caught:
            clean(text, "a prompt")
        assert text not in caught.value.sentence

    def test_what_windows_adds_when_a_token_is_piped_or_pasted(self) -> None:
        assert clean(f"\ufeff{SECRET}\r\n", "standard input").value == SECRET
        with pytest.raises(NotAuthorised, match="Nothing was pasted") as caught:
            clean("\x16", "the prompt")
        assert "right click" in caught.value.hint

    def test_repr_hides_it(self) -> None:
        token = clean(SECRET, "a prompt")
        assert SECRET not in f"{token} {token!r} {[token]}"
        assert "a prompt" in repr(token)


class TestFind:
    def test_the_environment_is_enough(self) -> None:
        choose(LockedKeyring)
        token = find_token({VARIABLE: SECRET}, ASANA)
        assert (token.value, token.source) == (SECRET, f"{VARIABLE} in the environment")

    def test_the_environment_asks_no_keyring_at_all(self) -> None:
        script = (
            "import sys\nfrom asana_tbp.system.settings import Settings\n"
            "from asana_tbp.system.token import find_token\n"
            f"find_token({{'{VARIABLE}': 'x'}}, Settings())\nprint('keyring' in sys.modules)"
        )
        assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "False"

    def test_environment_then_dotenv_then_keyring(
        self, kept: KeyringBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def found() -> str:
            return find_token(environment(tmp_path), ASANA).value

        kept.set_password(SERVICE, account_of(HOST, os.environ), "of-the-keyring")
        assert found() == "of-the-keyring"
        (tmp_path / ".env").write_text(f"{VARIABLE}=of-dotenv\n")
        assert found() == "of-dotenv"
        monkeypatch.setenv(VARIABLE, "of-the-environment")
        assert found() == "of-the-environment"

    def test_every_host_has_its_own(self, kept: KeyringBackend) -> None:
        kept.set_password(SERVICE, HOST, SECRET)
        with pytest.raises(NotAuthorised, match=r"no token for https://elsewhere\.test"):
            find_token({}, Settings("https://elsewhere.test", origins={"host": SETTINGS_FILE}))

    def test_without_any_keyring_there_is_none(self) -> None:
        choose(fail.Keyring)
        with pytest.raises(NotAuthorised, match="not logged in to Asana") as caught:
            find_token({}, ASANA)
        assert "auth login" in caught.value.hint
        assert caught.value.exit_code == 4

    def test_a_locked_keyring_is_not_taken_for_an_empty_one(self) -> None:
        choose(LockedKeyring)
        with pytest.raises(TbpError, match="can't be read: Failed to unlock") as caught:
            find_token({}, ASANA)
        assert VARIABLE in caught.value.hint

    def test_a_spoilt_entry_is_told_with_its_place(self, kept: KeyringBackend) -> None:
        kept.set_password(SERVICE, HOST, "two words")
        with pytest.raises(NotAuthorised, match="from the keyring"):
            find_token({}, ASANA)


ELSEWHERE = "https://asana.example/api/1.0"
CHOSEN = Settings(ELSEWHERE, origins={"host": SETTINGS_FILE})


class TestAHostOfAnothersOwn:
    """A token goes to the host it was given for."""

    def test_the_environments_token_is_not_for_a_host_of_the_settings_file(
        self, kept: KeyringBackend
    ) -> None:
        with pytest.raises(NotAuthorised, match=r"no token for https://asana\.example") as refused:
            find_token({VARIABLE: SECRET}, CHOSEN)
        assert f"auth login --host {ELSEWHERE}" in refused.value.hint

    def test_one_that_was_stored_for_it_is(self, kept: KeyringBackend) -> None:
        kept.set_password(SERVICE, HOST, "for Asana")
        kept.set_password(SERVICE, ELSEWHERE, "for-it")
        assert find_token({VARIABLE: SECRET}, CHOSEN).value == "for-it"

    def test_a_host_of_the_environment_gets_none_at_all(self, kept: KeyringBackend) -> None:
        kept.set_password(SERVICE, ELSEWHERE, "for-it")
        named = Settings(ELSEWHERE, origins={"host": "ASANA_TBP_HOST in the environment"})
        with pytest.raises(NotAuthorised, match="no token is sent there"):
            find_token({VARIABLE: SECRET}, named)

    @pytest.mark.parametrize("host", ["http://127.0.0.1:8000/api/1.0", "http://localhost:1/api/1.0"])
    def test_this_machine_is_no_stranger(self, host: str) -> None:
        named = Settings(host, origins={"host": "ASANA_TBP_HOST in the environment"})
        assert find_token({VARIABLE: SECRET}, named).value == SECRET

    @pytest.mark.parametrize(
        "host", ["https://app.asana.com.evil.test/api/1.0", "https://app.asana.com/other"]
    )
    def test_what_only_looks_like_asana_is_one(self, host: str) -> None:
        with pytest.raises(NotAuthorised):
            find_token({VARIABLE: SECRET}, Settings(host))


class TestFile:
    """Where there is no keyring, and the user chose a file."""

    def test_it_is_private_whatever_the_umask(self, tmp_path: Path) -> None:
        choose(fail.Keyring)
        file = tmp_path / "config" / "token.json"
        before = os.umask(0)
        try:
            keep_token(clean(SECRET, "a prompt"), HOST, {}, file)
        finally:
            os.umask(before)
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        token = find_token({}, ASANA, file)
        assert (token.value, token.source) == (SECRET, f"the file {file}")
        with pytest.raises(NotAuthorised, match=r"no token for https://asana\.example"):
            find_token({}, CHOSEN, file)
        assert forget_token(HOST, {}, file)
        assert not file.exists()
        assert not forget_token(HOST, {}, file)

    def test_the_keyring_goes_before_it(self, kept: KeyringBackend, tmp_path: Path) -> None:
        keep_token(clean("of-the-file", "a prompt"), HOST, {}, tmp_path / "token.json")
        kept.set_password(SERVICE, HOST, "of-the-keyring")
        assert find_token({}, ASANA, tmp_path / "token.json").value == "of-the-keyring"

    def test_it_helps_where_the_keyring_is_locked(self, tmp_path: Path) -> None:
        choose(LockedKeyring)
        keep_token(clean("of-the-file", "a prompt"), HOST, {}, tmp_path / "token.json")
        assert find_token({}, ASANA, tmp_path / "token.json").value == "of-the-file"

    def test_one_that_is_no_json_is_a_sentence(self, tmp_path: Path) -> None:
        choose(fail.Keyring)
        (tmp_path / "token.json").write_text(f"{SECRET}")
        with pytest.raises(TbpError, match=r"token\.json can't be read") as told:
            find_token({}, ASANA, tmp_path / "token.json")
        assert SECRET not in told.value.sentence


class TestKeep:
    def test_is_found_again_until_forgotten(self, kept: KeyringBackend) -> None:
        keep_token(clean(SECRET, "a prompt"), HOST, {})
        token = find_token({}, ASANA)
        assert (token.value, token.source) == (SECRET, "the keyring")
        assert forget_token(HOST, {}) is True
        assert forget_token(HOST, {}) is False
        with pytest.raises(NotAuthorised, match="not logged in to Asana"):
            find_token({}, ASANA)

    def test_a_locked_keyring_is_a_sentence(self) -> None:
        choose(LockedKeyring)
        with pytest.raises(TbpError, match="can't be written to") as caught:
            keep_token(clean(SECRET, "a prompt"), HOST, {})
        assert SECRET not in caught.value.sentence + caught.value.hint
        with pytest.raises(TbpError, match="can't be changed"):
            forget_token(HOST, {})

    def test_an_error_of_another_family_is_a_sentence_too(self, kept: KeyringBackend) -> None:
        """As Windows' backend raises one where there is no logon session."""

        class Foreign(FileKeyring):
            def get_password(self, service: str, username: str) -> str | None:
                raise ArithmeticError("1312, 'CredRead', 'A specified logon session does not exist.'")

        choose(Foreign)
        with pytest.raises(TbpError, match="can't be read: 1312") as caught:
            find_token({}, ASANA)
        assert VARIABLE in caught.value.hint

    @pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring], ids=["fail", "null"])
    def test_without_a_keyring_it_is_said_before_a_token_is_asked_for(
        self, backend: type[KeyringBackend]
    ) -> None:
        choose(backend)
        with pytest.raises(TbpError, match="no keyring") as caught:
            probe_keyring()
        assert VARIABLE in caught.value.hint

    def test_without_a_keyring_nothing_is_there_to_forget(self) -> None:
        choose(fail.Keyring)
        assert forget_token(HOST, {}) is False

    def test_a_keyring_that_keeps_nothing_is_found_out(self) -> None:
        choose(null.Keyring)
        with pytest.raises(TbpError, match="did not save it"):
            keep_token(clean(SECRET, "a prompt"), HOST, {})

    def test_a_working_keyring_passes(self, kept: KeyringBackend) -> None:
        probe_keyring()


EVERY_USE = """
import json
from asana_tbp.errors import TbpError
from asana_tbp.system.settings import Settings
from asana_tbp.system.token import clean, find_token, forget_token, keep_token, probe_keyring

ASANA = Settings()

def told(use):
    try:
        outcome = use()
    except TbpError as error:
        return f"{type(error).__name__}: {error.sentence}"
    return outcome.value if hasattr(outcome, "value") else outcome

print(json.dumps([
    told(probe_keyring),
    told(lambda: find_token({}, ASANA)),
    told(lambda: keep_token(clean("s3cr3t", "a prompt"), ASANA.host, {})),
    told(lambda: find_token({}, ASANA)),
    told(lambda: forget_token(ASANA.host, {})),
    told(lambda: forget_token(ASANA.host, {})),
]))
"""


NONE = "NotAuthorised: You are not logged in to Asana on this computer."


def in_a_process(**env: str) -> list[str | bool | None]:
    """What every use of the keyring comes to in a process of its own."""
    said = subprocess.check_output(
        [sys.executable, "-c", EVERY_USE], env=dict(os.environ) | env, text=True, timeout=60, cwd=ROOT
    )
    outcome: list[str | bool | None] = json.loads(said)
    return outcome


@pytest.mark.parametrize(
    "backend", ["nothing.there.Keyring", "keyring.backends.fail.Nope", "nodots", "builtins.int.real"]
)
def test_a_keyring_set_up_wrongly_is_a_sentence(backend: str) -> None:
    outcomes = in_a_process(PYTHON_KEYRING_BACKEND=backend)
    assert all(str(outcome).startswith("TbpError: The keyring of this computer") for outcome in outcomes)


def test_a_keyring_chosen_by_variable_works(tmp_path: Path) -> None:
    outcomes = in_a_process(
        PYTHON_KEYRING_BACKEND="tests.system.keyrings.FileKeyring",
        TBP_TEST_KEYRING=str(tmp_path / "keyring.json"),
    )
    assert outcomes == [None, NONE, None, "s3cr3t", True, False]


class TestSecretService:
    """The keyring of a Linux desktop: gnome-keyring on a bus of the test's own."""

    UNLOCK = "printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    LOCK = (
        "import secretstorage; bus = secretstorage.dbus_init(); "
        "secretstorage.get_default_collection(bus).lock(); bus.close()"
    )

    @pytest.fixture
    def on_a_bus(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        need(sys.platform == "linux", "the Secret Service is a part of Linux desktops")
        need_program("dbus-run-session", "gnome-keyring-daemon")
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
        runtime = tmp_path / "run"
        runtime.mkdir(mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
        # What needs a screen to ask for a password is told that there is none.
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        return tmp_path

    def outcomes(self, folder: Path, *steps: str) -> list[str | bool | None]:
        (folder / "uses.py").write_text(EVERY_USE)
        script = " && ".join((*steps, f"'{sys.executable}' '{folder / 'uses.py'}'"))
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", script],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        outcome: list[str | bool | None] = json.loads(done.stdout)
        return outcome

    def test_unlocked(self, on_a_bus: Path) -> None:
        assert self.outcomes(on_a_bus, self.UNLOCK) == [None, NONE, None, "s3cr3t", True, False]

    def test_locked(self, on_a_bus: Path) -> None:
        probe, found, stored, _, forgotten, _ = self.outcomes(
            on_a_bus, self.UNLOCK, f"'{sys.executable}' -c '{self.LOCK}'"
        )
        assert probe is None
        assert str(found).startswith("TbpError: The system's keyring can't be read")
        assert str(stored).startswith("TbpError: The system's keyring can't be written to")
        assert str(forgotten).startswith("TbpError: The system's keyring can't be changed")
