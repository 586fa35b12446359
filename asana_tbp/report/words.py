"""The figures of a report as people read them, one wording for the terminal and the page. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date

from asana_tbp.report.totals import Forecast, Row, Streak
from asana_tbp.songmap.budget import format_budget
from asana_tbp.text import day_text, plural

DONE = (("on time", "on_time"), ("early", "early"), ("late", "late"), ("in Asana", "in_asana"))
OPEN = (("skipped", "skipped"), ("left open", "left"), ("undone", "undone"))


def duration(seconds: float) -> str:
    """Seconds as whole minutes: `1h30m`."""
    return format_budget(round(seconds / 60))


def signed(seconds: float) -> str:
    """Seconds as whole minutes with their sign: `+6m`, `-1h`, `0m`."""
    minutes = round(seconds / 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}" if minutes < 0 else ""
    return sign + format_budget(abs(minutes))


def day_words(day: date, today: date) -> str:
    """A day with its weekday, and its year where that is not this one's: `Fri 27 Nov`."""
    return f"{day:%a} {day_text(day, today)}"


def counts(row: Row, names: Iterable[tuple[str, str]]) -> str:
    """`9 on time, 3 early`, without zeros."""
    return ", ".join(f"{count} {word}" for word, field in names if (count := getattr(row, field)))


def summary(total: Row) -> Iterator[str]:
    """The sentences under a report."""
    yield (
        f"Spent {duration(total.spent)} of {duration(total.planned)} planned:"
        f" {total.done} of {plural(total.tasks, 'task')} done in {plural(total.runs, 'run')}."
    )
    ended = [counts(total, DONE), counts(total, OPEN)]
    more = f"{plural(total.extended, 'run')} got more time" if total.extended else ""
    sentence = "; ".join(part for part in (*ended, more) if part)
    if sentence:
        yield f"{sentence[:1].upper()}{sentence[1:]}."


def streak_words(streak: Streak) -> str:
    """`Streak: 2 days (best: 5), 9 days in total.`"""
    if not streak.days:
        return "Streak: none yet. A day counts on which a task was done."
    now = plural(streak.now, "day") if streak.now else "none at present"
    return f"Streak: {now} (best: {streak.longest}), {plural(streak.days, 'day')} in total."


def forecast_words(forecast: Forecast, today: date, *, is_read: bool) -> str:
    """`1h30m still planned, likely to take 2h; done by Sat 5 Dec.` `is_read` if Asana gave what is planned."""
    left, expected = duration(forecast.left), duration(forecast.expected)
    known = "" if is_read else " as far as known here"
    likely = "" if left == expected else f", likely to take {expected}"
    unknown = "no date yet (too little work lately to say)"
    when = f"done by {day_words(forecast.finish, today)}" if forecast.finish else unknown
    return f"{left} still planned{known}{likely}; {when}."
