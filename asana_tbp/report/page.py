"""The report as one HTML page that needs nothing but itself: no script, no font, no request."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from asana_tbp.report.charts import by_day, how_they_ended, planned_and_spent, text_of
from asana_tbp.report.report import Report
from asana_tbp.report.totals import Row
from asana_tbp.report.words import DONE, OPEN, counts, duration, forecast_words, signed
from asana_tbp.text import plural

STYLE = """
:root { color-scheme: light dark; --paper: #fbfbfa; --card: #fff; --ink: #20242a; --quiet: #5c6570;
  --line: #dfe2e6; --accent: #2f7ed8; --track: #eceef1; --over: #a8480f; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --card: #1d2127; --ink: #e8eaed;
  --quiet: #a0a9b4; --line: #343a43; --accent: #4a90dc; --track: #2a3038; --over: #f0a05f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
p.about { color: var(--quiet); margin: 0 0 1.75rem; }
dl { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 0; }
dl div, .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; }
dt { color: var(--quiet); font-size: .82rem; } dd { margin: 0; font-size: 1.35rem; font-weight: 650; }
dd small { display: block; font-size: .78rem; font-weight: 400; color: var(--quiet); }
ul { list-style: none; margin: 0; padding: 0; overflow-wrap: anywhere; }
.names li { padding: .1rem 0; } .names small { color: var(--quiet); font-size: .85rem; }
.bars { display: grid; gap: .6rem; }
.bars li { display: grid; grid-template-columns: 1fr auto; column-gap: 1rem; font-size: .92rem; }
.bars em { font-style: normal; color: var(--quiet); font-variant-numeric: tabular-nums; text-align: right; }
.bars div { grid-column: 1 / -1; position: relative; height: .8rem; margin-top: .15rem; background: var(--track);
  border-radius: .2rem; }
.bars i { display: block; height: 100%; background: var(--accent); border-radius: .2rem; min-width: 2px; }
.bars b { position: absolute; top: -.2rem; bottom: -.2rem; width: 3px; margin-left: -1.5px; background: var(--ink); }
.stack { display: flex; height: 1.6rem; gap: 2px; border-radius: .2rem; overflow: hidden; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .9rem; margin-top: .6rem; }
.legend i { display: inline-block; width: .8em; height: .8em; margin-right: .45em; border-radius: .15em; }
.legend i.mark { width: 3px; height: 1em; background: var(--ink); vertical-align: -.12em; }
.legend i.spent { background: var(--accent); }
.stack i, .legend i, .bars i, .bars b, .bars div { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .4rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; width: 100%; white-space: normal; overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 500; } td.over { color: var(--over); }
tfoot td { font-weight: 650; border-bottom: 0; }
@media screen and (max-width: 44rem) { dl { grid-template-columns: repeat(2, 1fr); } .more { display: none; }
  main { padding: 1.5rem 1rem 3rem; } th, td { padding: .4rem .35rem; } }
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --line: #bbb; --over: #8a3c0c; font-size: 12px; }
  @page { margin: 16mm; }
  main { max-width: none; padding: 0; } h2 { margin-top: 1.8rem; } th, td { padding: .3rem .6rem; }
  .card, dl div, tr, .bars li { break-inside: avoid; } h2 { break-after: avoid; }
  thead { display: table-header-group; }
}
"""

SECURITY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing may be fetched or run, whatever a name in the report has in it."""

GROUPS = {"song": "Song", "section": "Section", "task": "Task", "day": "Day", "template": "Template"}


def page_of(report: Report) -> str:
    """The whole page."""
    heading = f"{text_of(report.title)}: planned against spent"
    parts = [
        f"<h1>{text_of(report.title)}</h1>",
        f'<p class="about">{text_of(_about(report))}</p>',
        *(_worked(report) if report.total.runs else ["<p>No work recorded yet.</p>"]),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{SECURITY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{heading}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _worked(report: Report) -> Iterable[str]:
    today = report.made_at.astimezone().date()
    yield _figures(report)
    yield _names("To come back to", [(mark.timebox.title, mark.song) for mark in report.come_back])
    yield _card("Days worked", by_day(report.days, today))
    by_task = report.by in {"task", "day"}
    rows = report.tasks if by_task else report.rows
    key = '<i class="spent"></i>spent</li><li><i class="mark"></i>planned'
    legend = f'<ul class="legend"><li>{key}</li></ul>'
    group = "task" if by_task else report.by
    yield _card(f"Planned and spent, by {group}", planned_and_spent(rows) + legend)
    yield _card("How the tasks ended", how_they_ended(report.total))
    open_songs = [each for each in report.forecasts if each.left > 0]
    yield _names(
        "When songs would be done", [(each.song, forecast_words(each, today)) for each in open_songs]
    )
    yield _table(GROUPS[report.by], report.rows, report.total)
    if report.by != "task":
        yield _table(GROUPS["task"], report.tasks, None)


def _about(report: Report) -> str:
    made = report.made_at.astimezone()
    since = f"since {report.since.day} {report.since:%B %Y}, " if report.since else ""
    return f"Planned against spent, {since}made {made.day} {made:%B %Y}, {made:%H:%M}"


def _figures(report: Report) -> str:
    total, streak = report.total, report.streak
    open_tasks = total.tasks - total.done
    figures = [
        ("Spent", duration(total.spent), f"of {duration(total.planned)} planned"),
        ("Done", f"{total.done} of {plural(total.tasks, 'task')}", f"in {plural(total.runs, 'run')}"),
        ("On time", plural(total.on_time, "task"), counts(total, DONE[1:])),
        ("Streak", plural(streak.now, "day"), f"best: {streak.longest}"),
    ]
    if open_tasks:
        figures.append(("Not finished", plural(open_tasks, "task"), counts(total, OPEN)))
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


# -- the table ----------------------------------------------------------------------------------------

Cell = Callable[[Row], str]
CORE: tuple[tuple[str, Cell], ...] = (
    ("Planned", lambda row: duration(row.planned)),
    ("Spent", lambda row: duration(row.spent)),
    ("Over", lambda row: signed(row.over)),
)
TIMES: dict[str, Cell] = {
    "median_spent": lambda row: duration(row.median_spent or 0),
    "suggested": lambda row: duration(row.suggested or 0),
}
"""Columns for wide screens that are lengths of time; the others are counts."""

HEADS = {"median_spent": "Median", "on_time": "On time"}
OF_TASKS = ("median_spent", "suggested", "runs", "done", "late")
OF_GROUPS = ("runs", "done", "on_time", "early", "late", "skipped", "extended")


def _table(group: str, rows: tuple[Row, ...], total: Row | None) -> str:
    fields = [
        field
        for field in (OF_TASKS if group == "Task" else OF_GROUPS)
        if any(getattr(row, field) for row in rows)
    ]
    heads = [f"<th>{name}</th>" for name, _ in CORE]
    heads += [f'<th class="more">{HEADS.get(field, field.capitalize())}</th>' for field in fields]

    def line(row: Row) -> str:
        over = ' class="over"' if round(row.over / 60) > 0 else ""
        cells = [f"<td{over if name == 'Over' else ''}>{cell(row)}</td>" for name, cell in CORE]
        for field in fields:
            value = TIMES[field](row) if field in TIMES else str(getattr(row, field))
            cells.append(f'<td class="more">{value if getattr(row, field) else "·"}</td>')
        return f"<tr><td>{text_of(row.label)}</td>{''.join(cells)}</tr>"

    foot = f"<tfoot>{line(total)}</tfoot>" if total else ""
    return (
        f"<h2>By {group.lower()}</h2>\n<table><thead><tr><th>{group}</th>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(map(line, rows))}</tbody>{foot}</table>"
    )
