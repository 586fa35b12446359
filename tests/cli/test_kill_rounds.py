"""A few rounds of kill -9; `python -m tests.bench.kills` and `tests.bench.kill_commands` play many."""

from __future__ import annotations

from pathlib import Path

from tests.bench.kill_commands import rounds_over_commands
from tests.bench.kills import rounds_of_kills


def test_killed_sessions_and_a_killed_sandbox_lose_and_double_nothing(tmp_path: Path) -> None:
    figures = rounds_of_kills(tmp_path, rounds=4, seed=3)
    assert figures["ended"] > 0
    assert figures["comments"] > 0


def test_killed_commands_run_again_lose_and_double_nothing(tmp_path: Path) -> None:
    assert sum(rounds_over_commands(tmp_path, rounds=4, seed=3).values()) > 0
