"""The board's file: what is answered is on disk, and two may use it at once."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from asana_tbp.errors import TbpError
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.records import Project, Task
from asana_tbp.sandbox.request import Request
from asana_tbp.sandbox.switches import Switches
from tests.faulty.board import Board
from tests.faulty.http import Sandbox, create_app
from tests.faulty.server import embedded

FREE = Switches(rate_limits=False)


class Reader:
    """One process's sandbox on a file."""

    def __init__(self, path: Path) -> None:
        self.board = Board(path=path)
        self.app: Sandbox = create_app(self.board, FREE)

    def ask(self, method: str, path: str, **data: Any) -> Any:
        asked = Request(self.board, SANDBOX_TOKEN, method, path, body={"data": data} if data else None)
        return self.app.answer(asked)

    def create(self, name: str) -> str:
        answer = self.ask("POST", "/tasks", name=name, workspace=self.board.workspace.gid)
        assert answer.status == 201, answer.payload
        gid: str = answer.payload["data"]["gid"]
        return gid


def test_a_board_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "board.db"
    first = Reader(path)
    gid = first.create("Ünïcödé")
    song = first.ask("POST", "/projects", name="song", workspace=first.board.workspace.gid).payload["data"][
        "gid"
    ]
    first.ask("POST", f"/tasks/{gid}/addProject", project=song)
    first.ask("PUT", f"/tasks/{gid}", assignee="me", completed=True)
    first.board.close()
    second = Reader(path)
    assert second.board.user.gid == first.board.user.gid
    assert second.board.task("Ünïcödé").row() == first.board.task("Ünïcödé").row()
    assert second.board.listing(second.board.project("song")) == [("Untitled section", ["Ünïcödé"])]
    assert int(second.create("next")) > int(gid)
    second.board.close()


def test_two_boards_on_one_file_see_each_other(tmp_path: Path) -> None:
    a, b = Reader(tmp_path / "board.db"), Reader(tmp_path / "board.db")
    gid = a.create("from a")
    assert b.ask("GET", f"/tasks/{gid}").status == 200
    other = b.create("from b")
    assert other != gid
    b.ask("PUT", f"/tasks/{gid}", name="renamed by b")
    assert a.ask("GET", f"/tasks/{gid}").payload["data"]["name"] == "renamed by b"
    assert [t.name for t in a.board.all(Task)] == ["renamed by b", "from b"]
    a.board.close()
    b.board.close()


def test_two_boards_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    readers = [Reader(tmp_path / "board.db") for _ in range(2)]

    def write(reader: Reader, letter: str) -> None:
        for n in range(20):
            reader.create(f"{letter}{n}")

    threads = [threading.Thread(target=write, args=(r, x)) for r, x in zip(readers, "ab", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    third = Reader(tmp_path / "board.db")
    tasks = list(third.board.all(Task))
    assert sorted(t.name for t in tasks) == sorted(f"{x}{n}" for x in "ab" for n in range(20))
    assert len({t.gid for t in tasks}) == 40
    for reader in (*readers, third):
        reader.board.close()


def test_a_refused_request_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "board.db")
    workspace = reader.board.workspace.gid
    answer = reader.ask("POST", "/tasks", name="a", workspace=workspace, assignee="nobody@sandbox.example")
    assert answer.status == 400
    reader.board.close()
    again = Reader(tmp_path / "board.db")
    assert list(again.board.all(Task)) == []
    again.board.close()


def test_resetting_empties_the_file(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "board.db")
    reader.create("a")
    reader.app.control.reset()
    reader.board.close()
    with Board(path=tmp_path / "board.db") as board:
        assert list(board.all(Task)) == []
        assert list(board.all(Project)) == []


def test_a_file_of_version_0_1_with_events_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "board.db"
    reader = Reader(path)
    gid = reader.create("a")
    reader.board.close()
    event = json.dumps({"resource": gid, "action": "added", "streams": [gid]})
    db = sqlite3.connect(path)
    db.execute("INSERT INTO things VALUES (?, 'event', ?)", (1_300_000_000_000_000, event))
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    with embedded(path) as server:
        assert server.board.task("a").gid == gid
    db = sqlite3.connect(path)
    assert db.execute("SELECT count(*) FROM things WHERE kind = 'event'").fetchone() == (0,)
    db.close()


def test_files_that_are_not_ours(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, only words about a song" * 50)
    with pytest.raises(TbpError, match=r"notes.txt can't be used: it is damaged") as refused:
        Board(path=text)
    assert "move the file away" in refused.value.hint
    (tmp_path / "folder").mkdir()
    with pytest.raises(TbpError, match="folder can't be used"):
        Board(path=tmp_path / "folder")
    newer = tmp_path / "newer.db"
    db = sqlite3.connect(newer)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(TbpError, match="written by a newer asana-tbp"):
        Board(path=newer)


def test_the_board_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "sandbox" / "board.db"
    Board(path=path).close()
    if os.name == "posix":
        for each in (path, path.parent, path.parent.parent):
            assert each.stat().st_mode & 0o077 == 0, each


SERVING = """
import sys
from pathlib import Path
from asana_tbp.sandbox import API_PREFIX
from asana_tbp.sandbox.http import Sandbox, serve_forever
from asana_tbp.sandbox.state import SandboxState
from asana_tbp.sandbox.switches import Switches
with SandboxState(path=Path(sys.argv[1])) as board:
    app = Sandbox(board, Switches(rate_limits=False))
    serve_forever(app, 0, lambda url: print(url + API_PREFIX, board.workspace.gid, flush=True))
"""


def test_a_killed_process_never_loses_what_it_answered(tmp_path: Path) -> None:
    path = tmp_path / "board.db"
    process = subprocess.Popen(
        [sys.executable, "-c", SERVING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    answered: list[str] = []
    with process:
        assert process.stdout is not None
        host, workspace = process.stdout.readline().split()

        def write() -> None:
            for n in range(10_000):
                body = json.dumps({"data": {"name": str(n), "workspace": workspace}}).encode()
                request = urllib.request.Request(
                    host + "/tasks", body, {"Authorization": f"Bearer {SANDBOX_TOKEN}"}, method="POST"
                )
                try:
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        answered.append(json.load(answer)["data"]["gid"])
                except (OSError, HTTPException):
                    # Killed before the answer, or in the middle of it.
                    return
                if n == 30:
                    enough.set()

        enough = threading.Event()
        writer = threading.Thread(target=write)
        writer.start()
        assert enough.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        writer.join(60)
    with embedded(path, switches=FREE) as server:
        kept = {task.gid for task in server.board.all(Task)}
    assert len(answered) > 30
    assert set(answered) <= kept
    assert len(kept) <= len(answered) + 1
