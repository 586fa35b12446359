"""Bad input and bad weather: one clear sentence, the right exit code, nothing sent."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect
import pytest

from tests.cli.command import Result, process, run
from tests.faulty.server import Embedded, held_port
from tests.forked import ForkedTerminal


def sent(studio: Embedded) -> list[str]:
    return [f"{seen.method} {seen.path}" for seen in studio.sandbox.requests]


BAD_MAPS = {
    "malformed": ("song: [unclosed\nsections: {}\n", "bad.yaml:"),
    "unknown key": ("song: S\nmood: dark\nsections:\n  A: [B (5m)]\n", "bad.yaml:2:1"),
    "duplicate key": ("song: S\nsong: T\nsections:\n  A: [B (5m)]\n", "bad.yaml:2:1"),
    "budget": ("song: S\nsections:\n  A:\n    - task: B\n      time: soon\n", '"soon" is not a time budget'),
    "circle": (
        "song: S\nsections:\n  A:\n    - {task: B, time: 5m, after: C}\n    - {task: C, time: 5m, after: B}\n",
        "bad.yaml:4:",
    ),
    "unknown after": ("song: S\nsections:\n  A:\n    - {task: B, time: 5m, after: Z}\n", "bad.yaml:4:"),
}


@pytest.mark.parametrize("name", BAD_MAPS)
def test_a_bad_map_names_its_place_and_sends_nothing(studio: Embedded, name: str) -> None:
    text, expected = BAD_MAPS[name]
    Path("bad.yaml").write_text(text, encoding="utf-8")
    result = run("scaffold", "bad.yaml")
    assert result.code == 2
    result.says(expected)
    assert len(result.err.splitlines()) <= 5
    assert sent(studio) == []


def test_an_unknown_template_is_met_with_a_suggestion(studio: Embedded) -> None:
    result = run("scaffold", "edm-trak")
    assert result.code == 2
    result.says("edm-track")
    assert sent(studio) == []


COMMANDS = [("scaffold", "edm-track"), ("start",), ("start", "Midnight Galaxy")]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_token(studio: Embedded, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASANA_ACCESS_TOKEN")
    result = run(*command)
    assert result.code == 4
    result.says("not logged in to Asana", "asana-tbp auth login")
    assert sent(studio) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_token(studio: Embedded, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", "wrong-s3cret")
    result = run(*command)
    assert result.code == 4
    result.says("Asana refuses the token from ASANA_ACCESS_TOKEN in the environment.", "asana-tbp auth login")
    assert "wrong-s3cret" not in result.out + result.err
    assert sent(studio) == ["GET /users/me"]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_network(studio: Embedded, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with held_port() as free:
        monkeypatch.setenv("ASANA_TBP_HOST", f"http://127.0.0.1:{free.getsockname()[1]}/api/1.0")
        result = process(*command, seconds=60.0)
    assert result.code == 1
    result.says("can't be reached")


def test_a_wrong_workspace(studio: Embedded) -> None:
    by_name = run("scaffold", "edm-track", "--workspace", "My Song")
    assert by_name.code == 1
    by_name.says('No workspace is called "My Song".', 'Did you mean "My Songs"?')
    by_gid = run("scaffold", "edm-track", "--workspace", "1299999999999999")
    assert by_gid.code == 1
    by_gid.says("Asana")
    assert not [line for line in sent(studio) if line.startswith("POST /tasks")]


def test_an_unknown_project(studio: Embedded) -> None:
    by_name = run("start", "Nowhere")
    assert by_name.code == 1
    by_name.says('No project is called "Nowhere".')
    by_gid = run("start", "1299999999999999")
    assert by_gid.code == 1
    by_gid.says("no project 1299999999999999")


def test_nothing_scaffolded_yet(studio: Embedded) -> None:
    result = run("start")
    assert result.code == 2
    result.says("No song has been scaffolded here yet.")


def test_two_projects_with_one_name(studio: Embedded, song_file: Path) -> None:
    run("scaffold", str(song_file))
    run("scaffold", str(song_file), "--new")
    result = run("start", "Midnight Galaxy")
    assert result.code == 2
    result.says(
        '2 projects are called "Midnight Galaxy"', "Give the id", "0/4 tasks done", "https://", "made "
    )


@pytest.mark.parametrize("budget", ["soon", "0", "25h", "-5m"])
def test_a_bad_default_budget(studio: Embedded, budget: str) -> None:
    result = run("start", f"--default-budget={budget}")
    assert result.code == 2
    result.says("--default-budget: ")


def test_plain_http_only_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_TBP_HOST", "http://asana.example/api/1.0")
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", "x")
    result = run("scaffold", "edm-track")
    assert result.code == 2
    result.says("ASANA_TBP_HOST", "plain http")


def test_hostile_text_does_not_reach_the_terminal(studio: Embedded) -> None:
    Path("evil.yaml").write_text(
        'song: "Evil\\e]0;owned\\a\\u202e[bold]"\nsections:\n  A: ["B[/red] (5m)"]\n', encoding="utf-8"
    )
    result = run("scaffold", "evil.yaml")
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out + result.err


def test_a_fault_of_our_own_is_a_sentence_and_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # A state folder below a file can't be made: the nearest thing to a broken machine without breaking ours.
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("ASANA_TBP_STATE_DIR", str(blocked / "state"))
    monkeypatch.setenv("ASANA_ACCESS_TOKEN", "x")
    result: Result = run("scaffold", "edm-track")
    assert result.code == 1
    result.says("can't be used")


def test_in_a_terminal_sentences_break_at_spaces_and_commands_stay_whole(studio: Embedded) -> None:
    def lines(*words: str) -> list[str]:
        child = ForkedTerminal([*words], dimensions=(40, 50))
        child.expect(pexpect.EOF, timeout=60)
        return (child.before or "").splitlines()

    refused = lines("scaffold", "edm-track", "--color", "blue")
    assert len(refused) > 3
    assert all(len(line) < 50 and line == line.strip() for line in refused), refused
    Path("a song map with quite a long name.yaml").write_text(
        "song: S\nsections:\n  A: [B (5m)]\n", encoding="utf-8"
    )
    assert any(
        "asana-tbp scaffold 'a song map with quite a long name.yaml'" in line
        for line in lines("plan", "a song map with quite a long name.yaml")
    )


def test_a_folder_that_is_gone_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    refused = run("new", "Dawn", "--no-input")
    assert refused.code == 2
    refused.says("The folder this runs in is gone.")


def test_an_option_without_its_value_is_named_with_what_to_do() -> None:
    result = run("doctor", "--backup")
    assert result.code == 2
    result.says("--backup needs a value.", "--help")


def test_an_option_that_resembles_none_is_a_plain_sentence() -> None:
    result = run("start", "--rehearsl")
    assert result.code == 2
    result.says("There is no option --rehearsl.", "asana-tbp start --help")
    assert "Possible options" not in result.err


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names of files are bytes")
def test_a_name_that_is_not_utf_8_is_refused_in_a_sentence(
    studio: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path("M\udcfcsik")
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("song.yaml").write_text("song: S\nsections:\n  A: [B (5m)]\n", encoding="utf-8")
    for command in (("scaffold", "song.yaml"), ("idea", "\udcff"), ("doctor", "--backup", "\udcff.db")):
        run("outbox", "list")
        result = run(*command)
        assert result.code == 2, result.err
        result.says("is not in UTF-8", "name in UTF-8")
    assert os.listdir() == ["song.yaml"]
    assert not [line for line in sent(studio) if not line.startswith("GET ")]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names of files are bytes")
def test_of_a_file_with_a_name_that_is_not_utf_8_only_its_line_is_shown() -> None:
    run("config", "set", "at_zero", "ask")
    result = run("config", "set", "sound_command", "\udcff")
    assert result.code == 2
    result.says("sound_command", "is not in UTF-8")
    assert "at_zero" not in result.err
    assert run("config", "get", "at_zero").out == "ask\n"


def test_a_name_that_is_too_long_is_refused_in_a_sentence(studio: Embedded) -> None:
    run("outbox", "list")
    for command in (
        ("report", "--force", "--html"),
        ("status", "--outfile"),
        ("doctor", "--backup"),
        ("doctor", "--restore"),
    ):
        result = run(*command, "x" * 300)
        assert result.code == 1, result.err
        result.says("xxx", "File name too long")
