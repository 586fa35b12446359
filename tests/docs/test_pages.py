"""Every command, setting and map in the pages is one the program knows, and none is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from asana_tbp.system import paths
from asana_tbp.system.environment import DOTENV_MAY_SET, TOKEN_VARIABLE
from asana_tbp.system.settings import PREFIX, SETTINGS, variable_of
from tests.cli.command import commands, run
from tests.conftest import ROOT
from tests.docs.generate import commands_page, json_page, song_map_page
from tests.docs.pages import DOCS, PAGES, README, mentioned, words_of

TOPICS = (
    "first-song",
    "song-map",
    "commands",
    "settings",
    "status-bars",
    "json",
    "agents",
    "board",
    "reports",
    "troubleshooting",
    "architecture",
    "changelog",
)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_is_a_page_that_the_readme_links(topic: str) -> None:
    assert (DOCS / f"{topic}.md").is_file()
    assert f"(asana_tbp/docs/{topic}.md)" in README.read_text(encoding="utf-8")


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
    known = commands()
    path: list[str] = []
    for word in words:
        if word != "--sandbox":
            if (*path, word) not in known:
                break
            path.append(word)
    return path


def test_the_page_of_commands_is_the_programs() -> None:
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == commands_page(), (
        "write it anew with: python -m tests.docs.generate"
    )


def test_the_keys_of_a_song_map_are_the_programs() -> None:
    assert (DOCS / "song-map.md").read_text(encoding="utf-8") == song_map_page(), (
        "run: python -m tests.docs.generate"
    )


def test_the_shapes_of_json_are_the_programs() -> None:
    assert (DOCS / "json.md").read_text(encoding="utf-8") == json_page(), "run: python -m tests.docs.generate"


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


def test_the_example_of_a_mistake_is_what_the_program_says_of_the_example_map() -> None:
    page = (DOCS / "song-map.md").read_text(encoding="utf-8")
    text = next(text for at, text in MAPS if at.stem == "song-map")
    Path("midnight-galaxy.yaml").write_text(text.replace("time: 25m", "time: soon", 1), encoding="utf-8")
    shown = run("templates", "check", "midnight-galaxy.yaml").err.splitlines()[0]
    assert f"`{shown}`" in page, shown


def test_every_file_to_start_reading_at_exists() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = re.findall(r"^\| (\w+) \| (`.+?) \|", page, re.MULTILINE)
    assert len(rooms) > 9
    for room, files in rooms:
        for name in re.findall(r"`([\w./]+)`", files):
            assert (ROOT / "asana_tbp" / room / name).exists(), f"{room}/{name}"


def test_each_one_line_command_stands_alone_on_its_line() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    one, other = [line for line in lines if line.startswith("python3 -m venv .venv")]
    assert one.endswith("asana-tbp demo")
    assert other.endswith("-m pytest")


def variables() -> set[str]:
    """The environment variables the product reads."""
    read = {variable for name in SETTINGS if (variable := variable_of(name))}
    text = Path(paths.__file__).read_text(encoding="utf-8")
    return read | {TOKEN_VARIABLE} | set(re.findall(r'"(ASANA_TBP_\w+)"', text))


def test_settings_are_the_same_in_page_example_and_code() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) == DOTENV_MAY_SET
    in_environment = {name: variable_of(name) for name in SETTINGS}
    alone = variables() - set(in_environment.values())
    assert set(re.findall(r"^- `(ASANA\w+)`", page, re.MULTILINE)) == alone
    rows = re.findall(r"^\| (`[^|]*`) \| ([^|]*)\|", page, re.MULTILINE)
    named = {name: text for cell, text in rows for name in re.findall(r"`(\w+)`", cell)}
    assert named.keys() == in_environment.keys()
    assert {name for name, text in named.items() if "(in the file only)" not in text} == {
        name for name, variable in in_environment.items() if variable
    }


def test_no_other_variable_is_read() -> None:
    for path in (ROOT / "asana_tbp").rglob("*.py"):
        if "sandbox" not in path.parts:
            found = set(re.findall(r"\bASANA_[A-Z_]+\b", path.read_text(encoding="utf-8")))
            assert found <= variables() | {PREFIX}, path
