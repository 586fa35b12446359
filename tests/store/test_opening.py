"""Opening the file: made, brought to the newest shape, or refused with a sentence."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from asana_tbp.errors import TbpError
from asana_tbp.store.database import MIGRATIONS, Kind, open_database, statements_of
from tests.needs import need

GOLDEN = Path(__file__).parent / "golden"


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
        return found


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {name for (name,) in rows if not name.startswith("sqlite_")}


class TestMigrations:
    def test_a_fresh_file_has_the_newest_shape(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "er" / "t.db"
        open_database(path).close()
        assert version(path) == len(MIGRATIONS)
        assert tables(path) >= {"song", "journal", "session", "event", "outbox"}

    def test_opening_again_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        open_database(path).close()
        before = path.read_bytes()
        open_database(path).close()
        assert path.read_bytes() == before

    def test_an_old_file_gets_the_steps_it_lacks(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        open_database(path).close()
        later = tmp_path / "later.sql"
        later.write_text("CREATE TABLE later (a TEXT) STRICT;\n")
        open_database(path, Kind((*MIGRATIONS, later))).close()
        assert version(path) == len(MIGRATIONS) + 1
        assert "later" in tables(path)

    def test_a_step_that_fails_leaves_the_file_as_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        open_database(path).close()
        broken = tmp_path / "broken.sql"
        broken.write_text("CREATE TABLE later (a TEXT);\nCREATE TABLE session (a TEXT);\n")
        with pytest.raises(TbpError, match="can't be used"):
            open_database(path, Kind((*MIGRATIONS, broken)))
        assert version(path) == len(MIGRATIONS)
        assert "later" not in tables(path)

    def test_a_newer_file_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        open_database(path).close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 99")
        with pytest.raises(TbpError, match="newer asana-tbp") as caught:
            open_database(path)
        assert "99" in caught.value.sentence
        assert str(path) in caught.value.sentence
        assert "newest" in caught.value.hint
        assert version(path) == 99

    def test_a_file_from_before_the_board_keeps_its_songs(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        with open_database(path, Kind(MIGRATIONS[:4])) as database, database.transaction():
            database.write(
                "INSERT INTO song (id, source, workspace_gid, title, begun_at) VALUES ('a', 's', '1', 'T', 'now')"
            )
        with open_database(path) as database:
            assert [row["title"] for row in database.rows("SELECT title FROM song")] == ["T"]
            assert database.rows("SELECT * FROM card, stage, song_task, song_look") == []

    def test_the_released_shape_is_never_changed(self) -> None:
        def shape(connection: sqlite3.Connection) -> dict[str, list[str]]:
            tables = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
            return {name: statement.split() for name, statement in tables}

        with closing(sqlite3.connect(":memory:")) as made, closing(sqlite3.connect(":memory:")) as released:
            for migration in MIGRATIONS[:6]:
                made.executescript(migration.read_text())
            released.executescript((GOLDEN / "state_version_6.sql").read_text())
            assert shape(made) == shape(released)

    def test_no_statement_of_a_migration_is_left_out(self) -> None:
        for number, migration in enumerate(MIGRATIONS, 1):
            assert migration.name.startswith(f"{number:02}_")
            assert "".join(statements_of(migration)) == migration.read_text()


OPENER = """
import sys
from pathlib import Path
from asana_tbp.store.database import open_database
print("ready", flush=True)
sys.stdin.readline()
open_database(Path(sys.argv[1])).close()
"""


@pytest.mark.parametrize("folder", ["there", "not there"])
def test_processes_that_open_a_fresh_file_at_once(tmp_path: Path, folder: str) -> None:
    path = tmp_path / "t.db" if folder == "there" else tmp_path / "deep" / "t.db"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outcomes = [process.communicate(timeout=60)[1] for process in processes]
    assert outcomes == [""] * 6
    assert version(path) == len(MIGRATIONS)


class TestUnusable:
    def told(self, path: Path) -> str:
        with pytest.raises(TbpError, match="can't be used") as caught:
            open_database(path)
        assert str(path) in caught.value.sentence
        assert caught.value.hint
        return caught.value.sentence

    def test_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        path.write_text("A song of mine, saved in the wrong place. " * 100)
        assert "not a database" in self.told(path)
        assert path.read_text().startswith("A song of mine")

    def test_a_folder(self, tmp_path: Path) -> None:
        self.told(tmp_path)

    def test_a_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        self.told(tmp_path / "file" / "t.db")

    def test_a_folder_that_cant_be_made(self) -> None:
        need(Path("/proc/self").exists(), "no folder here that even the administrator can't write to")
        self.told(Path("/proc/asana-tbp/t.db"))

    def test_a_file_cut_short(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        open_database(path).close()
        path.write_bytes(path.read_bytes()[:5000])
        with pytest.raises(TbpError, match="can't be used"), open_database(path) as database:
            database.rows("SELECT * FROM session")

    def test_somebody_elses_database(self, tmp_path: Path) -> None:
        path = tmp_path / "t.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE session (theirs)")
        self.told(path)
        assert tables(path) == {"session"}


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    need(sys.platform != "win32", "Windows has no such rights")
    open_database(tmp_path / "state" / "t.db").close()
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
