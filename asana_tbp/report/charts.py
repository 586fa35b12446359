"""The report's charts: bars in plain HTML and CSS, whose words wrap on a phone and are read out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from asana_tbp.report.totals import Row
from asana_tbp.report.words import DONE, OPEN, day_words, duration
from asana_tbp.text import escape_controls

COLOURS = {
    "on_time": "#2e9e6b",
    "early": "#2f7ed8",
    "late": "#d9822b",
    "in_asana": "#7a6fd0",
    "skipped": "#b8a13a",
    "left": "#9aa3ad",
    "undone": "#c4574e",
}
MOST_BARS = 12
MOST_DAYS = 14


def text_of(text: str) -> str:
    """Text as it stands in a page: no markup, no control character."""
    return escape(escape_controls(text))


def planned_and_spent(rows: Sequence[Row]) -> str:
    """A bar of what was spent, with a mark at what was planned, for each of the largest rows."""
    most = max((max(row.planned, row.spent) for row in rows), default=0.0) or 1.0
    return _list(
        _bar(
            row.label,
            f"{duration(row.spent)} of {duration(row.planned)}",
            row.spent / most,
            row.planned / most,
        )
        for row in rows[:MOST_BARS]
    )


def by_day(days: Sequence[Row], today: date) -> str:
    """A bar for each of the last days that were worked, the latest first."""
    shown = list(reversed(days))[:MOST_DAYS]
    most = max((row.spent for row in shown), default=0.0) or 1.0
    return _list(
        _bar(day_words(date.fromisoformat(row.label), today), duration(row.spent), row.spent / most)
        for row in shown
    )


def how_they_ended(total: Row) -> str:
    """One bar of all tasks by how they ended, with its legend; ends that did not happen are left out."""
    ends = [(word, getattr(total, field), COLOURS[field]) for word, field in (*DONE, *OPEN)]
    ends = [end for end in ends if end[1]]
    parts = "".join(f'<i style="flex:{count};background:{colour}"></i>' for _, count, colour in ends)
    legend = "".join(
        f'<li><i style="background:{colour}"></i>{count} {word}</li>' for word, count, colour in ends
    )
    return f'<div class="stack" aria-hidden="true">{parts}</div><ul class="legend">{legend}</ul>'


def _list(bars: Iterable[str]) -> str:
    return f'<ul class="bars">{"".join(bars)}</ul>'


def _bar(label: str, figures: str, share: float, mark: float | None = None) -> str:
    planned = "" if mark is None else f'<b style="left:{100 * mark:.1f}%"></b>'
    return (
        f"<li><span>{text_of(label)}</span><em>{text_of(figures)}</em>"
        f'<div aria-hidden="true"><i style="width:{100 * share:.1f}%"></i>{planned}</div></li>'
    )
