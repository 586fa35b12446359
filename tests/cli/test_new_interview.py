"""`new` on a terminal: the essay's questions, asked one after another."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pexpect
import pytest

from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import open_template
from tests.cli.command import PROGRAM, run
from tests.forked import ForkedTerminal


def terminal(*args: str, columns: int = 120) -> pexpect.spawn[str]:
    """The command on a pseudo-terminal."""
    child = ForkedTerminal(["new", *args], timeout=60, dimensions=(40, columns))
    child.logfile_read = sys.stdout
    # Each answer waits for its prompt, so nothing is typed too early.
    child.delaybeforesend = None
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
    child.wait()
    status: int | None = child.exitstatus
    return status


DEPICT = "What do I want this track to depict?"
FOR = "Who is it being produced for?"
SOUND = "What do I want it to sound like?"
WRITES = "Enter writes "
QUESTIONS = [
    "What is the song called?",
    "Where does it come from?",
    "And?",
    "Which musical themes?",
    "Which non-musical themes?",
    DEPICT,
    FOR,
    SOUND,
    "How fast, in bpm?",
    "In which key?",
    "Which tracks will you compare it with?",
    "Is there a deadline?",
    "Which instrument plays the melody?",
    "Plan the mix now",
    "Leave some out?",
    "Anything this song surely needs?",
    "Another time for one?",
    "Another order?",
    WRITES,
]
_ANSWERED = [
    "X", "--inspiration", "i", "--musical", "m", "--non-musical", "n", "--depict", "d", "--for", "f",
    "--sound", "s", "--bpm", "128", "--key", "F minor", "--reference", "r", "--deadline", "2999-12-20",
    "--set", "lead=violin",
]  # fmt: skip


def rest(child: pexpect.spawn[str], first: str) -> None:
    """Press Enter at a question and at every one behind it."""
    for question in QUESTIONS[QUESTIONS.index(first) :]:
        answer(child, question, "")


def test_the_whole_conversation() -> None:
    child = terminal()
    answer(child, "What is the song called?", "Midnight Galaxy")
    answer(child, "Where does it come from?", "Aurora, Tromsø")
    answer(child, "And?", "- a photo; https://example.org/aurora;v=2; Sasha - Xpander")
    answer(child, "And?", "")
    answer(child, "driving; euphoric, happy; atmospheric", "driving; euphoric, happy")
    answer(child, "And?", "")
    answer(child, "galaxy; northern lights; midnight", "galaxy")
    answer(child, "And?", "midnight")
    answer(child, "And?", "")
    answer(child, "(People going wild at a festival? Someone crying in their room?)", "A festival")
    answer(child, "(Drunk people at a club? A girlfriend?)", "The crowd")
    answer(child, "(Energetic and upbeat? Slow and smooth?)", "Wide")
    answer(child, "How fast, in bpm?", "fast")
    child.expect_exact('"fast" is not a tempo')
    child.sendline("128 bpm")
    answer(child, "In which key?", "F minor")
    answer(child, "Which tracks will you compare it with?", "Strobe; Opus")
    answer(child, "And?", "")
    answer(child, "Is there a deadline?", "soon")
    child.expect_exact('"soon" is not a day')
    child.sendline("1999-01-01")
    child.expect_exact("1999-01-01 is over")
    child.sendline("2999-12-20")
    answer(child, "Which instrument plays the melody?", "violin")
    answer(child, "(later or basic)", "later")
    child.expect_exact("14 tasks, 5h20m in total.")
    answer(child, "Leave some out?", "1-2, 14")
    child.expect_exact("11 tasks")
    answer(child, "Leave some out?", "")
    answer(child, "Anything this song surely needs?", "Record strings (30m)")
    answer(child, "And?", "Mixing / Print stems 15 min")
    answer(child, "And?", "Warm up (20-30m)")
    child.expect_exact("write Warm up (30m)")
    child.sendline("Hum it")
    answer(child, "And?", "")
    child.expect_exact("14 tasks")
    answer(child, "Another time for one?", "1 40m, 3 1h")
    answer(child, "Another time for one?", "")
    answer(child, "Another order?", "2")
    answer(child, "Another order?", "")
    child.expect_exact("Song: Midnight Galaxy")
    child.expect_exact("Musical themes: driving; euphoric, happy")
    child.expect_exact("Added: Record strings; Print stems; Hum it")
    answer(child, "Enter writes midnight-galaxy.yaml.", "")
    child.expect_exact("Take a break, get a coffee.")
    child.expect_exact("Next: asana-tbp scaffold midnight-galaxy.yaml")
    assert end(child) == 0
    song_map = open_template(Path("midnight-galaxy.yaml")).song_map()
    photo_and_link = ("a photo", "https://example.org/aurora;v=2")
    assert song_map.inspiration == ("Aurora, Tromsø", *photo_and_link, "Sasha - Xpander")
    assert song_map.themes.musical == ("driving", "euphoric, happy")
    assert song_map.themes.non_musical == ("galaxy", "midnight")
    assert [asked.answer for asked in song_map.questions] == ["A festival", "The crowd", "Wide"]
    assert (song_map.bpm, song_map.key, song_map.reference) == (128, "F minor", ("Strobe", "Opus"))
    assert str(song_map.deadline) == "2999-12-20"
    order = [(section, task.title, task.minutes) for section, task in ideal_order(song_map)]
    assert order[:3] == [
        ("Composition", "Program drum groove, 3 variations", 25),
        ("Sound Design", "Choose kick, clap and hats", 40),
        ("Sound Design", "Design sound for bassline", 60),
    ]
    assert order[-3:] == [
        ("Composition", "Record strings", 30),
        ("Composition", "Hum it", 25),
        ("Mixing", "Print stems", 15),
    ]
    assert run("templates", "check", "midnight-galaxy.yaml").code == 0


def test_enter_takes_every_default() -> None:
    child = terminal("Midnight Galaxy")
    for question in QUESTIONS[1:]:
        if question != "And?":
            answer(child, question, "")
    assert end(child) == 0
    song_map = open_template(Path("midnight-galaxy.yaml")).song_map()
    assert (song_map.task_count, song_map.total_minutes) == (14, 320)
    assert song_map.themes.non_musical == (), "nobody's themes are prefilled"


def test_every_template_asks_the_essays_questions_and_its_own() -> None:
    child = terminal("X", "-t", "mix")
    for question in QUESTIONS[1:8]:
        if question != "And?":
            answer(child, question, "Ann" if question == FOR else "")
    answer(child, "What is the one thing the listener must hear?", "The voice")
    answer(child, "What does the client's note say?", "")
    answer(child, "Which tracks will you compare it with?", "")
    answer(child, "Is there a deadline?", "")
    rest(child, "Leave some out?")
    assert end(child) == 0
    asked = {each.question: each.answer for each in open_template(Path("x.yaml")).song_map().questions}
    assert asked == {
        FOR: "Ann",
        "What is the one thing the listener must hear?": "The voice",
        "What does the client's note say?": "",
    }


def test_going_back_keeps_what_was_answered_and_lets_it_be_changed() -> None:
    child = terminal("Midnight Galaxy", columns=250)
    answer(child, "Where does it come from?", "<")
    child.expect_exact("This is the first question.")
    answer(child, "Where does it come from?", "Aurora")
    answer(child, "And?", "")
    answer(child, "Which musical themes?", "dark")
    answer(child, "And?", "<")
    answer(child, "Which musical themes?", "bright; wide")
    answer(child, "And?", "")
    answer(child, "Which non-musical themes?", " < ")
    answer(child, 'Enter keeps "bright; wide", - empties it.', "<")
    answer(child, 'Enter keeps "Aurora", - empties it.', "-")
    answer(child, "Which musical themes?", "")
    answer(child, "Which non-musical themes?", "")
    answer(child, DEPICT, "Rain")
    answer(child, FOR, "<")
    answer(child, 'Enter keeps "Rain"', "Snow")
    rest(child, FOR)
    assert end(child) == 0
    song_map = open_template(Path("midnight-galaxy.yaml")).song_map()
    assert song_map.inspiration == ()
    assert song_map.themes.musical == ("bright", "wide")
    assert song_map.questions[0].answer == "Snow"


def test_a_variable_is_answered_anew_on_the_way_back() -> None:
    child = terminal(*_ANSWERED[:-2])
    answer(child, "Which instrument plays the melody?", "violin")
    answer(child, "Plan the mix now", "basic")
    answer(child, "Leave some out?", "<")
    answer(child, "Plan the mix now", "<")
    answer(child, 'Enter keeps "violin"', "cello")
    answer(child, "Plan the mix now", "")
    child.expect_exact("22 tasks")
    rest(child, "Leave some out?")
    assert end(child) == 0
    assert open_template(Path("x.yaml")).song_map().sections[0].tasks[1].title == "Create cello melody"


def test_any_line_of_the_page_can_be_changed_before_it_is_written() -> None:
    child = terminal(*_ANSWERED)
    for question in QUESTIONS[QUESTIONS.index("Plan the mix now") : -1]:
        answer(child, question, "")
    child.expect_exact("1  Song: X")
    answer(child, "Enter writes x.yaml.", "99")
    child.expect_exact('"99" is not a number')
    child.sendline("1")
    answer(child, "What is the song called?", "Y")
    answer(child, "Enter writes y.yaml.", "3")
    answer(child, "Which musical themes?", "loud")
    answer(child, "And?", "")
    answer(child, "Enter writes y.yaml.", "2")
    answer(child, "Where does it come from?", "<")
    answer(child, "Enter writes y.yaml.", "<")
    answer(child, "Another order?", "")
    answer(child, "Enter writes y.yaml.", "")
    assert end(child) == 0
    song_map = open_template(Path("y.yaml")).song_map()
    assert (song_map.song, song_map.themes.musical, song_map.inspiration) == ("Y", ("loud",), ("i",))


def test_the_page_lists_what_is_left_out_in_one_order_and_takes_one_number() -> None:
    titles = [
        "Build 16-bar drop",
        "Transitions and fills",
        "Write lead hook",
        "Design pad",
        "Risers, impacts and FX",
    ]
    child = terminal(*_ANSWERED, *(word for title in titles for word in ("--without", title)))
    for question in QUESTIONS[QUESTIONS.index("Plan the mix now") : -1]:
        answer(child, question, "")
    child.expect_exact(f"Left out: {'; '.join(titles)}\r\n")
    answer(child, WRITES, "1-2")
    answer(child, '"1-2" is not a number from 1 to ', "")
    assert end(child) == 0


def test_tasks_can_be_put_back_and_taken_away_again() -> None:
    child = terminal(*_ANSWERED, "--add", "Record rain (10m)", "--without", "Design pad")
    answer(child, "Plan the mix now", "")
    child.expect_exact("14 tasks")
    answer(child, "Left out: Design pad; - puts them back.", "-")
    child.expect_exact("15 tasks")
    answer(child, "Leave some out?", "")
    answer(child, "Added: Record rain; - removes them.", "-")
    answer(child, "And?", "Record rain (10m)")
    answer(child, "And?", "record RAIN")
    child.expect_exact('"record RAIN" is in Composition already')
    child.sendline("20m")
    child.expect_exact("there is a time but no title")
    child.sendline("")
    rest(child, "Another time for one?")
    assert end(child) == 0
    assert open_template(Path("x.yaml")).song_map().task_count == 15


def test_an_order_that_cannot_be_is_refused() -> None:
    child = terminal(*_ANSWERED)
    answer(child, "Plan the mix now", "")
    answer(child, "Leave some out?", "")
    answer(child, "Anything this song surely needs?", "")
    answer(child, "Another time for one?", "1 soon")
    child.expect_exact('"soon" is not a time budget')
    child.sendline("15 20m")
    child.expect_exact('"15 20m" is not a number from 1 to 14 and a time')
    child.sendline("")
    answer(child, "Another order?", "6 5")
    child.expect_exact('"Write bassline" waits for "Design sound for bassline"')
    child.sendline("14 before 15")
    child.expect_exact('"14 before 15" does not name two numbers from 1 to 14')
    child.sendline("5 after 6")
    child.expect_exact('"Write bassline" waits for "Design sound for bassline"')
    child.sendline("14 3")
    answer(child, "Another order?", "14 before 4")
    answer(child, "Another order?", "3 After 4")
    answer(child, "Another order?", "")
    answer(child, WRITES, "")
    assert end(child) == 0
    titles = [task.title for _, task in ideal_order(open_template(Path("x.yaml")).song_map())]
    assert titles[:5] == [
        "Transitions and fills",
        "Choose kick, clap and hats",
        "Risers, impacts and FX",
        "Write chord progression",
        "Create violin melody",
    ]


def test_an_invalid_answer_is_asked_again() -> None:
    child = terminal(*_ANSWERED)
    answer(child, "Plan the mix now", "soon")
    child.expect_exact('"soon" is not a choice here; write later or basic')
    child.expect("> ")
    child.sendline("Basic")
    answer(child, "Leave some out?", "23")
    child.expect_exact('"23" is not a number from 1 to 22')
    child.expect("> ")
    child.sendline("one")
    child.expect_exact('"one" is not a number')
    child.expect("> ")
    child.sendline("9-4")
    child.expect_exact('"9-4" is not a number from 1 to 22, nor a range such as 7-9')
    child.expect("> ")
    child.sendline("")
    rest(child, "Anything this song surely needs?")
    assert end(child) == 0
    assert open_template(Path("x.yaml")).song_map().task_count == 22


def test_a_song_needs_a_name_whose_file_can_be_written() -> None:
    Path("taken.yaml").write_text("mine", encoding="utf-8")
    child = terminal()
    answer(child, "What is the song called?", "  ")
    child.expect_exact("a song needs a name")
    child.sendline("Taken")
    child.expect_exact("is there already")
    child.sendintr()
    assert end(child) == 130
    assert Path("taken.yaml").read_text(encoding="utf-8") == "mine"


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
    flags = [*_ANSWERED[:13], *_ANSWERED[-4:-2], "-t", "mine.yaml"]
    child = terminal(*flags)
    answer(child, "With vocals? (yes or no)", "maybe")
    child.expect_exact('"maybe" is neither yes nor no')
    child.sendline("")
    answer(child, "Which mood?", "")
    child.expect_exact("1 task, ")
    rest(child, "Leave some out?")
    assert end(child) == 0
    child = terminal(*flags, "-o", "sung.yaml")
    answer(child, "With vocals?", "y")
    answer(child, "Who sings?", "")
    child.expect_exact("an answer is needed")
    child.sendline("Ann")
    answer(child, "Which mood?", "blue")
    rest(child, "Leave some out?")
    assert end(child) == 0
    assert open_template(Path("sung.yaml")).song_map().sections[0].tasks[0].title == "Record Ann"


def test_what_can_be_refused_is_refused_before_the_first_question() -> None:
    Path("file").touch()
    Path("mine.yaml").write_text(
        "song: S\nvars: {v: {type: yes/no, default: no}}\n"
        "sections:\n  C:\n    - {task: a, when: v, time: soon}\n    - b (5m)\n",
        encoding="utf-8",
    )
    for flags, sentence in (
        (["-o", "file/x.yaml"], '"file/x.yaml" cannot be written: "file" is not a folder.'),
        (["-t", "mine.yaml"], 'time: "soon" is not a time budget'),
        (["--set", "mixing=soon"], 'mixing: "soon" is not a choice here'),
        (["--depict", "a", "--set", "Why?=x"], 'does not ask "Why?"'),
        (["--bpm", "fast"], '"fast" is not a tempo'),
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
    rest(child, "Leave some out?")
    assert end(child) == 0
    assert open_template(Path("x.yaml")).song_map().task_count == 13


@pytest.mark.parametrize("left_at", QUESTIONS)
def test_leaving_at_any_question_leaves_no_file(left_at: str) -> None:
    child = terminal()
    for question in QUESTIONS[: QUESTIONS.index(left_at)]:
        answer(child, question, "Aurora" if question.startswith(("What is", "Where")) else "")
    child.expect_exact(left_at)
    child.expect("> ")
    # Between showing its prompt and reading, Python overhears Ctrl-C until the next key.
    for _ in range(10):
        child.sendintr()
        if not child.expect_exact(["No file was written.", pexpect.TIMEOUT], timeout=3):
            break
    assert end(child) == 130
    assert "Traceback" not in str(child.before)
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
    rest(child, "Plan the mix now")
    assert end(child) == 0
    assert open_template(Path("x.yaml")).song_map().sections[0].tasks[1].title == "Create viola melody"


def test_a_pasted_list_shifts_no_later_answer() -> None:
    child = terminal("Midnight Galaxy")
    answer(child, "Where does it come from?", "- Aurora\n- A photo\n* Tromsø\n")
    answer(child, "Which musical themes?", "• Driving\n• Euphoric, happy\n")
    answer(child, "Which non-musical themes?", "")
    answer(child, DEPICT, "A festival")
    rest(child, FOR)
    assert end(child) == 0
    song_map = open_template(Path("midnight-galaxy.yaml")).song_map()
    assert song_map.inspiration == ("Aurora", "A photo", "Tromsø")
    assert song_map.themes.musical == ("Driving", "Euphoric, happy")
    assert [asked.answer for asked in song_map.questions] == ["A festival", "", ""]


def test_pasted_tasks_lose_their_numbers_and_checkboxes() -> None:
    child = terminal(*_ANSWERED, columns=50)
    answer(child, "Plan the mix now", "")
    answer(child, "Leave some out?", "")
    answer(child, "Anything this song surely needs?", "1. Record rain 5m\n2) Sing: 10m\n- [ ] Hum (5m)\n")
    child.expect_exact("Hum (5m)")
    assert all(len(line) < 50 for line in (child.before or "").splitlines()[1:])
    rest(child, "Another time for one?")
    assert end(child) == 0
    (composition, *_) = open_template(Path("x.yaml")).song_map().sections
    assert [task.name for task in composition.tasks][-3:] == ["Record rain (5m)", "Sing (10m)", "Hum (5m)"]


def test_no_talk_stands_among_the_data() -> None:
    command = f"PYTHONIOENCODING=utf-8:strict {shlex.join([*PROGRAM, 'new', *_ANSWERED])} >out.txt"
    child = pexpect.spawn("/bin/sh", ["-c", command], timeout=60, encoding="utf-8", codec_errors="replace")
    answer(child, "Plan the mix now")
    child.expect("> ")
    os.write(child.child_fd, "später\n".encode("latin-1"))
    child.expect_exact("the answer is not UTF-8 text")
    child.expect("> ")
    child.sendline("soon")
    child.expect_exact('"soon" is not a choice here')
    child.expect("> ")
    child.sendline("later")
    rest(child, "Leave some out?")
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
