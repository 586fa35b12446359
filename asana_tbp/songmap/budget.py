"""The one grammar of times: budgets (`25m`, `1h30m`, `1,5 Std.`, `25分`) and durations with seconds (`90s`).

The grammar is our own because the known ones read a bare `25` as seconds, and a strict budget read wrongly
is worse than one refused. Imports nothing heavy: the timer reads budgets on every start.
"""

import re
import unicodedata
from fractions import Fraction

from asana_tbp.songmap.grammar import IN_WORDS, PATTERNS
from asana_tbp.text import quote

LONGEST = 24 * 60
"""Longest time budget of one task, in minutes: what is longer is several tasks."""

_LONGEST_TEXT = 40
_ONE_SPELLING = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(char): to
    for chars, to in (("【〔〖", "["), ("】〕〗", "]"), ("\t\n\r\x0b\x0c\u200b\u2060\ufeff", " "), ("〜", "~"))
    for char in chars
} | dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")  # fmt: skip


class AnswerError(ValueError):
    """A text that is not a valid answer; the message says why and what to write instead."""


class BudgetError(AnswerError):
    """A text that is not a time budget."""


class BudgetSizeError(BudgetError):
    """A time budget whose amount is impossible: nothing, more than a day, or not whole minutes."""


def one_spelling(text: str) -> str:
    """The text with ordinary blanks, digits, letters and brackets for their full-width and odd forms.

    Every character keeps its position, so the place of a match holds for the original text too.
    """
    return text.translate(_ONE_SPELLING)


def parse_budget(text: str, what: str = "a time budget", form: str = "25m or 1h30m") -> int:
    """Whole minutes, 1 to 1440, of a written time budget.

    Reads `20m`, `1h`, `1h30m`, `1h 30`, `1.5h`, `1,5 Std.`, `90 min.`, `~20m`, `2 hours and 5 minutes`, `25分`; a
    number without a unit is minutes. Case does not count. After hours, minutes go to 59. Raises BudgetError
    when the text isn't a budget, and its subclass BudgetSizeError when the amount is impossible. The message says
    that it is not `what`, and to write it in the `form`.
    """
    folded = _folded(text)
    if written := _whole(folded):
        return minutes_of(written, text)
    if folded[:1] in ("-", "−") and _whole(folded[1:]):
        raise BudgetSizeError(f"{quote(text)} is less than no time; a time budget is at least 1m")
    better = suggested_budget(folded) or suggested_budget(f"{folded}m") or form
    raise BudgetError(f"{quote(text, _LONGEST_TEXT)} is not {what}; write {better}")


def _whole(folded: str) -> re.Match[str] | None:
    forms = (PATTERNS[name] for name in ("bare_number", "budget", "hours_and_number"))
    return next(filter(None, (form.fullmatch(folded) for form in forms)), None)


def _folded(text: str) -> str:
    """The text with single blanks and ordinary characters; "" for one that is too long for a time."""
    folded = " ".join(one_spelling(text[: 2 * _LONGEST_TEXT]).split())
    return folded if len(text) <= 2 * _LONGEST_TEXT and len(folded) <= _LONGEST_TEXT else ""


def suggested_budget(text: str) -> str | None:
    """What a text that isn't a budget probably means, in our spelling: `1h30m` for `1:30`, `30m` for `20-30 min`."""
    if clock := PATTERNS["hours_colon_minutes"].fullmatch(text):
        hours, minutes = int(clock[1]), int(clock[2])
        # Where hours would be too long for a task, people mean minutes and seconds.
        in_hours = hours < 3 or clock[3]
        written = f"{hours}h{minutes}" if in_hours else f"{hours}m" if minutes == 0 else ""
    elif in_words := [each for each in IN_WORDS if re.fullmatch(IN_WORDS[each], text, re.IGNORECASE)]:
        written = f"{in_words[0]}m" if in_words[0] else ""
    else:
        found = PATTERNS["range"].fullmatch(text)
        written = found[1] if found else ""
    try:
        return format_budget(parse_budget(written)) if written else None
    except BudgetError:
        return None


def minutes_of(written: re.Match[str], text: str) -> int:
    """Minutes of a match of the pattern `amount`; `text` is what a refusal quotes. Raises BudgetSizeError."""
    groups = written.groupdict()
    rest = groups.get("minutes") or groups.get("rest") or (30 if groups.get("half") else None)
    if groups.get("only"):
        minutes = _scaled(groups["only"], 1, text)
    elif rest is None:
        minutes = _scaled(groups["hours"], 60, text)
    elif not groups["hours"].isdigit():
        raise BudgetSizeError(f"{quote(text)} has a fraction of an hour and minutes; write 25m or 1h30m")
    elif int(rest) > 59:
        raise BudgetSizeError(f"{quote(text)} has more than 59 minutes after its hours; write 25m or 1h30m")
    else:
        minutes = int(groups["hours"]) * 60 + int(rest)
    if minutes == 0:
        raise BudgetSizeError(f"{quote(text)} is no time at all; a time budget is at least 1m")
    if minutes > LONGEST:
        raise BudgetSizeError(f"{quote(text)} is longer than a day; a time budget is at most 24h")
    return minutes


def _scaled(number: str, minutes_each: int, text: str) -> int:
    """Minutes of a decimal number of units, exact: no binary fraction may round 0.1h to 5 or 7."""
    whole, _, fraction = number.replace(",", ".").rstrip("¼½¾ ").partition(".")
    quarters = Fraction(unicodedata.numeric(number[-1])) if number[-1] in "¼½¾" else 0
    minutes = (Fraction(f"{whole or 0}.{fraction or 0}") + quarters) * minutes_each
    if minutes.denominator > 1:
        raise BudgetSizeError(f"{quote(text)} is not whole minutes; write 25m or 1h30m")
    if minutes_each == 60 and re.fullmatch(r"0[1-9]|[1-5]\d", fraction) and fraction not in {"25", "50"}:
        either = f"{format_budget(int(whole) * 60 + int(fraction))} or {format_budget(int(minutes))}"
        raise BudgetSizeError(f"{quote(text)} may mean {either}; write the one you mean")
    return int(minutes)


def parse_duration(text: str) -> float:
    """Seconds, more than 0 and at most a day, of a length of time: `30s`, `90s`, `1m30s`, `1h 5s`, `25m`, `1,5h`.

    What `parse_budget` reads, and seconds; a number without a unit is minutes. Raises BudgetError.
    """
    folded = _folded(text)
    written = PATTERNS["duration"].fullmatch(folded)
    if written is None:
        return parse_budget(text, "a length of time", "25m, 1h30m or 90s") * 60.0
    before = PATTERNS["amount"].fullmatch(written["before"] or "")
    seconds = float(written["seconds"].replace(",", ".")) + (minutes_of(before, text) * 60 if before else 0)
    if not 0 < seconds <= LONGEST * 60:
        limit = "longer than a day; the longest is 24h" if seconds else "no time at all; the shortest is 1s"
        raise BudgetSizeError(f"{quote(text)} is {limit}")
    return seconds


def format_budget(minutes: int) -> str:
    """Minutes as we write them: `25m`, `1h`, `1h30m`; `0m` for none. Sums may be longer than a day.

    Raises ValueError for a negative number.
    """
    if minutes < 0:
        raise ValueError(f"a time of {minutes} minutes cannot be written")
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}m"
    return f"{hours}h{rest}m" if rest else f"{hours}h"
