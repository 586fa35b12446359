"""Transactions: all or none, whatever goes wrong in the middle; what happened stays."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from asana_tbp.errors import TbpError
from asana_tbp.store.database import Database, DatabaseClosed, open_database

SESSION = "INSERT INTO session (project_gid, title, started_at) VALUES ('1', ?, '2026-01-05T20:00:00+00:00')"
EVENT = (
    "INSERT INTO event (session_id, at, kind, facts) VALUES (?, '2026-01-05T20:00:00+00:00', 'began', '{}')"
)


def titles(database: Database) -> list[str]:
    return [row["title"] for row in database.rows("SELECT title FROM session ORDER BY id")]


class TestAllOrNone:
    def test_all(self, database: Database) -> None:
        with database.transaction():
            first = database.write(SESSION, ("one",))
            second = database.write(SESSION, ("two",))
        assert (first, second) == (1, 2)
        assert titles(database) == ["one", "two"]

    @pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit, GeneratorExit])
    def test_none(self, database: Database, error: type[BaseException]) -> None:
        def fails() -> None:
            with database.transaction():
                database.write(SESSION, ("one",))
                raise error

        with pytest.raises(error):
            fails()
        assert titles(database) == []

    def test_a_refused_row_takes_the_others_with_it(self, database: Database) -> None:
        def fails() -> None:
            with database.transaction():
                session = database.write(SESSION, ("one",))
                database.write(EVENT, (session,))
                database.write(EVENT, (77,))

        with pytest.raises(sqlite3.IntegrityError):
            fails()
        assert titles(database) == []

    def test_the_next_transaction_is_not_hurt_by_the_last(self, database: Database) -> None:
        with pytest.raises(ZeroDivisionError), database.transaction():
            raise ZeroDivisionError
        with database.transaction():
            database.write(SESSION, ("one",))
        assert titles(database) == ["one"]

    def test_a_write_outside_is_refused(self, database: Database) -> None:
        with pytest.raises(RuntimeError, match="needs a transaction"):
            database.write(SESSION, ("one",))
        assert titles(database) == []


class TestNested:
    def test_joins_the_outer(self, database: Database) -> None:
        with database.transaction():
            database.write(SESSION, ("outer",))
            with database.transaction():
                database.write(SESSION, ("inner",))
            database.write(SESSION, ("outer again",))
        assert titles(database) == ["outer", "inner", "outer again"]

    def test_is_undone_with_the_outer(self, database: Database) -> None:
        def fails() -> None:
            with database.transaction():
                with database.transaction():
                    database.write(SESSION, ("inner",))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails()
        assert titles(database) == []

    def test_an_error_in_the_inner_undoes_the_outer(self, database: Database) -> None:
        def fails() -> None:
            with database.transaction():
                database.write(SESSION, ("outer",))
                with database.transaction():
                    raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fails()
        assert titles(database) == []


def test_rows_and_row(database: Database) -> None:
    assert database.row("SELECT * FROM session") is None
    with database.transaction():
        database.write(SESSION, ("one",))
    found = database.row("SELECT id, title FROM session WHERE title = ?", ("one",))
    assert found is not None
    assert (found["id"], found["title"]) == (1, "one")


def test_what_is_written_is_there_after_opening_again(tmp_path: Path) -> None:
    with open_database(tmp_path / "t.db") as database, database.transaction():
        database.write(SESSION, ("one",))
    with open_database(tmp_path / "t.db") as database:
        assert titles(database) == ["one"]


def test_a_commit_is_on_disk_before_the_next_line(database: Database) -> None:
    assert database.rows("PRAGMA journal_mode")[0][0] == "wal"
    assert database.rows("PRAGMA synchronous")[0][0] == 2
    assert database.rows("PRAGMA foreign_keys")[0][0] == 1


def test_a_reader_sees_nothing_of_an_open_transaction(database: Database) -> None:
    with open_database(database.path) as other:
        with database.transaction():
            database.write(SESSION, ("one",))
            assert titles(other) == []
        assert titles(other) == ["one"]


def test_threads_take_turns(database: Database) -> None:
    def add(name: str) -> None:
        for number in range(20):
            with database.transaction():
                first = database.write(SESSION, (f"{name} {number}",))
                assert database.write(SESSION, (f"{name} {number} too",)) == first + 1

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(titles(database)) == 160


WRITER = """
import sys
from pathlib import Path
from asana_tbp.store.database import open_database
with open_database(Path(sys.argv[1])) as database:
    with database.transaction():
        database.write(sys.argv[2], ("kept",))
    with database.transaction():
        database.write(sys.argv[2], ("half",))
        print("half-way", flush=True)
        sys.stdin.readline()
        database.write(sys.argv[2], ("the other half",))
"""


def test_a_process_killed_half_way_leaves_what_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), SESSION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half-way\n"
        process.kill()
    with open_database(path) as database:
        assert titles(database) == ["kept"]
        with database.transaction():
            database.write(SESSION, ("goes on",))
        assert titles(database) == ["kept", "goes on"]


def test_another_process_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asana_tbp.store.database.BUSY_SECONDS", 0.05)
    with (
        open_database(tmp_path / "t.db") as ours,
        open_database(tmp_path / "t.db") as theirs,
        theirs.transaction(),
    ):
        theirs.write(SESSION, ("theirs",))
        with pytest.raises(TbpError, match="another asana-tbp is using it") as caught, ours.transaction():
            pass
        assert str(ours.path) in caught.value.sentence
    with open_database(tmp_path / "t.db") as database:
        assert titles(database) == ["theirs"]


class TestFullDisk:
    """`max_page_count` is SQLite's own way to run out of room."""

    @pytest.fixture
    def full(self, database: Database) -> Database:
        with database.transaction():
            database.write(SESSION, ("before",))
        pages = database.rows("PRAGMA page_count")[0][0]
        database.rows(f"PRAGMA max_page_count = {pages}")
        return database

    def test_is_a_sentence_and_nothing_is_half_written(self, full: Database) -> None:
        def fails() -> None:
            with full.transaction():
                full.write(SESSION, ("small",))
                full.write(SESSION, ("x" * 100_000,))

        with pytest.raises(TbpError, match="full") as caught:
            fails()
        assert str(full.path) in caught.value.sentence
        assert "space" in caught.value.hint
        assert titles(full) == ["before"]

    def test_goes_on_once_there_is_room(self, full: Database) -> None:
        with pytest.raises(TbpError), full.transaction():
            full.write(SESSION, ("x" * 100_000,))
        full.rows("PRAGMA max_page_count = 100000")
        with full.transaction():
            full.write(SESSION, ("after",))
        assert titles(full) == ["before", "after"]


def test_a_file_that_is_damaged_meanwhile_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with open_database(path) as database:
        with database.transaction():
            for number in range(200):
                database.write(SESSION, (f"{number} " + "x" * 500,))
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(path.read_bytes())
    # The front holds the tables' shape; the rows lie behind it.
    half = len(whole) // 2
    whole[half:] = b"\xff" * (len(whole) - half)
    path.write_bytes(whole)
    with open_database(path) as database:
        with pytest.raises(TbpError, match="can't be used") as caught:
            titles(database)
        assert str(path) in caught.value.sentence
        with pytest.raises(TbpError, match="can't be used"), database.transaction():
            database.write(SESSION, ("one",))


class TestEvents:
    @pytest.fixture
    def event(self, database: Database) -> int:
        with database.transaction():
            return database.write(EVENT, (database.write(SESSION, ("one",)),))

    @pytest.mark.parametrize("change", ["kind = 'x'", "facts = '{}'", "at = ''", "id = 9", "session_id = 1"])
    def test_are_never_changed(self, database: Database, event: int, change: str) -> None:
        before = [tuple(row) for row in database.rows("SELECT * FROM event")]
        with pytest.raises(sqlite3.IntegrityError, match="never changed"), database.transaction():
            database.write(f"UPDATE event SET {change} WHERE id = ?", (event,))
        assert [tuple(row) for row in database.rows("SELECT * FROM event")] == before

    def test_belong_to_a_session(self, database: Database) -> None:
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), database.transaction():
            database.write(EVENT, (1,))


class TestClosed:
    def test_nothing_works_any_more(self, tmp_path: Path) -> None:
        with open_database(tmp_path / "t.db") as database:
            pass
        for use in (
            lambda: database.rows("SELECT 1"),
            lambda: database.row("SELECT 1"),
            lambda: database.write(SESSION, ("x",)),
            lambda: database.transaction().__enter__(),
        ):
            with pytest.raises(DatabaseClosed):
                use()

    def test_closing_twice_is_nothing(self, tmp_path: Path) -> None:
        database = open_database(tmp_path / "t.db")
        database.close()
        database.close()


def test_a_file_opened_twice_here_keeps_its_locks_when_one_is_closed(tmp_path: Path) -> None:
    """As a session does when somebody looks at the song's page, while commands in other processes come and go."""
    path = tmp_path / "asana-tbp.db"
    program = (
        "import sys; from pathlib import Path; from asana_tbp.store.database import open_database\n"
        "with open_database(Path(sys.argv[1])) as database:\n"
        f"    database.write_alone({SESSION!r}, (sys.argv[2],))\n"
        "    print([row['title'] for row in database.rows('SELECT title FROM session ORDER BY id')])\n"
    )

    def elsewhere(title: str) -> str:
        command = [sys.executable, "-c", program, str(path), title]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    with open_database(path) as session:
        session.write_alone(SESSION, ("one",))
        open_database(path).close()
        assert elsewhere("two") == "['one', 'two']"
        session.write_alone(SESSION, ("three",))
        assert elsewhere("four") == "['one', 'two', 'three', 'four']"
        assert titles(session) == ["one", "two", "three", "four"]
    with open_database(path) as after:
        assert after.rows("PRAGMA integrity_check")[0][0] == "ok"
