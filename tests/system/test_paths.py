"""Where the product writes, and the two variables that send it elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from asana_tbp.errors import UsageError
from asana_tbp.system.paths import Paths, find_paths
from tests.needs import need


def test_variables_name_the_folders(tmp_path: Path) -> None:
    paths = find_paths(
        {"ASANA_TBP_CONFIG_DIR": str(tmp_path / "c"), "ASANA_TBP_STATE_DIR": str(tmp_path / "s")}
    )
    assert paths == Paths(config=tmp_path / "c", state=tmp_path / "s")
    assert paths.settings_file == tmp_path / "c" / "settings.toml"
    assert paths.database == tmp_path / "s" / "asana-tbp.db"


def test_a_tilde_means_home(own_machine: Path) -> None:
    paths = find_paths({"ASANA_TBP_CONFIG_DIR": "~/songs", "ASANA_TBP_STATE_DIR": "~"})
    assert paths == Paths(config=own_machine / "songs", state=own_machine)


def test_without_variables_the_platform_says_where(own_machine: Path) -> None:
    need(sys.platform == "linux", "the platform's folders are written down here for Linux")
    assert find_paths({}) == Paths(
        config=own_machine / ".config" / "asana-tbp", state=own_machine / ".local" / "state" / "asana-tbp"
    )


def test_an_empty_variable_is_none(own_machine: Path) -> None:
    assert find_paths({"ASANA_TBP_CONFIG_DIR": "", "ASANA_TBP_STATE_DIR": ""}) == find_paths({})


def test_finding_makes_no_folder(tmp_path: Path) -> None:
    find_paths({"ASANA_TBP_CONFIG_DIR": str(tmp_path / "c"), "ASANA_TBP_STATE_DIR": str(tmp_path / "s")})
    assert list(tmp_path.iterdir()) == []


def test_the_sandbox_keeps_its_state_apart(tmp_path: Path) -> None:
    real = Paths(config=tmp_path / "c", state=tmp_path / "s")
    sandbox = real.for_sandbox()
    assert sandbox.settings_file == real.settings_file
    assert sandbox.database != real.database
    assert sandbox.sandbox_board.parent == sandbox.database.parent


def test_the_home_of_nobody_is_refused_with_the_variables_name(tmp_path: Path) -> None:
    env = {"ASANA_TBP_CONFIG_DIR": str(tmp_path), "ASANA_TBP_STATE_DIR": "~nobody-of-that-name/x"}
    with pytest.raises(UsageError, match=r"ASANA_TBP_STATE_DIR: '~nobody-of-that-name/x'"):
        find_paths(env)
