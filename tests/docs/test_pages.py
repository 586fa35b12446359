"""Every command, setting and map in the pages is one the program knows, and none is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from tests.cli.command import APP, run
from tests.docs.generate import commands_page
from tests.docs.pages import DOCS, PAGES, mentioned, words_of

TOPICS = (
    "first-song",
    "song-map",
    "commands",
    "settings",
    "status-bars",
    "board",
    "reports",
    "troubleshooting",
    "architecture",
    "changelog",
)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_can_be_read(topic: str) -> None:
    shown = run("help", topic)
    assert shown.code == 0, shown.err
    first = (DOCS / f"{topic}.md").read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
    assert first in shown.out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_that_stands_in_a_page_is_one(page: Path) -> None:
    for command in mentioned(page):
        words = words_of(command)
        if "TOPIC" in command or "COMMAND" in command:
            continue
        asked = run(*command_of(words), "--help")
        assert asked.code == 0, (command, asked.err)


def command_of(words: list[str]) -> list[str]:
    """The words that call a command, without its arguments and flags."""
    root = typer.main.get_command(APP)
    node, path = root, []
    for word in words:
        if word == "--sandbox":
            continue
        child = getattr(node, "commands", None) and node.get_command(None, word)  # type: ignore[arg-type]
        if child is None:
            break
        node, path = child, [*path, word]
    return path


def test_the_page_of_commands_is_the_programs() -> None:
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == commands_page(), (
        "write it anew with: python -m tests.docs.generate"
    )


MAPS = [
    (page, text)
    for page in PAGES
    for text in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]


@pytest.mark.parametrize(("page", "text"), MAPS, ids=[page.stem for page, _ in MAPS])
def test_every_example_map_passes_check(page: Path, text: str) -> None:
    Path("map.yaml").write_text(text, encoding="utf-8")
    checked = run("templates", "check", "map.yaml")
    assert (checked.code, checked.err) == (0, ""), (page, text)
