"""`config`: values with origin and meaning; what is set keeps the file's comments; typos are met with a suggestion."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from asana_tbp.cli.commands.config import meanings
from asana_tbp.system.settings import SETTINGS, load_settings, setting_as_text
from tests.cli.command import run


def settings_file() -> Path:
    return Path(run("config", "path").out.strip())


def test_every_setting_has_a_value_an_origin_and_a_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    run("config", "set", "at_zero", "ask")
    monkeypatch.setenv("ASANA_TBP_WARN", "2m")
    content = json.loads(run("config", "list", "--json").out)
    assert (content["version"], content["command"]) == (1, "config list")
    rows = {row["name"]: row for row in content["settings"]}
    assert list(rows) == list(SETTINGS) == [name for name in SETTINGS if name in meanings()]
    assert all(row["meaning"] for row in rows.values())
    at_zero = rows["at_zero"]
    assert (at_zero["value"], at_zero["origin"], at_zero["default"]) == (
        "ask",
        "the settings file",
        "complete",
    )
    assert (rows["warn"]["value"], rows["warn"]["origin"]) == ("2m", "ASANA_TBP_WARN in the environment")
    assert (rows["default_budget"]["value"], rows["default_budget"]["origin"]) == ("25m", "the default")
    lines = run("config", "list").out.splitlines()
    assert "at_zero = ask  (the settings file; the default is complete)" in lines
    assert "default_budget = 25m  (the default)" in lines


def test_setting_and_unsetting_keep_comments_and_the_rest() -> None:
    path = settings_file()
    path.parent.mkdir(parents=True)
    before = '# mine\nat_zero = "complete"  # strict\n\n[wip]\nMixing = 2\n'
    path.write_text(before, encoding="utf-8")
    assert run("config", "set", "at_zero", "ask").code == 0
    assert path.read_text(encoding="utf-8") == before.replace('"complete"', '"ask"')
    assert run("config", "set", "auto_start", "off").err == "auto_start is now off.\n"
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {
        "at_zero": "ask",
        "auto_start": False,
        "wip": {"Mixing": 2},
    }
    assert run("config", "get", "at_zero").out == "ask\n"
    assert run("config", "unset", "at_zero").err == "at_zero is no longer set.\n"
    assert run("config", "get", "at_zero").out == "complete\n"
    assert "# mine" in path.read_text(encoding="utf-8")
    run("config", "unset", "at_zero").says("was not set in")
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("default_budget", "90", "1h30m"),
        ("break_time", "none", "none"),
        ("stages", "Sketch, Done", "Sketch, Done"),
        ("wip", "Mixing=2, Sketch=1", "Mixing=2, Sketch=1"),
        ("web_port", "0", "0"),
        ("alerts", "bell,sound", "bell, sound"),
        ("pulse", "on", "on"),
    ],
)
def test_what_is_set_is_read_back_and_can_be_set_again(name: str, value: str, text: str) -> None:
    assert run("config", "set", name, value).code == 0
    assert run("config", "get", name).out == f"{text}\n"
    before = load_settings(settings_file(), {})
    assert run("config", "set", name, text).code == 0
    assert getattr(load_settings(settings_file(), {}), name) == getattr(before, name)


def test_every_default_can_be_set() -> None:
    for name, item in SETTINGS.items():
        if text := setting_as_text(name, item.default):
            assert item.metadata["read"](text) == item.default, name


def test_a_typo_and_a_wrong_value_change_nothing() -> None:
    typo = run("config", "set", "at_zreo", "ask")
    assert (typo.code, typo.out) == (2, "")
    typo.says('There is no setting "at_zreo". Did you mean "at_zero"?')
    wrong = run("config", "set", "at_zero", "explode")
    assert wrong.code == 2
    wrong.says("at_zero: must be complete, ask or overtime")
    assert run("config", "get", "nope").code == 2
    assert not settings_file().exists()


def test_a_name_that_is_no_setting_is_removed_from_the_file() -> None:
    path = settings_file()
    path.parent.mkdir(parents=True)
    path.write_text('colour = "red"\nat_zero = "ask"\n', encoding="utf-8")
    assert run("config", "list").code == 2
    assert run("config", "unset", "colour").err == "colour is no longer set.\n"
    assert path.read_text(encoding="utf-8") == 'at_zero = "ask"\n'
    run("config", "unset", "colour").says("There is no setting")
    run("config", "set", "token", "x").says("A token is not a setting.\nLog in with: asana-tbp auth login")
    assert run("config", "list").code == 0


def test_a_broken_file_is_left_alone() -> None:
    path = settings_file()
    path.parent.mkdir(parents=True)
    path.write_text("at_zero = [", encoding="utf-8")
    result = run("config", "set", "at_zero", "ask")
    assert result.code == 2
    result.says(str(path), "Fix the line")
    assert path.read_text(encoding="utf-8") == "at_zero = ["


def test_the_environment_that_beats_the_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASANA_TBP_AT_ZERO", "overtime")
    run("config", "set", "at_zero", "ask").says("ASANA_TBP_AT_ZERO is set")


def test_the_editor_gets_the_file_and_its_work_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Path("editor.sh").resolve()
    script.write_text('#!/bin/sh\necho \'at_zero = "explode"\' >> "$2"\n', encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{script} --wait")
    result = run("config", "edit")
    assert result.code == 2
    result.says("at_zero", "must be complete, ask or overtime")
    monkeypatch.setenv("EDITOR", "no-such-editor")
    run("config", "edit").says("no-such-editor did not work: No such file or directory.")
    monkeypatch.setenv("EDITOR", "false")
    run("config", "edit").says("false did not work: exit code 1.\nName another editor in EDITOR.")
