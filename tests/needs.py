"""What a test needs of its machine: where it is missing the test is skipped, and says why.

Where everything is promised to be there, TBP_NO_SKIP=1 makes a skip a failure: a suite that silently
skips proves nothing.
"""

from __future__ import annotations

import os
import shutil

import pytest

DEEP = os.environ.get("TBP_DEEP") == "1"
"""Whether `python -m tests.check --deep` runs the tests."""


def examples(few: int, many: int) -> int:
    """How many examples a property is tried on: `few` on each landing, `many` in the deep check."""
    return many if DEEP else few


def need(condition: object, reason: str) -> None:
    """Go on where `condition` holds; else skip the test with `reason`, or fail under TBP_NO_SKIP=1."""
    if condition:
        return
    if os.environ.get("TBP_NO_SKIP") == "1":
        pytest.fail(f"would be skipped: {reason}", pytrace=False)
    pytest.skip(reason)


def need_program(*names: str) -> None:
    """Go on where all programs are installed."""
    for name in names:
        need(shutil.which(name), f"{name} is not installed")
