"""Every promise of the Protocol, kept by the real SDK over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.bridge.values import Anchor, Project, Section, Task, Workspace
from asana_tbp.errors import AnswerLost, NotAuthorised, NotFound, Refused
from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.request import Request
from asana_tbp.sandbox.switches import Landing
from tests.clock import HandClock
from tests.faulty.faults import Fault
from tests.faulty.server import Embedded


def names(tasks: tuple[Task, ...]) -> list[str]:
    return [task.name for task in tasks]


@pytest.fixture
def home(asana: Gateway) -> Workspace:
    return asana.me().workspaces[0]


@pytest.fixture
def song(asana: Gateway, home: Workspace) -> Project:
    return asana.create_project(home.gid, "Midnight Galaxy", "Inspiration: aurora")


@pytest.fixture
def mixing(asana: Gateway, song: Project) -> Section:
    return asana.create_section(song.gid, "Mixing", Anchor(asana.sections(song.gid)[0].gid))


@contextmanager
def never_waiting(sandbox: Embedded) -> Iterator[tuple[Gateway, HandClock]]:
    """A gateway whose waits are over at once."""
    clock = HandClock()
    yield Gateway(HttpTransport(sandbox.host, SANDBOX_TOKEN, clock, RateLimiter(clock, 1_000_000))), clock


def fill(sandbox: Embedded, path: str, count: int, **fields: Any) -> list[str]:
    """The gids of this many new things with these fields: more than a page of them, made without a socket."""
    answers = [
        sandbox.sandbox.answer(
            Request(
                sandbox.board, SANDBOX_TOKEN, "POST", path, body={"data": {"name": f"{number}", **fields}}
            )
        )
        for number in range(count)
    ]
    return [answer.payload["data"]["gid"] for answer in answers]


class TestPeople:
    def test_me(self, sandbox: Embedded, asana: Gateway) -> None:
        me = asana.me()
        board = sandbox.board
        assert (me.gid, me.name, me.email) == (board.user.gid, board.user.name, board.user.email)
        assert me.workspaces == (Workspace(board.workspace.gid, board.workspace.name),)

    def test_a_wrong_token_is_told_from_a_broken_wire(self, sandbox: Embedded) -> None:
        clock = HandClock()
        with pytest.raises(NotAuthorised, match="refuses the token"):
            Gateway(HttpTransport(sandbox.host, "another", clock, RateLimiter(clock))).me()

    def test_a_token_revoked_meanwhile(self, sandbox: Embedded, asana: Gateway, song: Project) -> None:
        sandbox.faults.add(Fault("revoke"))
        with pytest.raises(NotAuthorised):
            asana.project(song.gid)


class TestProjects:
    def test_a_new_one(self, asana: Gateway, home: Workspace, song: Project) -> None:
        assert (song.name, song.notes, song.workspace_gid) == (
            "Midnight Galaxy",
            "Inspiration: aurora",
            home.gid,
        )
        assert song.link.startswith("http")
        assert song.gid in song.link
        assert asana.project(song.gid) == song
        assert len(asana.sections(song.gid)) == 1

    def test_more_than_a_page(self, sandbox: Embedded, asana: Gateway, home: Workspace) -> None:
        made = set(fill(sandbox, "/projects", 103, workspace=home.gid))
        assert {project.gid for project in asana.projects(home.gid)} == made

    def test_archived_ones_are_left_out(self, sandbox: Embedded, asana: Gateway, song: Project) -> None:
        sandbox.board.project("Midnight Galaxy").archived = True
        assert list(asana.projects(song.workspace_gid)) == []

    def test_one_that_is_not_there(self, asana: Gateway) -> None:
        with pytest.raises(NotFound):
            asana.project("1299999999999999")

    def test_texts_survive(self, asana: Gateway, home: Workspace) -> None:
        name, notes = "Grüße «Tromsø» 🎹 <b>&amp;", "a\n\n  b\t<body> & \\ \u202e"
        made = asana.create_project(home.gid, name, notes)
        assert (made.name, made.notes) == (name, notes)
        assert asana.project(made.gid) == made


class TestSections:
    def test_after_and_before(self, asana: Gateway, song: Project) -> None:
        first = asana.sections(song.gid)[0]
        last = asana.create_section(song.gid, "Mixing", Anchor(first.gid))
        asana.create_section(song.gid, "Sound Design", Anchor(last.gid, "before"))
        asana.create_section(song.gid, "Composition", Anchor(first.gid, "before"))
        assert [section.name for section in asana.sections(song.gid)] == [
            "Composition",
            first.name,
            "Sound Design",
            "Mixing",
        ]

    def test_rename(self, asana: Gateway, song: Project, mixing: Section) -> None:
        for _ in range(2):
            asana.rename_section(mixing.gid, "Mastering")
        assert asana.sections(song.gid)[1] == Section(mixing.gid, "Mastering")

    def test_place(self, asana: Gateway, song: Project, mixing: Section) -> None:
        first = asana.sections(song.gid)[0]
        for _ in range(2):
            asana.place_section(song.gid, mixing.gid, Anchor(first.gid, "before"))
            assert [section.gid for section in asana.sections(song.gid)] == [mixing.gid, first.gid]
        asana.place_section(song.gid, mixing.gid, Anchor(first.gid, "after"))
        assert [section.gid for section in asana.sections(song.gid)] == [first.gid, mixing.gid]

    def test_more_than_a_page(self, sandbox: Embedded, asana: Gateway, song: Project) -> None:
        made = fill(sandbox, f"/projects/{song.gid}/sections", 102)
        assert [section.gid for section in asana.sections(song.gid)][1:] == made

    def test_an_anchor_that_is_not_there(self, asana: Gateway, song: Project) -> None:
        with pytest.raises((Refused, NotFound)):
            asana.create_section(song.gid, "Mixing", Anchor("1299999999999999"))


class TestTasks:
    def test_a_new_one_is_ours_and_in_its_section(
        self, asana: Gateway, song: Project, mixing: Section
    ) -> None:
        begun = datetime.now(UTC)
        task = asana.create_task(song.gid, mixing.gid, "Write bassline (25m)", "start from the pad")
        assert task.created_at
        assert timedelta(seconds=-1) < task.created_at - begun < timedelta(minutes=1)
        assert task == Task(
            gid=task.gid,
            name="Write bassline (25m)",
            assignee_gid=asana.me().gid,
            section_gid=mixing.gid,
            notes="start from the pad",
            created_at=task.created_at,
            link=task.link,
            project_gids=(song.gid,),
        )
        assert task.link.startswith("https://")
        assert asana.tasks(song.gid) == (task,)
        assert asana.section_tasks(song.gid, mixing.gid) == (task,)
        assert asana.task(task.gid) == replace(task, section_gid="")

    @pytest.mark.parametrize("landing", ["top", "bottom", "shuffled", "changing"])
    def test_place_to_the_top_and_after(
        self, sandbox: Embedded, asana: Gateway, song: Project, mixing: Section, landing: Landing
    ) -> None:
        sandbox.switches = replace(sandbox.switches, task_landing=landing)
        made = {name: asana.create_task(song.gid, mixing.gid, name, "").gid for name in "abcd"}
        for _ in range(2):
            asana.place_task(song.gid, mixing.gid, made["c"], None)
            asana.place_task(song.gid, mixing.gid, made["a"], made["c"])
            asana.place_task(song.gid, mixing.gid, made["d"], made["a"])
            asana.place_task(song.gid, mixing.gid, made["b"], made["d"])
            assert names(asana.tasks(song.gid)) == ["c", "a", "d", "b"]

    def test_place_in_another_section(self, asana: Gateway, song: Project, mixing: Section) -> None:
        first = asana.sections(song.gid)[0]
        gid = asana.create_task(song.gid, first.gid, "Wander", "").gid
        asana.place_task(song.gid, mixing.gid, gid, None)
        assert asana.section_tasks(song.gid, first.gid) == ()
        assert [task.section_gid for task in asana.tasks(song.gid)] == [mixing.gid]

    def test_after_one_of_another_section_is_refused(
        self, asana: Gateway, song: Project, mixing: Section
    ) -> None:
        first = asana.sections(song.gid)[0]
        there = asana.create_task(song.gid, first.gid, "There", "").gid
        here = asana.create_task(song.gid, mixing.gid, "Here", "").gid
        with pytest.raises((Refused, NotFound)):
            asana.place_task(song.gid, mixing.gid, here, there)

    def test_more_than_a_page_in_order(
        self, sandbox: Embedded, asana: Gateway, song: Project, mixing: Section
    ) -> None:
        place = {"project": song.gid, "section": mixing.gid}
        # The sandbox puts a new task on top, as Asana is seen to.
        expected = fill(sandbox, "/tasks", 203, projects=[song.gid], memberships=[place])[::-1]
        assert [task.gid for task in asana.tasks(song.gid)] == expected
        assert {task.gid for task in asana.section_tasks(song.gid, mixing.gid)} == set(expected)

    def test_complete(self, asana: Gateway, song: Project, mixing: Section) -> None:
        gid = asana.create_task(song.gid, mixing.gid, "Write bassline (25m)", "").gid
        for _ in range(2):
            asana.set_completed(gid, True)
        (task,) = asana.tasks(song.gid)
        assert task.completed
        assert task.completed_at is not None
        assert abs(task.completed_at - datetime.now(UTC)) < timedelta(minutes=1)
        assert asana.section_tasks(song.gid, mixing.gid) == (task,)

    def test_one_that_somebody_deleted(
        self, sandbox: Embedded, asana: Gateway, song: Project, mixing: Section
    ) -> None:
        gid = asana.create_task(song.gid, mixing.gid, "Gone", "").gid
        headers = {"Authorization": f"Bearer {SANDBOX_TOKEN}"}
        assert urllib3.request("DELETE", f"{sandbox.host}/tasks/{gid}", headers=headers).status == 200
        assert asana.tasks(song.gid) == ()
        with pytest.raises(NotFound):
            asana.task(gid)
        with pytest.raises(NotFound):
            asana.set_completed(gid, True)

    def test_one_of_several_projects_tells_the_section_of_the_one_asked_for(
        self, asana: Gateway, home: Workspace, song: Project, mixing: Section
    ) -> None:
        other = asana.create_project(home.gid, "Other", "")
        there = asana.sections(other.gid)[0]
        gid = asana.create_task(song.gid, mixing.gid, "Shared", "").gid
        asana.place_task(other.gid, there.gid, gid, None)
        assert [task.section_gid for task in asana.tasks(song.gid)] == [mixing.gid]
        assert [task.section_gid for task in asana.tasks(other.gid)] == [there.gid]


class TestFaults:
    """A create is sent once, whatever becomes of its answer; what may be repeated arrives."""

    @pytest.mark.parametrize("applied", [True, False])
    @pytest.mark.parametrize("kind", ["drop", "status", "html", "empty"])
    def test_a_lost_create(
        self, sandbox: Embedded, song: Project, mixing: Section, kind: str, applied: bool
    ) -> None:
        sandbox.faults.add(Fault(kind, method="POST", path=r"^/tasks$", applied=applied))  # type: ignore[arg-type]
        with never_waiting(sandbox) as (asana, _):
            with pytest.raises(AnswerLost):
                asana.create_task(song.gid, mixing.gid, "Once", "")
            assert names(asana.tasks(song.gid)) == (["Once"] if applied else [])

    def test_a_limited_create_is_made_once(self, sandbox: Embedded, song: Project, mixing: Section) -> None:
        sandbox.faults.add(Fault("status", status=429, retry_after=30, path=r"^/tasks$", times=3))
        with never_waiting(sandbox) as (asana, clock):
            asana.create_task(song.gid, mixing.gid, "Once", "")
            assert clock.waits == [30, 30, 30]
            assert names(asana.tasks(song.gid)) == ["Once"]

    def test_a_page_of_a_list_is_asked_for_again(self, sandbox: Embedded, song: Project) -> None:
        made = fill(sandbox, "/tasks", 120, projects=[song.gid])
        sandbox.faults.add(Fault("drop", path=r"/tasks$", method="GET", nth=2))
        with never_waiting(sandbox) as (again, _):
            assert sorted(task.gid for task in again.tasks(song.gid)) == sorted(made)

    def test_a_page_that_has_expired_is_no_shorter_list(
        self, sandbox: Embedded, asana: Gateway, song: Project
    ) -> None:
        fill(sandbox, "/tasks", 120, projects=[song.gid])
        sandbox.faults.add(Fault("expire_offsets", path=r"/tasks$", method="GET", nth=2))
        with pytest.raises(Refused):
            asana.tasks(song.gid)

    def test_a_server_that_is_back(self, sandbox: Embedded, song: Project) -> None:
        sandbox.stop()

        class Back(HandClock):
            """The server is back once we wait."""

            def wait(self, event: object, seconds: float) -> bool:
                sandbox.start()
                return False

        clock = Back()
        assert (
            Gateway(HttpTransport(sandbox.host, SANDBOX_TOKEN, clock, RateLimiter(clock))).project(song.gid)
            == song
        )
