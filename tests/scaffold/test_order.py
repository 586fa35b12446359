"""Order by the fewest moves: held against brute force."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.scaffold.order import Move, beside_one_anchor, merge_order, minimal_moves


def carried_out(actual: list[str], moves: list[Move]) -> list[str]:
    """What Asana shows after anchored moves."""
    row = list(actual)
    for move in moves:
        if move.gid in row:
            row.remove(move.gid)
        row.insert(0 if move.after is None else row.index(move.after) + 1, move.gid)
    return row


def longest_increasing(positions: list[int]) -> int:
    for size in range(len(positions), 0, -1):
        for chosen in combinations(positions, size):
            if all(left < right for left, right in pairwise(chosen)):
                return size
    return 0


rows = st.integers(0, 8).flatmap(lambda size: st.permutations([f"t{at}" for at in range(size)]))


@given(rows)
def test_moves_give_the_wanted_order_with_the_fewest_moves(actual: list[str]) -> None:
    wanted = sorted(actual)
    moves = [move for chain in minimal_moves(actual, wanted) for move in chain]
    assert carried_out(actual, moves) == wanted
    assert len(moves) == len(actual) - longest_increasing([actual.index(gid) for gid in wanted])


@given(rows, st.data())
def test_those_that_are_missing_are_moved_in(row: list[str], data: st.DataObject) -> None:
    missing = {gid for gid in row if data.draw(st.booleans())}
    actual, wanted = [gid for gid in row if gid not in missing], sorted(row)
    moves = [move for chain in minimal_moves(actual, wanted) for move in chain]
    assert carried_out(actual, moves) == wanted
    staying = longest_increasing([actual.index(gid) for gid in wanted if gid not in missing])
    assert len(moves) == len(wanted) - staying


@given(rows, st.randoms(use_true_random=False))
def test_chains_may_be_carried_out_at_once(actual: list[str], random: object) -> None:
    wanted = sorted(actual)
    waiting = [list(chain) for chain in minimal_moves(actual, wanted)]
    interleaved = []
    while waiting:
        chain = random.choice(waiting)  # type: ignore[attr-defined]
        interleaved.append(chain.pop(0))
        waiting = [left for left in waiting if left]
    assert carried_out(actual, interleaved) == wanted


@given(rows)
def test_a_chain_beside_one_anchor_gives_the_same(actual: list[str]) -> None:
    wanted = sorted(actual)
    moves = [move for chain in minimal_moves(actual, wanted) for move in beside_one_anchor(chain)]
    assert carried_out(actual, moves) == wanted


@given(rows, st.data())
def test_fixed_ones_never_move_and_strangers_keep_their_place(actual: list[str], data: st.DataObject) -> None:
    fixed = [gid for gid in actual if data.draw(st.booleans())]
    desired = sorted(set(actual) - set(fixed[: len(fixed) // 2]))
    # Desired order of the fixed ones is what Asana shows: the producer's order is respected.
    desired_fixed = iter([gid for gid in fixed if gid in desired])
    desired = [next(desired_fixed) if gid in fixed else gid for gid in desired]
    wanted = merge_order(fixed, desired)
    moves = [move for chain in minimal_moves(actual, wanted, fixed) for move in chain]
    assert not {move.gid for move in moves} & set(fixed)
    assert carried_out(actual, moves) == wanted


def test_what_is_missing_is_moved_in() -> None:
    assert minimal_moves(["a", "c"], ["a", "b", "c"]) == [[Move("b", "a")]]
    assert minimal_moves(["b"], ["a", "b"]) == [[Move("a", None)]]


def test_merged_puts_new_ones_after_their_predecessor() -> None:
    assert merge_order(["x", "b", "y", "a"], ["new1", "a", "new2", "new3", "b", "new4"]) == [
        "new1", "x", "b", "new4", "y", "a", "new2", "new3",
    ]  # fmt: skip
