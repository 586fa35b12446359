"""A report: which runs it is about, all its figures, and their plain forms, JSON and CSV. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from asana_tbp.report.history import Run
from asana_tbp.report.totals import By, Forecast, Row, Streak, forecasts, row_of, rows_of, streak_of
from asana_tbp.session.come_back import Mark
from asana_tbp.text import escape_controls

MINUTES = {"planned", "spent", "over", "median_spent", "suggested"}
"""Fields of a row that are seconds, which the plain forms have as `..._minutes`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: a song's projects or, with None, all; since a day or, with None, always.

    `marks` are the tasks to come back to; `left` gives the name of a song and the seconds that are still planned in
    it, by its gid. `read` are the songs of which Asana gave what is planned; of the others it is what the last session
    left.
    """

    by: By = "song"
    title: str = "All songs"
    project_gids: frozenset[str] | None = None
    since: date | None = None
    marks: tuple[Mark, ...] = ()
    left: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    read: frozenset[str] = frozenset()

    def has(self, project_gid: str) -> bool:
        """Whether a song belongs to it."""
        return self.project_gids is None or project_gid in self.project_gids


@dataclass(frozen=True, slots=True)
class Report:
    """Planned against spent."""

    scope: Scope
    made_at: datetime
    total: Row
    rows: tuple[Row, ...]
    days: tuple[Row, ...]
    tasks: tuple[Row, ...]
    streak: Streak
    forecasts: tuple[Forecast, ...]
    come_back: tuple[Mark, ...]


def report_of(runs: Sequence[Run], now: datetime, scope: Scope) -> Report:
    """The report over those of `runs` that are in the scope.

    Streak, forecast and what to come back to cover all days: a streak does not begin where a report does.
    """
    of_songs = [run for run in runs if scope.has(run.timebox.project_gid)]
    chosen = [run for run in of_songs if scope.since is None or run.day >= scope.since]
    left = {gid: song for gid, song in scope.left.items() if scope.has(gid)}
    return Report(
        scope=scope,
        made_at=now,
        total=row_of("Total", chosen),
        rows=rows_of(chosen, scope.by),
        days=rows_of(chosen, "day"),
        tasks=rows_of(chosen, "task"),
        streak=streak_of(of_songs, now.astimezone().date()),
        forecasts=forecasts(of_songs, left, now, scope.read),
        come_back=tuple(mark for mark in scope.marks if scope.has(mark.project_gid)),
    )


def plain_report(report: Report) -> dict[str, Any]:
    """The report for JSON: times in minutes, to a tenth; days in ISO 8601."""
    return {
        "title": report.scope.title,
        "by": report.scope.by,
        "since": report.scope.since.isoformat() if report.scope.since else None,
        "made_at": report.made_at.isoformat(),
        "total": _plain_row(report.total),
        "rows": [_plain_row(row) for row in report.rows],
        "streak": asdict(report.streak),
        "come_back": [
            {
                "task_gid": mark.timebox.gid,
                "title": mark.timebox.title,
                "song": mark.song,
                "project_gid": mark.project_gid,
            }
            for mark in report.come_back
        ],
        "forecasts": [
            {
                "project_gid": each.project_gid,
                "song": each.song,
                "minutes_left": _minutes(each.left),
                "minutes_expected": _minutes(each.expected),
                "finish": each.finish.isoformat() if each.finish else None,
            }
            for each in report.forecasts
        ],
    }


def csv_report(report: Report) -> str:
    """The rows as CSV with a header; times in minutes. A cell never begins like a formula."""
    text = io.StringIO()
    names = list(_plain_row(report.total))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in report.rows:
        values = _plain_row(row)
        writer.writerow({**values, "label": _harmless(str(values["label"]))})
    return text.getvalue()


def _plain_row(row: Row) -> dict[str, Any]:
    return {
        (f"{name}_minutes" if name in MINUTES else name): _minutes(value) if name in MINUTES else value
        for name, value in asdict(row).items()
    }


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


def _harmless(text: str) -> str:
    # A spreadsheet runs what begins so; names come from Asana, where others may write them.
    text = escape_controls(text)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
