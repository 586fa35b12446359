"""One of us at a time, across processes, however the other one ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asana_tbp.errors import TbpError
from asana_tbp.system.lock import held

HOLDER = """
import sys
from pathlib import Path
from asana_tbp.system.lock import held
with held(Path(sys.argv[1])) as ours:
    print(ours, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that asks for the lock, says whether it has it, and keeps it until it hears a line."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_first_has_it_the_second_not(tmp_path: Path) -> None:
    path = tmp_path / "song.lock"
    with held(path) as ours:
        assert ours
        with held(path) as theirs:
            assert not theirs
        with holder(path) as other:
            assert said(other) == "False"
    with held(path) as again:
        assert again


def test_another_process_keeps_us_out_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "song.lock"
    with holder(path) as other:
        assert said(other) == "True"
        with held(path) as ours:
            assert not ours
        other.communicate("\n", timeout=60)
        with held(path) as ours:
            assert ours


def test_a_killed_holder_leaves_the_lock_free(tmp_path: Path) -> None:
    path = tmp_path / "song.lock"
    with holder(path) as other:
        assert said(other) == "True"
        other.kill()
        other.wait(60)
        with held(path) as ours:
            assert ours


def test_an_error_inside_frees_it(tmp_path: Path) -> None:
    path = tmp_path / "song.lock"
    with pytest.raises(ZeroDivisionError), held(path):
        raise ZeroDivisionError
    with held(path) as ours:
        assert ours


def test_its_folder_is_made(tmp_path: Path) -> None:
    with held(tmp_path / "deep" / "er" / "song.lock") as ours:
        assert ours


def test_locks_of_two_songs_are_apart(tmp_path: Path) -> None:
    with held(tmp_path / "a.lock") as one, held(tmp_path / "b.lock") as other:
        assert one
        assert other


def test_where_no_lock_can_be_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "song.lock", tmp_path):
        with pytest.raises(TbpError, match="can't be used") as caught, held(path):
            pass
        assert str(path) in caught.value.sentence


@pytest.mark.skipif(os.name != "posix", reason="folders have permissions on POSIX systems")
def test_every_folder_made_for_a_lock_is_for_this_user_alone(tmp_path: Path) -> None:
    with held(tmp_path / "state" / "locks" / "1.lock") as ours:
        assert ours
    for folder in ("state", "state/locks"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700
