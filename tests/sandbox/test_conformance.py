"""The watcher itself: it sees what it should see."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_core import OpenAPI

from tests import conformance
from tests.conformance import Conformance, Exchange
from tests.needs import need
from tests.sandbox.conftest import Desk


@pytest.fixture
def watcher(desk: Desk) -> Conformance:
    need(conformance.available(), conformance.REASON)
    return Conformance(desk.app)


def exchange(
    method: str,
    path: str,
    sent: bytes = b"",
    status: int = 200,
    answer: bytes = b'{"data": {}}',
    **query: str,
) -> Exchange:
    return Exchange(method, path, query, sent, status, "application/json; charset=UTF-8", answer)


WRONG = [
    (exchange("GET", "/nope"), "no such route"),
    (exchange("PUT", "/tasks/1", b'{"data": {"nmae": "a"}}'), "unknown body field 'nmae'"),
    (exchange("GET", "/tasks/1", optfields="x"), "unknown query parameter 'optfields'"),
    (exchange("PUT", "/tasks/1", b'{"data": {"name": 5}}'), "is not of type 'string'"),
    (exchange("GET", "/projects/1/tasks", limit="500", answer=b'{"data": []}'), "maximum of 100"),
    (exchange("GET", "/tasks/1", answer=b'{"data": {"gid": 5}}'), "is not of type 'string'"),
    (exchange("GET", "/tasks/1", status=429, answer=b"{}"), "without errors"),
    (exchange("PUT", "/tasks/1", b'{"data": {"completed": "yes"}}', 400, b'{"errors": []}'), "boolean"),
]


@pytest.mark.parametrize(("bad", "says"), WRONG)
def test_what_is_wrong_is_seen(watcher: Conformance, bad: Exchange, says: str) -> None:
    watcher.check(bad)
    assert says in "\n".join(watcher.violations)
    with pytest.raises(AssertionError):
        watcher.assert_clean()


def test_the_description_is_sound() -> None:
    need(conformance.available(), conformance.REASON)
    OpenAPI.from_dict(conformance.description().spec).check_spec()


def test_of_exchanges_that_differ_in_gids_alone_one_is_judged_and_no_other_hides_behind_it(
    watcher: Conformance,
) -> None:
    one, other = "1200000000000007", "1200000000000019"
    for gid in (one, other):
        watcher.check(exchange("GET", f"/tasks/{gid}", answer=f'{{"data": {{"gid": "{gid}"}}}}'.encode()))
    watcher.assert_clean()
    for times in (1, 2):
        watcher.check(exchange("GET", f"/tasks/{one}", answer=f'{{"data": {{"gid": {one}}}}}'.encode()))
        assert len(watcher.violations) == times


RIGHT = [
    exchange("GET", "/tasks/1", answer=b'{"data": {"gid": "5", "parent": null}}'),
    exchange("GET", "/tasks/1", status=402, answer=b'{"errors": [{"message": "x"}]}'),
    exchange("DELETE", "/tasks/1", b"{}"),
    exchange("POST", "/sections/1/addTask", b'{"data": {"task": "2"}}', body="{'data': {'task': '2'}}"),
    exchange("POST", "/user_task_lists/1/tasks/insert", b'{"data": {"task": "2"}}'),
]


@pytest.mark.parametrize("good", RIGHT)
def test_what_is_right_passes(watcher: Conformance, good: Exchange) -> None:
    watcher.check(good)
    watcher.assert_clean()


def test_without_the_description_it_is_inactive_unless_everything_is_promised(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformance, "SPEC_PATH", tmp_path / "missing.yaml")
    monkeypatch.delenv("TBP_NO_SKIP", raising=False)
    assert not conformance.available()
    Conformance(desk.app).assert_clean()
    monkeypatch.setenv("TBP_NO_SKIP", "1")
    with pytest.raises(FileNotFoundError):
        conformance.available()
