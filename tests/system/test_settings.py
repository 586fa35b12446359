"""Settings: where each value comes from, and a sentence with its place for each value that can't be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asana_tbp.errors import UsageError
from asana_tbp.system.environment import environment
from asana_tbp.system.settings import DEFAULT_HOST, Settings, is_loopback, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


class TestPrecedence:
    def test_defaults_where_nothing_is_set(self, file: Path) -> None:
        assert load_settings(file, {}) == Settings(host=DEFAULT_HOST, workspace=None, default_budget=25)

    def test_the_file_goes_before_defaults(self, file: Path) -> None:
        file.write_text('workspace = "Band"\ndefault_budget = "1h30m"\n', encoding="utf-8")
        assert load_settings(file, {}) == Settings(DEFAULT_HOST, "Band", 90)

    def test_the_environment_goes_before_the_file(self, file: Path) -> None:
        file.write_text('workspace = "Band"\nhost = "https://file.test/api/1.0"\n', encoding="utf-8")
        env = {"ASANA_TBP_HOST": "https://env.test/api/1.0", "ASANA_TBP_DEFAULT_BUDGET": "40m"}
        assert load_settings(file, env) == Settings("https://env.test/api/1.0", "Band", 40)

    def test_dotenv_lies_between_environment_and_file(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file.write_text('workspace = "file"\ndefault_budget = "1m"\n', encoding="utf-8")
        (tmp_path / ".env").write_text("ASANA_TBP_WORKSPACE=dotenv\nASANA_TBP_DEFAULT_BUDGET=2m\n")
        monkeypatch.setenv("ASANA_TBP_DEFAULT_BUDGET", "3m")
        settings = load_settings(file, environment(tmp_path))
        assert (settings.workspace, settings.default_budget) == ("dotenv", 3)

    def test_an_empty_variable_sets_nothing(self, file: Path) -> None:
        file.write_text('workspace = "Band"\n', encoding="utf-8")
        assert load_settings(file, {"ASANA_TBP_WORKSPACE": ""}).workspace == "Band"

    def test_values_lose_their_surrounding_space(self, file: Path) -> None:
        env = {"ASANA_TBP_WORKSPACE": "  My Band ", "ASANA_TBP_HOST": " https://a.test/api/1.0/ "}
        settings = load_settings(file, env)
        assert (settings.workspace, settings.host) == ("My Band", "https://a.test/api/1.0")

    def test_a_byte_order_mark_is_no_part_of_the_file(self, file: Path) -> None:
        file.write_text('workspace = "Band"\r\n', encoding="utf-8-sig")
        assert load_settings(file, {}).workspace == "Band"


class TestDotenv:
    def test_is_read_where_the_command_runs(self, own_machine: Path) -> None:
        (own_machine / ".env").write_text("ASANA_TBP_WORKSPACE='My Band' # ours\n")
        assert environment()["ASANA_TBP_WORKSPACE"] == "My Band"

    def test_dollars_are_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("ASANA_ACCESS_TOKEN=1/${HOME}$x\n")
        assert environment(tmp_path)["ASANA_ACCESS_TOKEN"] == "1/${HOME}$x"

    def test_a_name_without_a_value_sets_nothing(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("ASANA_TBP_WORKSPACE\n")
        assert "ASANA_TBP_WORKSPACE" not in environment(tmp_path)

    def test_a_byte_order_mark_is_no_part_of_the_first_name(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("ASANA_ACCESS_TOKEN=1/2:3\r\n", encoding="utf-8-sig")
        assert environment(tmp_path)["ASANA_ACCESS_TOKEN"] == "1/2:3"

    def test_in_a_folder_that_shows_nothing_there_is_no_dotenv(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".env").write_text("ASANA_TBP_WARN=3\n")

        def refused(*_asked: object, **_how: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "stat", refused)
        assert environment(tmp_path).file is None

    def test_a_huge_dotenv_is_refused_unread(self, tmp_path: Path) -> None:
        with (tmp_path / ".env").open("wb") as file:
            file.truncate(2**40)
        with pytest.raises(UsageError, match="larger than 100 KB"):
            environment(tmp_path)

    def test_a_folder_of_that_name_is_none(self, tmp_path: Path) -> None:
        (tmp_path / ".env").mkdir()
        environment(tmp_path)

    def test_other_than_utf8_is_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes("ASANA_TBP_WORKSPACE=Tromsø\n".encode("latin-1"))
        with pytest.raises(UsageError, match="can't be read") as caught:
            environment(tmp_path)
        assert str(tmp_path / ".env") in caught.value.sentence
        assert "UTF-8" in caught.value.hint

    def test_a_folder_that_is_gone_has_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        assert "HOME" in environment()


LOOPBACK = ["localhost", "127.0.0.1", "127.8.9.10", "::1"]
ELSEWHERE = [
    "localhost.evil.test",
    "evil-localhost",
    "127.0.0.1.evil.test",
    "0.0.0.0",
    "::",
    "192.168.1.2",
    "fe80::1",
    "2130706433",
    "0x7f.1",
    "127.1",
    "",
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ELSEWHERE)
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


class TestHost:
    @pytest.mark.parametrize(
        "host",
        [
            "https://app.asana.com/api/1.0",
            "https://asana.test:8443/api/1.0",
            "https://192.168.1.2/api/1.0",
            "http://localhost:8000/api/1.0",
            "http://LocalHost/api/1.0",
            "http://127.0.0.1:1/api/1.0",
            "http://127.255.255.254/api/1.0",
            "http://[::1]:8080/api/1.0",
            "HTTP://127.0.0.1/api/1.0",
        ],
    )
    def test_is_taken(self, host: str, file: Path) -> None:
        assert load_settings(file, {"ASANA_TBP_HOST": host}).host == host

    @pytest.mark.parametrize(
        "host",
        [
            "http://app.asana.com/api/1.0",
            "http://192.168.1.2:8000",
            "http://0.0.0.0:8000",
            "http://[::]:8000",
            "http://[2001:db8::1]/api/1.0",
            "http://localhost.evil.test/api/1.0",
            "http://127.0.0.1.evil.test",
            "http://127.1",
            "http://2130706433",
        ],
    )
    def test_plain_http_goes_to_this_machine_only(self, host: str, file: Path) -> None:
        with pytest.raises(UsageError, match=r"ASANA_TBP_HOST: .*plain http.*use https"):
            load_settings(file, {"ASANA_TBP_HOST": host})

    @pytest.mark.parametrize(
        "host",
        [
            "app.asana.com",
            "app.asana.com/api/1.0",
            "localhost:8000",
            "//app.asana.com",
            "https://",
            "https:///api/1.0",
            "ftp://app.asana.com",
            "file:///etc/passwd",
            "https://[::1",
            "https://asana.test:port",
            "https://asana.test:99999",
            "https://asana.test:-1",
            "https://asana.test/api/1.0?x=1",
            "https://asana.test/api/1.0#top",
            # Python's own reading of an address drops line ends and tabs; whoever connects reads another one.
            "https://asana\n.test",
            "https://asana.test/api\t/1.0",
            "https://asana .test",
            "http://localhost\\.evil.test",
            "https://asana.test/\x1b[2Japi",
            "https://asana.test/\u202eapi",
        ],
    )
    def test_is_no_address(self, host: str, file: Path) -> None:
        with pytest.raises(UsageError, match=r"ASANA_TBP_HOST: .* is not an address") as caught:
            load_settings(file, {"ASANA_TBP_HOST": host})
        assert caught.value.sentence.isprintable()

    @pytest.mark.parametrize(
        "host",
        [
            "https://me:s3cr3t@asana.test/api/1.0",
            "https://s3cr3t@asana.test",
            "https://:s3cr3t@asana.test",
            "https://@asana.test",
            "http://localhost\\@asana.test",
            "http://s3cr3t@127.0.0.1:8000",
        ],
    )
    def test_a_user_in_the_address_is_refused_and_not_repeated(self, host: str, file: Path) -> None:
        with pytest.raises(UsageError, match=r"ASANA_TBP_HOST: .*user") as caught:
            load_settings(file, {"ASANA_TBP_HOST": host})
        assert "s3cr3t" not in caught.value.sentence + caught.value.hint


class TestProblems:
    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ('workspace = ""', "workspace: must be a text"),
            ("workspace = 12", "workspace: must be a text"),
            ("workspace = []", "workspace: must be a text"),
            ("default_budget = true", "default_budget: must be a time budget"),
            ("default_budget = [25]", "default_budget: must be a time budget"),
            ('default_budget = "soon"', "default_budget: "),
            ("default_budget = 0", "default_budget: "),
            ("default_budget = -5", "default_budget: "),
            ("default_budget = nan", "default_budget: "),
            ("default_budget = inf", "default_budget: "),
            ("host = 1", "host: must be a text"),
            ('host = "asana"', "host: 'asana' is not an address"),
        ],
    )
    def test_a_value_is_told_with_file_and_name(self, line: str, told: str, file: Path) -> None:
        file.write_text(line + "\n", encoding="utf-8")
        with pytest.raises(UsageError) as caught:
            load_settings(file, {})
        assert caught.value.sentence.startswith(f"{file}: {told}")
        assert "\n" not in caught.value.sentence

    def test_a_value_of_the_environment_is_told_with_its_variable(self, file: Path) -> None:
        with pytest.raises(UsageError, match=r"^ASANA_TBP_DEFAULT_BUDGET: "):
            load_settings(file, {"ASANA_TBP_DEFAULT_BUDGET": "soon"})

    def test_an_unknown_name_lists_the_known(self, file: Path) -> None:
        file.write_text("workspce = 1\n", encoding="utf-8")
        with pytest.raises(UsageError, match="'workspce' is not a setting") as caught:
            load_settings(file, {})
        assert "workspace" in caught.value.hint

    def test_broken_toml_is_told_with_its_line(self, file: Path) -> None:
        file.write_text('workspace = "Band"\nhost = \n', encoding="utf-8")
        with pytest.raises(UsageError, match="line 2") as caught:
            load_settings(file, {})
        assert str(file) in caught.value.sentence

    def test_other_than_utf8_is_a_sentence(self, file: Path) -> None:
        file.write_bytes('workspace = "Tromsø"\n'.encode("latin-1"))
        with pytest.raises(UsageError) as caught:
            load_settings(file, {})
        assert str(file) in caught.value.sentence

    def test_a_file_that_cant_be_read_is_a_sentence(self, file: Path) -> None:
        file.mkdir()
        with pytest.raises(UsageError, match="can't be read"):
            load_settings(file, {})

    def test_the_token_is_no_setting(self, file: Path) -> None:
        file.write_text('token = "s3cr3t"\n', encoding="utf-8")
        with pytest.raises(UsageError, match="'token' is not a setting") as caught:
            load_settings(file, {})
        assert "s3cr3t" not in caught.value.sentence


NOT_FOR_DOTENV = {
    "ASANA_TBP_HOST": "https://evil.example/api/1.0",
    "ASANA_TBP_CONFIG_DIR": ".x",
    "ASANA_TBP_STATE_DIR": ".s",
    "ASANA_TBP_SOUND": "-x.wav",
    "ASANA_TBP_ALERTS": "sound",
    "ASANA_TBP_WEB_PORT": "1",
}


class TestAStrangersFolder:
    """A `.env` file lies where somebody else's song may have come with it."""

    @pytest.mark.parametrize("name", NOT_FOR_DOTENV)
    def test_it_chooses_no_host_folder_or_command(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv(name, raising=False)
        (tmp_path / ".env").write_text(f"{name}={NOT_FOR_DOTENV[name]}\nASANA_ACCESS_TOKEN=1/own\n")
        found = environment(tmp_path)
        assert name not in found
        note = found.note
        assert name in note
        assert str(tmp_path / ".env") in note
        assert "1/own" not in note

    def test_the_environments_own_choice_stays(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ASANA_TBP_STATE_DIR", "/mine")
        (tmp_path / ".env").write_text("ASANA_TBP_STATE_DIR=.s\n")
        assert environment(tmp_path)["ASANA_TBP_STATE_DIR"] == "/mine"

    def test_what_it_may_set_it_sets_with_its_name(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("ASANA_TBP_WORKSPACE=Band\nASANA_TBP_WARN=2m\n")
        file.write_text('team = "Strings"\n')
        settings = load_settings(file, environment(tmp_path))
        assert (settings.workspace, settings.warn, settings.notes) == ("Band", 2, ())
        assert settings.origin("workspace") == f"ASANA_TBP_WORKSPACE in {tmp_path / '.env'}"
        assert settings.origin("team") == "the settings file"
        assert settings.origin("order") == "the default"


def test_a_setting_of_an_older_version_is_ignored_with_one_note(file: Path) -> None:
    file.write_text('time_tracking = true\nteam = "Strings"\n')
    settings = load_settings(file, {})
    assert settings.team == "Strings"
    (note,) = settings.notes
    assert "time_tracking" in note


def test_auto_reads_as_the_free_plan(file: Path) -> None:
    file.write_text('requests_per_minute = "auto"\n')
    assert load_settings(file, {}).requests_per_minute == 150
