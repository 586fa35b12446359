"""A new file is whole or not there, and never in the place of another."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from asana_tbp.errors import TbpError, UsageError
from asana_tbp.system.atomic_file import refuse_place, write_new, write_over


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
    with pytest.raises(UsageError) as error:
        write_new(path, "other")
    assert error.value.hint == "Choose another name.", "which option that is, only a command knows"
    with pytest.raises(UsageError) as error:
        write_new(path, "other", "--report")
    assert error.value.hint == "Choose another name with --report."


def test_a_drive_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # Here there is always a root; on Windows, of a drive that is unplugged nothing exists.
    monkeypatch.setattr(os.path, "lexists", lambda _path: False)
    with pytest.raises(TbpError, match=r"cannot be written.*is not a folder"):
        write_new(Path("/unplugged/songs/a.yaml"), "text")


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


def test_a_link_that_somebody_puts_in_the_place_of_a_draft_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, folder, close = tmp_path / "theirs", tmp_path / "folder", os.close
    theirs.write_text("theirs", encoding="utf-8")

    def swapped(handle: int) -> None:
        close(handle)
        for draft in folder.glob(".*.part"):
            draft.unlink()
            draft.symlink_to(theirs)

    monkeypatch.setattr(os, "close", swapped)
    with pytest.raises(TbpError):
        write_over(folder / "a.yaml", "mine")
    monkeypatch.undo()
    assert theirs.read_text(encoding="utf-8") == "theirs"
    assert list(folder.iterdir()) == []


def test_what_a_killed_process_left_is_taken_away_an_hour_later(tmp_path: Path) -> None:
    left, new, others = (
        tmp_path / name for name in (f".a[1].{'0' * 12}.part", f".a[1].{'1' * 12}.part", ".a.part")
    )
    for each in (left, new, others):
        each.touch()
    for each in (left, others):
        os.utime(each, (0, 0))
    write_over(tmp_path / "a[1]", "mine")
    assert set(tmp_path.iterdir()) == {new, others, tmp_path / "a[1]"}


def test_what_was_left_and_cannot_be_taken_away_refuses_no_file(tmp_path: Path) -> None:
    # As another user's draft cannot, in a folder of all.
    left = tmp_path / f".a.{'0' * 12}.part"
    left.mkdir()
    os.utime(left, (0, 0))
    write_over(tmp_path / "a", "mine")
    assert set(tmp_path.iterdir()) == {left, tmp_path / "a"}


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


def test_a_file_that_is_held_for_a_moment_is_replaced_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, replace, refusals = tmp_path / "now.txt", os.replace, [PermissionError(13, "Access is denied")] * 3
    path.write_text("before", encoding="utf-8")

    def held(draft: Path, target: Path) -> None:
        if refusals:
            raise refusals.pop()
        replace(draft, target)

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(sys, "platform", "win32")
    write_over(path, "after")
    assert path.read_text(encoding="utf-8") == "after"
    refusals.extend([PermissionError(13, "Access is denied")] * 99)
    with pytest.raises(TbpError, match="Access is denied"):
        write_over(path, "never")
    assert list(tmp_path.iterdir()) == [path], "no draft is left"


@pytest.mark.skipif(os.name == "nt", reason="file modes")
def test_a_file_that_is_replaced_keeps_its_rights_and_a_link_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "song.yaml"
    path.write_text("before", encoding="utf-8")
    path.chmod(0o640)
    write_over(path, "after")
    assert path.stat().st_mode & 0o777 == 0o640
    (tmp_path / "link").symlink_to(path)
    write_over(tmp_path / "link", "stranger")
    assert path.read_text(encoding="utf-8") == "after"
    for folder in (tmp_path, Path(".")):
        with pytest.raises(TbpError, match="it is a folder"):
            write_over(folder, "text")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have no place among files")
def test_a_pipe_or_a_link_to_one_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with pytest.raises(TbpError, match="not a file"):
            write_over(tmp_path / name, "x")
        assert (tmp_path / name).is_fifo()
