"""A task's name in Asana, `Write bassline (25m)`, and its two parts: title and time budget.

Knows the spellings people type into a name. Must not know files, sections or Asana's answers. Pure, and
imports nothing heavy.

What counts as a budget in a name, and why:

- In brackets at the end or at the front: `Bass (20m)`, `Bass [20 min]`, `(20m) Bass`.
- Set off by a dash with a space on both sides, a bar or a colon: `Bass - 20 minutes`, `Bass – 20m`,
  `Bass: 20m`, `20m - Bass`.
- Always with a unit. Producers number things: `(2) Verse`, `Write 16`, `Bass x3` and `Take (3)` are titles,
  and taking a title for a budget would end somebody's work early. A missing budget is only asked for.
- Never without brackets or a separator: in `Record 2 hours` the time is part of the work.
- One budget, the outermost: of `Loop (2m) (20m)` the title is `Loop (2m)`. That keeps every title readable
  again after it was written by `compose_name`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

from asana_tbp.songmap.budget import BudgetError, BudgetSizeError, format_budget, parse_budget

NAME_FORMAT = "{title} ({time})"
"""How the budget stands in a name unless a song map says otherwise."""

_LONGEST_BUDGET = 40
_BRACKETS = {")": "(", "]": "["}
_CLOSING = {opening: closing for closing, opening in _BRACKETS.items()}
_UNIT = re.compile(r"\d\s?[hm]", re.ASCII | re.IGNORECASE)
# Looked for only in the first and the last few characters of a name, so a long name costs nothing.
# The blank behind one may be the blank before the next.
_SEPARATOR = re.compile(r"\s[-–—|](?=\s)|:(?=\s)")


class TaskName(NamedTuple):
    """A name taken apart: its title, stripped, and its budget in minutes, None when it has none."""

    title: str
    minutes: int | None


def compose_name(title: str, minutes: int, name_format: str = NAME_FORMAT) -> str:
    """The name Asana shows: `Write bassline (25m)`.

    `name_format` holds `{title}` and `{time}` once each; not every such name can be taken apart again, see
    `reads_back`. Raises ValueError when the title is empty, BudgetError when minutes are not 1 to 1440.
    """
    stripped = title.strip()
    if not stripped:
        raise ValueError("a task needs a title")
    before, _, after = name_format.partition("{title}")
    # In two parts, so that a title with braces of its own stays as it is.
    budget = format_budget(parse_budget(minutes))
    return f"{before.replace('{time}', budget)}{stripped}{after.replace('{time}', budget)}"


def reads_back(title: str, minutes: int, name_format: str = NAME_FORMAT) -> bool:
    """Whether a name composed of these would be taken apart into the same title and budget again."""
    return split_name(compose_name(title, minutes, name_format)) == (title.strip(), minutes)


def kind_of(title: str) -> Literal["task", "gate", "break"]:
    """What a title says its task is: `Gate: keep or scrap?` is a gate, `Break: leave the room` a break.

    The title is all that Asana keeps of it, so a project made by hand has gates and breaks as well.
    """
    begins = normalize(title[:_LONGEST_BUDGET])
    return "gate" if begins.startswith("gate: ") else "break" if begins.startswith("break: ") else "task"


def title_of_kind(kind: Literal["task", "gate", "break"], title: str) -> str:
    """The title with what its kind adds to it, added once."""
    if kind == "task" or kind_of(title) == kind:
        return title
    return f"{kind.capitalize()}: {title}"


def bare_title(title: str) -> str:
    """The title without what its kind adds to it: `leave the room` of `Break: leave the room`."""
    return title if kind_of(title) == "task" else title.partition(":")[2].strip()


def split_name(name: str) -> TaskName:
    """Title and budget of a name; the spellings are in the module's docstring.

    Never raises. A name without a readable budget, or with nothing but one, is all title.
    """
    title, minutes, _ = _read(name)
    return TaskName(title, minutes)


def refused_budget(name: str) -> BudgetSizeError | None:
    """Why the budget written in a name cannot be had (`Write bassline (25h)`); None when nothing is wrong."""
    return _read(name)[2]


def normalize(title: str) -> str:
    """What two titles have in common when a person calls them the same.

    Folds case, composed and decomposed letters, and whitespace: Asana's SDK gives a space for every no-break
    space it receives.
    """
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", title).casefold())
    return unicodedata.normalize("NFC", " ".join(folded.split()))


def bare_key(title: str) -> str:
    """`normalize` without what its kind adds: a person may write `Keep or scrap?` or `Gate: keep or scrap?`."""
    key = normalize(title)
    return key if kind_of(title) == "task" else key.partition(": ")[2]


def same_title(a: str, b: str) -> bool:
    """Whether two titles name the same task; see `normalize`."""
    return a == b or normalize(a) == normalize(b)


def _read(name: str) -> tuple[str, int | None, BudgetSizeError | None]:
    """Title, minutes, and why a budget in its form is refused; the end of a name goes before its front."""
    whole = name.strip()
    for title, budget in (_at_end(whole), _at_front(whole)):
        if not title or len(budget) > _LONGEST_BUDGET or not _UNIT.search(budget):
            continue
        try:
            return title, parse_budget(budget), None
        except BudgetSizeError as refused:
            return whole, None, refused
        except BudgetError:
            continue
    return whole, None, None


def _at_end(whole: str) -> tuple[str, str]:
    if opening := _BRACKETS.get(whole[-1:]):
        start = whole.rfind(opening)
        return (whole[:start].rstrip(), whole[start + 1 : -1]) if start > 0 else ("", "")
    before = max(0, len(whole) - _LONGEST_BUDGET)
    *_, last = [None, *_SEPARATOR.finditer(whole, before)]
    return (whole[: last.start()].rstrip(), whole[last.end() :].lstrip()) if last else ("", "")


def _at_front(whole: str) -> tuple[str, str]:
    if closing := _CLOSING.get(whole[:1]):
        end = whole.find(closing, 0, _LONGEST_BUDGET)
        return (whole[end + 1 :].lstrip(), whole[1:end]) if end > 0 else ("", "")
    first = _SEPARATOR.search(whole, 0, _LONGEST_BUDGET)
    return (whole[first.end() :].lstrip(), whole[: first.start()]) if first else ("", "")
