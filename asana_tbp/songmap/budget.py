"""Time budgets: what people write (`25m`, `1h30m`, `1.5h`, `90 min`) and whole minutes.

Knows the grammar of a budget and its limits. Must not know task names, files or Asana. Pure, and imports
nothing heavy: the timer reads budgets on every start.

The grammar is our own because the known ones read a bare `25` as seconds, and a strict budget read wrongly
is worse than one refused.
"""

from __future__ import annotations

import re

from asana_tbp.text import quote

LONGEST = 24 * 60
"""Longest time budget of one task, in minutes: what is longer is several tasks."""

_LONGEST_TEXT = 40
_NUMBER = r"(\d{1,6})(?:\.(\d{1,6}))?"
_HOURS = r"(?:hours?|hrs?|h)"
_MINUTES = r"(?:minutes?|mins?|m)"
# Every repetition is bounded and no two neighbours can match the same text, so matching is linear.
_BARE = re.compile(rf"{_NUMBER}", re.ASCII)
_ONLY_MINUTES = re.compile(rf"{_NUMBER} ?{_MINUTES}", re.ASCII)
_ONLY_HOURS = re.compile(rf"{_NUMBER} ?{_HOURS}", re.ASCII)
_BOTH = re.compile(rf"(\d{{1,6}}) ?{_HOURS} ?(\d{{1,6}})(?: ?{_MINUTES})?", re.ASCII)


class BudgetError(ValueError):
    """A text that is not a time budget. `sentence` says why and what to write instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BudgetSizeError(BudgetError):
    """A budget in its form, but not in its amount: nothing, more than a day, or not whole minutes."""


def parse_budget(text: str | int | float) -> int:
    """Whole minutes, 1 to 1440, of a written time budget.

    Reads `20m`, `1h`, `1h30m`, `1h 30m`, `1h30`, `1.5h`, `90 min`, `2 hours 5 minutes`; a number without a
    unit is minutes. Case does not count. After hours, minutes go to 59. Raises BudgetError when the text is
    no budget, its child BudgetSizeError when it is one that nobody can have.
    """
    if isinstance(text, bool):
        raise _not_a_budget(str(text).lower())
    if isinstance(text, float):
        # Also true for infinity and not-a-number, which have no minutes to speak of.
        if not abs(text) <= 1e6:
            raise BudgetSizeError(f"{text} minutes is longer than a day; a time budget is at most 24h")
        if text < 0:
            raise _less_than_nothing(f"{text:g}")
        if not text.is_integer():
            raise BudgetSizeError(f"{text:g} is not whole minutes; write 25m or 1h30m")
        text = int(text)
    if isinstance(text, int):
        if text < 0:
            raise _less_than_nothing("a negative number" if text < -LONGEST else f"{text}")
        return _allowed(text, f"{text}" if text <= 10**6 else "this number")
    return _parse_text(text)


def _parse_text(text: str) -> int:
    if len(text) > 2 * _LONGEST_TEXT:
        raise _not_a_budget(text)
    folded = " ".join(text.split()).lower()
    if len(folded) > _LONGEST_TEXT:
        raise _not_a_budget(text)
    if both := _BOTH.fullmatch(folded):
        hours, minutes = int(both[1]), int(both[2])
        if minutes > 59:
            raise BudgetSizeError(
                f"{quote(text)} has more than 59 minutes after its hours; write 25m or 1h30m"
            )
        return _allowed(hours * 60 + minutes, quote(text))
    if bare := _BARE.fullmatch(folded) or _ONLY_MINUTES.fullmatch(folded):
        return _allowed(_scaled(bare, 1, text), quote(text))
    if hours_only := _ONLY_HOURS.fullmatch(folded):
        return _allowed(_scaled(hours_only, 60, text), quote(text))
    if folded.startswith(("-", "−")) and _is_budget(folded[1:]):
        raise _less_than_nothing(quote(text))
    raise _not_a_budget(text)


def _is_budget(text: str) -> bool:
    try:
        parse_budget(text)
    except BudgetSizeError:
        return True
    except BudgetError:
        return False
    return True


def _scaled(number: re.Match[str], minutes_each: int, text: str) -> int:
    """Minutes of a decimal number of units, exact: no binary fraction may round 0.1h to 5 or 7."""
    fraction = number[2] or ""
    scale: int = 10 ** len(fraction)
    scaled: int = int(number[1] + fraction) * minutes_each
    minutes, rest = divmod(scaled, scale)
    if rest:
        raise BudgetSizeError(f"{quote(text)} is not whole minutes; write 25m or 1h30m")
    return minutes


def _allowed(minutes: int, shown: str) -> int:
    if minutes == 0:
        raise BudgetSizeError(f"{shown} is no time at all; a time budget is at least 1m")
    if minutes > LONGEST:
        raise BudgetSizeError(f"{shown} is longer than a day; a time budget is at most 24h")
    return minutes


def _less_than_nothing(shown: str) -> BudgetSizeError:
    return BudgetSizeError(f"{shown} is less than no time; a time budget is at least 1m")


def _not_a_budget(text: str) -> BudgetError:
    return BudgetError(f"{quote(text, 40)} is not a time budget; write 25m or 1h30m")


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
