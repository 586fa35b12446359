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
from typing import NamedTuple

from asana_tbp.songmap.budget import (
    ABOUT,
    AMOUNT,
    BETWEEN,
    HOURS,
    MINUTES,
    SECONDS,
    BudgetError,
    BudgetSizeError,
    minutes_of,
    one_of,
    one_spelling,
    parse_budget,
)
from asana_tbp.text import LazyPattern, quote

_LONGEST_BUDGET = 40
SEARCHED = 400  # characters of a long name in which a time in its middle is looked for
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_CLOSING = {opening: closing for closing, opening in _BRACKETS.items()}


def pattern(text: str) -> LazyPattern:
    return LazyPattern(text, re.IGNORECASE)


_ANY_AMOUNT = re.sub(r"\?P<\w+>", "?:", AMOUNT)
_AROUND = r"(?: {0,3}(?:max\.?|\(max\.?\)|tops|!))?"
INSIDE = pattern(rf" *{ABOUT}?{AMOUNT}{_AROUND} *")
_AT_END = pattern(
    rf"(?P<separator> *(?<!\S)[-–—|·•=→@:,;] *| *(?:[|·•=→,;_]|(?<![0-9])[:–—]) *"
    rf"|(?<=\D)-(?=[0-9]+ ?[^\W\d_]{{3}})| {{1,9}}"
    rf"|(?<=[^\W\d_])(?=[0-9.,]{{1,7}} ?[分分時小个個시]))"
    rf"(?P<link>(?:for|in|für|pendant|за) )?(?P<time>{ABOUT}?{AMOUNT}){_AROUND}[.!]?$"
)
_AT_FRONT = pattern(
    rf"(?P<time>{ABOUT}?{AMOUNT})(?P<separator> {{0,3}}[-–—|·•=→:,;](?= )| {{1,3}}(?![-–—~]))"
)
ANYWHERE = pattern(rf"(?<![\w.,/:+−-])(?P<time>{_ANY_AMOUNT})(?!\w)")
_LETTER = re.compile(r"[^\W\d_]")
_MARKS = re.compile(r"[ .,;:!?*✓✔☑✅✗✘❌⏱⏰⏲⌛⏳🔥⭐\ufe0f]+$")
NUMBER = re.compile(r" *~? *(\d{1,4}(?:[.,]\d)?) *", re.ASCII)
TWO = pattern(
    rf"(?:^|[^\w.,:/])[0-9]{{1,4}}[^\W\d_]{{0,8}}\.?(?: {{0,2}}[-–—~] {{0,2}}| {BETWEEN} |/){_ANY_AMOUNT}(?!\w)"
)
_LEAST = pattern(rf"[0-9]+\+ ?(?:{one_of(HOURS)}|{one_of(MINUTES)})")
TIMES = pattern(rf"(?<![\w.,])(?P<count>[1-9][0-9]?) ?[x×*] ?(?P<time>{_ANY_AMOUNT})(?!\w)")
CLOCK = re.compile(r"(?<![\d:.])\d{1,2}:\d\d(?::\d\d)?(?![\d:])", re.ASCII)
_BEFORE_A_MOMENT = pattern(
    r"(?:^|[\s(])(?:at|@|from|until|till|by|before|after|to|um|ab|bis|vor|nach|von|à|dès|vers|avant"
    r"|après|a las|a la|alle|às|om|vanaf|kl\.?|в|до|с) ?$"
)
_ONE_METRE = pattern(r"[0-9.,]+ ?[mм]")
_METRES = pattern(
    r"\b(?:cables?|câbles?|cav[oi]|cabos?|xlr|multicore)\b|kabel|кабел|ケーブル|电缆|電纜|케이블"
    r"|[0-9] ?m (?:away|apart|wide|high|from|entfernt)\b"
)
_NOTE_VALUE = re.compile(r"(?:2|4|8|16|32|64) ?[分분]", re.ASCII)
_MINUTES_AND_SECONDS = pattern(r"(?<!\w)(?:[0-9]+ ?h ?)?[0-9]+ ?m(?:in)? ?[0-9]+ ?s(?:ec)?(?!\w)")
_CUT_SHORT = pattern(rf"(?<![\w.,])[.,][0-9]+ ?(?:{one_of(HOURS)}|{one_of(MINUTES)})(?!\w)")
_A_UNIT_SOMEWHERE = pattern(
    r"(?<![^\W\d_])(?:min|mins|minutes?|hours?|hrs?|minuten|stunden?|std|heures?)(?!\w)"
)
_TIME_OF_DAY = pattern(r"(?:1[3-9]|2[0-4]) ?h|(?:[7-9]|1\d|2[0-4])h[0-5]\d")
_SECONDS = pattern(
    rf"[0-9] {{0,3}}(?:m|min|{one_of(SECONDS)})\.? ?[0-9]+ ?{one_of(SECONDS)}|[0-9] {{0,3}}(?!s\b){one_of(SECONDS)}"
)
WORDS = pattern(
    r"(?<!\w)(?:(?:an|one) hour and a half|(?:one|two|three|four) and a half hours?"
    r"|anderthalb stunden?|eineinhalb stunden?|полтора часа"
    r"|half an hour|half[ -]hour|quarter of an hour|quarter[ -]hour"
    r"|(?:an|one|two|three|four|five|six|eight|a couple of|a few) (?:hours?|hrs?)"
    r"|(?:a few|five|ten|fifteen|twenty|twenty-five|thirty|forty|forty-five|fifty|sixty|ninety) min(?:ute)?s?"
    r"|(?:eine )?halbe stunde|(?:drei)?viertelstunde|(?:eine|zwei|drei) stunden?|fünf minuten|zehn minuten"
    r"|(?:une )?demi[ -]heure|(?:une|deux|trois) heures?|(?:un )?quart d['’]heure"
    r"|media hora|(?:una|dos|tres) horas?|mezz['’ ]?ora|mezza ora|un['’]ora|(?:due|tre) ore"
    r"|meia hora|(?:uma|duas) horas?"
    r"|half uur|halfuur|(?:een|twee) uur|kwartier|(?:en )?halvtimme|halv timme|(?:en|två) timm(?:e|ar)"
    r"|полчаса|пол часа|(?:один|два|три) часа?)(?!\w)"
    r"|半(?:個|个)?(?:時間|小时|小時)|[一二两兩三四五十]+(?:個|个)?半?(?:時間|小时|小時|分钟|分鐘)半?|三十分"
    r"|반 ?시간|(?:한|두|세) ?시간"
)


class NameReading(NamedTuple):
    """What a person reads in a name: a title and minutes, no time, or a time that is `unclear`.

    `unclear` is a plain reason, without a full stop; minutes are None then, and the title is the whole name.
    `impossible` tells an amount that nobody can have (`25h`, `0m`) from one that can be read in several ways.
    """

    title: str
    minutes: int | None
    unclear: str | None = None
    impossible: bool = False


def read_name(name: str) -> NameReading:
    """Title and minutes of a name, or why its time is unclear; the rules are in the module's docstring.

    Never raises. The minutes come from one written time only, never from a number without a unit.
    """
    whole = name.strip()
    text = one_spelling(whole)
    try:
        found = _in_brackets(text) or _without_brackets(text)
    except _UnclearTime as unclear:
        return NameReading(
            whole, None, str(unclear), impossible=isinstance(unclear.__cause__, BudgetSizeError)
        )
    if found is None:
        return NameReading(whole, None, _doubt(text))
    start, end, minutes = found
    title = whole[start:end].strip()
    if not title:
        return NameReading(whole, None, "there is a time but no title")
    return NameReading(title, minutes)


class _UnclearTime(Exception):
    """The name holds a time that can be read in several ways or cannot be had; the text is the reason."""


_Found = tuple[int, int, int]
"""Where the title starts and ends, and the minutes."""


def _in_brackets(text: str) -> _Found | None:
    marks = _MARKS.search(text, max(0, len(text) - _LONGEST_BUDGET))
    stop = marks.start() if marks else len(text)
    if opening := _BRACKETS.get(text[:stop][-1:]):
        start = text.rfind(opening, max(0, stop - _LONGEST_BUDGET), stop)
        if start > 0 and (minutes := _minutes_inside(text[start + 1 : stop - 1])):
            return 0, start, minutes
    if closing := _CLOSING.get(text[:1]):
        end = text.find(closing, 0, _LONGEST_BUDGET)
        if 0 < end < len(text) - 1 and (minutes := _minutes_inside(text[1:end])):
            return end + 1, len(text), minutes
    return None


def _minutes_inside(content: str) -> int | None:
    """Minutes between brackets; None when there is no time, _UnclearTime when it can't be read for certain."""
    if written := INSIDE.fullmatch(content):
        return _minutes(written, content.strip())
    try:
        if _LETTER.search(content):
            parse_budget(content)
    except BudgetSizeError as refused:
        raise _UnclearTime(refused.sentence) from refused
    except BudgetError:
        pass
    if TWO.search(content):
        raise _UnclearTime(f"{quote(content.strip())} is more than one time")
    clocks = CLOCK.findall(content)
    if len(clocks) == 1 and clocks[0] == content.strip():
        raise _UnclearTime(f"{quote(content.strip())} may be hours or minutes")
    if _SECONDS.search(content):
        raise _UnclearTime(f"{quote(content.strip())} is not whole minutes")
    if (
        time := ANYWHERE.search(content) or re.search(rf"{_ANY_AMOUNT}(?!\w)", content, re.IGNORECASE)
    ) and not (_METRES.search(content) and _ONE_METRE.fullmatch(time[0])):
        raise _UnclearTime(f"{quote(content.strip())} is more than a time")
    if re.search("[0-9]", content) and _A_UNIT_SOMEWHERE.search(content):
        raise _UnclearTime(f"{quote(content.strip())} may be a time")
    return None


def _without_brackets(text: str) -> _Found | None:
    end = _at_end(text)
    front = _at_front(text)
    if end and front:
        raise _UnclearTime(f"{quote(text)} has two times")
    return end or front


def _at_end(text: str) -> _Found | None:
    # Looked for only in the last few characters of a name, so a long name costs nothing.
    written = _AT_END.search(text, max(0, len(text) - _LONGEST_BUDGET))
    if written is None or not written.start():
        return None
    before, time = text[: written.start()], written["time"]
    if _BEFORE_A_MOMENT.search(before[-12:]) or written["separator"].strip() == "@":
        return None
    loose = not written["separator"].strip()
    _check_loose(time, before, loose=loose)
    if time.endswith("U") or (_ONE_METRE.fullmatch(time) and _METRES.search(_outside_brackets(text))):
        return None
    if re.search(r"(?:(?<!\w)|(?<=[0-9]))[x×*]$", before):
        raise _UnclearTime(f"{quote(time)} is to be done several times")
    if before.rstrip().endswith("("):
        raise _UnclearTime(f"{quote(time)} lacks a bracket")
    return 0, written.start(), _minutes(written, time)


def _at_front(text: str) -> _Found | None:
    written = _AT_FRONT.match(text, 0, _LONGEST_BUDGET)
    if written is None:
        return None
    after, time = text[written.end() :], written["time"]
    if not after.strip() or (_ONE_METRE.fullmatch(time) and _METRES.search(_outside_brackets(text))):
        return None
    loose = not written["separator"].strip()
    if loose and re.match(rf"(?:{BETWEEN}|of|von|de|di|van|av|из|before|after|ago) ", after, re.IGNORECASE):
        raise _UnclearTime(f"{quote(time)} may be part of the work")
    _check_loose(time, "", loose=loose)
    return written.end(), len(text), _minutes(written, time)


def _outside_brackets(text: str) -> str:
    return re.sub(r"\([^()]{0,80}\)", " ", text[-SEARCHED:])


def _check_loose(time: str, before: str, *, loose: bool) -> None:
    """Raises _UnclearTime for a time that stands free in a name and may well be something else."""
    if re.search(r"(?:at least|more than|over|mindestens|au moins|minst|[>≥+]) ?$", before, re.IGNORECASE):
        raise _UnclearTime(f"{quote(time)} is the least of it")
    if TWO.search(before[-_LONGEST_BUDGET:] + " " * loose + time):
        raise _UnclearTime(f"{quote(time)} is one of two times")
    if loose and _TIME_OF_DAY.fullmatch(time):
        raise _UnclearTime(f"{quote(time)} may be a time of day")
    if loose and _NOTE_VALUE.fullmatch(time):
        raise _UnclearTime(f"{quote(time)} may be a note value")


def _minutes(written: re.Match[str], text: str) -> int:
    try:
        return minutes_of(written, text)
    except BudgetSizeError as refused:
        raise _UnclearTime(refused.sentence) from refused


def _doubt(text: str) -> str | None:
    """Why a name without a readable time may well hold one; None when there is none at all."""
    searched = text[:SEARCHED]
    if INSIDE.fullmatch(text[:_LONGEST_BUDGET].strip("()[]{}-–—: ")):
        return "there is a time but no title"
    if (
        (bracket := last_bracket(text))
        and (number := NUMBER.fullmatch(bracket))
        and float(number[1].replace(",", ".")) <= 1440
    ):
        return f"{quote(number[1])} has no unit"
    if words := WORDS.search(searched):
        return f"{quote(words[0])} is a time in words"
    if two := TWO.search(searched):
        return f"{quote(two[0].strip(' ('))} is more than one time"
    clocks = [
        clock for clock in CLOCK.finditer(searched) if not _BEFORE_A_MOMENT.search(searched[: clock.start()])
    ]
    if len(clocks) == 1 and stands_alone(searched, clocks[0]):
        return f"{quote(clocks[0][0])} may be hours or minutes"
    if least := _LEAST.search(searched):
        return f"{quote(least[0])} is the least of it"
    if seconds := _MINUTES_AND_SECONDS.search(searched):
        return f"{quote(seconds[0])} is not whole minutes"
    if cut := _CUT_SHORT.search(searched):
        return f"{quote(cut[0])} lacks a number"
    if times := TIMES.search(searched):
        return f"{quote(times[0])} is to be done several times"
    for time in ANYWHERE.finditer(searched):
        before = searched[: time.start()]
        metres = _ONE_METRE.fullmatch(time[0]) and (_METRES.search(searched) or " " in time[0])
        if (
            not metres
            and not _BEFORE_A_MOMENT.search(before[-12:])
            and not _NOTE_VALUE.fullmatch(time[0])
            and time[0][-1] != "U"
        ):
            return f"{quote(time[0])} is not at the end of the name"
    return None


def last_bracket(text: str) -> str | None:
    opening = _BRACKETS.get(text[-1:])
    start = text.rfind(opening, max(0, len(text) - _LONGEST_BUDGET)) if opening else -1
    return text[start + 1 : -1] if start > 0 else None


def stands_alone(text: str, clock: re.Match[str]) -> bool:
    """Whether a clock stands at the end or at the front of a name, where a budget would."""
    after = text[clock.end() :]
    return not after or (not text[: clock.start()] and after[:1] in " :|-–—")
