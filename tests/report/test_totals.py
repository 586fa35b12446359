"""The report's figures are those of the raw events, whoever adds them up."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.board.store import BoardStore
from asana_tbp.bridge.values import Task
from asana_tbp.report.history import Run, read_history
from asana_tbp.report.report import Scope, csv_report, plain_report, report_of
from asana_tbp.report.totals import NO_SECTION, Row, forecasts, rounded, rows_of, streak_of
from asana_tbp.session.come_back import open_marks
from asana_tbp.session.log import open_log
from asana_tbp.store.database import Database, open_database
from asana_tbp.timer.commands import ComeBack, Done, Extend, Skip, Undo
from asana_tbp.timer.events import SessionOptions, Timebox, TimeboxEnded, TimeboxLeft, TimeboxStarted
from tests.clock import BEGIN
from tests.needs import examples
from tests.report.histories import COMMANDS, Recorder, finished, timebox

TITLES = ("Write chords", "Write bassline", "Design pad")


def recounted(database: Database) -> dict[str, Any]:
    """The same figures straight from the rows of the table, sharing no code with the report."""
    counts: Counter[str] = Counter()
    spent, by_task, budgets = 0.0, Counter[str](), {}
    ended_last: dict[str, str] = {}
    days: dict[str, float] = {}
    done_days: set[date] = set()
    every: list[Any] = []
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
                    day = datetime.fromisoformat(row["at"]).astimezone(UTC).date()
                    is_done = row["kind"] == "timebox-ended"
                    ended.append([running, how, is_done, day, come_back, row["at"], facts["spent"], planned])
                    counts["runs"] += 1
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
        every += ended
        done_days |= {day for _, _, done, day, *_ in ended if done}
    tasks: dict[str, list[Any]] = {}
    for each in sorted(every, key=lambda each: each[5]):
        tasks.setdefault(each[0], []).append(each)
    over = 0.0
    for ran in tasks.values():
        _, how, done, *_, planned = ran[-1]
        took = sum(each[6] for each in ran)
        if done and how in {"time", "early"}:
            # Late by what the run itself took, or by what all of them took.
            late = ran[-1][6] > planned if how == "early" else False
            how = "late" if late or round(took) > round(planned) else how
        counts[how] += 1
        counts["done"] += done
        counts["come back"] += ran[-1][4]
        over += took - planned if done else max(0.0, took - planned)
    return {
        "counts": counts,
        "over": over,
        "tasks": len(tasks),
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


@settings(max_examples=examples(30, 600))
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
        told_of = report_of(recorder.history.runs, recorder.at, Scope(by="task"))
        by_section = report_of(recorder.history.runs, recorder.at, Scope(by="section")).rows
        again = recounted(database)
    total, counts = told_of.total, again["counts"]
    assert total.runs == counts["runs"]
    assert (total.tasks, total.done) == (again["tasks"], counts["done"])
    assert abs(total.over - again["over"]) < 1e-6
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
    for rows in (told_of.rows, told_of.days, by_section):
        assert sum(row.runs for row in rows) == total.runs
        assert all(endings(row) == row.tasks for row in (*rows, total))
    for rows in (told_of.rows, by_section):
        assert [row.spent for row in rows] == sorted((row.spent for row in rows), reverse=True), "most first"


def endings(row: Row) -> int:
    return row.on_time + row.early + row.late + row.in_asana + row.skipped + row.left + row.undone


def total_of(recorder: Recorder) -> Row:
    return report_of(recorder.history.runs, recorder.at, Scope()).total


def test_each_way_a_task_ends_is_counted_once(database: Database) -> None:
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
    total = total_of(recorder)
    assert (total.early, total.on_time, total.late, total.skipped, total.left) == (1, 2, 1, 1, 1)
    assert (total.tasks, total.runs, total.undone) == (6, 7, 0), "what was undone ran again"
    assert total.extended == 1
    assert total.come_backs == len(open_marks(database))


def test_a_task_begun_five_times_is_late_by_all_its_time(database: Database) -> None:
    recorder = Recorder(database)
    for _ in range(4):
        recorder.session([timebox("1", "Chords", 10)], [], 300)
    finished(recorder, "1", "Chords", 10, 5)
    total = total_of(recorder)
    assert (total.late, total.early, total.done, total.tasks, total.runs) == (1, 0, 1, 1, 5)
    assert total.over == 15 * 60


def test_a_skipped_task_saves_no_time(database: Database) -> None:
    recorder = Recorder(database)
    recorder.session(
        [timebox("1", "Chords", 10), timebox("2", "Bass", 10)], [(60, Skip()), (360, Done())], 400
    )
    total = total_of(recorder)
    assert (total.skipped, total.early) == (1, 1)
    assert total.over == -300, "only the task that was done early"


def test_a_task_asana_deleted_while_it_ran_is_not_waiting(database: Database) -> None:
    """It stayed in every forecast."""
    log = open_log(database, "p1", "Song", (timebox("1", "Chords", 10), timebox("2", "Bass", 10)), BEGIN)
    log.record([TimeboxStarted(0.0, "1"), TimeboxLeft(60.0, "1", 60.0, "gone")], BEGIN)
    assert [task.gid for task in read_history(database).waiting] == ["2"]


def test_a_log_that_makes_no_sense_is_read_as_far_as_it_does(database: Database) -> None:
    recorder = Recorder(database)
    finished(recorder, "1", "Chords", 10, 5)
    with database.transaction():
        database.write(
            "INSERT INTO event (session_id, at, kind, facts) VALUES (1, ?, 'paused', '{\"tick\": 9.0}')",
            (recorder.at.isoformat(),),
        )
    history = recorder.history
    assert (len(history.runs), history.unreadable) == (1, 1)


def test_a_rehearsal_counts_nowhere(database: Database) -> None:
    options = SessionOptions(rehearsal=True)
    log = open_log(database, "p1", "Song", (timebox("1", "Chords", 10),), BEGIN, options)
    log.record([TimeboxStarted(0.0, "1"), TimeboxEnded(600.0, "1", 600.0)], BEGIN)
    assert recorder_runs(database) == ()
    BoardStore(database).save_song("p1", (Task("1", "Chords (10m)", assignee_gid="me"),), "me", BEGIN)
    assert BoardStore(database).progress(25)["p1"].last_worked is None


def test_a_plain_countdown_is_no_song(database: Database) -> None:
    log = open_log(database, "timer", "Timer", (timebox("t", "Timer", 10, project=""),), BEGIN)
    log.record([TimeboxStarted(0.0, "t"), TimeboxEnded(600.0, "t", 600.0)], BEGIN)
    assert recorder_runs(database) == ()


def recorder_runs(database: Database) -> tuple[Run, ...]:
    return read_history(database).runs


def test_days_in_a_row(database: Database) -> None:
    recorder = Recorder(database, BEGIN.replace(hour=8))
    for number, days in enumerate((1, 1, 3, 1, 0)):
        finished(recorder, str(number), "Chords", 10, 5)
        recorder.pause(days=days)
    runs = recorder.history.runs
    last = runs[-1].ended_at.date()
    assert streak_of(runs, last).longest == 3
    assert streak_of(runs, last).now == 2
    assert streak_of(runs, last + timedelta(days=1)).now == 2, "today is not over yet"
    assert streak_of(runs, last + timedelta(days=2)).now == 0
    assert streak_of(runs, last - timedelta(days=1)).days == 4, "a day to come is none yet"


def late_run(n: int, ended_at: datetime, project: str = "p") -> Run:
    box = Timebox(f"{project} {n}", "T (10m)", "T", 10, "S", "Song", project)
    return Run(box, 900, "late", ended_at)


def test_what_is_open_takes_as_much_longer_as_the_rest_did() -> None:
    now = datetime(2026, 1, 10, 12, tzinfo=UTC)
    runs = [late_run(n, now - timedelta(days=n)) for n in range(5)]
    (told,) = forecasts(runs, {"p": ("Song", 3600.0)}, now)
    assert told.expected == 5400
    assert told.finish == date(2026, 1, 16), "90 minutes at 15 a day"
    (young,) = forecasts(runs[:2], {"p": ("Song", 3600.0)}, now)
    assert young.expected == 3600, "two tasks say nothing of the others"
    (unknown,) = forecasts((), {"p": ("Song", 3600.0)}, now)
    assert unknown.finish is None
    tried = replace(late_run(1, now), spent=4, how="early")
    (barely,) = forecasts([tried], {"p": ("Song", 3600.0)}, now)
    assert barely.finish is None, "four seconds are no pace: it would be a day in two years"


def test_work_dated_in_the_future_breaks_nothing_and_sets_no_pace() -> None:
    """A clock that was wrong once: every run lies after today."""
    now = datetime(2026, 1, 10, 12, tzinfo=UTC)
    runs = [late_run(n, now + timedelta(days=1 + n)) for n in range(5)]
    (told,) = forecasts(runs, {"p": ("Song", 3600.0)}, now)
    assert (told.expected, told.finish) == (5400, None)


def test_a_task_in_several_runs_was_planned_once(database: Database) -> None:
    recorder = Recorder(database)
    recorder.session([timebox("1", "Chords", 20)], [], 600)
    recorder.session([timebox("1", "Chords", 20)], [], 900)
    total = total_of(recorder)
    assert (total.planned, total.spent, total.runs, total.tasks) == (1200, 1500, 2, 1)
    assert recorder.history.waiting[0].seconds == 1200


def test_a_mark_to_come_back_is_listed_until_the_task_runs_again(database: Database) -> None:
    recorder = Recorder(database)
    recorder.session([timebox("1", "Chords", 20)], [(60, ComeBack()), (120, Done())], 130)
    finished(recorder, "2", "Bass", 10, 5)
    scope = Scope(marks=open_marks(database))
    assert plain_report(report_of(recorder.history.runs, recorder.at, scope))["come_back"] == [
        {"task_gid": "1", "title": "Chords", "song": "Song p1", "project_gid": "p1"}
    ]
    finished(recorder, "1", "Chords", 10, 5)
    assert open_marks(database) == ()


def test_since_and_song_choose(database: Database) -> None:
    recorder = Recorder(database)
    finished(recorder, "1", "Chords", 10, 5)
    recorder.pause(days=3)
    first = recorder.at.date()
    finished(recorder, "2", "Chords", 10, 5, project="p2")
    runs = recorder.history.runs
    assert report_of(runs, recorder.at, Scope(since=first)).total.runs == 1
    assert report_of(runs, recorder.at, Scope(project_gids=frozenset({"p1"}))).total.runs == 1
    runs = tuple(
        replace(run, template="edm-track" if run.timebox.project_gid == "p1" else "") for run in runs
    )
    rows = report_of(runs, recorder.at, Scope(by="template")).rows
    assert {row.label for row in rows} == {"edm-track", "No template"}


def test_tasks_without_a_section_have_a_row_with_a_name(database: Database) -> None:
    recorder = Recorder(database)
    recorder.session([timebox("1", "Chords", 20, section="")], [], 600)
    (row,) = report_of(recorder.history.runs, recorder.at, Scope(by="section")).rows
    assert row.label == "No section"


def test_json_and_csv_say_the_same(database: Database) -> None:
    recorder = Recorder(database)
    finished(recorder, "1", "=SUM(A1)", 10, 5)
    told = report_of(recorder.history.runs, recorder.at, Scope(by="task", left={"p1": ("Song", 60.0)}))
    plain = plain_report(told)
    assert plain["rows"][0]["spent_minutes"] == 5.0
    header, line = csv_report(told).splitlines()
    assert header.startswith("label,planned_minutes,spent_minutes,over_minutes,runs,tasks,done")
    assert header.endswith("median_spent_minutes,suggested_minutes")
    assert line.startswith("'=SUM(A1),10.0,5.0,-5.0,1,1,1"), "no spreadsheet runs a task's name"


# -- suggested budgets --------------------------------------------------------------------------------


def suggested(recorder: Recorder) -> dict[str, float | None]:
    rows = report_of(recorder.history.runs, recorder.at, Scope(by="task")).rows
    return {row.label: row.suggested and row.suggested / 60 for row in rows}


def basslines(database: Database, minutes: list[float], title: str = "Write bassline") -> Recorder:
    recorder = Recorder(database)
    for number, spent in enumerate(minutes):
        finished(recorder, f"{title} {number}", title, 25, spent)
    return recorder


def test_five_finished_tasks_are_enough_for_a_budget_and_four_are_not(database: Database) -> None:
    recorder = basslines(database, [30, 33, 38, 22])
    assert suggested(recorder) == {"Write bassline": None}
    recorder.session([timebox("left", "Write bassline", 25)], [], 600)
    assert suggested(recorder) == {"Write bassline": None}, "what was left is not finished"
    finished(recorder, "fifth", "write  BASSLINE", 25, 35, project="p2")
    (row,) = report_of(recorder.history.runs, recorder.at, Scope(by="task")).rows
    assert (row.suggested, row.median_spent) == (35 * 60, 33 * 60)


def test_tasks_of_one_template_line_are_alike_whatever_was_answered(database: Database) -> None:
    recorder = Recorder(database)
    leads = ("piano", "violin", "oboe", "choir", "saw")
    for lead in leads:
        finished(recorder, lead, f"Create {lead} melody", 25, 37)
    finished(recorder, "typed", "Create noise melody", 25, 300)
    line = "create ${lead} melody"
    runs = [replace(run, line=line if run.timebox.gid in leads else "") for run in recorder.history.runs]
    one, other = report_of(runs, recorder.at, Scope(by="task")).rows
    assert (one.label, one.suggested) == ("Create ${lead} melody", 35 * 60)
    assert (other.label, other.suggested) == ("Create noise melody", None)


@pytest.mark.parametrize("title", ["Gate: keep or scrap?", "Break: leave the room"])
def test_a_decision_or_a_break_gets_no_budget(database: Database, title: str) -> None:
    assert set(suggested(basslines(database, [7] * 5, title)).values()) == {None}


def test_only_tasks_of_one_name_get_a_budget(database: Database) -> None:
    recorder = basslines(database, [7] * 5)
    finished(recorder, "x", "Write chords", 25, 9)
    assert report_of(recorder.history.runs, recorder.at, Scope(by="section")).rows[0].suggested is None


def test_a_task_in_several_runs_counts_once_with_all_its_time(database: Database) -> None:
    recorder = Recorder(database)
    for number in range(5):
        recorder.session([timebox(str(number), "Bass", 25)], [], 15 * 60)
        finished(recorder, str(number), "Bass", 25, 20)
    assert suggested(recorder) == {"Bass": 35}


@pytest.mark.parametrize(("minutes", "budget"), [(0.5, 5), (7.4, 5), (7.5, 10), (22.5, 25), (5000, 1440)])
def test_budgets_are_round(minutes: float, budget: int) -> None:
    assert rounded(minutes) == budget


def test_groups_come_by_the_time_spent_on_them_and_a_section_without_a_name_has_a_label(
    database: Database,
) -> None:
    recorder = Recorder(database)
    sections = (("1", "", 10), ("2", "Mixing", 30), ("3", "", 5), ("4", "Sound Design", 20))
    for gid, section, minutes in sections:
        recorder.session([timebox(gid, f"Task {gid}", minutes, section)], [], minutes * 60 + 1)
        recorder.pause(hours=1)
    rows = rows_of(recorder.history.runs, "section")
    assert [(row.label, row.spent / 60) for row in rows] == [
        ("Mixing", 30),
        ("Sound Design", 20),
        (NO_SECTION, 15),
    ]
