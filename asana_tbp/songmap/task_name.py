"""A task's name, `Write bassline (25m)`: composed of title and time budget, and read as a person would.

Where a budget stands in a name:

- In brackets at the end or at the front: `Bass (20m)`, `Bass [~20 min.]`, `(20m) Bass`. Such a time always counts:
  of `Loop (2m) (20m)` the title is `Loop (2m)`, which keeps every title readable after it was composed.
- At the end or at the front without brackets: `Bass 20m`, `Bass - 20 minutes`, `Bass: 1,5h`, `20m Bass`.
- Always with a unit. Producers number and measure things: in `Write 16`, `Drop at 1:30`, `Bounce 24 bit` and
  `XLR cable 10m` there is no time.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from asana_tbp.songmap.budget import (
    AnswerError,
    BudgetError,
    BudgetSizeError,
    format_budget,
    minutes_of,
    one_spelling,
    parse_budget,
    suggested_budget,
)
from asana_tbp.songmap.grammar import DOUBTS, PATTERNS
from asana_tbp.text import quote

Kind = Literal["task", "gate", "break"]
"""What a task is: work, a gate that asks keep or scrap, or a break."""
_LONGEST_BUDGET = 40
_SEARCHED = 400
"""Characters of a long name that are searched for a time."""
_LARGEST_NUMBER = 240
"""The largest number without a unit that may be minutes; there are kicks of an 808."""
_JOINTS = " \u3000:-–—|,;/"


class NameReading(NamedTuple):
    """What a person reads in a name: a title and minutes, no time, or a time that is `unclear`.

    `unclear` is a plain reason, without a full stop; minutes are None then, and the title is the whole name.
    `impossible` says that the amount can't be a budget (`25h`, `0m`), rather than that it is ambiguous.
    `guesses` are titles and minutes that an unclear name may mean, the likeliest first.
    """

    title: str
    minutes: int | None
    unclear: str | None = None
    impossible: bool = False
    guesses: tuple[tuple[str, int | None], ...] = ()


def compose_name(title: str, minutes: int) -> str:
    """The name Asana shows: `Write bassline (25m)`; `read_name` gives the same title and budget again.

    Raises ValueError when the title is empty, BudgetError when minutes are not 1 to 1440.
    """
    if not title.strip():
        raise ValueError("a task needs a title")
    return f"{title.strip()} ({format_budget(parse_budget(str(minutes)))})"


def suggested_name(name: str) -> str | None:
    """An unclear name written clearly, `Warm up (30m)` for `Warm up (20-30m)`; None if there is no good guess."""
    for title, minutes in read_name(name).guesses:
        if title and minutes and read_name(better := compose_name(title, minutes)).title == title:
            return better
    return None


@lru_cache(maxsize=4096)
def read_name(name: str) -> NameReading:
    """Title and minutes of a name, or why its time is unclear; the rules are in the module's docstring.

    Never raises. The minutes come from one written time only, never from a number without a unit.
    """
    whole = name.strip()
    # A link has no time, and nothing else that is looked for; every other character keeps its position.
    text = PATTERNS["link"].sub(lambda link: "z" * len(link[0]), one_spelling(whole))
    impossible = False
    try:
        found = _in_brackets(text) or _standing_free(text)
        doubt = None if found else _doubt(text)
    except AnswerError as unclear:
        found, doubt, impossible = None, str(unclear), isinstance(unclear, BudgetSizeError)
    if found is not None:
        start, end, minutes = found
        if title := whole[start:end].strip():
            return NameReading(title, minutes)
        doubt = "there is a time but no title"
    return NameReading(whole, None, doubt, impossible, tuple(_guesses(whole, text)) if doubt else ())


def _in_brackets(text: str) -> tuple[int, int, int] | None:
    """Where the title starts and ends, and the minutes."""
    marks = PATTERNS["marks"].search(text, max(0, len(text) - _LONGEST_BUDGET))
    last = _last_bracket(text, marks.start() if marks else len(text))
    if last and (minutes := _minutes_inside(last[0][1:-1])):
        return 0, last.start(), minutes
    first = PATTERNS["first_bracket"].match(text, 0, _LONGEST_BUDGET)
    if first and first.end() < len(text) and (minutes := _minutes_inside(first[0][1:-1])):
        return first.end(), len(text), minutes
    return None


def _last_bracket(text: str, stop: int) -> re.Match[str] | None:
    """The bracket that ends right before `stop`, unless the name begins with it."""
    found = PATTERNS["last_bracket"].search(text, max(0, stop - _LONGEST_BUDGET), stop)
    return found if found and found.start() else None


def _minutes_inside(content: str) -> int | None:
    """Minutes between brackets; None when there is no time, AnswerError when it can't be read for certain."""
    if written := PATTERNS["inside"].fullmatch(content):
        return minutes_of(written, content.strip())
    _parsed(content if PATTERNS["letter"].search(content) else None, refuse_sizes=True)
    time = PATTERNS["anywhere"].search(content) or PATTERNS["after_anything"].search(content)
    for applies, why in (
        (PATTERNS["two"].search(content), "is more than one time"),
        (PATTERNS["clock"].fullmatch(content.strip().replace(";", ":")), "may be hours or minutes"),
        (PATTERNS["with_seconds"].search(content), "is not whole minutes"),
        (time and not _is_length(time[0], content), "is more than a time"),
        (re.search("[0-9]", content) and PATTERNS["unit_somewhere"].search(content), "may be a time"),
    ):
        if applies:
            raise AnswerError(f"{quote(content.strip())} {why}")
    return None


def _is_length(time: str, content: str) -> bool:
    """Whether a time is a length in metres, by what else is written."""
    return bool(PATTERNS["one_metre"].fullmatch(time) and PATTERNS["metres"].search(content))


def _standing_free(text: str) -> tuple[int, int, int] | None:
    """As `_in_brackets`, for a time without brackets, at the end of a name or at its front."""
    # Only the last few characters of a name are searched, so a long name costs nothing.
    at_end = PATTERNS["at_end"].search(text, max(0, len(text) - _LONGEST_BUDGET))
    at_front = PATTERNS["at_front"].match(text, 0, _LONGEST_BUDGET)
    found = []
    for written in filter(None, (at_end, at_front)):
        before, time, after = text[: written.start()], written["time"], text[written.end() :]
        separator = written["separator"].strip()
        at = separator == "@"
        loose = not separator
        outside = re.sub(r"\([^()]{0,80}\)", " ", text[-_SEARCHED:])
        of_day = PATTERNS["time_of_day"].fullmatch(time)
        two = PATTERNS["two"].search(f"{before[-_LONGEST_BUDGET:]} {time}")
        checks = (
            # Without a reason, it isn't a time at all.
            (not (before or after).strip(), ""),
            (PATTERNS["before_a_moment"].search(before[-12:]) or (at and of_day), ""),
            (loose and PATTERNS["of_something"].match(after), "may be part of the work"),
            (PATTERNS["at_least"].search(before), "is the least of it"),
            (two, "is one of two times"),
            (loose and of_day, "may be a time of day"),
            (loose and PATTERNS["note_value"].fullmatch(time), "may be a note value"),
            (_is_length(time, outside) or (before and time.endswith("U")), ""),
            (at, "may be a place in the song"),
            (re.search(r"(?:(?<!\w)|(?<=[0-9]))[x×*]$", before), "is to be done several times"),
            (before.rstrip().endswith("("), "lacks a bracket"),
        )
        why = next((why for applies, why in checks if applies), None)
        if why:
            raise AnswerError(f"{quote(time.strip())} {why}")
        if why is None:
            start, end = (0, written.start()) if written is at_end else (written.end(), len(text))
            found.append((start, end, minutes_of(written, time)))
    if len(found) > 1:
        raise AnswerError(f"{quote(text.strip())} has two times")
    return found[0] if found else None


def _doubt(text: str) -> str | None:
    """Why a name without a readable time may contain one; None when there is none at all."""
    searched = text[:_SEARCHED]
    if PATTERNS["inside"].fullmatch(text[:_LONGEST_BUDGET].strip("()[]{}-–—: ")):
        return "there is a time but no title"
    last = _last_bracket(text, len(text))
    number = PATTERNS["number"].fullmatch(last[0][1:-1]) if last else None
    if number and float(number[1].replace(",", ".")) <= _LARGEST_NUMBER:
        return f"{quote(number[1])} has no unit"
    if last and PATTERNS["misspelt"].fullmatch(last[0][1:-1]):
        return f"{quote(last[0][1:-1].strip())} is not a time"
    for name, why in DOUBTS.items():
        if name == "clock":
            clock, of_day = _lone_clock(searched)
            if clock:
                return f"{quote(clock[0])} may be {'a time of day' if of_day else 'hours or minutes'}"
        elif found := PATTERNS[name].search(searched):
            return f"{quote(found[0].strip(' ('))} {why}"
    for time in PATTERNS["anywhere"].finditer(searched):
        before = searched[: time.start()]
        spaced = (
            PATTERNS["one_metre"].fullmatch(time[0]) and " " in time[0] and not before.endswith(("(", "["))
        )
        metres = _is_length(time[0], searched) or spaced
        moment = PATTERNS["before_a_moment"].search(before[-12:]) or PATTERNS["note_value"].fullmatch(time[0])
        if not metres and not moment and time[0][-1] != "U":
            return f"{quote(time[0])} is not at the end of the name"
    return None


def _lone_clock(text: str) -> tuple[re.Match[str] | None, bool]:
    """The only clock time in a name, placed like a budget; and whether it is a time of day, as in `10:00 - break`."""
    every = PATTERNS["clock"].finditer(text)
    clocks = [clock for clock in every if not PATTERNS["before_a_moment"].search(text[: clock.start()])]
    if len(clocks) != 1:
        return None, False
    (clock,) = clocks
    before, after = text[: clock.start()], text[clock.end() :]
    if after and (before or after[0] not in " :|-–—"):
        return None, False
    # Nobody works on a task for so long.
    return clock, not before and 3 <= int(clock[0].partition(":")[0]) <= 24


def _guesses(whole: str, text: str) -> Iterator[tuple[str, int | None]]:
    """What an unclear name may mean."""
    searched = text[:_SEARCHED]
    if last := _last_bracket(text, len(text)):
        title = whole[: last.start()].rstrip()
        if number := PATTERNS["number"].fullmatch(last[0][1:-1]):
            yield title, _parsed(number[1])
        if misspelt := PATTERNS["misspelt"].fullmatch(last[0][1:-1]):
            yield (
                title,
                _parsed(misspelt["number"] + (misspelt["unit"] or misspelt["word"])[0].replace("n", "m")),
            )
        content = last[0][1:-1].strip()
        yield title, _parsed(suggested_budget(content) or content)
    if times := PATTERNS["times"].search(text):
        each = _parsed(times["time"])
        yield _without(whole, times), _parsed(str(int(times["count"]) * each)) if each else None
    if (two := PATTERNS["two"].search(text)) and two.end() == len(text):
        yield whole[: two.start()].rstrip(_JOINTS), _parsed(suggested_budget(two[0].strip(" (:")))
    clock, of_day = _lone_clock(text)
    if clock:
        yield _without(whole, clock), None if of_day else _parsed(suggested_budget(clock[0]))
    if words := PATTERNS["in_words"].search(searched):
        yield _without(whole, words), _parsed(suggested_budget(words[0]))
    amounts = list(PATTERNS["anywhere"].finditer(searched))
    if amounts and re.fullmatch(r" [0-5]?[0-9]", rest := text[amounts[-1].end() :]):
        yield _without(whole[: -len(rest)], amounts[-1]), _parsed(amounts[-1]["time"] + rest)
    is_sum = amounts and re.search(r"[0-9] ?[+&/] ?$", text[: amounts[0].start()])
    if len(amounts) == 1 and not is_sum and not re.match(r" ?[+&/]? ?[0-9]", text[amounts[0].end() :]):
        before = text[: amounts[0].start()]
        part = re.search(r"\b(?:for|of|in|with|für|de|pendant)$", before.rstrip(), re.IGNORECASE)
        title = whole if part and "(" not in before else _without(whole, amounts[0])
        yield title, _parsed(amounts[0]["time"])


def number_in_brackets(title: str) -> str:
    """What may have been meant as a time at the end of a title that has none: `20x`, `808`; else ""."""
    last = _last_bracket(title, len(title))
    return last[0][1:-1] if last and PATTERNS["like_a_time"].fullmatch(last[0][1:-1]) else ""


def _parsed(written: str | None, *, refuse_sizes: bool = False) -> int | None:
    try:
        return parse_budget(written) if written else None
    except BudgetError as wrong:
        if refuse_sizes and isinstance(wrong, BudgetSizeError):
            raise
        return None


def _without(whole: str, part: re.Match[str]) -> str:
    """The name without a part of it, and without brackets and separators that would be left empty."""
    before = PATTERNS["about_at_end"].sub("", whole[: part.start()]).rstrip(_JOINTS + "@")
    after = whole[part.end() :].lstrip(_JOINTS + "?+!")
    after = re.sub(r"^(?:of|von|de|di|van|av|из) ", "", after) if not before else after
    joint = "" if before.endswith(("(", "[", "（")) or after.startswith((")", "]", "）")) else " "
    left = re.sub(r"[(\[{（«‹]+[^\w()]*[)\]}）»›]+|([\"'`*<]+) ?[\"'`*>]+", "", f"{before}{joint}{after}")
    for opening, closing in ("()", "[]", "{}", "«»", "‹›"):
        if left.count(opening) != left.count(closing):
            left = left.replace(opening, "").replace(closing, "")
    return re.sub(" (?=[:;,])", "", " ".join(left.split())).strip(_JOINTS)


def kind_of(title: str) -> Kind:
    """What a title says its task is: `Gate: keep or scrap?` is a gate, `Break: leave the room` a break.

    The title is all that Asana keeps of it, so a project made by hand has gates and breaks as well.
    """
    begins = normalize(title[:40])
    return "gate" if begins.startswith("gate: ") else "break" if begins.startswith("break: ") else "task"


def title_of_kind(kind: Kind, title: str) -> str:
    """The title with its kind's prefix, which is added only once."""
    return title if kind in ("task", kind_of(title)) else f"{kind.capitalize()}: {title}"


def bare_title(title: str) -> str:
    """The title without its kind's prefix: `leave the room` of `Break: leave the room`."""
    return title if kind_of(title) == "task" else title.partition(":")[2].strip()


@lru_cache(maxsize=4096)
def normalize(title: str) -> str:
    """A title in a form that is equal for titles that a person would call the same.

    Folds case, composed and decomposed letters, and whitespace: Asana's SDK turns every no-break space that it
    receives into a space.
    """
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", title).casefold())
    return unicodedata.normalize("NFC", " ".join(folded.split()))


def bare_key(title: str) -> str:
    """`normalize` without the kind's prefix: a person may write `Keep or scrap?` or `Gate: keep or scrap?`."""
    return normalize(bare_title(title))
