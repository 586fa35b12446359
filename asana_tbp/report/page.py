"""The report as one page that needs nothing but itself: no script, no font, no request.

Knows HTML and CSS for screen, dark mode and paper. Must not know how a chart is drawn. Every word that came
from Asana is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from asana_tbp.report.charts import PLANNED, SPENT, by_day, ends_of, how_they_ended, planned_and_spent
from asana_tbp.report.report import Report
from asana_tbp.report.totals import Forecast, Row
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import escape_controls

STYLE = """
:root { color-scheme: light dark; --paper: #fbfbfa; --card: #fff; --ink: #20242a; --quiet: #626b76;
  --line: #dfe2e6; --accent: #2f7ed8; --over: #b4541a; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --card: #1d2127; --ink: #e8eaed;
  --quiet: #a0a9b4; --line: #343a43; --accent: #6aa9ee; --over: #f0a05f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
p.about { color: var(--quiet); margin: 0 0 1.75rem; }
dl { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 0; }
@media screen and (max-width: 44rem) { dl { grid-template-columns: repeat(2, 1fr); } }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; }
dt { color: var(--quiet); font-size: .82rem; } dd { margin: 0; font-size: 1.35rem; font-weight: 650; }
dd small { display: block; font-size: .78rem; font-weight: 400; color: var(--quiet); }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem; }
figure svg { display: block; width: 100%; height: auto; }
@media screen { figure .wide svg { min-width: 34rem; } }
figure svg text { fill: var(--ink) !important; }
figure svg .axis .guides .line, figure svg .axis path { stroke: var(--line) !important; }
figcaption ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .3rem .6rem; padding: 0; list-style: none; }
figcaption { font-size: .9rem; } figcaption i { display: inline-block; width: .8em; height: .8em; margin-right: .45em;
  border: .4em solid; border-radius: .15em; vertical-align: -.06em; print-color-adjust: exact; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .4rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; min-width: 9rem; width: 100%; white-space: normal;
  overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 500; } td.over { color: var(--over); }
tfoot td { font-weight: 650; border-bottom: 0; }
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb; --over: #8a3c0c; font-size: 12px; }
  @page { margin: 16mm; }
  main { max-width: none; padding: 0; } h2 { margin-top: 1.8rem; } th, td { padding: .3rem .6rem; }
  .wide { overflow: visible; }
  figure, dl div, tr { break-inside: avoid; } h2 { break-after: avoid; } thead { display: table-header-group; }
  figure svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def page_of(report: Report) -> str:
    """The whole page."""
    title = _text(f"{report.title}: planned against spent")
    groups = {
        "song": "By song",
        "section": "By section",
        "task": "By task",
        "day": "By day",
        "template": "By template",
    }
    # Nothing may be fetched or run, whatever a name in the report has in it.
    options = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    body = [
        f"<h1>{_text(report.title)}</h1>",
        f'<p class="about">{_about(report)}</p>',
        _figures(report),
    ]
    if report.total.timeboxes:
        shown = report.tasks if report.by in {"task", "day"} else report.rows
        heading = groups["task"] if report.by in {"task", "day"} else groups[report.by]
        body += [
            _chart(
                f"Planned and spent, {heading.lower()}",
                planned_and_spent(shown),
                [("planned", PLANNED), ("spent", SPENT)],
            ),
            _chart("Time spent, by day", by_day(report.days), []),
            _chart(
                "How the boxes ended",
                how_they_ended(report.total),
                [(f"{count} {name}", colour) for name, count, colour in ends_of(report.total)],
            ),
            _forecasts(report.forecasts),
            _table(groups[report.by], report.rows, report.total),
        ]
        if report.by != "task":
            body.append(_table(groups["task"], report.tasks, None))
    else:
        body.append("<p>No box has ended yet.</p>")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{options}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _about(report: Report) -> str:
    here = report.made_at.astimezone()
    made = f"made {_date(here)}, {here:%H:%M}"
    since = f"since {_date(report.since)}, " if report.since else ""
    return _text(f"Planned against spent, {since}{made}")


def _figures(report: Report) -> str:
    total, streak = report.total, report.streak
    share = f"{100 * total.spent / total.planned:.0f} % of the plan" if total.planned else ""
    figures = [
        ("Planned", duration(total.planned), _count(total.tasks, "task")),
        ("Spent", duration(total.spent), share),
        ("Done", str(total.done), f"of {_count(total.timeboxes, 'box', 'boxes')}"),
        ("On time", str(total.on_time), f"{total.early} early, {total.late} late"),
        ("Extended", str(total.extended), "boxes that got more time"),
        ("To come back to", str(total.come_backs), "their time was too short"),
        ("Not finished", str(total.skipped + total.left), f"{total.skipped} skipped, {total.left} left"),
        ("Days in a row", str(streak.now), f"longest {streak.longest}"),
    ]
    cells = "".join(
        f"<div><dt>{_text(name)}</dt><dd>{_text(value)}<small>{_text(more)}</small></dd></div>"
        for name, value, more in figures
    )
    return f"<dl>{cells}</dl>"


def _chart(title: str, svg: str, legend: Iterable[tuple[str, str]]) -> str:
    named = svg.replace("<svg ", f'<svg role="img" aria-label="{_text(title)}" ', 1)
    words = "".join(
        f'<li><i style="background:{colour};border-color:{colour}"></i>{_text(word)}</li>'
        for word, colour in legend
    )
    caption = f"<figcaption><ul>{words}</ul></figcaption>" if words else ""
    # Words must stay legible on a phone; a bar without any may shrink.
    if "<text" in named:
        named = f'<div class="wide">{named}</div>'
    return f"<h2>{_text(title)}</h2>\n<figure>{named}{caption}</figure>"


def _forecasts(found: Iterable[Forecast]) -> str:
    rows = [
        f"<tr><td>{_text(each.song)}</td><td>{_text(duration(each.left))}</td>"
        f"<td>{_text(duration(each.expected))}</td>"
        f"<td>{_text(_date(each.finish, '%b') if each.finish else 'not known yet')}</td></tr>"
        for each in found
        if each.left > 0
    ]
    if not rows:
        return ""
    head = "<tr><th>Song</th><th>Planned still</th><th>Expected</th><th>Finished by</th></tr>"
    return (
        "<h2>When songs would be finished</h2>\n"
        f'<div class="wide"><table><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _table(title: str, rows: Iterable[Row], total: Row | None) -> str:
    names = ("", "Planned", "Spent", "Over", "Boxes", "On time", "Early", "Late", "Extended", "Come back")
    head = "".join(f"<th>{name}</th>" for name in names)
    foot = f"<tfoot>{_cells(total)}</tfoot>" if total else ""
    return (
        f'<h2>{_text(title)}</h2>\n<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(map(_cells, rows))}</tbody>{foot}</table></div>"
    )


def _cells(row: Row) -> str:
    marked = ' class="over"' if round(row.over / 60) > 0 else ""
    counts = (row.timeboxes, row.on_time, row.early, row.late, row.extended, row.come_backs)
    return (
        f"<tr><td>{_text(row.label)}</td><td>{duration(row.planned)}</td><td>{duration(row.spent)}</td>"
        f"<td{marked}>{signed(row.over)}</td>"
        + "".join(f"<td>{count or '·'}</td>" for count in counts)
        + "</tr>"
    )


def _count(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _date(day: date, month: str = "%B") -> str:
    return f"{day.day} {day:{month} %Y}"


def duration(seconds: float) -> str:
    """Seconds as whole minutes in words: `1h30m`."""
    return format_budget(round(seconds / 60))


def signed(seconds: float) -> str:
    """Seconds as whole minutes with their sign: `+6m`, `-1h`, `0m`."""
    minutes = round(seconds / 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}" if minutes < 0 else ""
    return sign + format_budget(abs(minutes))


def _text(text: str) -> str:
    return escape(escape_controls(text))
