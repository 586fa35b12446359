"""CONTRIBUTING names files and modules that exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

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


def test_without_the_tools_for_development_the_check_says_how_to_get_them(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare")
    python = tmp_path / "bare" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    done = subprocess.run(
        [python, "-m", "tests.check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": ""},
    )
    assert done.returncode == 1
    assert "The check needs coverage, pytest, ruff, lint-imports, mypy." in done.stdout
    assert "-m pip install -e '.[dev]'" in done.stdout
    assert done.stderr == ""
