"""A new file is whole or not there, and never in the place of another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asana_tbp.errors import TbpError, UsageError
from asana_tbp.system.atomic_file import refuse_place, write_new


def test_a_file_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "songs" / "夜空.yaml"
    write_new(path, "夜空\n")
    assert path.read_bytes() == "夜空\n".encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["夜空.yaml"]


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not overwritten"):
        write_new(path, "other")
    assert path.read_text(encoding="utf-8") == "mine"
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(UsageError):
        refuse_place(tmp_path / "dangling")


def test_an_interruption_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "a.yaml", "text")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    monkeypatch.setattr(os, "fsync", lambda handle: path.write_text("theirs", encoding="utf-8"))
    with pytest.raises(UsageError):
        write_new(path, "mine")
    assert path.read_text(encoding="utf-8") == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(source: object, target: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    write_new(tmp_path / "a.yaml", "text")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.yaml"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TbpError, match="cannot be written"):
        write_new(tmp_path / "file" / "a.yaml", "text")
