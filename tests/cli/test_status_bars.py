"""The recipes of `help status-bars`: each bar gets what it can read, whatever a song or task is called."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from asana_tbp.cli.output.snapshot_text import bar_text, formatted
from asana_tbp.errors import UsageError
from tests.cli.command import PROGRAM, run
from tests.docs.pages import DOCS, words_of

TITLE = 'Mix <b>drums</b> & bass | terminal=true #(rm) "x" \x1b[31m'
SESSION: dict[str, Any] = {
    "song": "A & B <i>",
    "phase": "paused",
    "left": 754.0,
    "fraction": 0.5,
    "done": 1,
    "total": 4,
    "running": {"title": TITLE, "name": TITLE, "section": "Mixing"},
}


def recipe(kind: str) -> str:
    """The first block of a kind in the page."""
    page = (DOCS / "status-bars.md").read_text(encoding="utf-8")
    block = re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)
    assert block is not None
    return block.group(1)


def test_waybar_gets_json_with_pango_markup_escaped() -> None:
    read = json.loads(bar_text("waybar", None, SESSION, follow=True))
    assert (read["class"], read["percentage"]) == ("paused", 50)
    shown = ElementTree.fromstring(f"<span>{read['text']}</span>")
    assert len(shown) == 0, "no markup of a title is read"
    assert (shown.text or "").startswith('12:34 Mix <b>drums</b> & bass | terminal=true #(rm) "x"')
    assert ElementTree.fromstring(f"<span>{read['tooltip']}</span>").text == "A & B <i>: 1 of 4 done"
    assert json.loads(bar_text("waybar", None, None, follow=True)) == {
        "text": "", "tooltip": "", "class": "none", "percentage": 0,
    }  # fmt: skip


def test_i3bar_gets_its_stream_and_one_block_for_i3blocks() -> None:
    block = json.loads(bar_text("i3bar", "{title}", SESSION, follow=False))
    assert (block["markup"], block["full_text"][:3]) == ("none", "Mix")
    line = bar_text("i3bar", None, SESSION, follow=True)
    assert line.endswith(",")
    assert json.loads(line.removesuffix(","))[0]["full_text"].startswith("12:34 Mix")


def test_tmux_runs_nothing_of_a_title_and_swiftbar_reads_no_parameter_of_it() -> None:
    assert "##(rm)" in bar_text("tmux", None, SESSION, follow=False)
    assert bar_text("tmux", None, None, follow=False) == ""
    text = bar_text("swiftbar", None, SESSION, follow=False)
    assert text.count("|") == 1
    assert "terminal=true" not in text.partition("|")[2]
    assert bar_text("swiftbar", None, SESSION, follow=True).splitlines()[0] == "~~~"


@pytest.mark.parametrize("bar", ["waybar", "i3bar", "tmux", "swiftbar"])
def test_no_control_character_reaches_a_bar(bar: Any) -> None:
    assert "\x1b" not in bar_text(bar, None, SESSION, follow=False)


def test_doubled_braces_are_braces() -> None:
    assert formatted('{{"time": "{remaining}"}}', SESSION) == '{"time": "12:34"}'
    assert formatted("{{title}} }", SESSION) == "{title} }"
    with pytest.raises(UsageError):
        formatted("{title", SESSION)


def test_every_recipe_is_one_its_program_can_read() -> None:
    module = json.loads(recipe("json"))["custom/song"]
    assert module["return-type"] == "json"
    for command in (module["exec"], *re.findall(r"status_command (asana-tbp .*)", recipe("i3"))):
        words = words_of(command)
        assert "--follow" in words
        once = run(*(word for word in words if word != "--follow"))
        assert once.code == 0
        json.loads(once.out)
    for kind in ("ini", "tmux", "sh"):
        for command in re.findall(r"asana-tbp status --output \w+", recipe(kind)):
            assert run(*words_of(command)).code == 0
    assert run("status", "--output", "dzen").code == 2


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_the_prompt_and_the_plugin_run_in_a_shell(tmp_path: Path) -> None:
    program = tmp_path / "asana-tbp"
    program.write_text(f'#!/bin/sh\nexec {PROGRAM[0]} -m asana_tbp "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    for script in (f'{recipe("bash")}\necho "${{PS1@P}}"', recipe("sh")):
        done = subprocess.run(
            ["bash", "-c", f'PATH="{tmp_path}:$PATH"; PS1="$ "\n{script}'],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert done.stderr == ""
    assert "param1=toggle" in done.stdout
