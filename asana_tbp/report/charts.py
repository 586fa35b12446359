"""The report's charts as SVG.

Knows pygal, and how to keep it from asking for anything: no script, no font, no file of anybody else. Must
not know the page around them. Colours are the page's own, so that its light, dark and printed forms hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pygal
from pygal.style import Style

from asana_tbp.report.figures import Row
from asana_tbp.songmap.budget import format_budget
from asana_tbp.songmap.wording import cut

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
MOST_DAYS = 31
LONGEST_LABEL = 28

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script.*?</script>|<script[^>]*/>", re.DOTALL)


def planned_and_spent(rows: Sequence[Row]) -> str:
    """A bar for what was planned and one for what was spent, for each of the largest rows."""
    shown = list(rows[:MOST_BARS])[::-1]
    chart = pygal.HorizontalBar(**_settings((PLANNED, SPENT), height=90 + 46 * len(shown)))
    chart.x_labels = [cut(row.label, LONGEST_LABEL) for row in shown]
    # Legends and bars of a horizontal chart run from the bottom up.
    chart.add("spent", [_minutes(row.spent) for row in shown])
    chart.add("planned", [_minutes(row.planned) for row in shown])
    return _drawn(chart, {0: "spent", 1: "planned"})


def by_day(rows: Sequence[Row]) -> str:
    """Minutes spent on each of the last days that were worked on."""
    shown = rows[-MOST_DAYS:]
    chart = pygal.Bar(**_settings((SPENT,), height=300), x_label_rotation=45 if len(shown) > 8 else 0)
    chart.x_labels = [row.label[5:] if len(shown) > 4 else row.label for row in shown]
    chart.add("spent", [_minutes(row.spent) for row in shown])
    return _drawn(chart, {0: "spent"}, legend=False)


def how_they_ended(total: Row) -> str:
    """One bar of all boxes by how they ended."""
    ends = [(name, getattr(total, field), colour) for name, field, colour in ENDS if getattr(total, field)]
    settings = _settings(tuple(colour for _, _, colour in ends) or (SPENT,), height=150)
    settings["value_formatter"] = lambda value: f"{value:.0f}" if value else ""
    settings["show_y_labels"] = False
    chart = pygal.HorizontalStackedBar(**settings)
    chart.x_labels = [""]
    for name, count, _ in ends:
        chart.add(f"{name}: {count}", [count])
    return _drawn(chart, {})


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
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 4,
        "legend_box_size": 11,
        "margin": 8,
        "spacing": 8,
        "rounded_bars": 2,
        "show_minor_x_labels": True,
        "include_x_axis": True,
        "no_data_text": "Nothing yet",
        "value_formatter": lambda value: format_budget(round(value)),
    }


def _drawn(chart: Any, _names: dict[int, str], *, legend: bool = True) -> str:
    chart.config.show_legend = legend
    svg: str = chart.render(is_unicode=True)
    return _COMMENT.sub("", _SCRIPT.sub("", svg)).strip()
