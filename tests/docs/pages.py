"""The pages people read, and the commands that stand in them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.conftest import ROOT

DOCS = ROOT / "asana_tbp" / "docs"
README = ROOT / "README.md"
PAGES = (README, *sorted(DOCS.glob("*.md")))

SHOWN = re.compile(r"^(?: {3,4}|)(asana-tbp .*)$", re.MULTILINE)
INLINE = re.compile(r"`(asana-tbp [^`]+)`", re.DOTALL)


def blocks(page: Path) -> list[str]:
    """The commands that stand on a line of their own, in the order of the page, without what explains them."""
    text = re.sub(r"```yaml\n.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [re.split(r"\s{2,}", line.strip())[0] for line in SHOWN.findall(text)]


def mentioned(page: Path) -> list[str]:
    """Every command of a page: on its own line or within a sentence."""
    text = page.read_text(encoding="utf-8")
    return [*blocks(page), *(" ".join(each.split()) for each in INLINE.findall(text))]


def words_of(command: str) -> list[str]:
    """The words of a command after `asana-tbp`, as the shell hands them over."""
    return shlex.split(command)[1:]
