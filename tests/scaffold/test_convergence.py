"""Whatever the map, whatever Asana has, wherever things land: one apply, and there is nothing left to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor
from asana_tbp.sandbox.records import Project, Section, Task
from asana_tbp.sandbox.switches import Landing, Switches
from asana_tbp.scaffold.apply import Scaffold, Scaffolded
from asana_tbp.scaffold.desired import desired_of
from asana_tbp.scaffold.journal import adopt_song, begin_song, find_songs
from asana_tbp.songmap.model import SongMap
from asana_tbp.store.database import Database, open_database
from asana_tbp.system.clock import FastClock
from tests.conftest import gateway_to, watched_sandbox
from tests.faulty.server import Embedded
from tests.needs import examples
from tests.scaffold.songs import song_of

SOURCE = "file:/song.yaml"
SECTIONS = ["Composition", "Sound Design", "Mixing", "Untitled section", 'Say "mix" <b>&amp;']
TITLES = ["Chords", "Bass 🎸", "No\u00a0break", "<b>&", "Take (2)", "Pad", "chorus / verse", "Überblende"]

maps = st.lists(st.sampled_from(SECTIONS), unique=True, max_size=4).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(TITLES), unique=True, max_size=5) for name in names}
    )
)
edits = st.lists(
    st.tuples(
        st.sampled_from(
            ["rename", "rebudget", "complete", "move", "delete", "add", "add section", "rename section",
             "delete section", "move section", "unassign"]
        ),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    max_size=6,
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    with watched_sandbox(Switches(rate_limits=False)) as server:
        yield server


@dataclass
class Producer:
    """Somebody with Asana open, who does what they like."""

    server: Embedded
    asana: Gateway
    project_gid: str

    def does(self, what: str, this: int, that: int) -> None:
        board = self.server.board
        project = board.get(Project, self.project_gid)
        assert project is not None
        sections = board.sections_of(project)
        tasks = [task for section in sections for task in board.tasks_in(section)]
        section = sections[this % len(sections)]
        other = sections[that % len(sections)]
        if what == "add":
            self.asana.create_task(project.gid, section.gid, TITLES[that % len(TITLES)], "mine")
        elif what == "add section":
            self.asana.create_section(project.gid, SECTIONS[that % len(SECTIONS)], Anchor(section.gid))
        elif what == "rename section":
            self.asana.rename_section(section.gid, SECTIONS[that % len(SECTIONS)])
        elif what == "move section" and section is not other:
            self.asana.place_section(project.gid, section.gid, Anchor(other.gid))
        elif what == "delete section" and not section.tasks and len(sections) > 1:
            self.request("DELETE", f"/sections/{section.gid}")
        elif tasks:
            self.does_to(what, tasks[this % len(tasks)], other, that)

    def does_to(self, what: str, task: Task, section: Section, that: int) -> None:
        if what == "rename":
            self.request("PUT", f"/tasks/{task.gid}", {"name": f"{TITLES[that % len(TITLES)]} (5m)"})
        elif what == "rebudget":
            self.request("PUT", f"/tasks/{task.gid}", {"name": task.name.replace("(20m)", "(45m)")})
        elif what == "complete":
            self.asana.set_completed(task.gid, True)
        elif what == "move":
            self.asana.place_task(self.project_gid, section.gid, task.gid, None)
        elif what == "delete":
            self.request("DELETE", f"/tasks/{task.gid}")
        elif what == "unassign":
            self.request("PUT", f"/tasks/{task.gid}", {"assignee": None})

    def request(self, method: str, path: str, fields: dict[str, Any] | None = None) -> None:
        self.asana.http._client.call_api(
            path,
            method,
            body={"data": fields} if fields else {},
            header_params={"Accept": "application/json"},
            auth_settings=["personalAccessToken"],
            response_type="object",
            _return_http_data_only=True,
        )


def run(
    server: Embedded, asana: Gateway, database: Database, song_map: SongMap, adopt: str | None
) -> Scaffolded:
    """The command; with `adopt` as with --project."""
    clock = FastClock(200)
    workspace = server.board.workspace.gid
    known = find_songs(database, SOURCE)
    if adopt:
        project = asana.project(adopt)
        song = adopt_song(database, SOURCE, project, song_map.song, clock.now())
    else:
        song = known[0] if known else begin_song(database, SOURCE, workspace, song_map.song, clock.now())
    work = Scaffold(asana, database, song, desired_of(song_map), clock, "own")
    return work.apply(work.plan())


@given(
    first=maps,
    second=maps,
    edited=edits,
    landing=st.sampled_from(get_args(Landing)),
    then=st.sampled_from(get_args(Landing)),
    anchor=st.sampled_from(["honoured", "ignored", "refused"]),
    fate=st.sampled_from(["same", "lost database", "strange project"]),
)
@example(
    # A section we named before the database was lost is the producer's by now.
    first={"Composition": []},
    second={"Sound Design": []},
    edited=[],
    landing="top",
    then="top",
    anchor="honoured",
    fate="lost database",
)
@example(
    # A task that the map moves, and that nobody has any more, was said not to have been assigned by Asana.
    first={"Composition": ["Chords"], "Sound Design": []},
    second={"Sound Design": ["Chords"]},
    edited=[("unassign", 0, 0)],
    landing="top",
    then="top",
    anchor="honoured",
    fate="same",
)
@settings(max_examples=examples(30, 600))
def test_one_apply_is_enough_and_takes_nothing_away(
    server: Embedded,
    first: dict[str, list[str]],
    second: dict[str, list[str]],
    edited: list[tuple[str, int, int]],
    landing: Landing,
    then: Landing,
    anchor: Any,
    fate: str,
) -> None:
    server.sandbox.control.reset()
    server.switches = replace(server.switches, task_landing=landing, my_tasks_anchor=anchor)
    with gateway_to(server) as asana, TemporaryDirectory() as folder:
        with open_database(Path(folder) / "first.db") as database:
            if fate == "strange project":
                gid = asana.create_project(server.board.workspace.gid, "By hand", "").gid
            else:
                gid = run(server, asana, database, song_of(first), None).project_gid
            producer = Producer(server, asana, gid)
            for edit in edited:
                producer.does(*edit)
        server.switches = replace(server.switches, task_landing=then)
        name = "first.db" if fate == "same" else "second.db"
        with open_database(Path(folder) / name) as database:
            converges(server, asana, database, gid, song_of(second), None if fate == "same" else gid)


def converges(
    server: Embedded, asana: Gateway, database: Database, gid: str, song_map: SongMap, adopt: str | None
) -> None:
    board = server.board
    before = {task.gid: (task.name, task.completed, task.assignee) for task in board.all(Task)}
    sections = {section.gid: section.name for section in board.all(Section)}
    seen = len(server.sandbox.requests)
    made = run(server, asana, database, song_map, adopt)
    sent = server.sandbox.requests[seen:]
    assert made.shortcomings == ()
    assert made.project_gid == gid
    assert not [each for each in sent if each.method == "DELETE"]
    after = {task.gid: (task.name, task.completed, task.assignee) for task in board.all(Task)}
    assert before == {task: value for task, value in after.items() if task in before}
    renamed = {
        section.gid: sections[section.gid]
        for section in board.all(Section)
        if section.gid in sections and section.name != sections[section.gid]
    }
    assert set(sections) <= {section.gid for section in board.all(Section)}
    assert set(renamed.values()) <= {"Untitled section"}
    assert not renamed or not before or adopt is None
    seen = len(server.sandbox.requests)
    again = run(server, asana, database, song_map, None)
    assert again.plan.nothing_to_do, again.plan.changes
    sent = server.sandbox.requests[seen:]
    assert {each.method for each in sent} == {"GET"}
    assert len(sent) <= 4
