"""Whatever is sent, the sandbox answers: never a crash, and nothing half done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.http import TABLE
from asana_tbp.sandbox.records import Container, Record, Section, Task
from asana_tbp.sandbox.request import Request
from asana_tbp.sandbox.switches import Switches
from tests.faulty.board import Board
from tests.faulty.http import create_app
from tests.needs import examples

FIELDS = """
    name notes html_notes assignee assignee_section completed due_on due_at start_on start_at parent projects
    memberships workspace followers tags external custom_fields section project insert_before insert_after
    before_section after_section task team owner color text resource_subtype
    duration_minutes entered_on attributable_to archived
""".split()  # noqa: SIM905 - a list of words reads better so
QUERIES = """
    limit offset opt_fields completed_since modified_since assignee workspace project section tag
    resource_type query count organization team archived text user_task_list
""".split()  # noqa: SIM905


class World:
    """A small board with one of each thing, and their gids."""

    def __init__(self) -> None:
        self.app = create_app(
            Board(), Switches(rate_limits=False, plan="paid", legacy_my_tasks_insert="works")
        )
        board = self.app.board
        organization = board.add_organization("Label", "Artists")
        board.add_user("Friend", "friend@sandbox.example", board.workspace)
        ws = board.workspace.gid
        song = self.ask("POST", "/projects", {}, {"data": {"name": "song", "workspace": ws}})["gid"]
        task = self.ask("POST", "/tasks", {}, {"data": {"name": "a", "projects": [song], "assignee": "me"}})[
            "gid"
        ]
        self.ask("POST", f"/tasks/{task}/stories", {}, {"data": {"text": "x"}})
        self.ask("POST", f"/tasks/{task}/time_tracking_entries", {}, {"data": {"duration_minutes": 1}})
        self.ask("POST", "/tasks", {}, {"data": {"name": "sub", "parent": task}})
        self.gids = [thing.gid for thing in board.all(Record) if thing.gid != "0"] + [
            organization.gid,
            "me",
            "123",
            "x",
        ]

    def ask(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        asked = Request(self.app.board, SANDBOX_TOKEN, method, path, query, json.dumps(body).encode())
        api = self.app
        try:
            with api.authorized(asked):
                answer = api.answer(asked)
        except Exception as problem:
            if type(problem).__name__ != "ApiProblem":
                raise
            return None
        json.dumps(answer.payload, ensure_ascii=False).encode()
        assert 200 <= answer.status < 500, answer
        return answer.payload.get("data")

    def check(self) -> None:
        """What must hold whatever happened."""
        board = self.app.board
        for container in board.all(Container):
            tasks = [gid for s in board.sections_of(container) for gid in s.tasks]
            assert len(tasks) == len(set(tasks)), "a task is in one section of a project"
            assert container.sections
        for task in board.all(Task):
            for gid in task.sections:
                assert task.gid in board.need(Section, gid).tasks
            if task.assignee is None:
                assert task.assignee_section is None
        for section in board.all(Section):
            for gid in section.tasks:
                task = board.need(Task, gid)
                assert section.gid in (*task.sections, task.assignee_section)
                assert not task.trashed


@given(st.data())
@settings(max_examples=examples(30, 600))
def test_any_body_and_query_is_answered(draw: st.DataObject) -> None:
    world = World()
    gids = st.sampled_from(world.gids)
    words = st.sampled_from(
        [
            "",
            "name",
            "2026-02-01",
            "2026-02-01T10:00:00Z",
            "<body>a</body>",
            "now",
            "1",
            "true",
            "project",
            "\x00",
        ]
    )
    leaf = st.one_of(gids, words, st.none(), st.booleans(), st.integers(-2, 200), st.text(max_size=5))
    value = st.one_of(
        leaf,
        st.lists(leaf, max_size=3),
        st.dictionaries(st.sampled_from(["project", "section", "gid"]), leaf, max_size=2),
        st.lists(st.dictionaries(st.sampled_from(["project", "section"]), leaf, max_size=2), max_size=2),
    )
    for _ in range(6):
        method, path, *_ = draw.draw(st.sampled_from(TABLE))
        for part in path.split("/"):
            if part.startswith("{"):
                path = path.replace(part, draw.draw(gids))
        query = draw.draw(st.dictionaries(st.sampled_from(QUERIES), gids | words, max_size=3))
        data = draw.draw(st.dictionaries(st.sampled_from(FIELDS), value, max_size=4))
        body = draw.draw(
            st.sampled_from(
                [{"data": data}, {"data": data, "options": data}, data, {"options": {"fields": 5}}]
            )
        )
        world.ask(method, path, query, body)
        world.check()


@pytest.mark.parametrize("raw", [b'{"data": {"name": "\\ud800"}}', b"[" * 100_000])
def test_json_that_cannot_be_kept(raw: bytes) -> None:
    world = World()
    asked = Request(world.app.board, SANDBOX_TOKEN, "POST", "/tasks", raw=raw)
    with pytest.raises(Exception, match="invalid JSON"):
        world.app.authorized(asked)
