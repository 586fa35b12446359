"""Answers that come late or never, files from before, and an Asana that can't be reached."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor, Task, marked
from asana_tbp.errors import AnswerLost
from asana_tbp.scaffold.apply import Scaffold
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import begin_song, find_songs
from asana_tbp.scaffold.workspace_memory import BELIEVED_FOR, WorkspaceMemory
from asana_tbp.store.database import MIGRATIONS, Database, Kind, open_database
from asana_tbp.system.clock import Clock, FastClock
from tests.clock import BEGIN
from tests.faulty.server import Embedded
from tests.scaffold.songs import scaffold, shape_asked, shape_of, song_of, song_of_size


class LateAsana:
    """The real gateway to an Asana that carries one create out only after it was looked for and sent again."""

    def __init__(self, asana: Gateway, title: str) -> None:
        self._asana = asana
        self._title = title
        self._late: list[tuple[Any, ...]] = []
        self._lost = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._asana, name)

    def create_task(self, *words: Any, my_section: str = "") -> Task:
        if self._title in words[2] and not self._lost:
            self._lost = True
            self._late.append(words)
            raise AnswerLost("The connection broke before Asana answered.")
        made = self._asana.create_task(*words)
        if self._title in words[2]:
            self._asana.create_task(*self._late.pop())
        return made


def test_a_create_that_is_carried_out_late_is_told(asana: Gateway, database: Database) -> None:
    song = song_of({"A": ["One", "Two"], "B": ["Three"]})
    clock = FastClock(100)
    late: Any = LateAsana(asana, "Two")
    made = scaffold(late, database, song, clock=clock)
    assert made.shortcomings == ()
    assert made.doubles == ("Two (20m)",)
    assert sorted(task.name for task in asana.tasks(made.project_gid)).count("Two (20m)") == 2
    again = scaffold(asana, database, song)
    assert again.plan.nothing_to_do
    assert again.plan.extra == ["Two (20m)"]


def test_a_task_somebody_deleted_is_not_made_again(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    song = song_of({"A": ["One", "Two"]})
    made = scaffold(asana, database, song)
    sandbox.board.task("Two (20m)").trashed = True
    section = sandbox.board.sections_of(sandbox.board.project(song.song))[0]
    section.tasks = section.tasks[:1]
    again = scaffold(asana, database, song)
    assert again.plan.nothing_to_do
    (gone,) = again.plan.differences
    assert gone.sentence.startswith("is no longer in this project and is not made again; to have it again")
    assert len(asana.tasks(made.project_gid)) == 1


def test_a_section_somebody_deleted_comes_back_only_with_a_new_task(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    made = scaffold(asana, database, song_of({"A": ["One"], "B": []}))
    project = sandbox.board.project("Midnight Galaxy")
    project.sections = project.sections[:1]
    gone = scaffold(asana, database, song_of({"A": ["One"], "B": []}))
    assert gone.plan.nothing_to_do
    assert [each.name for each in gone.plan.differences] == ["B"]
    scaffold(asana, database, song_of({"A": ["One"], "B": ["Two"]}))
    assert [section.name for section in asana.sections(made.project_gid)] == ["A", "B"]
    assert scaffold(asana, database, song_of({"A": ["One"], "B": ["Two"]})).plan.nothing_to_do


def test_new_sections_before_the_first_and_after_the_last(asana: Gateway, database: Database) -> None:
    made = scaffold(asana, database, song_of({"C": ["One"]}))
    grown = song_of({"A": [], "B": ["Two"], "C": ["One"], "D": [], "E": ["Three"]})
    scaffold(asana, database, grown)
    assert [section.name for section in asana.sections(made.project_gid)] == ["A", "B", "C", "D", "E"]


def test_an_empty_map_leaves_the_default_section_and_does_not_list_it(
    asana: Gateway, database: Database
) -> None:
    scaffold(asana, database, song_of({}))
    assert scaffold(asana, database, song_of({})).plan.extra == []
    made = scaffold(asana, database, song_of({"A": ["One"]}))
    assert [section.name for section in asana.sections(made.project_gid)] == ["A"]


def test_a_map_may_have_a_section_called_as_the_default_one(asana: Gateway, database: Database) -> None:
    song = song_of({"Intro": ["One"], "Untitled section": ["Two"]})
    made = scaffold(asana, database, song)
    assert shape_of(asana, made.project_gid) == shape_asked(song)
    assert scaffold(asana, database, song).plan.nothing_to_do


def test_a_default_section_that_an_earlier_edition_journalled_gets_a_name(
    asana: Gateway, database: Database
) -> None:
    scaffold(asana, database, song_of({}))
    with database.transaction():
        database.write("UPDATE journal SET ours = 0, base = '', placed = 1")
    song = song_of({"A": ["One"], "B": ["Two"]})
    made = scaffold(asana, database, song)
    assert shape_of(asana, made.project_gid) == shape_asked(song)
    assert scaffold(asana, database, song).plan.nothing_to_do


def test_a_default_section_that_is_used_keeps_its_name(asana: Gateway, database: Database) -> None:
    made = scaffold(asana, database, song_of({}))
    default = asana.sections(made.project_gid)[0]
    asana.create_task(made.project_gid, default.gid, "My own", "")
    scaffold(asana, database, song_of({"A": ["One"]}))
    assert [section.name for section in asana.sections(made.project_gid)] == ["Untitled section", "A"]


def test_the_last_mark_in_the_notes_counts() -> None:
    notes = "asana-tbp song map 0123456789ab\nmore\nasana-tbp song map ba9876543210\n"
    assert marked("song map", notes) == "ba9876543210"
    assert marked("song map", "asana-tbp song map nonsense") is None


def test_a_look_journals_nothing(asana: Gateway, sandbox: Embedded, database: Database) -> None:
    song_map = song_of({"A": ["One"]})
    desired = desired_of(song_map)
    begin_song(database, "file:/x", sandbox.board.workspace.gid, desired.title, BEGIN)
    (song,) = find_songs(database, "file:/x")
    clock = Clock()
    asana.create_project(sandbox.board.workspace.gid, "x", f"asana-tbp song map {song.id}")
    with database.copy() as scratch:
        planned = Scaffold(asana, scratch, song, desired, clock).plan()
    assert len(planned.changes) == 2
    assert find_songs(database, "file:/x")[0].project_gid is None


def test_facts_grow_old(database: Database) -> None:
    def at(later: timedelta, workspace: str = "1") -> WorkspaceMemory:
        return WorkspaceMemory(database, workspace, lambda: BEGIN + later)

    at(timedelta()).learn("landing", "top")
    at(timedelta()).learn("landing", "bottom")
    assert at(BELIEVED_FOR).believed("landing") == "bottom"
    assert at(BELIEVED_FOR * 2).believed("landing") is None
    assert at(timedelta(), "2").believed("landing") is None


def test_songs_of_an_older_file_go_on(asana: Gateway, sandbox: Embedded, tmp_path: Path) -> None:
    """A database from before My Tasks and facts, with a finished song in it."""
    path = tmp_path / "old.db"
    song = song_of_size(2, 2)
    with open_database(path) as database:
        scaffold(asana, database, song)
        entries = database.rows("SELECT * FROM journal")
        songs = database.rows("SELECT * FROM song")
    old = tmp_path / "older.db"
    open_database(old, Kind(MIGRATIONS[:2])).close()
    with closing(sqlite3.connect(old)) as connection:
        for row in songs:
            names = (
                "id",
                "source",
                "workspace_gid",
                "title",
                "project_gid",
                "link",
                "begun_at",
                "finished_at",
            )
            connection.execute(
                f"INSERT INTO song ({', '.join(names)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [row[n] for n in names],
            )
        for row in entries:
            columns = ("song_id", "kind", "key", "gid", "ours", "placed", "place")
            connection.execute(
                f"INSERT INTO journal ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [row[n] for n in columns],
            )
        connection.commit()
    seen = len(sandbox.sandbox.requests)
    with open_database(old) as database:
        assert scaffold(asana, database, song).plan.nothing_to_do
        assert database.rows("SELECT * FROM workspace_fact") == []
    assert {each.method for each in sandbox.sandbox.requests[seen:]} == {"GET"}


def test_sections_beside_one_another_under_a_lost_answer(asana: Gateway, database: Database) -> None:
    made = scaffold(asana, database, song_of({"A": [], "B": [], "C": []}))
    first = asana.sections(made.project_gid)[0]
    asana.create_section(made.project_gid, "Mine", Anchor(first.gid))
    grown = song_of({"A": [], "B": ["One"], "New": [], "C": []})
    scaffold(asana, database, grown)
    assert [section.name for section in asana.sections(made.project_gid)] == ["A", "Mine", "B", "New", "C"]
