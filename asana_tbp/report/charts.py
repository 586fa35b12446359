"""The report's charts as SVG.

Knows pygal, and how to keep it from asking for anything: no script, no font, no file of anybody else. Must
not know the page around them. Colours are the page's own, so that its light, dark and printed forms hold.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pygal
from pygal.style import Style

from asana_tbp.report.totals import Row
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import truncate

# pygal adds a finder for its plugins, of which we have none. Python asks it at every later import, and warns.
sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]

PLANNED, SPENT = "#7d8aa0", "#2f7ed8"
ENDS = (
    ("on time", "on_time", "#2e9e6b"),
    ("early", "early", "#2f7ed8"),
    ("late", "late", "#d9822b"),
    ("in Asana", "in_asana", "#7a6fd0"),
    ("skipped", "skipped", "#b8a13a"),
    ("left", "left", "#9aa3ad"),
    ("undone", "undone", "#c4574e"),
)
MOST_BARS = 12
MOST_DAYS, FEWEST_DAYS = 31, 7
MOST_NAMED_DAYS = 11
LONGEST_LABEL = 28

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script.*?</script>|<script[^>]*/>", re.DOTALL)


def planned_and_spent(rows: Sequence[Row]) -> str:
    """A bar for what was planned and one for what was spent, for each of the largest rows."""
    shown = list(rows[:MOST_BARS])[::-1]
    chart = pygal.HorizontalBar(**_settings((PLANNED, SPENT), height=60 + 46 * len(shown)))
    chart.x_labels = [truncate(row.label, LONGEST_LABEL) for row in shown]
    chart.y_labels = _steps(max((max(row.planned, row.spent) for row in shown), default=0.0))
    chart.add("planned", [_minutes(row.planned) for row in shown])
    chart.add("spent", [_minutes(row.spent) for row in shown])
    return _drawn(chart)


def by_day(rows: Sequence[Row]) -> str:
    """Minutes spent on each of the last days, up to the last one that was worked on; days of rest show as well."""
    spent = {date.fromisoformat(row.label): row.spent for row in rows}
    last = max(spent)
    count = min(MOST_DAYS, max(FEWEST_DAYS, (last - min(spent)).days + 1))
    days = [last - timedelta(days=ago) for ago in reversed(range(count))]
    named = days[:: -(-count // MOST_NAMED_DAYS)]
    settings = _settings((SPENT,), height=280) | {"show_minor_x_labels": False, "truncate_label": -1}
    chart = pygal.Bar(**settings)
    chart.x_labels = [_day(day) for day in days]
    chart.x_labels_major = [_day(day) for day in named]
    chart.y_labels = _steps(max(spent.get(day, 0.0) for day in days))
    chart.add("spent", [_minutes(spent.get(day, 0.0)) for day in days])
    return _drawn(chart)


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def how_they_ended(total: Row) -> str:
    """One bar of all boxes by how they ended, in the order of `ends_of`."""
    ends = ends_of(total)
    settings = _settings(tuple(colour for _, _, colour in ends) or (SPENT,), height=80)
    settings |= {"show_y_labels": False, "show_x_labels": False, "show_y_guides": False, "margin": 4}
    chart = pygal.HorizontalStackedBar(**settings, range=(0, total.timeboxes))
    chart.x_labels = [""]
    for name, count, _ in ends:
        chart.add(name, [count])
    return _drawn(chart)


def ends_of(total: Row) -> list[tuple[str, int, str]]:
    """How boxes ended: a word, how many, and the colour of its part of the bar; only what there is."""
    return [(name, getattr(total, field), colour) for name, field, colour in ENDS if getattr(total, field)]


def _steps(seconds: float) -> list[int]:
    """Round minutes for an axis up to `seconds`, at most eight of them."""
    most = seconds / 60
    step = next((step for step in (5, 10, 15, 30, 60, 120, 300, 600, 1200) if most / step <= 8), 3000)
    return list(range(0, math.ceil(most / step) * step + 1, step)) or [0]


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _settings(colours: tuple[str, ...], height: int) -> dict[str, Any]:
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#5b6470",
        foreground_strong="#3c444e",
        foreground_subtle="#aab2bd",
        font_family="system-ui, sans-serif",
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        value_font_size=12,
        tooltip_font_size=12,
        no_data_font_size=16,
        opacity="1",
        opacity_hover="0.85",
        transition="0s",
        colors=colours,
    )
    return {
        "style": style,
        "js": (),
        "width": 760,
        "height": height,
        "explicit_size": False,
        "disable_xml_declaration": True,
        # The page has its own, which breaks its lines where a chart's cuts them off.
        "show_legend": False,
        "margin": 8,
        "spacing": 8,
        "rounded_bars": 2,
        "show_minor_x_labels": True,
        "include_x_axis": True,
        "no_data_text": "Nothing yet",
        "value_formatter": lambda value: format_budget(round(value)),
    }


def _drawn(chart: Any) -> str:
    svg: str = chart.render(is_unicode=True)
    return _COMMENT.sub("", _SCRIPT.sub("", svg)).strip()
