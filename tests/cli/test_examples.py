"""Every example in the help works as it stands: each is run on the sandbox, but for a login and a browser."""

from __future__ import annotations

import shlex
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from select import select

import pytest

from asana_tbp.cli.app import STEER, every_command
from asana_tbp.cli.help import split_examples, summary
from tests.cli.command import begin, commands, run, state_folder, until
from tests.cli.conftest import SONG
from tests.faulty.board import Rows
from tests.faulty.server import Embedded

EXCEPTED = (
    "asana-tbp auth log",
    "asana-tbp config edit",
    "asana-tbp doctor --probe",
    "asana-tbp outbox discard",
    "asana-tbp web",
)
"""These need a keyring, an editor, an answer, a failed change or a browser, and have tests of their own."""

LASTING = {("start",), ("timer",), ("sandbox",), ("demo",)}
"""These run until they are stopped: it is enough that they begin."""

BEFORE = {
    ("resume",): ["pause"],
    ("undo",): ["done", "done"],
    ("come-back",): ["done"],
    ("board", "move"): ['board add "Midnight Galaxy"'],
    ("board", "archive"): ['board add "Midnight Galaxy"'],
    ("songs", "restore"): ['songs archive "Midnight Galaxy"'],
    ("report",): ['start "Midnight Galaxy" --speed 20000 --plain'],
}
"""Commands that make the state from which an example starts."""

GATE_FIRST = (
    "song: Midnight Galaxy\nsections:\n  Composition:\n    - {task: keep or scrap?, kind: gate, time: 5m}\n"
)


ALL = {words: command for words, command in commands().items() if words}


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_begins_with_a_short_line_and_shows_examples(words: tuple[str, ...]) -> None:
    first = summary(ALL[words].help)
    assert first[:1].isupper()
    assert len(first) < 60
    assert (
        len(words) > 1
        or every_command()[words[0]].help in {first, ""}
        or every_command()[words[0]].panel == STEER
    )
    examples = split_examples(ALL[words].help)[1]
    assert examples
    assert all(line.startswith(f"asana-tbp {' '.join(words)}") for line in examples)


@contextmanager
def running_session() -> Iterator[None]:
    """A session of the song in a process of its own."""
    process = begin("start", "--plain")
    try:
        until(lambda: run("status").out not in {"", "no session\n", "No session is running.\n"})
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def runs_until_stopped(line: list[str]) -> None:
    """Start a command, wait until it says something, and stop it with Ctrl-C."""
    with begin(*line) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        select([process.stdout, process.stderr], [], [])
        process.send_signal(signal.SIGINT)
        said = "".join(process.communicate(timeout=60))
    assert process.returncode in {0, 130}, said
    assert said
    assert "Traceback" not in said


class Scene:
    """A folder with a song map, its project and a board: made once, and put back for every command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "songs"
        self._state = folder / "state"
        self._rows: dict[str, Rows] = {}

    def begin(self, studio: Embedded, monkeypatch: pytest.MonkeyPatch, song: str) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        monkeypatch.chdir(self._folder)
        for name in ("midnight-galaxy.yaml", "my-template.yaml"):
            Path(name).write_text(song, encoding="utf-8")
        if song in self._rows:
            studio.board.restore(self._rows[song])
            shutil.copytree(self._state / str(len(song)), state_folder())
            return
        assert run("scaffold", "midnight-galaxy.yaml").code == 0
        assert run("board", "init").code == 0
        self._rows[song] = studio.board.saved()
        shutil.copytree(state_folder(), self._state / str(len(song)))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_examples_work(
    words: tuple[str, ...], studio: Embedded, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = [line for line in split_examples(ALL[words].help)[1] if not line.startswith(EXCEPTED)]
    scene.begin(studio, monkeypatch, GATE_FIRST if words == ("scrap",) else SONG)
    with running_session() if every_command()[words[0]].panel == STEER else nullcontext():
        for before in BEFORE.get(words, []):
            assert run(*shlex.split(before)).code == 0, before
        for example in examples:
            line = shlex.split(example.partition(" | ")[0].partition(" > ")[0])[1:]
            if tuple(line[: len(words)]) in LASTING or "--follow" in line:
                runs_until_stopped(line)
            else:
                result = run(*line)
                assert result.code == 0, f"{example}\n{result.err}"
