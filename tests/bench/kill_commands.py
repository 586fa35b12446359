"""kill -9 at random moments of commands that talk to Asana: `python -m tests.bench.kill_commands [--rounds 60]`.

scaffold, start, pull --into and the board take turns, against a sandbox that answers 20 ms late. Each is killed up to
three times and then run to its end: nothing may be lost, and nothing there twice.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.store.database import open_database
from asana_tbp.system.clock import Clock
from tests.bench.server import running
from tests.bench.terminals import machine, tell
from tests.forked import Forked

LATENCY = 0.020
SECTIONS, TASKS = ("Composition", "Sound Design", "Mixing"), 4
STAGES = ("Composition", "Arrangement", "Mixing")


class Studio:
    """A producer's machine, an Asana, and songs that commands are killed on."""

    def __init__(self, folder: Path, host: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        more = {"ASANA_TBP_REQUESTS_PER_MINUTE": "100000", "ASANA_TBP_COMMENTS": "on"}
        self.env = machine(folder, host) | more | {"ASANA_TBP_ALERTS": "none"}
        clock = Clock()
        self.asana = Gateway(HttpTransport(host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000)))
        self.workspace = self.asana.me().workspaces[0].gid
        self.songs: list[str] = []
        self.killed: Counter[str] = Counter()
        self.usual: dict[str, float] = {}

    def command(self, *words: str) -> subprocess.Popen[str]:
        return Forked(*words, cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL)

    def finish(self, *words: str, codes: Sequence[int] = (0,)) -> str:
        """Run a command to its end; what it printed."""
        child = self.command(*words)
        out, err = child.communicate(timeout=120)
        assert child.returncode in codes, f"{words}: {child.returncode}\n{out}{err}"
        assert "Traceback" not in out + err
        return out + err

    def killed_then_finished(self, *words: str, codes: Sequence[int] = (0,)) -> str:
        """Kill a command up to three times, at moments up to the time that one like it last took, and then run it."""
        kind = " ".join(words[:2] if words[0] == "board" else words[:1])
        for _ in range(self.chance.choice((1, 2, 3))):
            child = self.command(*words)
            try:
                child.wait(self.chance.uniform(0.05, self.usual.get(kind, 0.4)))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                self.killed[kind] += 1
            child.communicate()
        begun = monotonic()
        text = self.finish(*words, codes=codes)
        self.usual[kind] = max(self.usual.get(kind, 0.0), monotonic() - begun)
        return text

    def project(self, name: str) -> str:
        gids = [each.gid for each in self.asana.projects(self.workspace) if each.name == name]
        assert len(gids) == 1, f"{len(gids)} projects are called {name}"
        return gids[0]

    def scaffold(self) -> None:
        song = f"Song {len(self.songs) + 1}"
        names = [f"{song} {section} {at} (10m)" for section in SECTIONS for at in range(TASKS)]
        lines = [f"song: {song}", "sections:"]
        for index, section in enumerate(SECTIONS):
            part = names[index * TASKS : (index + 1) * TASKS]
            lines += [f"  {section}:", *(f"    - {name}" for name in part)]
        self.map(song).write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.killed_then_finished("scaffold", self.map(song).name)
        self.songs.append(song)
        project = self.project(song)
        assert [each.name for each in self.asana.tasks(project)] == names
        assert [each.name for each in self.asana.sections(project) if each.name in SECTIONS] == list(SECTIONS)
        self.nothing_left_to_do(song)

    def start(self) -> None:
        song = self.chance.choice(self.songs)
        project = self.project(song)
        self.killed_then_finished("start", project, "--speed", "4000", "--resume", "left", codes=(0, 5))
        self.finish("start", project, "--speed", "20000", "--resume", "drop", codes=(0, 5))
        with suppress(AssertionError):
            self.finish("outbox", "retry")
        ended = self.ended()
        assert len(ended) == len(set(ended)), "a task ended twice"
        tasks = self.asana.tasks(project)
        assert all(each.completed for each in tasks), song
        assert {each.gid for each in tasks} <= set(ended)
        for task in tasks:
            comments = self.asana.comments(task.gid)
            assert len(comments) == 1, f"{task.name}: {comments}"

    def ended(self) -> list[str]:
        with open_database(Path(self.env["ASANA_TBP_STATE_DIR"]) / "asana-tbp.db") as database:
            rows = database.rows("SELECT facts FROM event WHERE kind = 'timebox-ended'")
            assert not database.rows("SELECT * FROM outbox WHERE state <> 'delivered'")
        return [json.loads(row["facts"])["gid"] for row in rows]

    def pull(self) -> None:
        song = self.songs[-1]
        project = self.project(song)
        tasks = self.asana.tasks(project, open_only=True)
        section = self.chance.choice(self.asana.sections(project)).gid
        new = self.asana.create_task(project, section, f"{song} new {self.chance.random():.6f} (15m)", "")
        if tasks:
            task = self.chance.choice(tasks)
            self.asana.change_task(task.gid, name=task.name.replace("(10m)", "anew (20m)"))
            self.asana.place_task(project, section, task.gid, new.gid)
        self.killed_then_finished("pull", project, "--into", self.map(song).name, "--yes")
        text = self.map(song).read_text(encoding="utf-8")
        for each in self.asana.tasks(project, open_only=True):
            assert text.count(each.name) == 1, f"{each.name} in\n{text}"
        self.nothing_left_to_do(song)

    def board(self) -> None:
        song, stage = self.chance.choice(self.songs), self.chance.choice(STAGES)
        self.killed_then_finished("board", "init")
        self.killed_then_finished("board", "add", song)
        self.killed_then_finished("board", "move", song, stage)
        self.killed_then_finished("board")
        board = self.project("Songs")
        cards = Counter(each.name for each in self.asana.tasks(board))
        assert cards[song] == 1, cards
        assert set(cards.values()) == {1}, cards
        assert len({each.name for each in self.asana.sections(board)}) == len(self.asana.sections(board))
        assert f'"{song}"' in self.finish("board", "--json")

    def nothing_left_to_do(self, song: str) -> None:
        left = self.finish("scaffold", self.map(song).name)
        assert "Nothing to do" in left, left

    def map(self, song: str) -> Path:
        return self.folder / f"{song.lower().replace(' ', '-')}.yaml"


def rounds_over_commands(folder: Path, rounds: int, seed: int) -> dict[str, int]:
    """Kill and finish `rounds` commands in turn. Raises AssertionError; how often each was killed otherwise."""
    with running() as server:
        server.fresh(rate_limits=False)
        server.slow(LATENCY, 0.0)
        studio = Studio(folder, server.host, seed)
        turns = (studio.scaffold, studio.pull, studio.board, studio.start)
        for turn in range(rounds):
            try:
                turns[turn % len(turns)]()
            except AssertionError as failure:
                raise AssertionError(f"round {turn}, seed {seed}: {failure}") from failure
    return dict(studio.killed)


def main() -> None:
    """Kill, check, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        figures = rounds_over_commands(Path(folder), asked.rounds, asked.seed)
    tell(f"{asked.rounds} rounds in {monotonic() - begun:.0f} s, killed: {figures}")


if __name__ == "__main__":
    main()
