"""`songs`, `open` and `next` without a board, end to end on the sandbox."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pexpect
import pytest

from asana_tbp.sandbox.records import Section, Task, UserTaskList
from asana_tbp.scaffold.base import Base
from asana_tbp.scaffold.journal import Journal, known_songs
from asana_tbp.store.database import open_database
from asana_tbp.timer.commands import ComeBack, Done
from tests.cli.command import begin, run, state_folder, until
from tests.cli.test_board import project_by_hand, scaffolded
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal
from tests.report.histories import Recorder, timebox


def songs(*flags: str) -> list[dict[str, object]]:
    answer = json.loads(run("songs", "--json", *flags).out)
    assert (answer["version"], answer["command"]) == (1, "songs")
    found: list[dict[str, object]] = answer["songs"]
    return found


def tasks_of(studio: Embedded, song: str) -> Iterator[Task]:
    """A song's tasks, in the project's order."""
    for section in studio.board.sections_of(studio.board.project(song)):
        yield from studio.board.tasks_in(section)


def test_songs_are_shown_without_a_board(studio: Embedded) -> None:
    assert run("songs").out == "No songs yet.\n"
    scaffolded("Aurora")
    scaffolded("Fjord")
    next(tasks_of(studio, "Aurora")).completed = True
    with open_database(state_folder() / "asana-tbp.db") as database:
        fjord_song = next(song for song in known_songs(database) if song.title == "Fjord")
        Journal(database, fjord_song).song_agreed(Base("Fjord", deadline="2031-01-01", schedule="[]"))
    first, second = run("songs").out.splitlines()
    link = studio.board.project("Fjord").gid
    assert first.startswith("Fjord: 0/3 done, 1h left, due 1 Jan 2031, map Fjord.yaml, https://")
    assert link in first
    assert second.startswith("Aurora: 1/3 done, 40m left")
    (fjord, aurora) = songs("--local")
    assert (fjord["name"], fjord["stage"], fjord["tasks"]) == ("Fjord", None, 3)
    assert (aurora["tasks_done"], aurora["minutes_left"]) == (1, 40)
    assert Path(str(aurora["map_file"])) == Path("Aurora.yaml").resolve()


def test_songs_on_the_board_and_beside_it_are_one_list(studio: Embedded) -> None:
    scaffolded("Before")
    run("board", "init")
    scaffolded("Aurora")
    assert {(song["name"], song["stage"]) for song in songs()} == {
        ("Aurora", "Composition"),
        ("Before", None),
    }


def test_what_is_renamed_hidden_or_nobodys_in_asana_is_said(studio: Embedded) -> None:
    scaffolded("Aurora")
    scaffolded("Fjord")
    *written, levels = tasks_of(studio, "Aurora")
    for task in written:
        task.completed = True
    levels.assignee = None
    studio.board.project("Aurora").name = "Northern Lights"
    studio.board.project("Fjord").trashed = True
    lines = run("songs").out
    assert "Northern Lights: 2/2 done, yours done, 1 open, " in lines
    assert "Fjord: no access" in lines


def my_tasks(studio: Embedded) -> list[str]:
    """The sections of My Tasks."""
    (mine,) = [each for each in studio.board.all(UserTaskList) if each.owner == studio.board.user.gid]
    return [studio.board.need(Section, gid).name for gid in mine.sections]


def test_a_song_is_archived_and_restored_without_a_board(studio: Embedded) -> None:
    scaffolded("Aurora")
    assert "Aurora" in my_tasks(studio)
    kept = run("songs", "archive", "aur")
    assert (kept.code, kept.out) == (0, "Aurora is archived.\n")
    kept.says("3 tasks of Aurora are open and yours.", "--unassign")
    assert studio.board.project("Aurora").archived
    assert run("songs").out == "Every song is archived.\n"
    run("songs").says("1 archived song not shown")
    assert [song["archived"] for song in songs("--archived")] == [True]
    assert run("next").out == "No songs yet.\n"

    assert run("songs", "restore", "Aurora").out == "Aurora is back.\n"
    assert run("songs", "restore", "Aurora").out == "Aurora was not archived.\n"
    gone = run("songs", "archive", "Aurora", "--unassign")
    assert gone.out == "Aurora is archived; 3 tasks unassigned.\n"
    assert {task.assignee for task in studio.board.all(Task)} == {None}
    assert "Aurora" not in my_tasks(studio), "its empty section is gone"
    back = run("songs", "restore", "Aurora")
    assert back.out == "Aurora is back; 3 tasks assigned to you again.\n"
    assert {task.assignee for task in studio.board.all(Task)} == {studio.board.user.gid}
    assert not studio.board.project("Aurora").archived
    assert [song["tasks"] for song in songs()] == [3]
    assert run("scaffold", "Aurora.yaml").code == 0, "and its section of My Tasks is made again"


def killed(studio: Embedded, write: int, *words: str) -> None:
    """Kill a command once its change number `write` has reached Asana."""
    hanging = studio.faults.add(Fault("hang", method="PUT", nth=write, applied=True))
    child = begin(*words)
    try:
        until(lambda: hanging.struck or child.poll() is not None)
        assert child.poll() is None
    finally:
        child.kill()
        child.communicate()
        studio.faults.remove(hanging)


@pytest.mark.parametrize("write", range(1, 6))
def test_what_a_killed_archive_has_unassigned_is_given_back(studio: Embedded, write: int) -> None:
    run("board", "init")
    scaffolded("Aurora")
    killed(studio, write, "songs", "archive", "Aurora", "--unassign")
    assert run("songs", "archive", "Aurora", "--unassign").code == 0
    written = list(tasks_of(studio, "Aurora"))
    assert {task.assignee for task in written} == {None}
    assert studio.board.task("Aurora").completed
    assert run("songs", "archive", "Aurora", "--unassign").code == 0
    killed(studio, write, "songs", "restore", "Aurora")
    assert run("songs", "restore", "Aurora").code == 0
    assert {task.assignee for task in written} == {studio.board.user.gid}
    assert not studio.board.task("Aurora").completed
    assert not studio.board.project("Aurora").archived


def test_a_restore_takes_no_task_from_somebody_else(studio: Embedded) -> None:
    scaffolded("Aurora")
    assert run("songs", "archive", "Aurora", "--unassign").code == 0
    taken, kept, moved = tasks_of(studio, "Aurora")
    taken.assignee = studio.board.add_user("Somebody else", "else@example.org").gid
    assert run("songs", "restore", "Aurora").out == "Aurora is back; 2 tasks assigned to you again.\n"
    assert taken.assignee != studio.board.user.gid
    assert {kept.assignee, moved.assignee} == {studio.board.user.gid}


def test_a_restore_reads_the_tasks_of_a_song_at_once(studio: Embedded) -> None:
    scaffolded("Aurora")
    assert run("songs", "archive", "Aurora", "--unassign").code == 0
    before = len(studio.sandbox.requests)
    assert run("songs", "restore", "Aurora").out == "Aurora is back; 3 tasks assigned to you again.\n"
    reads = [seen.path for seen in studio.sandbox.requests[before:] if seen.method == "GET"]
    assert not [path for path in reads if path.startswith("/tasks/")]


def test_a_song_on_the_board_that_was_archived_in_asana_is_back_once_restored(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    studio.board.project("Aurora").archived = True
    assert run("songs", "restore", "Aurora").out == "Aurora is back.\n"
    assert not studio.board.project("Aurora").archived


def test_archiving_completes_the_card_and_restoring_reopens_it(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    assert run("songs", "archive", "Aurora").code == 0
    assert studio.board.task("Aurora").completed
    assert "Aurora" not in run("board").out
    assert run("songs", "restore", "Aurora").code == 0
    assert not studio.board.task("Aurora").completed
    assert run("board", "archive", "Aurora").code == 0
    assert studio.board.project("Aurora").archived
    assert [song["archived"] for song in songs("--archived")] == [True]


def test_two_songs_of_one_name_are_told_apart_and_chosen_by_number(studio: Embedded) -> None:
    scaffolded("Aurora")
    assert run("scaffold", "Aurora.yaml", "--new").code == 0
    run("songs")
    refused = run("open", "Aurora", "--print")
    assert refused.code == 2
    refused.says('2 songs are called "Aurora":', "  made ", "0/3 tasks, 1h left", "https://")
    first, second = (str(song["project_gid"]) for song in songs())
    assert first in run("open", first, "--print").out
    terminal = ForkedTerminal(["open", "Aurora", "--print"], timeout=60)
    terminal.expect("Which one")
    terminal.sendline("2")
    terminal.expect(f"/{second}")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_open_finds_songs_tasks_and_the_board(studio: Embedded) -> None:
    assert run("open").code == 1
    scaffolded("Aurora")
    run("songs")
    project, task = studio.board.project("Aurora"), studio.board.task("Write bassline (25m)")
    assert run("open", "--print").out.strip().endswith(project.gid)
    assert task.gid in run("open", "write bass", "--print").out
    unknown = run("open", "Write basslime", "--print")
    assert unknown.code == 1
    unknown.says('Did you mean "Write bassline"?')
    run("board", "init")
    assert studio.board.project("Songs").gid in run("open", "--print").out


def test_next_needs_no_board(studio: Embedded) -> None:
    scaffolded("Aurora")
    scaffolded("Fjord")
    result = run("next")
    assert "Write chords (20m)\nBecause it is the furthest along, with 1h to go.\n" in result.out
    result.says("Begin: asana-tbp start ")


def test_after_two_weeks_off_next_says_where_each_song_stands(studio: Embedded) -> None:
    scaffolded("Aurora")
    scaffolded("Fjord")
    run("songs")
    aurora, task = studio.board.project("Aurora").gid, next(tasks_of(studio, "Aurora"))
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database, datetime.now(UTC) - timedelta(days=30))
        recorder.session([timebox(task.gid, "Write chords", 20, project=aurora)], [], 60)
    away = run("next").out.splitlines()
    assert away[0].startswith("Fjord: 0/3 done, 1h left, not begun; next: Write chords (20m)")
    assert away[1].startswith("Aurora: 0/3 done, 1h left, last worked on 30 days ago; next: Write chords")
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database, datetime.now(UTC) - timedelta(days=3))
        recorder.session([timebox(task.gid, "Write chords", 20, project=aurora)], [], 60)
    assert run("next").out == (
        "Aurora: Write chords (20m)\nBecause you worked on it last, 3 days ago, with 1h to go.\n"
    )


def test_after_two_weeks_off_start_says_where_each_song_stands(studio: Embedded) -> None:
    scaffolded("Aurora")
    scaffolded("Fjord")
    run("songs")
    aurora, task = studio.board.project("Aurora").gid, next(tasks_of(studio, "Aurora"))
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database, datetime.now(UTC) - timedelta(days=30))
        recorder.session([timebox(task.gid, "Write chords", 20, project=aurora)], [], 60)
    started = run("start", "Fjord", "--speed", "6000")
    assert started.code == 0
    line = "Aurora: 0/3 done, 1h left, last worked on 30 days ago; next: Write chords (20m)\n"
    started.says(line, "Fjord: 0/3 done, 1h left, not begun")
    assert line not in run("start", "Aurora", "--speed", "6000").err, "only once: now there was work"


def test_what_to_come_back_to_is_named_by_report_next_and_board(studio: Embedded) -> None:
    run("board", "init")
    scaffolded("Aurora")
    run("songs")
    aurora, task = studio.board.project("Aurora").gid, next(tasks_of(studio, "Aurora"))
    task.completed = True
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database, datetime.now(UTC) - timedelta(days=1))
        box = timebox(task.gid, "Write chords", 20, project=aurora)
        recorder.session([box], [(60, ComeBack()), (120, Done())], 130)
    assert "To come back to (1 task):\n  Write chords, Song " in run("report").out
    result = run("next")
    assert result.out.endswith("To come back to (1 task):\n  Write chords, Aurora\n")
    result.says("asana-tbp start --come-back")
    assert json.loads(run("next", "--json").out)["come_back"] == ["Write chords"]
    assert "come back to Write chords\n" in run("board").out
    assert run("come-back", "--clear", "Write chords").code == 0
    for command in ("report", "next", "board"):
        assert "come back" not in run(command).out


def test_offline_songs_are_shown_as_last_seen(studio: Embedded) -> None:
    scaffolded("Aurora")
    run("songs")
    studio.stop()
    result = run("songs")
    assert "Aurora: 0/3" in result.out
    result.says("Shown as it was last seen.")
    studio.start()


def test_a_hand_made_board_without_songs_of_ours(studio: Embedded) -> None:
    gid = project_by_hand(studio, "Mine", ["Mixdown", "Ideas"])
    assert run("board", "init", gid).code == 0
    assert songs() == []


def test_a_state_of_the_first_version_keeps_its_looks(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    golden = Path(__file__).parent.parent / "store" / "golden" / "state_version_6.sql"
    connection.executescript(golden.read_text(encoding="utf-8"))
    connection.execute("INSERT OR REPLACE INTO song_look VALUES ('p9', '2026-01-05T20:00:00+00:00', 1)")
    connection.commit()
    connection.close()
    from asana_tbp.board.store import BoardStore
    from asana_tbp.board.view import Progress

    with open_database(path) as database:
        looks = BoardStore(database).progress(25)
        assert looks["p9"] == Progress(read_at=datetime(2026, 1, 5, 20, tzinfo=UTC), hidden=True)


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_in_a_terminal_songs_fit(studio: Embedded, columns: int) -> None:
    scaffolded("A very long name of a song that is far wider than any column can ever be")
    terminal = ForkedTerminal(["songs"], dimensions=(40, columns), timeout=60)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert isinstance(terminal.before, str)
    assert "0/3" in terminal.before
    assert "1h" in terminal.before
