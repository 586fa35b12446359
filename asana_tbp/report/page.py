"""The report as one self-contained HTML page: no script, no font, no request."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from importlib.resources import files
from string import Template

from asana_tbp.report.report import MINUTES, Report
from asana_tbp.report.totals import DONE, OPEN, Row, duration, signed
from asana_tbp.text import escape_controls, plural, weekday_text

_FILES = files("asana_tbp.report")
MOST_BARS = 12
MOST_DAYS = 14


def text_of(text: str) -> str:
    """Text as it stands in a page: no markup, no control character."""
    return escape(escape_controls(text))


def page_of(report: Report) -> str:
    """The whole page."""
    made, first = report.made_at.astimezone(), report.scope.since
    since = f"since {first.day} {first:%B %Y}, " if first else ""
    worked = _worked(report) if report.total.runs else ["<p>No work recorded yet.</p>"]
    page, style = (_FILES.joinpath(f"page.{kind}").read_text(encoding="utf-8") for kind in ("html", "css"))
    return Template(page).substitute(
        title=text_of(report.scope.title),
        style=style,
        about=f"Planned against spent, {since}made {made.day} {made:%B %Y}, {made:%H:%M}",
        content="\n".join(filter(None, worked)),
    )


def _worked(report: Report) -> Iterable[str]:
    today = report.made_at.astimezone().date()
    yield _figures(report)
    yield _names("To come back to", [(mark.timebox.title, mark.song) for mark in report.come_back])
    yield _card("Days worked", by_day(report.days, today))
    by_task = report.scope.by in {"task", "day"}
    rows = report.tasks if by_task else report.rows
    key = '<i class="spent"></i>spent</li><li><i class="mark"></i>planned'
    legend = f'<ul class="legend"><li>{key}</li></ul>'
    group = "task" if by_task else report.scope.by
    yield _card(f"Planned and spent, by {group}", planned_and_spent(rows) + legend)
    yield _card("How the tasks ended", how_they_ended(report.total))
    open_songs = [each for each in report.forecasts if each.left > 0]
    yield _names("When songs would be done", [(each.song, each.sentence(today)) for each in open_songs])
    yield _table(report.scope.by, report.rows, report.total)
    if report.scope.by != "task":
        yield _table("task", report.tasks, None)


def _figures(report: Report) -> str:
    total, streak = report.total, report.streak
    open_tasks = total.tasks - total.done
    figures = [
        ("Spent", duration(total.spent), f"of {duration(total.planned)} planned"),
        ("Done", f"{total.done} of {plural(total.tasks, 'task')}", f"in {plural(total.runs, 'run')}"),
        ("On time", plural(total.on_time, "task"), total.counts(DONE[1:])),
        ("Streak", plural(streak.now, "day"), f"best: {streak.longest}"),
    ]
    if open_tasks:
        figures.append(("Not finished", plural(open_tasks, "task"), total.counts(OPEN)))
    if total.extended:
        figures.append(("Extended", plural(total.extended, "run"), "got more time"))
    cells = "".join(
        f"<div><dt>{name}</dt><dd>{value}{f'<small>{more}</small>' if more else ''}</dd></div>"
        for name, value, more in figures
    )
    return f"<dl>{cells}</dl>"


def _card(title: str, content: str) -> str:
    return f'<h2>{text_of(title)}</h2>\n<div class="card">{content}</div>'


def _names(title: str, names: Iterable[tuple[str, str]]) -> str:
    lines = [f"<li>{text_of(name)} <small>{text_of(more)}</small></li>" for name, more in names]
    return _card(title, f'<ul class="names">{"".join(lines)}</ul>') if lines else ""


OF_TASKS = ("median_spent", "suggested", "runs", "done", "late")
OF_GROUPS = ("runs", "done", "on_time", "early", "late", "skipped", "extended")
"""Columns for wide screens."""

HEADS = {"median_spent": "Median", "on_time": "On time"}


def _table(group: str, rows: tuple[Row, ...], total: Row | None) -> str:
    of_group = OF_TASKS if group == "task" else OF_GROUPS
    more = [field for field in of_group if any(getattr(row, field) for row in rows)]
    heads = ["<th>Planned</th><th>Spent</th><th>Over</th>"]
    heads += [f'<th class="more">{HEADS.get(field, field.capitalize())}</th>' for field in more]

    def line(row: Row) -> str:
        over = ' class="over"' if round(row.over / 60) > 0 else ""
        cells = [f"<td>{duration(row.planned)}</td><td>{duration(row.spent)}</td>"]
        cells.append(f"<td{over}>{signed(row.over)}</td>")
        for field in more:
            value = getattr(row, field)
            text = duration(value) if value and field in MINUTES else str(value or "·")
            cells.append(f'<td class="more">{text}</td>')
        return f"<tr><td>{text_of(row.label)}</td>{''.join(cells)}</tr>"

    foot = f"<tfoot>{line(total)}</tfoot>" if total else ""
    return (
        f"<h2>By {group}</h2>\n<table><thead><tr><th>{group.capitalize()}</th>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(map(line, rows))}</tbody>{foot}</table>"
    )


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
        _bar(weekday_text(date.fromisoformat(row.label), today), duration(row.spent), row.spent / most)
        for row in shown
    )


def how_they_ended(total: Row) -> str:
    """One bar of all tasks by how they ended, with its legend; ends that did not happen are left out."""
    ends = [(word, field, count) for word, field in (*DONE, *OPEN) if (count := getattr(total, field))]
    parts = "".join(f'<i class="{field}" style="flex:{count}"></i>' for _, field, count in ends)
    legend = "".join(f'<li><i class="{field}"></i>{count} {word}</li>' for word, field, count in ends)
    return f'<div class="stack" aria-hidden="true">{parts}</div><ul class="legend">{legend}</ul>'


def _list(bars: Iterable[str]) -> str:
    return f'<ul class="bars">{"".join(bars)}</ul>'


def _bar(label: str, figures: str, share: float, mark: float | None = None) -> str:
    planned = "" if mark is None else f'<b style="left:{100 * mark:.1f}%"></b>'
    return (
        f"<li><span>{text_of(label)}</span><em>{text_of(figures)}</em>"
        f'<div aria-hidden="true"><i style="width:{100 * share:.1f}%"></i>{planned}</div></li>'
    )
