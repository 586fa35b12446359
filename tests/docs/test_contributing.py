"""CONTRIBUTING names files and modules that exist."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAMED = sorted({word for word in re.findall(r"`([\w./-]+)`", PAGE) if "/" in word})


def test_it_names_many_places() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize("place", NAMED)
def test_what_it_names_exists(place: str) -> None:
    assert any((ROOT / room / place).exists() for room in ("", "asana_tbp")), place


def test_the_deep_marker_and_the_check_are_what_it_says() -> None:
    assert "`deep`" in PAGE
    assert 'markers = ["deep:' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "tests.check --deep" in PAGE
