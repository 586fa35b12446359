"""`report` from the command line, on songs that were really run."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from asana_tbp.store.database import open_database
from asana_tbp.timer.commands import Done
from tests.cli.command import run, state_folder
from tests.faulty.server import Embedded
from tests.forked import ForkedTerminal
from tests.report.histories import Recorder, finished, timebox


@pytest.fixture
def just_after_midnight(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is between 0:00 and 1:00: what a fast session dates hours ahead is still worked today."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", f"UTC{datetime.now(UTC).hour:+d}")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("just_after_midnight")
def test_report_counts_what_was_run(studio: Embedded, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    assert run("start", "--speed", "20000").code == 0
    told = run("report")
    assert "Spent 1h35m of 1h35m planned: 4 of 4 tasks done in 4 runs.\n4 on time.\n" in told.out
    assert "Streak: 1 day (best: 1), 1 day in total." in told.out
    assert "\x1b" not in told.out
    plain = json.loads(run("report", "--by", "section", "--json").out)
    assert [row["label"] for row in plain["rows"]] == ["Sound Design", "Composition"]
    rows = list(csv.DictReader(io.StringIO(run("report", "midnight", "--csv").out)))
    assert len(rows) == 4
    assert run("report", "--html", "r.html").code == 0
    page = Path("r.html").read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\s\"<]+", page) == []
    Path("r.html").write_text("mine", encoding="utf-8")
    kept = run("report", "--html", "r.html")
    assert (kept.code, Path("r.html").read_text(encoding="utf-8")) == (2, "mine")
    kept.says("is there already", "--force")
    assert run("report", "--html", "r.html", "--force").code == 0
    assert Path("r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run("report", "--since", "today").code == 0
    for wrong in (["--since", "soon"], ["--by", "mood"], ["--json", "--csv"]):
        assert run("report", *wrong).code == 2
    run("report", "Midnite Galaxy").says('Did you mean "Midnight Galaxy"?')


def test_nothing_yet(studio: Embedded) -> None:
    assert run("report").out == "No work recorded yet.\n"


def worked(titles: Sequence[str], minutes: float) -> None:
    """Songs with one finished task each."""
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database)
        for number, title in enumerate(titles):
            finished(recorder, f"{title} {number}", title, 25, minutes, project=f"p{number % 2}")


def test_by_task_it_suggests_budgets(studio: Embedded) -> None:
    worked(["Write bassline"] * 5 + ["Write chords"], 37)
    lines = [line.split() for line in run("report", "--by", "task").out.splitlines()]
    assert lines[1] == ["spent", "planned", "over", "runs", "median", "suggested"]
    assert lines[2][-6:] == ["3h5m", "2h5m", "+1h", "5", "37m", "35m"]
    assert lines[3][-5:] == ["37m", "25m", "+12m", "1", "37m"]


def test_on_a_terminal_its_sentences_break_at_spaces(studio: Embedded, song_file: Path) -> None:
    assert run("scaffold", str(song_file)).code == 0
    assert run("start", "--speed", "20000", "--task", "Write bassline").code == 0
    with open_database(state_folder() / "asana-tbp.db") as database:
        Recorder(database).session([timebox("1", "Pad", 20), timebox("2", "Hats", 20)], [], 60)
    terminal = ForkedTerminal(["report"], timeout=60, dimensions=(40, 80))
    lines = [line.rstrip() for line in terminal.read().splitlines()]
    at = lines.index("Song p1: 40m still planned as far as known here; no date yet (too little work")
    assert lines[at + 1] == "lately to say)."


def test_a_song_is_found_by_the_start_of_its_name(studio: Embedded) -> None:
    worked(["Write bassline"] * 2, 20)
    assert run("report", "song p1").code == 0
    result = run("report", "song")
    assert result.code == 2
    result.says('"song" could be "Song p0" or "Song p1".')


def test_work_dated_in_the_future_breaks_no_report(studio: Embedded) -> None:
    with open_database(state_folder() / "asana-tbp.db") as database:
        recorder = Recorder(database, datetime.now(UTC) + timedelta(days=2))
        recorder.session([timebox("1", "Chords", 20), timebox("2", "Bass", 20)], [(60, Done())], 90)
    for form in ([], ["--json"], ["--csv"], ["--html", "r.html"], ["--by", "day"]):
        assert run("report", *form).code == 0


def test_of_two_songs_of_one_name_one_is_chosen(studio: Embedded, song_file: Path) -> None:
    made = [run("scaffold", str(song_file), "--json")]
    assert run("report", "Midnight Galaxy").out == "No work on Midnight Galaxy recorded yet.\n"
    made.append(run("scaffold", str(song_file), "--new", "--json"))
    first, second = (json.loads(each.out)["project"] for each in made)
    asked = run("report", "midnight")
    assert (asked.code, asked.out) == (2, "")
    asked.says('2 songs are called "Midnight Galaxy":', first, second, "Give the id of the one you mean.")
    assert run("start", first, "--speed", "20000").code == 0
    assert "4 of 4 tasks done" in run("report", first).out
    assert run("report", second).out == "No work on Midnight Galaxy recorded yet.\n"
    assert run("songs", "archive", second, "--keep").code == 0
    assert "4 of 4 tasks done" in run("report", "midnight").out


def test_what_a_session_left_is_planned_as_far_as_known_here_until_asana_is_read(
    studio: Embedded, song_file: Path
) -> None:
    assert run("scaffold", str(song_file)).code == 0
    assert run("start", "--speed", "20000", "--task", "Write bassline").code == 0
    with open_database(state_folder() / "asana-tbp.db") as database:
        Recorder(database).session([timebox("1", "Pad", 20), timebox("2", "Hats", 20)], [], 60)
    assert "Song p1: 40m still planned as far as known here; no date yet" in run("report").out
    assert run("report", "--html", "r.html").code == 0
    assert "40m still planned as far as known here; no date yet" in Path("r.html").read_text(encoding="utf-8")
    project = studio.board.project("Midnight Galaxy")
    assert run("songs").code == 0
    assert "Midnight Galaxy: 1h10m still planned; " in run("report", project.gid).out
