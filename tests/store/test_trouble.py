"""Trouble with the database: each kind has a sentence and a way out of its own, and no advice loses data."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from asana_tbp.errors import TbpError
from asana_tbp.store.backup import back_up, integrity, restore
from asana_tbp.store.database import (
    Kind,
    open_database,
    read_only,
    unusable,
)
from asana_tbp.store.outbox import Outbox
from tests.needs import need
from tests.store.test_kinds_migration import old_database


def backup_of(path: Path, version: int) -> Path:
    return path.with_name(f"{path.name}.version-{version}.backup")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "t.db"
    open_database(path).close()
    return path


def test_one_that_another_process_holds_is_waited_for_and_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asana_tbp.store.database.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(path)) as other, open_database(path) as database:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TbpError, match="another asana-tbp is using it") as told, database.transaction():
            pass
        assert "Nothing is lost" in told.value.hint


def test_a_full_disk_is_named(path: Path) -> None:
    with open_database(path) as database:
        (pages,) = database.rows("PRAGMA page_count")[0]
        database.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(TbpError, match="the disk is full") as told:
            database.write_alone("INSERT INTO session VALUES (1, ?, 'x', 'now')", ("x" * 1_000_000,))
        assert "Free some space" in told.value.hint
        assert database.rows("SELECT * FROM session") == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ENXIO, errno.E2BIG])
def test_a_refusal_of_the_system_is_called_what_the_system_calls_it(path: Path, number: int) -> None:
    # SQLite's errors have the same numbers and mean other things: 13 is a full disk.
    error = OSError(number, os.strerror(number))
    assert f": {os.strerror(number)}." in unusable(path, error, Kind(())).sentence
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "the disk is full" in unusable(path, full, Kind(())).sentence


def test_a_restore_into_a_place_that_takes_no_files_is_refused_in_a_sentence(
    path: Path, tmp_path: Path
) -> None:
    back_up(path, tmp_path / "copy.db")
    (tmp_path / "file").touch()
    with pytest.raises(TbpError, match="can't be used") as refused:
        restore(tmp_path / "copy.db", tmp_path / "file" / "t.db")
    assert "ASANA_TBP_STATE_DIR" in refused.value.hint


def test_a_restore_takes_old_companions_away_that_would_be_read_into_it(path: Path, tmp_path: Path) -> None:
    with open_database(path) as database:
        back_up(path, tmp_path / "copy.db")
        database.write_alone("INSERT INTO session VALUES (1, 'gid', 'x', 'now')")
        path.with_name("kept").write_bytes(path.with_name("t.db-wal").read_bytes())
    path.unlink()
    path.with_name("kept").replace(path.with_name("t.db-wal"))
    assert restore(tmp_path / "copy.db", path) is None
    with open_database(path) as database:
        assert database.rows("SELECT * FROM session") == []
    assert path.with_name("t.db.before-restore-wal").exists()


def test_a_restore_that_is_refused_leaves_no_folder_behind(path: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("no database", encoding="utf-8")
    with pytest.raises(TbpError):
        restore(tmp_path / "broken.db", tmp_path / "new" / "state" / "t.db")
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("damaged", [False, True])
def test_a_restore_killed_at_any_step_leaves_the_old_one_or_the_new_one_in_place(
    path: Path, tmp_path: Path, *, damaged: bool
) -> None:
    saved, copy = tmp_path / "saved", tmp_path / "copy.db"
    with open_database(path) as database:
        back_up(path, copy)
        database.write_alone("INSERT INTO session VALUES (1, 'gid', 'x', 'now')")
        shutil.copytree(path.parent, saved)
    assert (saved / "t.db-wal").stat().st_size, "what was written last is in the log only"
    if damaged:
        (saved / "t.db").write_bytes(b"no database" * 1000)
    step = 0
    while True:
        step += 1
        shutil.rmtree(path.parent)
        shutil.copytree(saved, path.parent)
        if not (child := os.fork()):
            killed_at(step, path.parent)
            restore(copy, path)
            os._exit(0)
        _, ended = os.waitpid(child, 0)
        in_place = path.read_bytes()
        if not damaged:
            with open_database(path) as database:
                left = len(database.rows("SELECT * FROM session"))
            if ended and left:
                continue
            assert left == 0
            before = path.with_name("t.db.before-restore")
            with open_database(before) as database:
                assert len(database.rows("SELECT * FROM session")) == 1, f"killed at {step}"
        elif in_place == (saved / "t.db").read_bytes():
            continue
        else:
            before = path.with_name("t.db.before-restore")
            assert before.read_bytes() == (saved / "t.db").read_bytes()
            wal = before.with_name(before.name + "-wal")
            assert wal.read_bytes() == (saved / "t.db-wal").read_bytes()
        if not ended:
            break
    assert step > 5


def killed_at(step: int, folder: Path) -> None:
    """Kill this process when it is about to change the files of a folder for that time."""
    left = itertools.count(step, -1)
    changes = {"open", "os.rename", "os.remove", "os.chmod", "os.link", "sqlite3.connect", "shutil.copyfile"}

    def hook(event: str, facts: tuple[object, ...]) -> None:
        if event in changes and str(folder) in str(facts[0]) and next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def test_a_disk_too_full_for_the_files_beside_it_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert "the disk is full" not in unusable(path, error, Kind(())).sentence
    monkeypatch.setattr("asana_tbp.store.database.LEAST_SPACE", 2**62)
    assert "the disk is full" in unusable(path, error, Kind(())).sentence


def test_a_copy_is_not_made_where_nothing_can_be_written(path: Path, tmp_path: Path) -> None:
    with pytest.raises(TbpError, match=r"missing.copy.db can't be written: No such file or directory"):
        back_up(path, tmp_path / "missing" / "copy.db")


def test_a_copy_that_fails_leaves_nothing_behind(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(TbpError, match="is there already"):
        back_up(path, tmp_path / "link")
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(TbpError, match="can't be used"):
        back_up(path, tmp_path / "copy.db")
    assert sorted(os.listdir(tmp_path)) == ["link", "state"]


def test_one_of_a_newer_program_is_named_by_the_check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 999")
    with read_only(path) as database, pytest.raises(TbpError, match="a newer asana-tbp") as refused:
        integrity(database)
    assert refused.value.hint == "Install the newest asana-tbp."


def test_a_damaged_one_is_one_line_of_the_check(path: Path) -> None:
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(b"x" * 4096)
    with read_only(path) as database:
        assert integrity(database).startswith("it is damaged (")
        assert "\n" not in integrity(database)


def test_one_that_cannot_be_written_is_named(path: Path) -> None:
    with open_database(path) as database:
        database.rows("PRAGMA query_only = ON")
        with pytest.raises(TbpError, match="can't be written to") as told:
            database.write_alone("INSERT INTO session VALUES (1, 'x', 'x', 'now')")
        assert "ASANA_TBP_STATE_DIR" in told.value.hint


def test_a_damaged_one_is_kept_and_its_copy_is_named(tmp_path: Path) -> None:
    path = old_database(tmp_path / "t.db")
    open_database(path).close()
    path.write_bytes(b"garbage " * 1000)
    with pytest.raises(TbpError, match="it is damaged") as told:
        open_database(path)
    assert told.value.hint.startswith("Keep the file")
    assert str(backup_of(path, 6)) in told.value.hint
    assert path.read_bytes().startswith(b"garbage"), "it is left as it is"


def test_no_trouble_advises_to_give_up_the_outbox(tmp_path: Path) -> None:
    for spoilt in (b"garbage " * 1000, b"SQLite format 3\0" + b"\xff" * 8000):
        path = tmp_path / "t.db"
        path.write_bytes(spoilt)
        with pytest.raises(TbpError) as told:
            open_database(path)
        assert "afresh" not in told.value.hint
        assert "move" not in told.value.hint.lower()


def test_before_a_migration_the_file_is_copied(tmp_path: Path) -> None:
    path = old_database(tmp_path / "t.db")
    with closing(sqlite3.connect(path)) as old:
        before = list(old.iterdump())
    open_database(path).close()
    with closing(sqlite3.connect(backup_of(path, 6))) as copy:
        assert list(copy.iterdump()) == before
        assert copy.execute("PRAGMA user_version").fetchone() == (6,)
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []


def test_a_copy_that_cannot_be_made_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = old_database(tmp_path / "t.db")
    backup_of(path, 6).mkdir()
    with pytest.raises(TbpError, match="can't be used"):
        open_database(path)
    with closing(sqlite3.connect(path)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (6,)
    backup_of(path, 6).rmdir()
    with open_database(path) as database:
        assert Outbox(database).count() == 1


def test_everything_is_for_this_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    need(sys.platform != "win32", "Windows has no such rights")
    folder = tmp_path / "open"
    before = os.umask(0)
    try:
        folder.mkdir(mode=0o755)
        path = old_database(folder / "t.db")
        path.chmod(0o644)
        with open_database(path) as database, database.transaction():
            database.write("INSERT INTO session VALUES (99, 'x', 'x', 'now')")
            modes = {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}
    finally:
        os.umask(before)
    assert set(modes) >= {"t.db", "t.db-wal", backup_of(path, 6).name}
    assert set(modes.values()) == {0o600}, modes


def test_a_fresh_file_needs_no_copy(path: Path) -> None:
    assert not list(path.parent.glob("*.backup"))
