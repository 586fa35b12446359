"""Kills by the dozen: `python -m tests.bench.kills [--rounds 50]`. tests/cli/test_kill_rounds.py runs a few.

A fast session is killed with -9 at a random moment and begun again, and so is the sandbox, whose board lasts in
a file. In the end every task that ended is complete, none other, and no comment is lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from asana_tbp.sandbox import API_PREFIX, SANDBOX_TOKEN
from asana_tbp.session.log import read_log
from asana_tbp.store.database import open_database
from tests.bench.terminals import PROGRAM, tell
from tests.forked import Forked

TASKS = 12
MINUTES = 10

USUAL = {"at_zero": "complete", "completes": True, "order": "my-tasks", "limit": None}
OPTIONS: dict[tuple[str, ...], dict[str, Any]] = {
    (): {},
    ("--no-complete",): {"completes": False},
    ("--at-zero", "overtime"): {"at_zero": "overtime"},
    ("--at-zero", "complete", "--order", "project"): {"at_zero": "complete", "order": "project"},
    ("--limit", "20h"): {"limit": 72_000.0},
}
"""What a round may ask for, and the options that follow; the round after asks for something else."""
FLAGS = tuple(OPTIONS)


SANDBOX = """
import sys
from pathlib import Path
from asana_tbp.sandbox.http import Sandbox, serve_forever
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches

with SandboxState(path=Path(sys.argv[1])) as board:
    app = Sandbox(board, Switches(rate_limits=False))
    serve_forever(app, int(sys.argv[2]), lambda url: print(url, file=sys.stderr, flush=True))
"""
"""A board that lasts, as `asana-tbp sandbox` serves it, but without a limit of requests."""


@dataclass
class Stage:
    """A sandbox on a port of its own, killed and begun again as often as is liked, and a producer's machine."""

    folder: Path
    port: int = 0
    server: subprocess.Popen[str] | None = None

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}{API_PREFIX}"

    def env(self) -> dict[str, str]:
        return os.environ | {
            "ASANA_TBP_HOST": self.host,
            "ASANA_ACCESS_TOKEN": SANDBOX_TOKEN,
            "ASANA_TBP_STATE_DIR": str(self.folder / "state"),
            "ASANA_TBP_CONFIG_DIR": str(self.folder / "config"),
            "ASANA_TBP_COMMENTS": "on",
            "ASANA_TBP_ALERTS": "none",
        }

    def open(self) -> None:
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        command = [sys.executable, "-c", SANDBOX, str(self.folder / "board"), str(self.port)]
        self.server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self.server.stderr is not None
        while not self.server.stderr.readline().startswith("http"):
            assert self.server.poll() is None, "the sandbox did not begin"

    def close(self) -> None:
        if self.server is not None:
            self.server.kill()
            self.server.communicate()

    def ask(self, method: str, url: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {SANDBOX_TOKEN}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or "{}")

    def get(self, path: str) -> Any:
        return self.ask("GET", self.host + path)["data"]


def rounds_of_kills(folder: Path, rounds: int, seed: int, speed: int = 1200) -> dict[str, int]:
    """Kill `rounds` times; then let everything be told, and check it. Raises AssertionError; figures otherwise."""
    chance = random.Random(seed)
    stage = Stage(folder)
    stage.open()
    never = threading.Event()
    song = 0
    killed = Counter[str]()
    project, flags = "", FLAGS[0]
    try:
        for turn in range(rounds):
            if not project or not _open_tasks(stage, project):
                song += 1
                project = _new_song(stage, f"Song {song}")
            flags = chance.choice([other for other in FLAGS if other != flags])
            how = ("--speed", str(speed), "--resume", chance.choice(["left", "left", "drop"]))
            before = _last_event(stage)
            running = Forked("start", project, *how, *flags, env=stage.env())
            if turn % 4:
                _wait_for_event(stage, before, running)
            never.wait(chance.uniform(0.0, 2.0))
            if turn % 3 == 2:
                stage.close()
                killed["sandbox"] += 1
                never.wait(chance.uniform(0.0, 0.5))
            if running.poll() is None:
                running.send_signal(signal.SIGKILL)
                killed["session"] += 1
            else:
                killed["ended by itself"] += 1
            _, err = running.communicate()
            assert "Traceback" not in err, err
            killed["resumed"] += _check_options(stage, before, flags)
            if stage.server is None or stage.server.poll() is not None:
                stage.open()
        subprocess.run(
            # Begun anew: nothing asks, and nothing is left uncompleted.
            [*PROGRAM, "start", project, "--speed", "20000", "--resume", "drop"],
            env=stage.env(),
            capture_output=True,
            check=False,
            timeout=120,
        )
        subprocess.run(
            [*PROGRAM, "outbox", "retry"], env=stage.env(), check=True, capture_output=True, timeout=120
        )
        return dict(killed) | _check(stage, song)
    finally:
        stage.close()


def _new_song(stage: Stage, name: str) -> str:
    workspace = stage.get("/users/me?opt_fields=workspaces")["workspaces"][0]["gid"]
    body = {"data": {"name": name, "workspace": workspace}}
    project: str = stage.ask("POST", f"{stage.host}/projects", body)["data"]["gid"]
    for at in range(TASKS):
        task = {"name": f"{name}.{at} ({MINUTES}m)", "assignee": "me", "projects": [project]}
        stage.ask("POST", f"{stage.host}/tasks", {"data": task})
    return project


def _open_tasks(stage: Stage, project: str) -> list[Any]:
    found: list[Any] = stage.get(f"/projects/{project}/tasks?completed_since=now")
    return found


def _last_event(stage: Stage) -> int:
    with open_database(stage.folder / "state" / "asana-tbp.db") as database:
        row = database.row("SELECT coalesce(max(id), 0) AS id FROM event")
    return int(row["id"]) if row else 0


def _wait_for_event(stage: Stage, before: int, running: subprocess.Popen[str]) -> None:
    """Until the session has begun or resumed: most kills shall hit one that runs."""
    never, end = threading.Event(), monotonic() + 30
    while _last_event(stage) == before and running.poll() is None and monotonic() < end:
        never.wait(0.05)


def _check_options(stage: Stage, before: int, flags: tuple[str, ...]) -> int:
    """Fail unless the session of this round has what was asked for now, and the rest from when it began.

    1 where it went on with one that broke off.
    """
    with open_database(stage.folder / "state" / "asana-tbp.db") as database:
        rows = database.rows("SELECT session_id, kind FROM event WHERE id > ? ORDER BY id", (before,))
        began = [row["session_id"] for row in rows if row["kind"] == "session-started"]
        resumed = [row["session_id"] for row in rows if row["kind"] == "suspended"]
        session = next(iter(began or resumed), None)
        if session is None:
            return 0
        old = database.rows(
            "SELECT kind, facts FROM event WHERE session_id = ? AND id <= ? ORDER BY id", (session, before)
        )
        options = [values["options"] for row in old if "options" in (values := json.loads(row["facts"]))]
        now = read_log(database, session).state.options
    asked = OPTIONS[flags]
    expected = {
        name: asked.get(name, options[-1][name] if options else usual) for name, usual in USUAL.items()
    }
    found = {name: getattr(now, name) for name in USUAL}
    if "limit" in asked and not began and (found["limit"] or 0) > asked["limit"]:
        # Counted from now on.
        expected["limit"] = found["limit"]
    # One that was killed between the two events of a resumption has done nothing yet.
    if not began and rows[-1]["kind"] == "suspended" and found != expected:
        return 0
    assert found == expected, f"after {flags}"
    return 0 if began else 1


def _completed(rows: list[Any]) -> list[str]:
    """The tasks of the runs that ended, in order, but for those of sessions that were asked to complete nothing."""
    completes, gids = True, []
    for row in rows:
        values = json.loads(row["facts"])
        completes = values.get("options", {"completes": completes})["completes"]
        if row["kind"] == "timebox-ended" and completes:
            gids.append(values["gid"])
    return gids


def _check(stage: Stage, songs: int) -> dict[str, int]:
    with open_database(stage.folder / "state" / "asana-tbp.db") as database:
        ended = _completed(database.rows("SELECT kind, facts FROM event ORDER BY session_id, id"))
        written = Counter(
            row["task_gid"]
            for row in database.rows(
                "SELECT task_gid FROM outbox WHERE intent = 'comment' AND state = 'delivered'"
            )
        )
        unsettled = database.rows("SELECT * FROM outbox WHERE state <> 'delivered'")
        assert not unsettled, [dict(row) for row in unsettled]
    projects = stage.get("/projects?workspace=" + stage.get("/users/me")["workspaces"][0]["gid"])
    tasks = [
        task
        for project in projects
        for task in stage.get(f"/projects/{project['gid']}/tasks?opt_fields=completed,name")
    ]
    complete = {task["gid"] for task in tasks if task["completed"]}
    assert complete == set(ended), "every task that ended is complete, and none other"
    assert len(ended) == len(set(ended)), "none ended twice"
    comments = 0
    for task in tasks:
        stories = stage.get(f"/tasks/{task['gid']}/stories")
        assert len(stories) == written[task["gid"]], f"{task['name']}: {stories}"
        comments += len(stories)
    return {"songs": songs, "tasks": len(tasks), "ended": len(ended), "comments": comments}


def main() -> None:
    """Kill, check, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        figures = rounds_of_kills(Path(folder), wanted.rounds, wanted.seed)
    tell(f"{wanted.rounds} rounds in {monotonic() - begun:.0f} s: {figures}")


if __name__ == "__main__":
    main()
