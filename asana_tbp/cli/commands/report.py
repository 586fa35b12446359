"""`report`: planned against spent, in a terminal, a pipe, a spreadsheet or a browser.

Knows the words of the command and how bars look in a terminal. Must not know how a figure is computed.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asana_tbp.cli.context import AppContext

if TYPE_CHECKING:
    from rich.text import Text

    from asana_tbp.report.history import History
    from asana_tbp.report.report import Report
    from asana_tbp.report.totals import By, Forecast, Row
    from asana_tbp.store.database import Database

_AGO = re.compile(r"(\d{1,4})\s*([dwmy])", re.ASCII)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_WIDEST_LABEL = 34


def report(
    ctx: typer.Context,
    song: Annotated[str | None, typer.Argument(help="A song by its name; default: all.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Boxes that ended since then: 2026-11-01, 7d, 4w or 3m.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="song, section, task, day or template.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with charts that needs nothing else.")
    ] = None,
) -> None:
    """Show where the time went: planned against spent, boxes on time, days in a row, when songs would be done."""
    from asana_tbp.cli.output.console import out, say
    from asana_tbp.errors import UsageError
    from asana_tbp.report.history import history_of, read_sessions
    from asana_tbp.report.report import csv_report, plain_report, report_of
    from asana_tbp.report.task_origin import templates_of

    world: AppContext = ctx.obj
    now = world.clock.now()
    first = _day(since, now) if since else None
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of one answer.", "Give one of them.")
    with world.database() as database:
        history = history_of(read_sessions(database))
        gids, name = _meant(history, song)
        told = report_of(
            history.runs,
            by=_by(by, song),
            now=now,
            title=name,
            project_gids=gids,
            since=first,
            templates=templates_of(database),
            left=_left(database, history, world.settings.default_budget),
        )
    if html is not None:
        from asana_tbp.report.page import page_of

        _write(html, page_of(told))
        say(f"Written: {html}")
        if not (as_json or as_csv):
            return
    if as_json:
        out(json.dumps(plain_report(told), ensure_ascii=False, indent=2))
    elif as_csv:
        out(csv_report(told).rstrip("\n"))
    else:
        _print(told)


def _by(by: str | None, song: str | None) -> By:
    from asana_tbp.errors import UsageError

    match by:
        case None:
            return "task" if song else "song"
        case "song" | "section" | "task" | "day" | "template":
            return by
    raise UsageError(f"--by: {by!r} is not song, section, task, day or template.")


def _day(text: str, now: datetime) -> date:
    """The day meant: `2026-11-01`, or so many days, weeks, months or years ago. Raises `UsageError`."""
    from asana_tbp.errors import UsageError
    from asana_tbp.text import quote

    today = now.astimezone().date()
    ago = _AGO.fullmatch(text.strip().lower())
    try:
        if ago:
            return today - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        if text.strip().lower() in {"today", "yesterday"}:
            return today - timedelta(days=text.strip().lower() == "yesterday")
        return date.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise UsageError(f"--since: {quote(text)} is not a day.", "Write 2026-11-01, 7d, 4w or 3m.") from None


def _meant(history: History, song: str | None) -> tuple[frozenset[str] | None, str]:
    """The projects of the song meant, and its name. Raises `NotFound` and `UsageError`."""
    from asana_tbp.errors import NotFound, UsageError
    from asana_tbp.songmap.task_name import normalize
    from asana_tbp.text import listed, nearest, quote

    if song is None:
        return None, "All songs"
    names: dict[str, str] = {}
    for run in history.runs:
        names[run.project_gid] = run.song
    for waiting in history.waiting:
        names.setdefault(waiting.project_gid, waiting.song)
    key = normalize(song)
    exact = {gid for gid, name in names.items() if gid == song or normalize(name) == key}
    found = exact or {gid for gid, name in names.items() if key and normalize(name).startswith(key)}
    if not found:
        close = nearest(song, names.values())
        meant = f" Did you mean {quote(close)}?" if close else ""
        raise NotFound(f"No song called {quote(song)} was worked on.{meant}", "report shows all songs.")
    if len({normalize(names[gid]) for gid in found}) > 1:
        several = listed((quote(names[gid]) for gid in sorted(found)), last="and")
        raise UsageError(f"{quote(song)} could be {several}.", "Write more of the name.")
    return frozenset(found), names[min(found)]


def _left(database: Database, history: History, default: int) -> dict[str, tuple[str, float]]:
    """What is open: as Asana said at the board's last look, else as the last sessions left it."""
    from asana_tbp.board.progress import SongProgress
    from asana_tbp.report.totals import left_of

    left = left_of(history.waiting)
    known = SongProgress(database).progress(default)
    names = {run.project_gid: run.song for run in history.runs}
    for gid, name in names.items():
        left.setdefault(gid, (name, 0.0))
        if gid in known:
            left[gid] = (name, (known[gid].minutes - known[gid].minutes_done) * 60.0)
    return left


def _write(path: Path, text: str) -> None:
    from asana_tbp.errors import TbpError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TbpError(
            f"{path} can't be written: {error.strerror}", "Check the folder and who may write to it."
        ) from None


# -- in a terminal, or a pipe -------------------------------------------------------------------------


def _print(told: Report) -> None:
    from rich.text import Text

    from asana_tbp.cli.output.console import console, is_live, out
    from asana_tbp.report.page import duration
    from asana_tbp.text import escape_controls

    total, streak = told.total, told.streak
    if not total.timeboxes:
        out("Nothing was worked on yet." if told.since is None else "Nothing was worked on since then.")
        return
    live = is_live()
    width = min(console().width, 110) if live else 100
    since = f" since {told.since.isoformat()}" if told.since else ""
    lines = [Text(f"{escape_controls(told.title)}{since}", style="bold")]
    lines += _bars(told.rows, width)
    lines.append(Text())
    lines.append(
        Text(f"Planned {duration(total.planned)}, spent {duration(total.spent)} in {total.timeboxes} boxes.")
    )
    lines.append(
        Text(
            f"{total.on_time} on time, {total.early} early, {total.late} late, {total.in_asana} done in Asana,"
            f" {total.skipped} skipped, {total.left} left; {total.extended} extended,"
            f" {total.come_backs} to come back to."
        )
    )
    lines.append(
        Text(f"Days in a row: {streak.now} now, {streak.longest} at most; {_days(streak.days)} in all.")
    )
    lines += [Text(_forecast(each)) for each in told.forecasts if each.left > 0]
    if live:
        screen = console()
        for line in lines:
            screen.print(line, soft_wrap=True)
    else:
        for line in lines:
            out(line.plain.rstrip())


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _bars(rows: tuple[Row, ...], width: int) -> list[Text]:
    from rich.cells import cell_len, set_cell_size
    from rich.text import Text

    from asana_tbp.report.page import duration, signed
    from asana_tbp.text import escape_controls

    labels = [escape_controls(row.label) for row in rows]
    label = min(_WIDEST_LABEL, max(map(cell_len, labels), default=0))
    most = max((max(row.planned, row.spent) for row in rows), default=0.0) or 1.0
    figures = [(duration(row.spent), f"of {duration(row.planned)}", signed(row.over)) for row in rows]
    sizes = [max(cell_len(each[at]) for each in figures) for at in range(3)]
    bar = max(8, width - label - sum(sizes) - 10)
    lines = []
    for row, name, words in zip(rows, labels, figures, strict=True):
        fitted = name if cell_len(name) <= label else set_cell_size(name, label - 1) + "…"
        line = Text(set_cell_size(fitted, label) + "  ")
        spent = round(row.spent / most * (bar - 1))
        planned = round(row.planned / most * (bar - 1))
        cells = ["█" if at < spent else " " for at in range(bar)]
        cells[planned] = "│"
        line.append("".join(cells[: planned + 1]), style="green")
        line.append("".join(cells[planned + 1 :]), style="yellow")
        line.append(f"  {words[0]:>{sizes[0]}} {words[1]:<{sizes[1]}}  {words[2]:>{sizes[2]}}")
        lines.append(line)
    return lines


def _forecast(each: Forecast) -> str:
    from asana_tbp.report.page import duration
    from asana_tbp.text import escape_controls

    when = f"finished by {each.finish.isoformat()}" if each.finish else "no day to tell: not worked on lately"
    left, expected = duration(each.left), duration(each.expected)
    return f"{escape_controls(each.song)}: {left} planned still, {expected} expected; {when}."
