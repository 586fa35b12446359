"""The README holds what it promises: every command, flag and setting is there, and nothing that is not."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from asana_tbp.songmap.read.document import TOP
from asana_tbp.songmap.read.tasks import TASK_KEYS
from asana_tbp.songmap.read.variable_section import VARIABLE_KEYS
from asana_tbp.system import paths, token
from asana_tbp.system.settings import Settings
from tests.cli.command import commands, run
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


COMMANDS = {words: command for words, command in commands().items() if not hasattr(command, "commands")}
"""Every command by the words that call it, groups left out."""


def test_every_command_is_there() -> None:
    for words in COMMANDS:
        last = " ".join(words)
        assert re.search(rf"`(asana-tbp )?{re.escape(last)}\b", README), last


def test_every_flag_is_there() -> None:
    flags = {
        option
        for command in commands().values()
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    shell = {"--install-completion", "--show-completion", "--help"}
    missing = {flag for flag in flags - shell if not re.search(rf"{re.escape(flag)}\b", README)}
    assert not missing


def variables() -> set[str]:
    """The environment variables the product reads."""
    read = {item.metadata["env"] for item in fields(Settings) if item.metadata["env"]}
    text = Path(paths.__file__).read_text(encoding="utf-8")
    return read | {token.VARIABLE} | set(re.findall(r'"(ASANA_TBP_\w+)"', text))


def test_settings_are_the_same_in_readme_example_and_code() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == variables()
    assert set(re.findall(r"^\| `(ASANA\w+)`", README, re.MULTILINE)) == variables()
    rows = re.findall(r"^\| (?:`ASANA\w+`)? ?\| ([^|]*)\|", README, re.MULTILINE)
    named = {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}
    assert named == {item.name for item in fields(Settings)}


def test_no_other_variable_is_read() -> None:
    for path in (ROOT / "asana_tbp").rglob("*.py"):
        if "sandbox" not in path.parts:
            found = set(re.findall(r"\bASANA_[A-Z_]+\b", path.read_text(encoding="utf-8")))
            assert found <= variables(), path


MAPS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_every_example_map_passes_check() -> None:
    assert len(MAPS) >= 3
    for at, text in enumerate(MAPS):
        Path(f"map-{at}.yaml").write_text(text, encoding="utf-8")
        checked = run("templates", "check", f"map-{at}.yaml")
        assert (checked.code, checked.err) == (0, ""), text


def test_the_example_of_a_mistake_is_what_is_told_of_the_example_map() -> None:
    Path("midnight-galaxy.yaml").write_text(MAPS[0].replace("time: 25m", "time: soon", 1), encoding="utf-8")
    told = run("templates", "check", "midnight-galaxy.yaml").err.splitlines()[0]
    assert f"`{told}`" in README


def test_every_key_of_a_map_is_there() -> None:
    for keys in (TOP, TASK_KEYS, VARIABLE_KEYS):
        for key in keys.known:
            assert re.search(rf"[\s{{,`]{key}: ?", README), key


def test_each_one_line_command_stands_alone_on_its_line() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv")]
    assert len(lines) == 2
    assert lines[0].endswith("asana-tbp demo")
    assert lines[1].endswith("-m pytest")
