"""Tab completion knows the user's own names, in real shells, from local state alone and without a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from asana_tbp.cli.completion import script_of
from tests.cli.command import PROGRAM, run
from tests.faulty.server import Embedded
from tests.forked import Forked


def lines_for(*typed: str, **env: str) -> list[str]:
    """What the program offers for the last of the words: each word, a tab, what it means."""
    with Forked(*typed, env={**os.environ, "_ASANA_TBP_COMPLETE": "bash", **env}) as done:
        out, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (0, "")
    return out.splitlines()


def words_for(*typed: str, **env: str) -> list[str]:
    """The words alone."""
    return [line.partition("\t")[0] for line in lines_for(*typed, **env)]


@pytest.fixture
def songs(studio: Embedded, song_file: Path) -> Embedded:
    """A song on a board."""
    assert run("scaffold", str(song_file)).code == 0
    assert run("board", "init").code == 0
    assert run("board", "add", "Midnight Galaxy").code == 0
    assert run("board").code == 0
    return studio


def test_names_of_this_machine_are_offered_and_asana_is_not_asked(songs: Embedded) -> None:
    before = len(songs.sandbox.requests)
    assert words_for("start", "") == ["Midnight Galaxy"]
    assert words_for("start", "midn") == ["Midnight Galaxy"], "in any case"
    assert words_for("start", "x") == []
    assert words_for("start", "--task", "Write b") == ["Write bassline"]
    assert words_for("come-back", "Write b") == ["Write bassline"]
    assert words_for("start", "--only", "") == ["Composition", "Mixing", "Sound Design"]
    assert words_for("board", "move", "Midnight Galaxy", "Mix") == ["Mixing"]
    assert words_for("board", "move", "Midnight\\ Galaxy", "Mix") == ["Mixing"], "as bash hands it over"
    assert words_for("board", "add", "--stage", "Comp") == ["Composition"]
    assert words_for("start", "--task", "=", "Write b") == ["Write bassline"], "as bash hands over an ="
    assert len(songs.sandbox.requests) == before


def test_words_of_the_program_are_offered() -> None:
    assert words_for("sta") == ["start", "status"]
    assert words_for("--sandbox", "board", "mo") == ["move"]
    assert lines_for("board", "ad") == ["add\tPut a song on the board, or bring an archived one back"]
    assert words_for("config", "set", "at_") == ["at_zero"]
    assert words_for("help", "song-") == ["song-map"]
    assert words_for("templates", "show", "edm-tr") == ["edm-track"]
    assert words_for("report", "--by", "s") == ["song", "section"]
    assert "--json" in words_for("workspaces", "--j")


def test_the_fixed_words_of_a_setting_are_offered_behind_its_name() -> None:
    assert words_for("config", "set", "at_zero", "") == ["complete", "ask", "overtime"]
    assert words_for("config", "set", "auto_start", "o") == ["on", "off"]
    assert words_for("config", "set", "alerts", "N") == ["notification", "none"]
    assert words_for("config", "set", "workspace", "") == []
    assert words_for("config", "set", "nonsense", "") == []


def test_files_are_offered_where_a_file_is_meant(song_file: Path) -> None:
    Path("maps").mkdir()
    Path("maps/two.yaml").touch()
    assert words_for("templates", "check", "midn") == ["midnight-galaxy.yaml"]
    assert words_for("templates", "check", "map") == ["maps/"]
    assert words_for("templates", "check", "maps/") == ["maps/two.yaml"]


def test_whatever_is_broken_nothing_is_said(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "asana-tbp.db").write_text("no database at all", encoding="utf-8")
    assert words_for("start", "", ASANA_TBP_STATE_DIR=str(state)) == []
    assert words_for("start", "--nonsense", "=", "", ASANA_TBP_STATE_DIR=str(state)) == []
    assert words_for("nonsense", "") == []
    assert words_for("config", "set", "at_", ASANA_TBP_CONFIG_DIR="/dev/null") == ["at_zero"]
    assert not Path(os.environ["ASANA_TBP_STATE_DIR"]).exists(), "and nothing is made"


SHOWS_ITS_WORDS = """\
[ -n "$_ASANA_TBP_COMPLETE" ] || { printf '[%s]' "$@"; echo; exit; }
"""
"""Before the program: it only completes, and what is called is shown as it arrives."""


def program_folder(tmp_path: Path, first: str = "") -> str:
    """A folder with both names of the program, to be found by a shell; each does something else first."""
    for name in ("asana-tbp", "tbp"):
        path = tmp_path / name
        path.write_text(f'#!/bin/sh\n{first}exec {" ".join(PROGRAM)} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


SHELLS = {
    "bash": (["--norc", "--noprofile", "-i"], "PS1='$ '; source {script}"),
    "zsh": (["-f", "-i"], "PS1='$ '; autoload -Uz compinit; compinit -u; source {script}"),
    "fish": (["--no-config", "-i"], "function fish_prompt; echo -n '$ '; end; source {script}"),
}


@pytest.mark.parametrize("name", ["asana-tbp", "tbp"])
@pytest.mark.parametrize("shell", SHELLS)
def test_a_real_shell_completes_a_song_with_a_space(
    shell: str, name: str, songs: Embedded, tmp_path: Path
) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    script = tmp_path / "script"
    script.write_text(script_of(shell), encoding="utf-8")
    arguments, setup = SHELLS[shell]
    env = {**os.environ, "PATH": program_folder(tmp_path, SHOWS_ITS_WORDS), "TERM": "xterm"}
    child = pexpect.spawn(
        shell, arguments, env=env, timeout=60, encoding="utf-8", dimensions=(24, 120), echo=False
    )
    child.sendline(setup.format(script=script))
    child.sendline("echo rea''dy")
    child.expect("ready")
    # A folder of a command's name adds no slash to it.
    Path("templates").mkdir()
    child.send(f"{name} templa\tshow edm-t\t\r")
    child.expect_exact("[templates][show][edm-track]")
    # The name has a space: it must arrive as one word.
    child.send(f"{name} board move Midn\t Mixing\r")
    child.expect_exact("[board][move][Midnight Galaxy][Mixing]")
    child.send(f"{name} report --by=tem\t\r")
    child.expect_exact("[report][--by=template]")
    child.send(f"{name} status --json --song=Midn\t\r")
    child.expect_exact("[status][--json][--song=Midnight Galaxy]")
    child.close(force=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_installing_names_the_file_and_does_it_once(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    monkeypatch.setenv("PATH", program_folder(tmp_path))
    command = "tbp --install-completion; tbp --install-completion; true"
    done = subprocess.run([shell, "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert f"in {shell}, once you open a new terminal" in done.stdout
    home = Path.home()
    if shell == "fish":
        assert (home / ".config/fish/conf.d/asana-tbp.fish").read_text(encoding="utf-8") == script_of("fish")
        return
    start = (home / f".{shell}rc").read_text(encoding="utf-8")
    assert start.count("source ") == 1, "added once"
    checked = subprocess.run(
        [shell, "-n", str(home / f".{shell}rc")], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX")
@pytest.mark.parametrize("odd", ["folder", "link to nowhere", "pipe", "full disk"])
def test_a_start_file_that_can_t_be_changed_stays_and_is_named(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("bash", "/bin/bash"))
    resource = pytest.importorskip("resource")
    start, limits = Path.home() / ".bashrc", resource.getrlimit(resource.RLIMIT_FSIZE)
    match odd:
        case "folder":
            start.mkdir()
        case "link to nowhere":
            start.symlink_to("nowhere/bashrc")
        case "pipe":
            os.mkfifo(start)
        case _:
            start.write_text("# mine\n" * 5000, encoding="utf-8")
            # The next byte but one is more than the disk has: files beyond it can't grow.
            resource.setrlimit(resource.RLIMIT_FSIZE, (start.stat().st_size + 1, limits[1]))
    try:
        result = run("--install-completion")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert result.code == 1
    result.says(f"{start} can't be changed", "source ")
    if odd == "full disk":
        assert start.read_text(encoding="utf-8") == "# mine\n" * 5000
    scripts = [path for path in Path(os.environ["ASANA_TBP_CONFIG_DIR"]).iterdir() if path.is_file()]
    assert [path.stat().st_mode & 0o777 for path in scripts] == [0o600]


def test_powershell_is_asked_where_its_profile_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("pwsh", "/bin/pwsh"))
    monkeypatch.setenv("PATH", str(tmp_path))
    run("--install-completion").says("pwsh does not answer where its profile is.", "--show-completion")
    profile, folder = tmp_path / "profile.ps1", tmp_path / "Ada's settings"
    profile.write_bytes(b"# caf\xe9\n")
    (tmp_path / "pwsh").write_text(f"#!/bin/sh\necho {profile}\n", encoding="utf-8")
    (tmp_path / "pwsh").chmod(0o755)
    monkeypatch.setenv("ASANA_TBP_CONFIG_DIR", str(folder))
    assert run("--install-completion").code == 0
    assert profile.read_bytes() == b'# caf\xe9\n. "%s/completion.pwsh"\n' % bytes(folder)
    assert (folder / "completion.pwsh").read_text(encoding="utf-8") == script_of("pwsh")
    profile.write_text("# café\n", encoding="utf-16")
    for _ in "twice":
        assert run("--install-completion").code == 0
    assert profile.read_text(encoding="utf-16") == f'# café\n. "{folder}/completion.pwsh"\n'
