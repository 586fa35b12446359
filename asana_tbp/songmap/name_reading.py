"""Reads a task's name as a person would: a title and minutes, no time at all, or a time that is unclear.

Where a budget stands in a name:

- In brackets at the end or at the front: `Bass (20m)`, `Bass [~20 min.]`, `(20m) Bass`. Such a time always counts:
  of `Loop (2m) (20m)` the title is `Loop (2m)`, which keeps every title readable after it was composed.
- At the end or at the front without brackets: `Bass 20m`, `Bass - 20 minutes`, `Bass: 1,5h`, `20m Bass`.
- Always with a unit. Producers number and measure things: in `Write 16`, `Drop at 1:30`, `Bounce 24 bit` and
  `XLR cable 10m` there is no time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from asana_tbp.songmap import name_patterns as patterns
from asana_tbp.songmap.budget import (
    BETWEEN,
    BudgetError,
    BudgetSizeError,
    minutes_of,
    one_spelling,
    parse_budget,
    suggested_budget,
)
from asana_tbp.text import quote


class NameReading(NamedTuple):
    """What a person reads in a name: a title and minutes, no time, or a time that is `unclear`.

    `unclear` is a plain reason, without a full stop; minutes are None then, and the title is the whole name.
    `impossible` tells an amount that nobody can have (`25h`, `0m`) from one that can be read in several ways.
    `guesses` are titles and minutes that an unclear name may mean, the likeliest first.
    """

    title: str
    minutes: int | None
    unclear: str | None = None
    impossible: bool = False
    guesses: tuple[tuple[str, int | None], ...] = ()


def read_name(name: str) -> NameReading:
    """Title and minutes of a name, or why its time is unclear; the rules are in the module's docstring.

    Never raises. The minutes come from one written time only, never from a number without a unit.
    """
    whole = name.strip()
    text = one_spelling(whole)
    impossible = False
    try:
        found = _in_brackets(text)
        if found is None:
            found, front = _at_end(text), _at_front(text)
            if found and front:
                raise _UnclearTime(text, "has two times")
            found = found or front
        doubt = None if found else _doubt(text)
    except (_UnclearTime, BudgetSizeError) as unclear:
        found, doubt, impossible = None, str(unclear), isinstance(unclear, BudgetSizeError)
    if found is not None:
        start, end, minutes = found
        if title := whole[start:end].strip():
            return NameReading(title, minutes)
        doubt = "there is a time but no title"
    return NameReading(whole, None, doubt, impossible, tuple(_guesses(whole, text)) if doubt else ())


class _UnclearTime(Exception):
    """The name holds a time that can be read in several ways or cannot be had; the text is the reason."""

    def __init__(self, time: str, why: str) -> None:
        super().__init__(f"{quote(time.strip())} {why}")


_Found = tuple[int, int, int]
"""Where the title starts and ends, and the minutes."""


def _in_brackets(text: str) -> _Found | None:
    marks = patterns.MARKS.search(text, max(0, len(text) - patterns.LONGEST_BUDGET))
    stop = marks.start() if marks else len(text)
    if opening := patterns.BRACKETS.get(text[:stop][-1:]):
        start = text.rfind(opening, max(0, stop - patterns.LONGEST_BUDGET), stop)
        if start > 0 and (minutes := _minutes_inside(text[start + 1 : stop - 1])):
            return 0, start, minutes
    if closing := patterns.CLOSING.get(text[:1]):
        end = text.find(closing, 0, patterns.LONGEST_BUDGET)
        if 0 < end < len(text) - 1 and (minutes := _minutes_inside(text[1:end])):
            return end + 1, len(text), minutes
    return None


def _minutes_inside(content: str) -> int | None:
    """Minutes between brackets; None when there is no time, _UnclearTime when it can't be read for certain."""
    if written := patterns.INSIDE.fullmatch(content):
        return minutes_of(written, content.strip())
    try:
        if patterns.LETTER.search(content):
            parse_budget(content)
    except BudgetSizeError:
        raise
    except BudgetError:
        pass
    for doubtful, why in (
        (patterns.TWO.search(content), "is more than one time"),
        (patterns.CLOCK.fullmatch(content.strip()), "may be hours or minutes"),
        (patterns.WITH_SECONDS.search(content), "is not whole minutes"),
    ):
        if doubtful:
            raise _UnclearTime(content, why)
    if (
        time := patterns.ANYWHERE.search(content)
        or re.search(rf"{patterns.ANY_AMOUNT}(?!\w)", content, re.IGNORECASE)
    ) and not (patterns.METRES.search(content) and patterns.ONE_METRE.fullmatch(time[0])):
        raise _UnclearTime(content, "is more than a time")
    if re.search("[0-9]", content) and patterns.A_UNIT_SOMEWHERE.search(content):
        raise _UnclearTime(content, "may be a time")
    return None


def _at_end(text: str) -> _Found | None:
    # Looked for only in the last few characters of a name, so a long name costs nothing.
    written = patterns.AT_END.search(text, max(0, len(text) - patterns.LONGEST_BUDGET))
    if written is None or not written.start():
        return None
    before, time, separator = text[: written.start()], written["time"], written["separator"].strip()
    if patterns.BEFORE_A_MOMENT.search(before[-12:]) or (
        separator == "@" and patterns.TIME_OF_DAY.fullmatch(time)
    ):
        return None
    _check_loose(time, before, loose=not separator)
    if time.endswith("U") or (
        patterns.ONE_METRE.fullmatch(time) and patterns.METRES.search(_outside_brackets(text))
    ):
        return None
    if separator == "@":
        raise _UnclearTime(time, "may be a place in the song")
    if re.search(r"(?:(?<!\w)|(?<=[0-9]))[x×*]$", before):
        raise _UnclearTime(time, "is to be done several times")
    if before.rstrip().endswith("("):
        raise _UnclearTime(time, "lacks a bracket")
    return 0, written.start(), minutes_of(written, time)


def _at_front(text: str) -> _Found | None:
    written = patterns.AT_FRONT.match(text, 0, patterns.LONGEST_BUDGET)
    if written is None:
        return None
    after, time = text[written.end() :], written["time"]
    if not after.strip() or (
        patterns.ONE_METRE.fullmatch(time) and patterns.METRES.search(_outside_brackets(text))
    ):
        return None
    loose = not written["separator"].strip()
    if loose and re.match(rf"(?:{BETWEEN}|of|von|de|di|van|av|из|before|after|ago) ", after, re.IGNORECASE):
        raise _UnclearTime(time, "may be part of the work")
    _check_loose(time, "", loose=loose)
    return written.end(), len(text), minutes_of(written, time)


def _outside_brackets(text: str) -> str:
    return re.sub(r"\([^()]{0,80}\)", " ", text[-patterns.SEARCHED :])


def _check_loose(time: str, before: str, *, loose: bool) -> None:
    """Raises _UnclearTime for a time that stands free in a name and may well be something else."""
    if patterns.AT_LEAST.search(before):
        raise _UnclearTime(time, "is the least of it")
    if patterns.TWO.search(before[-patterns.LONGEST_BUDGET :] + " " * loose + time):
        raise _UnclearTime(time, "is one of two times")
    if loose and patterns.TIME_OF_DAY.fullmatch(time):
        raise _UnclearTime(time, "may be a time of day")
    if loose and patterns.NOTE_VALUE.fullmatch(time):
        raise _UnclearTime(time, "may be a note value")


def _doubt(text: str) -> str | None:
    """Why a name without a readable time may well hold one; None when there is none at all."""
    searched = text[: patterns.SEARCHED]
    if patterns.INSIDE.fullmatch(text[: patterns.LONGEST_BUDGET].strip("()[]{}-–—: ")):
        return "there is a time but no title"
    if (number := patterns.NUMBER.fullmatch(_last_bracket(text) or "")) and float(
        number[1].replace(",", ".")
    ) <= 1440:
        return f"{quote(number[1])} has no unit"
    for pattern, why in patterns.DOUBTS[:2]:
        if found := pattern.search(searched):
            return f"{quote(found[0].strip(' ('))} {why}"
    clocks = [
        clock
        for clock in patterns.CLOCK.finditer(searched)
        if not patterns.BEFORE_A_MOMENT.search(searched[: clock.start()])
    ]
    if len(clocks) == 1 and _stands_alone(searched, clocks[0]):
        return f"{quote(clocks[0][0])} may be {'a time of day' if _is_in_schedule(clocks[0]) else 'hours or minutes'}"
    for pattern, why in patterns.DOUBTS[2:]:
        if found := pattern.search(searched):
            return f"{quote(found[0])} {why}"
    for time in patterns.ANYWHERE.finditer(searched):
        before = searched[: time.start()]
        metres = patterns.ONE_METRE.fullmatch(time[0]) and (
            patterns.METRES.search(searched) or " " in time[0]
        )
        moment = patterns.BEFORE_A_MOMENT.search(before[-12:]) or patterns.NOTE_VALUE.fullmatch(time[0])
        if not metres and not moment and time[0][-1] != "U":
            return f"{quote(time[0])} is not at the end of the name"
    return None


def _last_bracket(text: str) -> str | None:
    opening = patterns.BRACKETS.get(text[-1:])
    start = text.rfind(opening, max(0, len(text) - patterns.LONGEST_BUDGET)) if opening else -1
    return text[start + 1 : -1] if start > 0 else None


def _stands_alone(text: str, clock: re.Match[str]) -> bool:
    """Whether a clock stands at the end or at the front of a name, where a budget would."""
    after = text[clock.end() :]
    return not after or (not text[: clock.start()] and after[:1] in " :|-–—")


def _is_in_schedule(clock: re.Match[str]) -> bool:
    """Whether a clock is a time of day at the front, as in `10:00 - break`: longer than people work on a task."""
    return clock.start() == 0 and 3 <= int(clock[0].partition(":")[0]) <= 24


# What an unclear name may mean


def _guesses(whole: str, text: str) -> Iterator[tuple[str, int | None]]:
    if bracket := _last_bracket(text):
        title = whole[: len(text) - len(bracket) - 2].rstrip()
        if number := patterns.NUMBER.fullmatch(bracket):
            yield title, _parsed(number[1])
        yield title, _parsed(suggested_budget(bracket.strip()))
    if times := patterns.TIMES.search(text):
        each = _parsed(times["time"])
        yield _without(whole, times), _parsed(str(int(times["count"]) * each)) if each else None
    if (two := patterns.TWO.search(text)) and two.end() == len(text):
        yield whole[: two.start()].rstrip(patterns.JOINTS), _parsed(suggested_budget(two[0].strip(" (:")))
    clock = patterns.CLOCK.search(text)
    if clock and _stands_alone(text, clock):
        yield _without(whole, clock), None if _is_in_schedule(clock) else _parsed(suggested_budget(clock[0]))
    if words := patterns.WORDS.search(text[: patterns.SEARCHED]):
        minutes = next((minutes for known, minutes in patterns.IN_WORDS if known.fullmatch(words[0])), None)
        yield _without(whole, words), minutes
    amounts = list(patterns.ANYWHERE.finditer(text[: patterns.SEARCHED]))
    if len(amounts) == 1 and not re.match(r" ?[+&/]? ?[0-9]", text[amounts[0].end() :]):
        before = text[: amounts[0].start()]
        part = re.search(r"\b(?:for|of|in|with|für|de|pendant)$", before.rstrip(), re.IGNORECASE)
        title = whole if part and "(" not in before else _without(whole, amounts[0])
        yield title, _parsed(amounts[0]["time"])


def _parsed(written: str | None) -> int | None:
    try:
        return parse_budget(written) if written else None
    except BudgetError:
        return None


def _without(whole: str, part: re.Match[str]) -> str:
    """The name without a part of it, and without the brackets and joints that this leaves empty."""
    before, after = (
        whole[: part.start()].rstrip(patterns.JOINTS + "@"),
        whole[part.end() :].lstrip(patterns.JOINTS + "?+!"),
    )
    after = re.sub(r"^(?:of|von|de|di|van|av|из) ", "", after) if not before else after
    joint = "" if before.endswith(("(", "[", "（")) or after.startswith((")", "]", "）")) else " "
    left = re.sub(r"[(\[{（]+[^\w()]*[)\]}）]+|([\"'`*<]+) ?[\"'`*>]+", "", f"{before}{joint}{after}")
    for opening, closing in ("()", "[]", "{}"):
        if left.count(opening) != left.count(closing):
            left = left.replace(opening, "").replace(closing, "")
    return " ".join(left.split()).strip(patterns.JOINTS)
