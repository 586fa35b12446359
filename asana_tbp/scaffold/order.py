"""Putting things in order with the fewest moves. Pure.

An anchored move puts one thing right after another; what need not move is the longest run that stands in the right
order already.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """Put `gid` right after `after`, or at the beginning where that is None."""

    gid: str
    after: str | None


def minimal_moves(
    actual: Sequence[str], desired: Sequence[str], fixed: Collection[str] = ()
) -> list[list[Move]]:
    """The fewest anchored moves that turn `actual` into `desired`, grouped.

    A gid that `actual` lacks is moved in. Those in `fixed` are never moved; they must stand in the same order
    in both. Moves of one chain must be made in order; chains don't depend on each other and may be made at once.
    """
    staying = _staying(actual, desired, fixed)
    chains: list[list[Move]] = []
    before: str | None = None
    for gid in desired:
        if gid not in staying:
            if not chains or before in staying:
                chains.append([])
            chains[-1].append(Move(gid, before))
        before = gid
    return chains


def beside_one_anchor(chain: Sequence[Move]) -> list[Move]:
    """The same chain, every move anchored where its first one is: the last goes first, and each pushes it down.

    No move waits for the answer to the one before, as long as they arrive in order.
    """
    return [Move(move.gid, chain[0].after) for move in reversed(chain)]


def _staying(actual: Sequence[str], desired: Sequence[str], fixed: Collection[str]) -> set[str]:
    """The most of `desired` that stands in the right order already, with every fixed one."""
    position = {gid: index for index, gid in enumerate(actual)}
    known = [gid for gid in desired if gid in position]
    places = [position[gid] for gid in known]
    # Of the best run that ends with each: its weight, where a fixed one outweighs all others, and the one before.
    runs: list[tuple[int, int]] = [(0, -1)]
    for at, place in enumerate(places):
        weight, before = max((runs[i + 1][0], i) for i in range(-1, at) if i < 0 or places[i] < place)
        runs.append((weight + (len(known) if known[at] in fixed else 1), before))
    staying = set[str]()
    at = max(range(len(runs)), key=runs.__getitem__) - 1
    while at >= 0:
        staying.add(known[at])
        at = runs[at + 1][1]
    return staying


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


def onto_the_top(actual: Sequence[str], desired: Sequence[str]) -> list[str]:
    """What to put onto the top, in this order, so that `actual` becomes `desired`: no more than is needed."""
    for count in range(len(desired) + 1):
        moved = set(desired[:count])
        if [gid for gid in actual if gid not in moved] == list(desired[count:]):
            return list(reversed(desired[:count]))
    return list(reversed(desired))
