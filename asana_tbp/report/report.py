"""A report: which boxes it is about, and all its figures.

Pure. Knows what a report consists of and its plain forms. Must not know how it is drawn.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from asana_tbp.report.history import Run
from asana_tbp.report.totals import By, Forecast, Row, Streak, day_of, forecasts, row_of, rows_by, streak_of

JSON_VERSION = 1
MINUTES = ("planned", "spent")


@dataclass(frozen=True, slots=True)
class Report:
    """Planned against spent. `since` is the first day it is about, None for all."""

    title: str
    by: By
    since: date | None
    made_at: datetime
    total: Row
    rows: tuple[Row, ...]
    days: tuple[Row, ...]
    sections: tuple[Row, ...]
    tasks: tuple[Row, ...]
    streak: Streak
    forecasts: tuple[Forecast, ...]


def report_of(
    runs: Sequence[Run],
    *,
    by: By,
    now: datetime,
    title: str = "All songs",
    project_gids: frozenset[str] | None = None,
    since: date | None = None,
    zone: tzinfo | None = None,
    templates: Mapping[str, str] | None = None,
    left: Mapping[str, tuple[str, float]] | None = None,
) -> Report:
    """The report over `runs`, or over those of `project_gids` and since a day.

    Streak and forecast look at all days: a row of days does not begin where a report does.
    """
    theirs = [run for run in runs if project_gids is None or run.project_gid in project_gids]
    told = [run for run in theirs if since is None or day_of(run, zone) >= since]
    wanted = {gid: song for gid, song in (left or {}).items() if project_gids is None or gid in project_gids}
    known = templates or {}
    return Report(
        title=title,
        by=by,
        since=since,
        made_at=now,
        total=row_of("Total", told),
        rows=rows_by(told, by, zone, known),
        days=rows_by(told, "day", zone, known),
        sections=rows_by(told, "section", zone, known),
        tasks=rows_by(told, "task", zone, known),
        streak=streak_of(theirs, now.astimezone(zone).date(), zone),
        forecasts=forecasts(theirs, wanted, now, zone),
    )


def plain_report(report: Report) -> dict[str, Any]:
    """The report as JSON takes it: times in minutes, to a tenth; days in ISO 8601."""
    return {
        "version": JSON_VERSION,
        "title": report.title,
        "by": report.by,
        "since": report.since.isoformat() if report.since else None,
        "made_at": report.made_at.isoformat(),
        "total": _plain_row(report.total),
        "rows": [_plain_row(row) for row in report.rows],
        "streak": asdict(report.streak),
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
    values = asdict(row)
    return {
        (f"{name}_minutes" if name in MINUTES else name): _minutes(value) if name in MINUTES else value
        for name, value in values.items()
    }


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _harmless(text: str) -> str:
    # A spreadsheet runs what begins so; names come from Asana, where others may write them.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
