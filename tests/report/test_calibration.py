"""A budget is proposed only where the past says enough."""

from __future__ import annotations

import pytest

from asana_tbp.report.calibration import Proposal, TaskKind, proposals, rounded
from asana_tbp.store.database import Database
from tests.report.histories import Recorder, finished, timebox


def recorded(database: Database, minutes: list[float], title: str = "Write bassline") -> Recorder:
    recorder = Recorder(database)
    for number, spent in enumerate(minutes):
        finished(recorder, f"{title} {number}", title, 25, spent)
    return recorder


def proposed(recorder: Recorder, templates: dict[str, str]) -> tuple[Proposal, ...]:
    """What is proposed where a task is of its song's template, by its own title."""
    return proposals(
        recorder.history.runs, lambda run: TaskKind(templates.get(run.project_gid, ""), run.title)
    )


def test_five_timeboxes_are_enough_and_four_are_not(database: Database) -> None:
    recorder = recorded(database, [30, 33, 38, 22])
    assert proposed(recorder, {"p1": "edm-track"}) == ()
    finished(recorder, "fifth", "write  BASSLINE", 25, 35)
    (found,) = proposed(recorder, {"p1": "edm-track"})
    assert (found.kind.template, found.kind.key, found.minutes, found.timeboxes) == (
        "edm-track",
        "write bassline",
        35,
        5,
    )
    assert (found.least, found.most) == (30, 35)
    assert found.why == "5 boxes, half of them 30 to 35 min"


@pytest.mark.parametrize("title", ["Gate: keep or scrap?", "Break: leave the room"])
def test_a_decision_or_a_break_is_no_work_to_be_budgeted(database: Database, title: str) -> None:
    assert proposed(recorded(database, [7, 7, 7, 7, 7], title), {}) == ()


def test_other_templates_are_other_tasks(database: Database) -> None:
    recorder = Recorder(database)
    for number in range(6):
        finished(recorder, str(number), "Bass", 25, 20, project=f"p{number % 2}")
    assert proposed(recorder, {"p0": "edm-track", "p1": "remix"}) == ()


def test_what_was_left_or_opened_again_is_not_finished(database: Database) -> None:
    recorder = recorded(database, [30, 30, 30, 30])
    recorder.session([timebox("left", "Write bassline", 25)], [], 600)
    assert proposed(recorder, {}) == ()


def test_a_task_in_several_timeboxes_counts_once_with_all_its_time(database: Database) -> None:
    recorder = Recorder(database)
    for number in range(5):
        recorder.session([timebox(str(number), "Bass", 25)], [], 15 * 60)
        finished(recorder, str(number), "Bass", 25, 20)
    (found,) = proposed(recorder, {})
    assert (found.timeboxes, found.minutes) == (5, 35)


def test_what_is_of_no_kind_is_left_out(database: Database) -> None:
    recorder = recorded(database, [30, 30, 30, 30, 30])
    assert proposals(recorder.history.runs, lambda run: None) == ()


@pytest.mark.parametrize(("minutes", "budget"), [(0.5, 5), (7.4, 5), (7.5, 10), (22.5, 25), (5000, 1440)])
def test_budgets_are_round(minutes: float, budget: int) -> None:
    assert rounded(minutes) == budget
