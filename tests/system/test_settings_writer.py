"""A choice is kept in the settings file, and nothing else there changes."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.errors import TbpError, UsageError
from asana_tbp.system.settings import load_settings
from asana_tbp.system.settings_writer import write_setting


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"
    write_setting(path, "workspace", "My Songs")
    assert path.read_text(encoding="utf-8") == 'workspace = "My Songs"\n'


def test_comments_and_other_settings_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('# mine\nworkspace = "old"  \nwarn = "2m"\n\n[later]\nteam = 1\n', encoding="utf-8")
    write_setting(path, "workspace", "new")
    write_setting(path, "team", "12")
    assert path.read_text(encoding="utf-8") == (
        '# mine\nworkspace = "new"  \nwarn = "2m"\nteam = "12"\n\n[later]\nteam = 1\n'
    )


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_any_text_is_read_back(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    path = tmp_path_factory.mktemp("config") / "settings.toml"
    write_setting(path, "workspace", value)
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {"workspace": value}


def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("workspace = [", encoding="utf-8")
    with pytest.raises(UsageError, match=r"settings\.toml"):
        write_setting(path, "workspace", "new")
    assert path.read_text(encoding="utf-8") == "workspace = ["


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("")
    with pytest.raises(TbpError, match="cannot be written"):
        write_setting(tmp_path / "config" / "settings.toml", "workspace", "new")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("", encoding="utf-8")
    link = tmp_path / "settings.toml"
    link.symlink_to(real)
    write_setting(link, "team", "1")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == 'team = "1"\n'


@pytest.mark.parametrize(
    "text",
    ['"workspace" = "1"\n', "'workspace' = \"1\"\n", 'sound_command = """\nworkspace = "x"\n"""\n'],
    ids=["quoted", "literal", "inside a text"],
)
def test_a_key_is_found_as_toml_reads_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    before = tomllib.loads(text)
    write_setting(path, "workspace", "2")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {**before, "workspace": "2"}


def test_what_some_editors_leave_in_a_file_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('team = "a\u2028b\u0085c"\n', encoding="utf-8-sig")
    write_setting(path, "workspace", "2")
    assert load_settings(path, {}).team == "a\u2028b\u0085c"
    assert load_settings(path, {}).workspace == "2"


def test_the_file_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"
    before = os.umask(0o022)
    try:
        write_setting(path, "team", "1")
    finally:
        os.umask(before)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
