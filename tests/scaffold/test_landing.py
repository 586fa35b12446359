"""Where tasks land is seen in what Asana shows."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from asana_tbp.scaffold.workspace_memory import Landing, WorkspaceMemory, creation_order, infer_rule
from asana_tbp.store.database import Database

SENT = [f"t{at}" for at in range(12)]


@pytest.mark.parametrize("landing", ["top", "bottom"])
def test_a_rule_is_seen_and_followed(landing: Landing) -> None:
    shown: list[str] = []
    for gid in creation_order(SENT, landing):
        shown.insert(0 if landing == "top" else len(shown), gid)
    assert shown == SENT
    assert infer_rule([creation_order(SENT, landing)], shown) == landing


def test_two_that_changed_places_on_the_way_do_not_hide_the_rule() -> None:
    shown = ["t1", "t0", "t2", "t4", "t3", *SENT[5:]]
    assert infer_rule([SENT], shown) == "bottom"
    assert infer_rule([SENT], shown[::-1]) == "top"


def test_chance_is_no_rule() -> None:
    shown = list(SENT)
    Random(3).shuffle(shown)
    assert infer_rule([SENT], shown) == "mixed"


def test_a_single_task_shows_nothing() -> None:
    assert infer_rule([["t0"], ["t1"], []], ["t0", "t1"]) is None
    assert infer_rule([["t0", "gone"]], ["t0"]) is None


def test_a_word_that_is_no_rule_is_not_believed(database: Database) -> None:
    memory = WorkspaceMemory(database, "1", lambda: datetime(2030, 1, 1, tzinfo=UTC))
    assert memory.landing("landing") is None
    memory.learn("landing", "top")
    assert memory.landing("landing") == "top"
    memory.learn("landing", "sideways")
    assert memory.landing("landing") is None
