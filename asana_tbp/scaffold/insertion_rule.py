"""Where Asana puts a new task in its section: on top, at the bottom, or nowhere in particular.

Pure. Asana does not document it. So what it does is seen in what it shows, and tasks are created in the order
that then gives the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Literal, TypeVar, cast, get_args

Landing = Literal["top", "bottom", "mixed"]
"""`mixed` where it follows no rule that we know."""

CERTAIN = 0.85
"""Share of pairs that must have landed alike. Not all: two that travel at once may change places."""

Thing = TypeVar("Thing")


def insertion_rule_of(word: str | None) -> Landing | None:
    """A remembered rule; None for a word that is none."""
    return cast(Landing, word) if word in get_args(Landing) else None


def infer_rule(created: Sequence[Sequence[str]], shown: Sequence[str]) -> Landing | None:
    """The rule that `shown`, gids from top to bottom, follows; None where there is nothing to judge by.

    `created` are gids in the order they were created in, for each section.
    """
    position = {gid: index for index, gid in enumerate(shown)}
    votes = [
        position[later] < position[earlier]
        for gids in created
        for earlier, later in combinations([gid for gid in gids if gid in position], 2)
    ]
    if not votes:
        return None
    share = sum(votes) / len(votes)
    if share >= CERTAIN:
        return "top"
    return "bottom" if share <= 1 - CERTAIN else "mixed"


def creation_order(wanted: Sequence[Thing], landing: Landing | None) -> list[Thing]:
    """The order to create in so that `wanted` results, as far as the rule is known."""
    return list(reversed(wanted)) if landing == "top" else list(wanted)
