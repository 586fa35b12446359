"""The command line: a command is loaded when it is called, near words point to it, and help fits a screen."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import typer.testing

from asana_tbp.cli.app import NEAR_WORDS, PANELS, every_command
from asana_tbp.cli.group import NEED_NO_SANDBOX
from asana_tbp.cli.help import split_examples
from asana_tbp.text import suggest_commands_for_sandbox
from asana_tbp.timer.moments import standing_of
from asana_tbp.web.publisher import view_of
from tests.cli.command import COMMAND_LINE, commands, run, state_folder, unmeasured
from tests.tui.moments import SCENES, moment

HELP_LINES = 56
"""Rows of a terminal window of today."""


def modules(*args: str) -> set[str]:
    """The command modules that a command has loaded."""
    program = (
        "import sys; from asana_tbp.cli.app import main\n"
        f"sys.argv = {['asana-tbp', *args]!r}\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "names = [name.rpartition('.')[2] for name in sys.modules if name.startswith('asana_tbp.cli.commands.')]\n"
        "print('LOADED', *names)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=unmeasured()
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "words", [["status"], ["--sandbox", "status"], ["status", "--help"], ["status", "--sandbox"]]
)
def test_a_command_is_loaded_alone(words: list[str]) -> None:
    assert "status" in modules(*words)
    assert not modules(*words) & {"board", "start", "scaffold", "new", "report", "templates"}


@pytest.mark.parametrize("words", [[], ["--help"], ["-h", "status"], ["stauts"], ["--version"]])
def test_help_and_mistakes_load_no_command(words: list[str]) -> None:
    assert modules(*words) == set()


def test_the_bare_name_shows_the_overview() -> None:
    bare = run()
    assert (bare.code, bare.err) == (0, "")
    assert bare.out == run("--help").out
    assert run("auth").out == run("auth", "--help").out


def test_the_overview_has_every_command_and_fits_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = run("--help").out
    assert len(shown.splitlines()) <= HELP_LINES, "let a new command share a line: see `help` in app.Command"
    assert max(map(len, shown.splitlines())) < 60
    assert not set("╭│╰─") & set(shown)
    for name in every_command():
        assert re.search(rf"^  (\S+, )*{name}[, ]", shown, re.MULTILINE), name
    assert [line for line in shown.splitlines() if line in PANELS] == list(PANELS)


@pytest.mark.parametrize("words", [words for words in commands() if words], ids=" ".join)
def test_help_is_plain_and_readable_at_60_columns(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = run(*words, "--help").out
    examples = split_examples(commands()[words].help)[1]
    lines = [line for line in shown.splitlines() if line.strip() not in examples]
    assert not re.search(r"[╭│╰]|<\w+>", "".join(lines))
    assert max(map(len, lines)) < 60


def test_near_words_point_to_commands_that_are_there() -> None:
    every = commands()
    for word, meant in NEAR_WORDS.items():
        assert (word,) not in every
        assert tuple(part for part in meant.split() if not part.startswith("-")) in every


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["login"], "Did you mean: asana-tbp auth login"),
        (["list"], "Did you mean: asana-tbp songs"),
        (["lgoin"], "Did you mean: asana-tbp auth login"),
        (["lits"], "Did you mean: asana-tbp songs"),
        (["scafold"], "Did you mean: asana-tbp scaffold"),
        (["board", "mvoe"], "Did you mean: asana-tbp board move"),
        (["xyzzy"], "List commands: asana-tbp --help"),
    ],
)
def test_an_unknown_word_points_to_the_right_command(words: list[str], hint: str) -> None:
    result = run(*words)
    assert (result.code, result.out) == (2, "")
    assert result.err == f'There is no command "{words[-1]}".\n{hint}\n'


def test_an_unknown_option_names_the_near_one() -> None:
    result = run("workspaces", "--uze", "x")
    assert (result.code, result.err) == (2, "There is no option --uze.\nDid you mean --use?\n")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "--json songs",
            "There is no option --json.\nIf a command has it, write it there: asana-tbp COMMAND --json\n"
            "See: asana-tbp --help",
        ),
        (
            "plan my song.yaml",
            '"song.yaml" is not expected here.\nPut quotes around words that belong together.\n'
            "See: asana-tbp plan --help",
        ),
        ("status now", '"now" is not expected here.\nSee: asana-tbp status --help'),
        (
            "--sandbox board move Aurora",
            "STAGE is missing.\n"
            'For example: asana-tbp --sandbox board move "Midnight Galaxy" Mixing\n'
            "See: asana-tbp --sandbox board move --help",
        ),
    ],
)
def test_words_in_the_wrong_place_are_answered_with_the_right_line(words: str, answer: str) -> None:
    result = run(*words.split())
    assert (result.code, result.out) == (2, "")
    assert result.err == f"{answer}\n"


@pytest.mark.parametrize(("group", "word"), [("board", "init"), ("songs", "restore"), ("outbox", "list")])
def test_an_option_of_a_group_before_one_of_its_commands_is_refused(group: str, word: str) -> None:
    result = run(group, "--json", word, *(["Aurora"] if word == "restore" else []))
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"--json stands before {word}, where it is for asana-tbp {group} alone.\n"
        f"Write options after {word}. To see them: asana-tbp {group} {word} --help\n"
    )


def test_a_number_that_is_none_is_refused_in_words() -> None:
    result = run("demo", "--speed", "fast")
    assert (result.code, result.err) == (2, '--speed: "fast" is not a number.\n')
    assert run("demo", "--speed", "0").err == '--speed: "0" is not between 1 and 100000.\n'
    assert run("sandbox", "--port", "1.5").err == '--port: "1.5" is not a whole number.\n'


def test_the_sandbox_may_be_named_behind_the_command() -> None:
    before, behind = run("--sandbox", "workspaces"), run("workspaces", "--sandbox")
    assert behind.code == 0
    assert behind.out == before.out
    assert run("auth", "status", "--sandbox").code == run("--sandbox", "auth", "status").code


def test_ctrl_c_while_the_program_loads_is_no_traceback() -> None:
    program = [sys.executable, "-X", "importtime", "-m", "asana_tbp", "--help"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "typer.core" in line:
                running.send_signal(signal.SIGINT)
                break
        rest = running.stderr.read()
    assert running.returncode == 130
    assert "Traceback" not in rest


def test_a_sandbox_whose_file_was_moved_away_begins_empty() -> None:
    """As its own hint says; what was scaffolded before counts as deleted in Asana, and other songs are made."""
    for song in ("Night", "Dusk"):
        assert run("--sandbox", "new", song, "--no-input").code == 0
    assert run("--sandbox", "scaffold", "night.yaml").code == 0
    (board,) = state_folder().rglob("board.db")
    for left in board.parent.glob("board.db*"):
        left.unlink()
    assert run("--sandbox", "scaffold", "dusk.yaml").code == 0
    gone = run("--sandbox", "scaffold", "night.yaml")
    assert "Internal" not in gone.err
    gone.says("Night")


def test_ctrl_c_in_the_last_moment_does_not_change_how_a_command_ended() -> None:
    program = """if True:
        import os, signal, sys
        from asana_tbp.cli import app

        def interrupt(frame, event, _argument):
            if event == "call" and frame.f_code is signal.signal.__code__ and frame.f_back.f_code is app.main.__code__:
                sys.setprofile(None)
                os.kill(os.getpid(), signal.SIGINT)

        sys.argv = ["asana-tbp", "help", "nonsense"]
        sys.setprofile(interrupt)
        app.main()
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended
    assert "Traceback" not in ended.stderr


def test_in_the_sandbox_every_suggestion_works_when_pasted() -> None:
    new = run("--sandbox", "new", "Night", "--no-input")
    new.says("Next: asana-tbp --sandbox scaffold night.yaml")
    assert run("--sandbox", "scaffold", "night.yaml").code == 0
    assert "  asana-tbp --sandbox board init\n" in run("--sandbox", "board").err
    assert "asana-tbp --sandbox board add Night" in run("--sandbox", "board", "init").err
    suggested = run("--sandbox", "next").err
    assert "asana-tbp --sandbox start Night" in suggested
    assert "asana-tbp start" not in suggested
    assert "asana-tbp --sandbox auth" not in run("--sandbox", "auth", "login").err
    for words in (
        ["board", "move", "Dusk", "Mixing"],
        ["plan", "dusk.yaml"],
        ["plan", "beat", "--title", "D"],
    ):
        lines = run("--sandbox", *words).err.splitlines()
        assert max(map(len, lines)) <= 80, lines
    finished = replace(SCENES["finished"].snapshot or moment(0), unsent=0)
    # What a run with --sandbox sets for its process.
    suggest_commands_for_sandbox(lambda: every_command().keys() - NEED_NO_SANDBOX)
    assert standing_of(finished).hint == "Next: asana-tbp --sandbox next or asana-tbp --sandbox board"
    assert view_of(None, 0.0)["standing"]["hint"] == "Start one with: asana-tbp --sandbox start"
    run("new", "Day", "--no-input").says("Next: asana-tbp scaffold day.yaml")
    assert standing_of(finished).hint == "Next: asana-tbp next or asana-tbp board"
    runner: Any = typer.testing.CliRunner()
    shorter = runner.invoke(COMMAND_LINE, ["--sandbox", "statu"], prog_name="tbp")
    assert "Did you mean: tbp --sandbox status\n" in shorter.stderr
