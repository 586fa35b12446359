"""What is printed reaches a pipe, a file or an old terminal; where it cannot, a sentence says so."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from asana_tbp.cli.output.progress import RateLimitNotice
from asana_tbp.text import shell_quote
from tests.cli.command import PROGRAM
from tests.clock import HandClock

NAME = "Tromsø 🎹"
OTHER_LOCALE = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.fixture
def song() -> str:
    """A file whose name and words are beyond ASCII."""
    Path(f"{NAME}.yaml").write_text(f"song: {NAME}\nsections: {{C: [é (5m)]}}\n", encoding="utf-8")
    return f"{NAME}.yaml"


def printed(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *args], capture_output=True, env={**os.environ, **env}, check=False)


def test_a_pipe_gets_utf8_whatever_the_machine_speaks(song: str) -> None:
    shown = printed("templates", "show", song, **OTHER_LOCALE)
    assert (shown.returncode, shown.stderr) == (0, b"")
    tree = f"{NAME}  (1 task, 5m)\n└── C  (5m)\n    └── é (5m)\n"
    assert shown.stdout.decode("utf-8") == f"{tree}Ideal order:\n   1. é      5m -> 0:05\n"


def test_what_another_encoding_lacks_is_written_as_an_escape(song: str) -> None:
    shown = printed("templates", "show", song, PYTHONIOENCODING="latin-1")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert shown.stdout.startswith("Tromsø \\U0001f3b9  (1 task, 5m)\n\\u2514".encode("latin-1"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", ["templates list", "templates schema", "templates show beat --json"])
def test_a_full_disk_is_told(command: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *command.split()], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "What is printed can't be written: No space left on device.\n"


def test_a_reader_that_has_left_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*PROGRAM, "templates", "schema"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("name", "posix", "windows"),
    [
        ("Aurora", "Aurora", "Aurora"),
        ("Midnight Galaxy", "'Midnight Galaxy'", '"Midnight Galaxy"'),
        ("Pair $(touch pwned)", "'Pair $(touch pwned)'", '"Pair `$(touch pwned)"'),
        ("it's `id`", "'it'\"'\"'s `id`'", '"it\'s ``id``"'),
        ('a" & calc & "', "'a\" & calc & \"'", '"a"" & calc & """'),
        ("a\u201d; calc #", "'a\u201d; calc #'", '"a`\u201d; calc #"'),
        ("", "''", '""'),
    ],
)
def test_a_name_in_a_suggested_command_runs_nothing(name: str, posix: str, windows: str) -> None:
    assert shell_quote(name, "linux") == posix
    assert shell_quote(name, "win32") == windows


def test_a_wait_for_the_limit_says_what_asana_allows_and_for_how_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    notice = RateLimitNotice(HandClock(), 150)
    for seconds in (12, 12.4, 30):
        notice(seconds)
    assert capsys.readouterr().err.splitlines() == [
        "Asana allows 150 requests a minute; continuing in 12 s.",
        "Asana allows 150 requests a minute; continuing in 30 s.",
    ]
