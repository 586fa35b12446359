"""What an unclear name may mean: guesses at its title and time, each to be parsed before it is suggested."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from asana_tbp.songmap.budget import BudgetSizeError, minutes_of, one_spelling, suggested_budget
from asana_tbp.songmap.name_reading import (
    ANYWHERE,
    CLOCK,
    INSIDE,
    NUMBER,
    SEARCHED,
    TIMES,
    TWO,
    WORDS,
    last_bracket,
    pattern,
    stands_alone,
)

_IN_WORDS = (
    (pattern(r".*hour and a half|one and a half.*|anderthalb.*|eineinhalb.*|полтора.*|一.*半.*"), "90"),
    (pattern(r"(?:eine |une |en )?(?:half|halb|halv|demi|media|mez|meia|пол|半|반).*"), "30"),
    (
        pattern(r"(?:an|one) (?:hour|hr)|eine stunde|une heure|una hora|un['’]ora|uma hora|een uur|en timme"),
        "60",
    ),
    (pattern(r"一(?:個|个)?(?:時間|小时|小時)|한 ?시간"), "60"),
)
_JOINTS = " \u3000:-–—|,;/"


def guesses(whole: str) -> Iterator[tuple[str, str]]:
    """Titles and budgets that an unclear name may mean, the likeliest first; none where nobody can know."""
    whole = whole.strip()
    text = one_spelling(whole)
    if bracket := last_bracket(text):
        title = whole[: len(text) - len(bracket) - 2].rstrip()
        if number := NUMBER.fullmatch(bracket):
            yield title, number[1]
        yield title, suggested_budget(bracket.strip()) or ""
    if (times := TIMES.search(text)) and (each := INSIDE.fullmatch(times["time"])):
        with contextlib.suppress(BudgetSizeError):
            yield _without(whole, times), str(int(times["count"]) * minutes_of(each, times["time"]))
    if (two := TWO.search(text)) and two.end() == len(text):
        yield whole[: two.start()].rstrip(_JOINTS), suggested_budget(two[0].strip(" (:")) or ""
    clock = CLOCK.search(text)
    if clock and stands_alone(text, clock):
        yield _without(whole, clock), suggested_budget(clock[0]) or ""
    if words := WORDS.search(text[:SEARCHED]):
        minutes = next((minutes for known, minutes in _IN_WORDS if known.fullmatch(words[0])), "")
        yield _without(whole, words), minutes
    amounts = list(ANYWHERE.finditer(text[:SEARCHED]))
    if len(amounts) == 1 and not re.match(r" [0-9]", text[amounts[0].end() :]):
        inside = text.rfind("(", 0, amounts[0].start()) >= 0
        part = re.search(
            r"\b(?:for|of|in|with|für|de|pendant)$", text[: amounts[0].start()].rstrip(), re.IGNORECASE
        )
        yield (_without(whole, amounts[0]) if inside or not part else whole), amounts[0]["time"]


def _without(whole: str, part: re.Match[str]) -> str:
    """The name without a part of it, and without the brackets and joints that this leaves empty."""
    before, after = whole[: part.start()].rstrip(_JOINTS), whole[part.end() :].lstrip(_JOINTS + "?+!")
    after = re.sub(r"^(?:of|von|de|di|van|av|из) ", "", after) if not before else after
    joint = "" if before.endswith(("(", "[", "（")) or after.startswith((")", "]", "）")) else " "
    left = re.sub(r"[(\[{（][^\w()]*[)\]}）]|([\"'`*<]+) ?[\"'`*>]+", "", f"{before}{joint}{after}")
    for opening, closing in ("()", "[]", "{}"):
        if left.count(opening) != left.count(closing):
            left = left.replace(opening, "").replace(closing, "")
    return " ".join(left.split()).strip(_JOINTS)
