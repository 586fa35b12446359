"""The report's figures are those of the raw events, whoever adds them up."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.report.history import Run
from asana_tbp.report.report import csv_report, plain_report, report_of
from asana_tbp.report.totals import Row, forecasts, streak_of
from asana_tbp.store.database import Database, open_database
from asana_tbp.timer.commands import ComeBack, Done, Extend, Skip, Undo
from tests.clock import BEGIN
from tests.report.histories import COMMANDS, Recorder, finished, timebox

TITLES = ("Write chords", "Write bassline", "Design pad")


def recounted(database: Database) -> dict[str, Any]:
    """The same figures straight from the rows of the table, sharing no code with the report."""
    counts: Counter[str] = Counter()
    spent, by_task, budgets = 0.0, Counter[str](), {}
    ended_last: dict[str, str] = {}
    days: dict[str, float] = {}
    done_days: set[date] = set()
    for (session,) in database.rows("SELECT id FROM session ORDER BY id"):
        timeboxes: dict[str, Any] = {}
        running, extended, come_back, ended = "", 0, False, []
        for row in database.rows(
            "SELECT at, kind, facts FROM event WHERE session_id = ? ORDER BY id", (session,)
        ):
            facts = json.loads(row["facts"])
            match row["kind"]:
                case "session-started":
                    timeboxes = {each["gid"]: each for each in facts["queue"]}
                case "timebox-started":
                    running, extended, come_back = facts["gid"], 0, False
                case "extended":
                    extended += facts["seconds"] > 0
                case "timebox-ended" | "timebox-left":
                    planned = timeboxes[running]["minutes"] * 60
                    how = facts["why"]
                    if how == "early" and facts["spent"] > planned:
                        how = "late"
                    day = datetime.fromisoformat(row["at"]).astimezone(UTC).date()
                    ended.append([running, how, row["kind"] == "timebox-ended", day, come_back])
                    counts["timeboxes"] += 1
                    counts["extended"] += extended > 0
                    spent += facts["spent"]
                    by_task[timeboxes[running]["title"]] += facts["spent"]
                    # Sessions may overlap: the budget that counts is that of the box which ended last.
                    if row["at"] >= ended_last.get(running, ""):
                        ended_last[running] = row["at"]
                        budgets[running] = planned
                    days[day.isoformat()] = days.get(day.isoformat(), 0.0) + facts["spent"]
                    running = ""
                case "marked-to-come-back":
                    if running == facts["gid"]:
                        come_back = True
                    else:
                        last = [each for each in ended if each[0] == facts["gid"] and each[2]][-1]
                        last[4] = True
                case "undone":
                    last = [each for each in ended if each[0] == facts["gid"] and each[2]][-1]
                    last[1], last[2] = "undone", False
        for _, how, done, day, marked in ended:
            counts[how] += 1
            counts["come back"] += marked
            if done:
                done_days.add(day)
    return {
        "counts": counts,
        "spent": spent,
        "planned": sum(budgets.values()),
        "by task": dict(by_task),
        "days": days,
        "done days": done_days,
    }


sessions = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 8), st.integers(1, 6)), min_size=1, max_size=4),
        st.lists(st.tuples(st.floats(1, 2400), st.sampled_from(COMMANDS)), max_size=8),
        st.floats(60, 3000),
        st.floats(0, 60),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(sessions)
def test_figures_equal_an_independent_recomputation(drawn: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "t.db") as database:
        recorder = Recorder(database)
        for tasks, told, seconds, hours in drawn:
            timeboxes = {
                str(number): timebox(str(number), TITLES[number % 3], minutes, f"Section {number % 2}")
                for number, minutes in tasks
            }
            recorder.session(list(timeboxes.values()), told, seconds)
            recorder.pause(hours=hours)
        told_of = report_of(recorder.history.runs, by="task", now=recorder.at, zone=UTC)
        again = recounted(database)
    total, counts = told_of.total, again["counts"]
    assert total.timeboxes == counts["timeboxes"]
    assert abs(total.spent - again["spent"]) < 1e-6
    assert total.planned == again["planned"]
    assert (total.on_time, total.early, total.late) == (counts["time"], counts["early"], counts["late"])
    assert (total.skipped, total.left) == (counts["skipped"], counts["stopped"] + counts["lost"])
    assert (total.undone, total.extended, total.come_backs) == (
        counts["undone"],
        counts["extended"],
        counts["come back"],
    )
    assert {row.label: round(row.spent, 3) for row in told_of.rows} == {
        title: round(seconds, 3) for title, seconds in again["by task"].items()
    }
    assert {row.label: round(row.spent, 3) for row in told_of.days} == {
        day: round(seconds, 3) for day, seconds in again["days"].items()
    }
    assert told_of.streak.days == len(again["done days"])
    for rows in (told_of.rows, told_of.days, told_of.sections):
        assert sum(row.timeboxes for row in rows) == total.timeboxes
        assert all(endings(row) == row.timeboxes for row in (*rows, total))


def endings(row: Row) -> int:
    return row.on_time + row.early + row.late + row.in_asana + row.skipped + row.left + row.undone


def test_each_way_a_timebox_ends_is_counted(database: Database) -> None:
    recorder = Recorder(database)
    recorder.session(
        [timebox(str(number), f"Task {number}", 10) for number in range(6)],
        [
            (300, Done()),
            (400, Extend(300)),
            (2000, Skip()),
            (2500, ComeBack()),
            (2700, ComeBack(last=True)),
            (2650, Undo()),
        ],
        3500,
    )
    total = report_of(recorder.history.runs, by="task", now=recorder.at).total
    assert (total.early, total.skipped, total.undone, total.left) == (1, 1, 1, 1)
    assert total.extended == 1
    assert total.on_time == 3
    assert total.come_backs == 2


def test_days_in_a_row(database: Database) -> None:
    recorder = Recorder(database, BEGIN.replace(hour=8))
    for number, days in enumerate((1, 1, 3, 1, 0)):
        finished(recorder, str(number), "Chords", 10, 5)
        recorder.pause(days=days)
    runs = recorder.history.runs
    last = runs[-1].ended_at.date()
    assert streak_of(runs, last, UTC).longest == 3
    assert streak_of(runs, last, UTC).now == 2
    assert streak_of(runs, last + timedelta(days=1), UTC).now == 2, "today is not over yet"
    assert streak_of(runs, last + timedelta(days=2), UTC).now == 0


def test_what_is_open_takes_as_much_longer_as_the_rest_did() -> None:
    now = datetime(2026, 1, 10, 12, tzinfo=UTC)
    runs = [
        Run(1, str(n), "T", "S", "Song", "p", 600, 900, "late", now - timedelta(days=n)) for n in range(5)
    ]
    (told,) = forecasts(runs, {"p": ("Song", 3600.0)}, now, UTC)
    assert told.expected == 5400
    assert told.finish == date(2026, 1, 16), "90 minutes at 15 a day"
    (unknown,) = forecasts((), {"p": ("Song", 3600.0)}, now, UTC)
    assert unknown.finish is None


def test_a_task_in_several_timeboxes_was_planned_once(database: Database) -> None:
    recorder = Recorder(database)
    recorder.session([timebox("1", "Chords", 20)], [], 600)
    recorder.session([timebox("1", "Chords", 20)], [], 900)
    total = report_of(recorder.history.runs, by="task", now=recorder.at).total
    assert (total.planned, total.spent, total.timeboxes, total.tasks) == (1200, 1500, 2, 1)
    assert recorder.history.waiting[0].seconds == 1200


def test_since_and_song_choose(database: Database) -> None:
    recorder = Recorder(database)
    finished(recorder, "1", "Chords", 10, 5)
    recorder.pause(days=3)
    first = recorder.at.date()
    finished(recorder, "2", "Chords", 10, 5, project="p2")
    runs = recorder.history.runs
    assert report_of(runs, by="song", now=recorder.at, since=first, zone=UTC).total.timeboxes == 1
    assert report_of(runs, by="song", now=recorder.at, project_gids=frozenset({"p1"})).total.timeboxes == 1
    templates = {"p1": "edm-track"}
    rows = report_of(runs, by="template", now=recorder.at, templates=templates).rows
    assert {row.label for row in rows} == {"edm-track", "No template"}


def test_json_and_csv_say_the_same(database: Database) -> None:
    recorder = Recorder(database)
    finished(recorder, "1", "=SUM(A1)", 10, 5)
    told = report_of(recorder.history.runs, by="task", now=recorder.at, left={"p1": ("Song", 60.0)})
    plain = plain_report(told)
    assert plain["version"] == 1
    assert plain["rows"][0]["spent_minutes"] == 5.0
    header, line = csv_report(told).splitlines()
    assert header.startswith("label,planned_minutes,spent_minutes,timeboxes")
    assert line.startswith("'=SUM(A1),10.0,5.0,1"), "no spreadsheet runs a task's name"
