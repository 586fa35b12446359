"""`start` in a real terminal, against the sandbox: what is seen, pressed, resized, and left behind."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from asana_tbp.sandbox.records import Task
from asana_tbp.store.database import open_database
from tests.cli.command import PROGRAM, run, state_folder
from tests.cli.conftest import song_file, studio
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded
from tests.tui.tmux import Terminal, terminal

__all__ = ["song_file", "studio"]
START = [*PROGRAM, "start"]


@pytest.fixture
def song(studio: Embedded, song_file: Path) -> Embedded:
    """A scaffolded song."""
    assert run("scaffold", str(song_file)).code == 0
    return studio


def events() -> list[str]:
    """What the log of the sessions holds."""
    with open_database(next(state_folder().glob("*.db"))) as database:
        return [row["kind"] for row in database.rows("SELECT kind FROM event ORDER BY id")]


def digits(window: Terminal) -> str:
    """The rows of the big digits."""
    return "\n".join(line for line in window.text().splitlines()[:12] if set(line) <= set(" █▀▄"))


def test_every_key_reaches_the_session(song: Embedded) -> None:
    with terminal(START) as window:
        window.sees("Write chord progression", "all done at", "q stop", "0 of 4 done")
        for key, words in {
            "Space": "space resume",
            "p": "space pause",
            "+": "(+2:00)",
            "-": "2:00 less",
            "h": "HOLD",
            "H": "HOLD",
            "b": "come back",
            "?": "Ctrl-C stops at once",
        }.items():
            window.press(key)
            window.sees(words)
        window.press("Escape")
        window.until(lambda: "Ctrl-C" not in window.text())
        window.press("o")
        window.sees("no page in Asana")
        window.press("h")
        window.until(lambda: "HOLD" not in window.text())
        window.press("d")
        window.sees("Design sound for bassline  Sound Design", "1 of 4 done", "↺ Write chord")
        window.until(lambda: song.board.task("Write chord progression (20m)").completed)
        window.press("u")
        window.sees("is open again")
        window.until(lambda: not song.board.task("Write chord progression (20m)").completed)
        left_before = events().count("timebox-left")
        window.press("s")
        window.until(lambda: events().count("timebox-left") == left_before + 1)
        window.press("q")
        window.sees("Stop the session?")
        window.press("n")
        window.until(lambda: "Stop the session?" not in window.text())
        window.press("q")
        window.sees("Stop the session?")
        window.press("y")
        left = window.sees("rc=130")
    assert "tasks done in" in left
    assert "Not completed: Write chord progression (20m)" in left
    assert "█" not in left, "the screen is given back"
    assert events()[-2:] == ["timebox-left", "session-ended"]


def test_it_counts_down_in_the_window_title_and_gives_the_title_back(song: Embedded) -> None:
    with terminal(["sh", "-c", 'printf \'\\033]2;my shell\\033\\\\\'; exec "$0" "$@"', *START]) as window:
        window.until(lambda: re.fullmatch(r"19:5\d Write chord progression", window.title()))
        before, shown = window.title(), digits(window)
        window.until(lambda: window.title() != before)
        window.until(lambda: digits(window) != shown)
        window.press("Space")
        window.until(lambda: window.title().endswith("Write chord progression [paused]"))
        window.press("C-c")
        window.sees("rc=130")
        assert window.title() == "my shell"


def test_it_fits_every_size_while_it_runs(song: Embedded) -> None:
    with terminal(START, size=(40, 10)) as window:
        small = window.sees("Write chord progression", "of 20:00", "next", "all done", "q stop")
        assert len(small.rstrip().splitlines()) == 10
        for columns, rows, tall in ((80, 24, 10), (200, 60, 28)):
            window.resize(columns, rows)
            window.until(lambda: sum("█" in line for line in window.text().splitlines()) >= tall)  # noqa: B023
            window.sees("0 of 4 done", "then", "u undo")
        window.resize(20, 5)
        window.until(lambda: "next" not in window.text())
        window.resize(80, 24)
        window.sees("all done at")


@pytest.mark.parametrize("no_color", [True, False])
def test_no_color_is_honoured(song: Embedded, no_color: bool) -> None:
    with terminal(START, env={"NO_COLOR": "1"} if no_color else {}) as window:
        window.sees("all done at")
        window.press("h")
        window.sees("HOLD")
        colours = re.findall(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m", window.raw())
        assert bool(colours) is not no_color


def test_the_face_stands_while_asana_does_not_answer(song: Embedded) -> None:
    song.faults.add(Fault("hang", method="GET", path="users/me", times=None))
    with terminal(START) as window:
        window.sees("READING ASANA", "q stop")
        window.shows(lambda text: re.search(r"READING ASANA [4-9] s|READING ASANA \d\d s", text))
        window.press("?")
        window.sees("these keys")
        window.press("Escape")
        window.until(lambda: "these keys" not in window.text())
        window.press("q")
        assert "Interrupted." in window.sees("rc=130")


def test_an_error_before_the_session_ends_the_face_with_one_sentence(song: Embedded) -> None:
    for arguments, env, code, sentence in (
        ([], {"ASANA_ACCESS_TOKEN": "wrong"}, 4, "refuses"),
        (["No such song"], {}, 1, "No such song"),
        (["--until", "soon"], {}, 2, "--until"),
    ):
        with terminal([*START, *arguments], env=env) as window:
            left = window.sees(f"rc={code}")
        assert sentence in left
        assert len(left.strip().splitlines()) <= 4
        assert "Traceback" not in left


def test_where_nothing_is_to_be_done_it_says_so(song: Embedded) -> None:
    with terminal([*START, "--speed", "20000"]) as window:
        finished = window.sees("FINISHED", "4 of 4 done", "Press any key to close.")
        window.sees("Next: asana-tbp next or asana-tbp board", "Asana: sent")
        assert "✓ Write chord progression" in finished
        window.press("x")
        assert "4 of 4 tasks done in 1:35:00." in window.sees("rc=0")
    assert all(task.completed for task in song.board.all(Task))
    with terminal(START) as window:
        assert "Nothing to do in Midnight Galaxy" in window.sees("rc=0")


def test_without_asana_it_goes_on_and_says_so(song: Embedded) -> None:
    with terminal([*START, "--speed", "120"]) as window:
        window.sees("0 of 4 done")
        song.stop()
        window.sees("Asana:", "1 waiting", "1 of 4 done")
        window.press("C-c")
        assert "waits here; the next start sends it" in window.sees("rc=130")


def test_after_a_crash_it_asks_on_the_screen(song: Embedded) -> None:
    with terminal(["exec", *START, "--speed", "5"]) as window:
        window.sees("0 of 4 done", "of 20:00")
        window.until(lambda: "0:00 of 20:00" not in window.text())
        os.kill(window.pid(), signal.SIGKILL)
    with terminal(START) as window:
        window.sees("The last session broke off", "left", "away", "drop")
        window.press("l")
        window.sees("Resuming Write chord progression (20m) where it broke off.")
        window.press("C-c")
        assert "Resuming" in window.sees("rc=130"), "what was said is not lost with the screen"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_stops_it_cleanly(song: Embedded, number: signal.Signals) -> None:
    # The program alone in its window: the process is the session.
    with terminal(["exec", *START]) as window:
        window.sees("0 of 4 done")
        os.kill(window.pid(), number)
        window.until(lambda: "session-ended" in events())
    assert events()[-2:] == ["timebox-left", "session-ended"]


def test_ctrl_c_twice_at_once_still_sums_up(song: Embedded) -> None:
    with terminal(START) as window:
        window.sees("0 of 4 done")
        window.press("C-c", "C-c", "C-c")
        shown = window.sees("rc=130")
        assert "Not completed: Write chord progression (20m), left after" in shown
        assert "Interrupted" not in shown
    assert events()[-2:] == ["timebox-left", "session-ended"]


def test_a_pipe_and_a_dumb_terminal_get_lines(song: Embedded) -> None:
    for command in (
        ["sh", "-c", '"$0" "$@" | cat', *START],
        ["env", "TERM=dumb", *START],
        [*START, "--plain"],
    ):
        with terminal(command) as window:
            left = window.sees("> Composition: Write chord progression (20m)")
            assert "q stop" not in left
            window.press("C-c")
            window.sees("rc=")


def test_what_follows_what_has_a_band_of_its_own_for_a_moment(song: Embedded) -> None:
    with terminal(START) as window:
        window.sees("Write chord progression")
        window.press("d")
        seen = window.sees("NEXT", "is done. Now ")
        assert "Design sound for bassline" in seen
        window.until(lambda: "NEXT" not in window.text())
        assert "READY" not in window.text()


def test_a_countdown_stays_at_zero_until_a_key_and_shows_no_course(own_machine: object) -> None:
    with terminal([*PROGRAM, "timer", "2s"]) as window:
        shown = window.sees("0:0")
        assert "of 1 done" not in shown
        shown = window.sees("TIME IS UP", "Press any key to close.")
        assert "1 done" not in shown
        window.press("Enter")
        window.sees("rc=0")
    with terminal([*PROGRAM, "timer", "20m"]) as window:
        window.sees("0:0")
        window.press("q")
        assert "task" not in window.sees("Stop the countdown?")
        window.press("y")
        window.sees("rc=130")
