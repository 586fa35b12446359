"""`new` on a terminal: the essay's questions, asked one after another."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pexpect
import pytest

from asana_tbp.songmap.read.loader import load_song_map
from tests.cli.command import PROGRAM, run


def terminal(*args: str, columns: int = 120) -> pexpect.spawn[str]:
    """The command on a pseudo-terminal."""
    child = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "new", *args], timeout=30, encoding="utf-8", dimensions=(40, columns)
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
    child.sendline("9-4")
    child.expect_exact('"9-4" is no number from 1 to 21, nor a range such as 7-9')
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


def test_what_can_be_refused_is_refused_before_the_first_question() -> None:
    Path("file").touch()
    Path("mine.yaml").write_text(
        "song: S\nvars: {v: {type: yes/no, default: no}}\n"
        "sections:\n  C:\n    - {task: a, when: v}\n    - b (5m)\n",
        encoding="utf-8",
    )
    for flags, sentence in (
        (["-o", "file/x.yaml"], '"file/x.yaml" cannot be written: "file" is not a folder.'),
        (["-t", "mine.yaml"], 'mine.yaml:5:14: "a" has no time budget'),
        (["--set", "mixing=soon"], 'mixing: "soon" is no choice here'),
        (["--depict", "a", "--answer", "Why?=x"], 'does not ask "Why?"'),
    ):
        child = terminal("X", *flags)
        child.expect_exact(sentence)
        assert end(child) in (1, 2)
        assert "Where does it come from?" not in str(child.before)
    assert not Path("x.yaml").exists()


def test_a_task_to_leave_out_that_is_not_there_costs_no_answers() -> None:
    child = terminal(*_ANSWERED, "--without", "Design pat")
    answer(child, "Plan the mix now", "later")
    child.expect_exact('there is no task "Design pat". Did you mean "Design pad"?')
    answer(child, "Leave some out?", "12")
    answer(child, "Leave some out?", "")
    assert end(child) == 0
    assert load_song_map(Path("x.yaml")).task_count == 12


QUESTIONS = [
    "What is the song called?",
    "Where does it come from?",
    "And?",
    "Musical themes",
    "Non-musical themes",
    "What do I want this track to depict?",
    "Who is it being produced for?",
    "What do I want it to sound like?",
    "Which instrument plays the melody?",
    "Plan the mix now",
    "Leave some out?",
]


@pytest.mark.parametrize("left_at", QUESTIONS)
def test_leaving_at_any_question_leaves_no_file(left_at: str) -> None:
    child = terminal()
    for question in QUESTIONS[: QUESTIONS.index(left_at)]:
        answer(child, question, "Aurora" if question.startswith(("What is", "Where")) else "")
    child.expect_exact(left_at)
    child.expect("> ")
    child.sendintr()
    child.expect_exact("No file was written.")
    assert end(child) == 130
    assert list(Path().iterdir()) == []


def test_the_inputs_end_leaves_no_file() -> None:
    child = terminal("Midnight Galaxy")
    answer(child, "Where does it come from?", "Aurora")
    child.expect_exact("And?")
    child.expect("> ")
    child.sendeof()
    child.expect_exact("No file was written.")
    child.expect_exact("There was no more input.")
    assert end(child) == 3
    assert list(Path().iterdir()) == []


def test_an_answer_can_be_edited_while_it_is_typed() -> None:
    child = terminal(*_ANSWERED[:-2])
    answer(child, "Which instrument plays the melody?", "vla\x1b[D\x1b[Dio")
    answer(child, "Plan the mix now", "later")
    answer(child, "Leave some out?", "")
    assert end(child) == 0
    assert load_song_map(Path("x.yaml")).sections[0].tasks[1].title == "Create viola melody"


def test_no_talk_stands_among_the_data() -> None:
    command = f"PYTHONIOENCODING=utf-8:strict {shlex.join([*PROGRAM, 'new', *_ANSWERED])} >out.txt"
    child = pexpect.spawn("/bin/sh", ["-c", command], timeout=30, encoding="utf-8", codec_errors="replace")
    answer(child, "Plan the mix now")
    child.expect("> ")
    os.write(child.child_fd, "später\n".encode("latin-1"))
    child.expect_exact("the answer is not UTF-8 text")
    child.expect("> ")
    child.sendline("soon")
    child.expect_exact('"soon" is no choice here')
    child.expect("> ")
    child.sendline("later")
    answer(child, "Leave some out?", "")
    assert end(child) == 0
    assert Path("out.txt").read_text(encoding="utf-8") == "x.yaml\n"


def test_no_word_is_broken_at_the_terminals_edge() -> None:
    child = terminal(columns=80)
    text = ""
    for question in QUESTIONS:
        # An empty answer to where it comes from ends that question.
        if question != "And?":
            child.expect("> ")
            text += child.before or ""
            child.sendline("Aurora" if question == QUESTIONS[0] else "")
    assert end(child) == 0
    lines = text.splitlines()
    assert max(map(len, lines)) < 80
    assert any(line.endswith("Leave some out? Numbers, such as 4 7-9; Enter keeps these.") for line in lines)
