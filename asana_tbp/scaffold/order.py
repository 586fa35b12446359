"""Putting things in order with the fewest moves. Pure.

An anchored move puts one thing right after another; what need not move is the longest run that stands in the right
order already.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """Put `gid` right after `after`, or at the beginning where that is None."""

    gid: str
    after: str | None


def minimal_moves(
    actual: Sequence[str], wanted: Sequence[str], fixed: Collection[str] = ()
) -> list[list[Move]]:
    """The fewest anchored moves that turn `actual` into `wanted`, grouped.

    A gid that `actual` lacks is moved in. Those in `fixed` are never moved; they must stand in the same order
    in both. Moves of one chain must be made in order; chains don't depend on each other and may be made at once.
    """
    position = {gid: index for index, gid in enumerate(actual)}
    staying = _staying([position.get(gid, -1) for gid in wanted], [gid in fixed for gid in wanted])
    found: list[list[Move]] = []
    before: str | None = None
    growing = False
    for gid, stays in zip(wanted, staying, strict=True):
        if not stays:
            if not growing:
                found.append([])
            found[-1].append(Move(gid, before))
        growing = not stays
        before = gid
    return found


def beside_one_anchor(chain: Sequence[Move]) -> list[Move]:
    """The same chain, every move anchored where its first one is: the last goes first, and each pushes it down.

    No move waits for the answer to the one before, as long as they arrive in order.
    """
    return [Move(move.gid, chain[0].after) for move in reversed(chain)]


def _staying(positions: Sequence[int], fixed: Sequence[bool]) -> list[bool]:
    """Which of `positions` belong to a longest increasing run that holds every fixed one."""
    # Between two fixed ones only positions between theirs can stay: cut there, and take each part's longest.
    stays = list(fixed)
    low, part = -1, list[int]()
    for index, position in [*enumerate(positions), (len(positions), len(positions))]:
        if index == len(positions) or fixed[index]:
            for chosen in _longest([(at, positions[at]) for at in part if low < positions[at] < position]):
                stays[chosen] = True
            low, part = position, []
        else:
            part.append(index)
    return stays


def _longest(items: Sequence[tuple[int, int]]) -> list[int]:
    """Indexes of a longest run of `(index, position)` whose positions increase."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = [-1] * len(items)
    for at, (_, position) in enumerate(items):
        length = bisect_left(tails, position)
        before[at] = ends[length - 1] if length else -1
        tails[length : length + 1] = [position]
        ends[length : length + 1] = [at]
    run = []
    at = ends[-1] if ends else -1
    while at >= 0:
        run.append(items[at][0])
        at = before[at]
    return run


def merge_order(existing: Sequence[str], desired: Sequence[str]) -> list[str]:
    """Everything in `existing`, in its order, with the rest of `desired` put right after its predecessor there.

    What is new and has no predecessor comes first.
    """
    known = set(existing)
    followers: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for gid in desired:
        if gid in known:
            anchor = gid
        else:
            followers.setdefault(anchor, []).append(gid)
    order = list(followers.get(None, ()))
    for gid in existing:
        order += [gid, *followers.get(gid, ())]
    return order


def onto_the_top(actual: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """What to put onto the top, in this order, so that `actual` becomes `wanted`: no more than is needed."""
    for count in range(len(wanted) + 1):
        moved = set(wanted[:count])
        if [gid for gid in actual if gid not in moved] == list(wanted[count:]):
            return list(reversed(wanted[:count]))
    return list(reversed(wanted))


def inversions(actual: Sequence[str], wanted: Sequence[str]) -> int:
    """How many pairs stand in the wrong order, or are not both there."""
    position = {gid: index for index, gid in enumerate(actual)}
    known = [position.get(gid, -1) for gid in wanted]
    return sum(
        one < 0 or other < 0 or one > other for at, one in enumerate(known) for other in known[at + 1 :]
    )
