"""`new` on a terminal: the essay's questions, asked one after another."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pytest

from asana_tbp.songmap.loader import load_song_map
from tests.cli.command import PROGRAM, run


def terminal(*args: str) -> pexpect.spawn[str]:
    """The command on a pseudo-terminal."""
    child = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "new", *args], timeout=30, encoding="utf-8", dimensions=(40, 120)
    )
    child.logfile_read = sys.stdout
    return child


def answer(child: pexpect.spawn[str], question: str, *lines: str) -> None:
    """Wait for a question, then answer it."""
    child.expect_exact(question)
    for line in lines:
        child.expect("> ")
        child.sendline(line)


def end(child: pexpect.spawn[str]) -> int | None:
    """Its exit code."""
    child.expect(pexpect.EOF)
    child.close()
    status: int | None = child.exitstatus
    return status


def test_the_full_interview() -> None:
    child = terminal()
    answer(child, "What is the song called?", "Midnight Galaxy")
    answer(child, "Where does it come from?", "Aurora, Tromsø")
    answer(child, "And?", "- a photo")
    answer(child, "And?", "")
    answer(child, "Musical themes", "driving; atmospheric, and spacey")
    answer(child, "Non-musical themes", "galaxy, midnight")
    answer(child, "What do I want this track to depict?", "A festival")
    answer(child, "Who is it being produced for?", "The crowd")
    answer(child, "What do I want it to sound like?", "Wide")
    answer(child, "Which instrument plays the melody?", "violin")
    answer(child, "(basic or later)", "later")
    child.expect_exact("13 tasks, 5h10m in all.")
    answer(child, "Leave some out?", "1-2, 13")
    child.expect_exact("10 tasks")
    answer(child, "Leave some out?", "")
    child.expect_exact("midnight-galaxy.yaml")
    assert end(child) == 0
    song_map = load_song_map(Path("midnight-galaxy.yaml"))
    assert song_map.inspiration == ("Aurora, Tromsø", "- a photo")
    assert song_map.themes.musical == ("driving", "atmospheric, and spacey")
    assert song_map.themes.non_musical == ("galaxy", "midnight")
    assert [asked.answer for asked in song_map.questions] == ["A festival", "The crowd", "Wide"]
    assert [len(section.tasks) for section in song_map.sections] == [6, 4, 0]
    assert run("templates", "check", "midnight-galaxy.yaml").code == 0


def test_enter_takes_every_default() -> None:
    child = terminal("Midnight Galaxy")
    for question in (
        "Where does it come from?",
        "Musical themes",
        "Non-musical themes",
        "What do I want this track to depict?",
        "Who is it being produced for?",
        "What do I want it to sound like?",
        "Which instrument plays the melody?",
        "Plan the mix now",
        "Leave some out?",
    ):
        answer(child, question, "")
    assert end(child) == 0
    song_map = load_song_map(Path("midnight-galaxy.yaml"))
    assert (song_map.task_count, song_map.total_minutes) == (21, 445)
    assert song_map.themes.non_musical == ("Galaxy", "Northern Lights", "Midnight")


def test_an_invalid_answer_is_asked_again() -> None:
    child = terminal(*_ANSWERED)
    answer(child, "Plan the mix now", "soon")
    child.expect_exact('"soon" is no choice here; write basic or later')
    child.expect("> ")
    child.sendline("Basic")
    answer(child, "Leave some out?", "22")
    child.expect_exact('"22" is no number from 1 to 21')
    child.expect("> ")
    child.sendline("one")
    child.expect_exact('"one" is no number')
    child.expect("> ")
    child.sendline("")
    assert end(child) == 0
    assert load_song_map(Path("x.yaml")).task_count == 21


def test_a_song_needs_a_name() -> None:
    child = terminal()
    answer(child, "What is the song called?", "  ")
    child.expect_exact("a song needs a name")
    child.sendintr()
    assert end(child) == 130


_ANSWERED = [
    "X", "--inspiration", "i", "--musical", "m", "--non-musical", "n",
    "--depict", "d", "--for", "f", "--sound", "s", "--set", "lead=violin",
]  # fmt: skip


def test_only_what_is_relevant_is_asked() -> None:
    Path("mine.yaml").write_text(
        "song: S\n"
        "vars:\n"
        "  vocals: {ask: With vocals?, type: yes/no, default: no}\n"
        "  singer: {ask: Who sings?, when: vocals}\n"
        "  mood: {ask: Which mood?, default: ''}\n"
        "sections:\n"
        "  Recording:\n"
        "    - {task: 'Record ${singer}', time: 30m, when: vocals}\n"
        "    - Loop (20m)\n",
        encoding="utf-8",
    )
    flags = ["X", "-t", "mine.yaml", "--inspiration", "i", "--musical", "m", "--non-musical", "n"]
    child = terminal(*flags)
    answer(child, "With vocals? (yes or no)", "maybe")
    child.expect_exact('"maybe" is neither yes nor no')
    child.sendline("")
    answer(child, "Which mood?", "")
    child.expect_exact("1 task, ")
    answer(child, "Leave some out?", "")
    assert end(child) == 0
    child = terminal(*flags, "-o", "sung.yaml")
    answer(child, "With vocals?", "y")
    answer(child, "Who sings?", "")
    child.expect_exact("an answer is needed")
    child.sendline("Ann")
    answer(child, "Which mood?", "blue")
    answer(child, "Leave some out?", "")
    assert end(child) == 0
    assert load_song_map(Path("sung.yaml")).sections[0].tasks[0].title == "Record Ann"


@pytest.mark.parametrize("how", ["ctrl-c", "ctrl-d"])
def test_leaving_half_way_leaves_no_file(how: str) -> None:
    child = terminal("Midnight Galaxy")
    answer(child, "Where does it come from?", "Aurora")
    child.expect_exact("And?")
    child.expect("> ")
    if how == "ctrl-c":
        child.sendintr()
    else:
        child.sendeof()
    assert end(child) == (130 if how == "ctrl-c" else 3)
    assert list(Path().iterdir()) == []
