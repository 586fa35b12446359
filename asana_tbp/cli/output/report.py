"""The report in a terminal or a pipe."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from asana_tbp.report.report import Report
from asana_tbp.report.totals import Row
from asana_tbp.report.words import duration, forecast_words, signed, streak_words, summary
from asana_tbp.text import escape_controls, plural

WIDEST = 110
WIDEST_LABEL = 34
SHORTEST_BAR = 8
BUDGETS = ("runs", "median", "suggested")


def report_lines(report: Report, width: int) -> Iterator[Text]:
    """The report for a screen of `width` cells."""
    today = report.made_at.astimezone().date()
    since = f" since {report.scope.since.isoformat()}" if report.scope.since else ""
    yield Text(f"{escape_controls(report.scope.title)}{since}", style="bold")
    yield from bars(report.rows, min(width, WIDEST), budgets=report.scope.by == "task")
    yield Text()
    for sentence in summary(report.total):
        yield Text(sentence)
    yield Text(streak_words(report.streak))
    if report.come_back:
        yield Text(f"To come back to ({plural(len(report.come_back), 'task')}):")
        for mark in report.come_back:
            yield Text(f"  {escape_controls(mark.timebox.title)}, {escape_controls(mark.song)}")
    for each in report.forecasts:
        if each.left > 0:
            words = forecast_words(each, today, is_read=each.project_gid in report.scope.read)
            yield Text(f"{escape_controls(each.song)}: {words}")


def bars(rows: Sequence[Row], width: int, *, budgets: bool) -> Iterator[Text]:
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
    yield Text(" " * (label + 2 + bar) + head, style="dim")
    for row, name, words in zip(rows, labels, figures, strict=True):
        fitted = name if cell_len(name) <= label else set_cell_size(name, label - 1) + "…"
        line = Text(set_cell_size(fitted, label) + "  ")
        spent, planned = (round(seconds / most * (bar - 1)) for seconds in (row.spent, row.planned))
        cells = ["█" if at < spent else " " for at in range(bar)]
        cells[planned] = "│"
        line.append("".join(cells[: planned + 1]), style="green")
        line.append("".join(cells[planned + 1 :]), style="yellow")
        line.append("".join(f"  {word:>{size}}" for word, size in zip(words, sizes, strict=True)))
        yield line
    yield Text("█ spent  │ planned", style="dim")


def _figures(row: Row, *, budgets: bool) -> tuple[str, ...]:
    known = ("" if each is None else duration(each) for each in (row.median_spent, row.suggested))
    learnt = (str(row.runs), *known) if budgets else ()
    return duration(row.spent), duration(row.planned), signed(row.over), *learnt
