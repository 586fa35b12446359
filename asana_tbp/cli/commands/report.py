"""`report`: planned against spent, in a terminal, a pipe, a spreadsheet or a browser."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from rich.cells import cell_len, set_cell_size
from rich.text import Text as Line

from asana_tbp.board.local import LocalBoard
from asana_tbp.board.store import BoardStore
from asana_tbp.board.view import Progress, find_song
from asana_tbp.bridge.lookup import find_by_name, gid_in
from asana_tbp.cli.output.console import console, emit_json, is_live, out, out_file, say
from asana_tbp.cli.output.session_text import print_failed
from asana_tbp.cli.parameters import Text, WithJson
from asana_tbp.cli.prompts.question import one_of
from asana_tbp.errors import UsageError
from asana_tbp.report.history import History, read_history
from asana_tbp.report.page import page_of
from asana_tbp.report.report import Report, Scope, csv_report, plain_report, report_of
from asana_tbp.report.totals import By, Row, duration, signed
from asana_tbp.session.come_back import open_marks
from asana_tbp.songmap.task_name import read_name
from asana_tbp.store.outbox import Outbox
from asana_tbp.system.atomic_file import write_new, write_over
from asana_tbp.text import escape_controls, plural, quote

_AGO = re.compile(r"(\d{1,4})\s*([dwmy])", re.ASCII)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}

WIDEST = 110
WIDEST_LABEL = 34
SHORTEST_BAR = 8
BUDGETS = ("runs", "median", "suggested")


def report(
    context: WithJson,
    song: Annotated[Text, "[SONG]", "A song by its name; default: all."] = None,
    since: Annotated[Text, "DAY", "Only work since then: 2026-11-01, 7d, 4w or 3m."] = None,
    by: Annotated[By | None, "What a row is. With `task`, budgets are suggested."] = None,
    as_csv: Annotated[bool, "--csv", "Print CSV."] = False,
    html: Annotated[Path | None, "FILE", "Write a page with charts, for a browser."] = None,
    force: Annotated[bool, "Replace the file of --html."] = False,
) -> None:
    """Show where the time went.

    Planned against spent, how tasks ended, your streak, what to come back to, and when songs would be done. With
    --by task, tasks that you finished five times or more get a suggested budget.

    Examples:
    asana-tbp report
    asana-tbp report "Midnight Galaxy"
    asana-tbp report --by task --since 4w
    asana-tbp report --html songs.html
    """
    if context.as_json and as_csv:
        raise UsageError("--json and --csv are two forms of one answer.", "Give one of them.")
    now = context.clock.now()
    first = _day(since, now) if since else None
    with context.board() as board:
        database, default = board.database, context.settings.default_budget
        history, progress = read_history(database), board.store.progress(default)
        gids, title = _song(history, board, song)
        left = left_by_song(board.store, history, progress, default)
        row = by or ("task" if song else "song")
        read = frozenset(gid for gid, seen in progress.items() if seen.read_at)
        scope = Scope(row, title, gids, first, open_marks(database), left, read)
        result = report_of(history.runs, now, scope)
        if not (context.as_json or as_csv):
            print_failed(Outbox(database).parked())
    if history.unreadable:
        say(f"{plural(history.unreadable, 'session')} could not be read to the end and may be missing here.")
    if html is not None:
        if force:
            write_over(html, page_of(result))
        else:
            write_new(html, page_of(result), "--html, or replace it with --force")
        say(f"Written: {html}")
        if not (context.as_json or as_csv):
            return
    if context.as_json:
        emit_json("report", **plain_report(result))
    elif as_csv:
        out_file(csv_report(result).rstrip("\n"))
    elif not result.total.runs:
        of_song = "" if gids is None else f" on {title}"
        out(f"No work{of_song} recorded {'yet' if first is None else 'since then'}.")
    elif is_live():
        screen = console()
        for line in report_lines(result, screen.width):
            screen.print(line)
    else:
        for line in report_lines(result, 100):
            out(line.plain.rstrip())


def _day(text: str, now: datetime) -> date:
    """The day that `text` names: `2026-11-01`, or so many days, weeks, months or years ago. Raises `UsageError`."""
    word = text.strip().lower()
    try:
        if ago := _AGO.fullmatch({"today": "0d", "yesterday": "1d"}.get(word, word)):
            return now.astimezone().date() - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        return date.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise UsageError(f"--since: {quote(text)} is not a day.", "Write 2026-11-01, 7d, 4w or 3m.") from None


def _song(history: History, board: LocalBoard, query: str | None) -> tuple[frozenset[str] | None, str]:
    """The projects of the song with this name, gid or link, and its name.

    Of several songs of one name that are not archived the user must choose one; otherwise all projects that ever had
    the name are reported together. Raises `NotFound` and `UsageError`.
    """
    if query is None:
        return None, "All songs"
    songs = board.all_songs()
    names = {song.project_gid or "": song.name for song in songs}
    names |= {waiting.project_gid: waiting.song for waiting in history.waiting}
    names |= {run.timebox.project_gid: run.timebox.song for run in history.runs}
    gid = gid_in(query)
    if gid in names:
        return frozenset({gid}), names[gid]
    hint = "To see all songs: asana-tbp report"
    name = find_by_name(query, sorted(set(names.values())), lambda each: each, "song", hint=hint)
    alike = [song for song in songs if names[song.project_gid or ""] == name and not song.archived]
    if len(alike) > 1:
        chosen = one_of(lambda: find_song(alike, name, "song"))
        return frozenset({chosen.project_gid or ""}), name
    return frozenset(gid for gid, each in names.items() if each == name), name


def left_by_song(
    store: BoardStore, history: History, looks: Mapping[str, Progress], default: int
) -> dict[str, tuple[str, float]]:
    """What is open in each song, in seconds: as Asana showed it at the board's last look, less what was done since.

    `looks` are the store's, by project. For songs that the board never looked at, as the last sessions left them.
    """
    left: dict[str, tuple[str, float]] = {}
    for waiting in history.waiting:
        name, seconds = left.get(waiting.project_gid, (waiting.song, 0.0))
        left[waiting.project_gid] = (name, seconds + waiting.seconds)
    last = {run.timebox.gid: run for run in history.runs}
    for gid, name in {run.timebox.project_gid: run.timebox.song for run in history.runs}.items():
        left.setdefault(gid, (name, 0.0))
        if gid in looks and (seen := looks[gid].read_at):
            tasks = (
                task
                for task in store.open_tasks(gid)
                if not ((run := last.get(task.gid)) and run.done and run.ended_at >= seen)
            )
            left[gid] = (name, sum((read_name(task.name).minutes or default) * 60.0 for task in tasks))
    return left


def report_lines(report: Report, width: int) -> Iterator[Line]:
    """The report for a screen of `width` cells."""
    today = report.made_at.astimezone().date()
    since = f" since {report.scope.since.isoformat()}" if report.scope.since else ""
    yield Line(f"{escape_controls(report.scope.title)}{since}", style="bold")
    yield from bars(report.rows, min(width, WIDEST), budgets=report.scope.by == "task")
    yield Line()
    for sentence in (*report.total.sentences, report.streak.sentence):
        yield Line(sentence)
    if report.come_back:
        yield Line(f"To come back to ({plural(len(report.come_back), 'task')}):")
        for mark in report.come_back:
            yield Line(f"  {escape_controls(mark.timebox.title)}, {escape_controls(mark.song)}")
    for each in report.forecasts:
        if each.left > 0:
            yield Line(f"{escape_controls(each.song)}: {each.sentence(today)}")


def bars(rows: Sequence[Row], width: int, *, budgets: bool) -> Iterator[Line]:
    """One line per row: its name, a bar of what was spent with a mark at what was planned, and the figures."""
    figures = [_figures(row, budgets=budgets) for row in rows]
    heads = ("spent", "planned", "over", *(BUDGETS if budgets else ()))
    sizes = [max(map(len, column)) for column in zip(heads, *figures, strict=True)]
    labels = [escape_controls(row.label) for row in rows]
    most_label = max(SHORTEST_BAR, width - sum(sizes) - 2 * len(sizes) - SHORTEST_BAR - 2)
    label = min(WIDEST_LABEL, most_label, max(map(cell_len, labels)))
    bar = max(SHORTEST_BAR, width - label - 2 - sum(sizes) - 2 * len(sizes))
    most = max(max(row.planned, row.spent) for row in rows) or 1.0
    head = "".join(f"  {word:>{size}}" for word, size in zip(heads, sizes, strict=True))
    yield Line(" " * (label + 2 + bar) + head, style="dim")
    for row, name, words in zip(rows, labels, figures, strict=True):
        fitted = name if cell_len(name) <= label else set_cell_size(name, label - 1) + "…"
        line = Line(set_cell_size(fitted, label) + "  ")
        spent, planned = (round(seconds / most * (bar - 1)) for seconds in (row.spent, row.planned))
        cells = ["█" if at < spent else " " for at in range(bar)]
        cells[planned] = "│"
        line.append("".join(cells[: planned + 1]), style="green")
        line.append("".join(cells[planned + 1 :]), style="yellow")
        line.append("".join(f"  {word:>{size}}" for word, size in zip(words, sizes, strict=True)))
        yield line
    yield Line("█ spent  │ planned", style="dim")


def _figures(row: Row, *, budgets: bool) -> tuple[str, ...]:
    known = ("" if each is None else duration(each) for each in (row.median_spent, row.suggested))
    learnt = (str(row.runs), *known) if budgets else ()
    return duration(row.spent), duration(row.planned), signed(row.over), *learnt
