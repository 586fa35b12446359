"""`help`: topics listed, shown plainly in a pipe and laid out on a terminal; near words suggested."""

from __future__ import annotations

import pytest

from asana_tbp.cli.commands.help import topics
from tests.cli.command import run
from tests.forked import ForkedTerminal


def test_topics_are_listed_with_their_headings() -> None:
    listed = run("help")
    assert (listed.code, listed.err) == (0, "")
    lines = listed.out.splitlines()
    assert lines[0] == "Topics"
    assert [line.split()[0] for line in lines[1 : 1 + len(topics())]] == list(topics())
    assert lines[-1] == "Read one with: asana-tbp help TOPIC"


@pytest.mark.parametrize("name", topics())
def test_a_topic_in_a_pipe_is_its_page(name: str) -> None:
    assert run("help", name).out == topics()[name].read_text(encoding="utf-8").rstrip("\n") + "\n"


def test_a_topic_on_a_terminal_is_laid_out_within_its_width() -> None:
    child = ForkedTerminal(
        ["help", "board"],
        timeout=60,
        dimensions=(24, 60),
    )
    shown = str(child.read())
    assert "# Board" not in shown
    assert max(len(line) for line in shown.splitlines() if "\x1b" not in line) <= 60


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        ("settings", ["requests_per_minute", "bell,notification", "ASANA_TBP_CONFIG_DIR"]),
        ("troubleshooting", ["~/.local/state/asana-tbp", "%LOCALAPPDATA%\\asana-tbp"]),
    ],
)
def test_a_topic_on_a_terminal_cuts_no_name_short(topic: str, names: list[str]) -> None:
    shown = str(ForkedTerminal(["help", topic], timeout=60, dimensions=(24, 80)).read())
    assert "…" not in shown
    for name in names:
        assert name in shown


def test_help_of_a_command_is_its_own_help() -> None:
    assert run("help", "start").out == run("start", "--help").out
    assert "Usage: asana-tbp start" in run("help", "start").out


def test_a_usage_line_shows_what_may_follow_a_word() -> None:
    usage = run("timer", "--help").out.splitlines()[2]
    assert usage == "Usage: asana-tbp timer TIME [LABEL]... [OPTIONS]"
    assert "Usage: asana-tbp start [PROJECT...] [OPTIONS]\n" in run("start", "--help").out


def test_an_unknown_topic_gets_the_near_one() -> None:
    result = run("help", "setings")
    assert (result.code, result.out) == (2, "")
    assert result.err == 'There is no topic "setings".\nDid you mean: asana-tbp help settings\n'
    run("help", "qqqq").says("List the topics with: asana-tbp help")
