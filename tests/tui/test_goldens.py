"""The main states as pictures in text. After a wanted change: TBP_WRITE_GOLDENS=1, and read the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tui.moments import SCENES
from tests.tui.stagehand import Shown, show

GOLDENS = Path(__file__).parent / "goldens"
SIZES = {"80x24": (80, 24), "40x10": (40, 10)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SCENES)
def test_a_state_looks_as_it_should(name: str, size: str) -> None:
    path = GOLDENS / f"{name}-{size}.txt"

    async def compare(shown: Shown) -> None:
        found = shown.text().rstrip() + "\n"
        if os.environ.get("TBP_WRITE_GOLDENS"):
            path.write_text(found, encoding="utf-8")
        assert found == path.read_text(encoding="utf-8"), "a wanted change? TBP_WRITE_GOLDENS=1"

    show(compare, SCENES[name], SIZES[size])


def test_there_is_no_golden_of_nothing() -> None:
    assert {path.stem for path in GOLDENS.iterdir()} == {
        f"{name}-{size}" for name in SCENES for size in SIZES
    }
