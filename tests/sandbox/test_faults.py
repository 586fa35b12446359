"""Scripted failures as the official client meets them, over real sockets."""

from __future__ import annotations

import json
import threading
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import asana
import pytest
import urllib3
from asana.rest import ApiException

from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.sandbox.records import Task
from asana_tbp.sandbox.switches import Switches
from tests.conformance import Conformance
from tests.faulty.faults import Fault, Faults
from tests.faulty.http import Dropped
from tests.faulty.server import Embedded, embedded
from tests.sandbox.conftest import Desk


class Sdk:
    """The official client as it comes, its retries off."""

    def __init__(self, server: Embedded) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            configuration = asana.Configuration()
            configuration.host = server.host
            configuration.access_token = SANDBOX_TOKEN
            configuration.retry_strategy = False
            self.client = asana.ApiClient(configuration)
        self.client.pool.close()
        self.client.pool.join()
        del self.client.pool
        self.tasks = asana.TasksApi(self.client)
        self.users = asana.UsersApi(self.client)
        self.server = server

    def create(self, name: str = "a", timeout: tuple[float, float] = (5, 5)) -> Any:
        body = {"data": {"name": name, "workspace": self.server.board.workspace.gid}}
        return self.tasks.create_task(body, {}, _request_timeout=timeout)

    def made(self) -> list[str]:
        return [task.name for task in self.server.board.all(Task)]


@pytest.fixture
def sdk() -> Iterator[Sdk]:
    watching: list[Conformance] = []

    def watch(app: Any) -> Conformance:
        watching.append(Conformance(app))
        return watching[0]

    with embedded(switches=Switches(rate_limits=False), wrap=watch) as server:
        sdk = Sdk(server)
        yield sdk
        sdk.client.rest_client.pool_manager.clear()
    watching[0].assert_clean()


@pytest.mark.parametrize("applied", [False, True])
def test_a_dropped_connection_looks_the_same_before_and_after_the_write(sdk: Sdk, applied: bool) -> None:
    sdk.server.faults.add(Fault("drop", method="POST", applied=applied))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        sdk.create()
    assert sdk.made() == (["a"] if applied else [])
    assert sdk.server.sandbox.requests[-1].applied is applied
    assert sdk.create("b")["name"] == "b"


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_before_or_after_the_write(sdk: Sdk, status: int, applied: bool) -> None:
    sdk.server.faults.add(Fault("status", status=status, applied=applied))
    with pytest.raises(ApiException) as caught:
        sdk.create()
    assert caught.value.status == status
    assert (b"phrase" in caught.value.body) is (status == 500)
    assert sdk.made() == (["a"] if applied else [])


def test_too_many_requests(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("status", status=429, retry_after=7))
    sdk.server.faults.add(
        Fault("status", status=503, retry_after=3, message="shut off", headers={"X-A": "b"})
    )
    with pytest.raises(ApiException) as caught:
        sdk.create()
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "7")
    with pytest.raises(ApiException) as caught:
        sdk.create()
    assert sdk.made() == []


@pytest.mark.parametrize("applied", [False, True])
def test_an_empty_200_comes_back_as_success(sdk: Sdk, applied: bool) -> None:
    sdk.server.faults.add(Fault("empty", applied=applied))
    assert sdk.create() == b""
    assert sdk.made() == (["a"] if applied else [])


def test_a_200_of_html_breaks_the_client_or_comes_back_as_bytes(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("html", times=2))
    body = {"data": {"workspace": sdk.server.board.workspace.gid}}
    raw = sdk.tasks.create_task(body, {}, full_payload=True)
    assert isinstance(raw, bytes)
    with pytest.raises(TypeError):
        sdk.create()
    assert sdk.made() == []


@pytest.mark.parametrize("applied", [False, True])
def test_hanging_ends_with_the_clients_patience(sdk: Sdk, applied: bool) -> None:
    sdk.server.faults.add(Fault("hang", applied=applied))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        sdk.create(timeout=(5, 0.2))
    assert sdk.made() == (["a"] if applied else [])
    assert sdk.create("b")["name"] == "b"


def test_hanging_ends_with_the_fault(sdk: Sdk) -> None:
    fault = sdk.server.faults.add(Fault("hang"))
    threading.Timer(0.1, sdk.server.faults.remove, [fault]).start()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        sdk.create()


def test_hanging_ends_with_the_server(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("hang"))
    threading.Timer(0.1, sdk.server.stop).start()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        sdk.create()
    sdk.server.stop()
    sdk.server.start()
    assert sdk.create("b")["name"] == "b"


@pytest.mark.parametrize("applied", [False, True])
def test_refused_drops_the_request_and_then_nobody_is_at_the_port(sdk: Sdk, applied: bool) -> None:
    sdk.server.faults.add(Fault("refused", method="POST", applied=applied))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        sdk.create()
    for _ in range(3):
        with pytest.raises(urllib3.exceptions.NewConnectionError):
            sdk.create("b")
    sdk.server.start()
    assert sdk.create("c")["name"] == "c"
    assert sdk.made() == [*(["a"] if applied else []), "c"]


def test_refused_for_a_while_comes_back_by_itself(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("refused", seconds=2.0))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        sdk.create()
    with pytest.raises(urllib3.exceptions.NewConnectionError):
        sdk.create()
    assert waited_for(lambda: sdk.server.running)
    assert sdk.create("b")["name"] == "b"


def test_a_stop_while_refused_is_for_good(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("refused", seconds=3600))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        sdk.create()
    assert waited_for(lambda: sdk.server._return is not None)
    coming_back = sdk.server._return
    assert coming_back is not None
    sdk.server.stop()
    coming_back.join(60)
    assert not coming_back.is_alive(), "it waits for its hour no longer"
    assert not sdk.server.running
    sdk.server.start()


def waited_for(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether it holds before `seconds` are over."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.01)
    return True


def raw_answer(sdk: Sdk, **more: Any) -> urllib3.BaseHTTPResponse:
    body = json.dumps({"data": {"name": "a", "workspace": sdk.server.board.workspace.gid}})
    headers = {"Authorization": f"Bearer {SANDBOX_TOKEN}", "Content-Type": "application/json"}
    pool = urllib3.PoolManager(retries=False)
    return pool.request(
        "POST", sdk.server.host + "/tasks", body=body, headers=headers, preload_content=False, **more
    )


@pytest.mark.parametrize("applied", [False, True])
def test_half_of_the_json(sdk: Sdk, applied: bool) -> None:
    sdk.server.faults.add(Fault("truncated", applied=applied))
    answer = raw_answer(sdk)
    assert answer.status == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(answer.read())
    assert sdk.made() == (["a"] if applied else [])


@pytest.mark.parametrize("applied", [False, True])
def test_the_connection_is_cut_in_the_middle_of_the_answer(sdk: Sdk, applied: bool) -> None:
    sdk.server.faults.add(Fault("cut", applied=applied))
    answer = raw_answer(sdk)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        answer.read()
    assert sdk.made() == (["a"] if applied else [])


def test_a_dripping_answer_is_whole_in_the_end(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("drip", applied=True, seconds=0.001))
    pieces = list(raw_answer(sdk).stream(1))
    assert len(pieces) > 100
    assert json.loads(b"".join(pieces))["data"]["name"] == "a"


@pytest.mark.parametrize("how", ["client", "fault"])
def test_a_stalled_answer_ends_with_the_client_or_the_fault(sdk: Sdk, how: str) -> None:
    fault = sdk.server.faults.add(Fault("stall"))
    answer = raw_answer(sdk)
    if how == "fault":
        assert answer.read(10)
        sdk.server.faults.remove(fault)
        with pytest.raises(urllib3.exceptions.ProtocolError):
            answer.read()
    else:
        # From here on only: on a busy machine the head may take longer.
        answer.connection.sock.settimeout(0.2)  # type: ignore[union-attr]
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            answer.read()
    assert sdk.create("b")["name"] == "b"


def test_an_endless_answer_goes_on_until_the_client_leaves(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("endless"))
    answer = raw_answer(sdk)
    assert sum(len(answer.read(1_000_000)) for _ in range(40)) == 40_000_000
    answer.release_conn()
    answer.close()
    assert sdk.create("b")["name"] == "b"
    serving = _serving()
    sdk.server.stop()
    assert len(_serving()) == len(serving) - 1, "its thread ends with the server"


def _serving() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "asana-sandbox"]


def test_huge_deep_and_bombs(sdk: Sdk) -> None:
    sdk.server.faults.add(Fault("huge", size=3_000_000))
    assert len(json.loads(raw_answer(sdk).read())["data"]["name"]) >= 3_000_000
    sdk.server.faults.add(Fault("bomb", size=30_000_000))
    packed = raw_answer(sdk, decode_content=False)
    small = packed.read(decode_content=False)
    assert len(small) < 300_000
    assert len(zlib.decompress(small, 16 + zlib.MAX_WBITS)) >= 30_000_000
    sdk.server.faults.add(Fault("deep"))
    with pytest.raises(RecursionError):
        json.loads(raw_answer(sdk).read())
    assert sdk.made() == []


def test_delays(sdk: Sdk) -> None:
    fault = sdk.server.faults.add(Fault("delay", seconds=60, jitter=1))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        sdk.create(timeout=(5, 0.2))
    assert 60 <= sdk.server.faults.delay_of(fault) <= 61
    sdk.server.faults.add(Fault("delay", seconds=0.01))
    assert sdk.create("b")["name"] == "b"
    assert sdk.made() == ["b"]


def test_requests_at_once_have_places_of_their_own(sdk: Sdk) -> None:
    sdk.server.switches = Switches(concurrent_writes=2, requests_per_minute=1000)
    slow = sdk.server.faults.add(Fault("delay", seconds=60, method="POST", times=2))
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(sdk.create(timeout=(60, 60))["name"])) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert waited_for(lambda: slow.struck == 2)
    for _ in range(2):
        with pytest.raises(ApiException) as refused:
            sdk.create()
        assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "1")
    # Reading has a pool of its own.
    assert sdk.users.get_user("me", {})["name"] == "Sandbox Producer"
    sdk.server.faults.remove(slow)
    for thread in threads:
        thread.join()
    assert seen == ["a", "a"]
    assert sdk.create()["name"] == "a"


def test_a_token_revoked_in_the_middle(sdk: Sdk) -> None:
    sdk.create()
    fault = sdk.server.faults.add(Fault("revoke", after=1))
    sdk.create()
    for _ in range(2):
        with pytest.raises(ApiException) as caught:
            sdk.create()
        assert caught.value.status == 401
    sdk.server.faults.remove(fault)
    sdk.create()


def test_headers_of_a_coming_change(sdk: Sdk) -> None:
    change = "name=teams;info=https://sandbox.example;affected=true"
    sdk.server.faults.add(Fault("header", headers={"Asana-Change": change}, times=None))
    _, status, headers = sdk.users.get_user("me", {}, _return_http_data_only=False)
    assert (status, headers["Asana-Change"]) == (200, change)


def test_the_clients_junk_is_no_violation(sdk: Sdk) -> None:
    projects, sections = asana.ProjectsApi(sdk.client), asana.SectionsApi(sdk.client)
    song = projects.create_project({"data": {"name": "a", "workspace": sdk.server.board.workspace.gid}}, {})
    section = sections.create_section_for_project(song["gid"], {"body": {"data": {"name": "Mixing"}}})
    task = sdk.create()["gid"]
    sections.add_task_for_section(section["gid"], {"body": {"data": {"task": task}}})
    assert [t["name"] for t in sdk.tasks.get_tasks_for_project(song["gid"], {})] == ["a"]
    sdk.tasks.delete_task(task)
    assert any("body" in seen.query for seen in sdk.server.sandbox.requests)


COUNTED: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1]),
    ({"nth": 3}, [3]),
    ({"nth": 2, "times": 2}, [2, 3]),
    ({"after": 2, "times": None}, [3, 4, 5, 6]),
    ({"times": 2}, [1, 2]),
    ({"method": "post"}, [2]),
    ({"path": "^/tasks/", "nth": 2}, [5]),
]


@pytest.mark.parametrize(("how", "struck"), COUNTED)
def test_which_requests_a_fault_strikes(how: dict[str, Any], struck: list[int]) -> None:
    faults = Faults(Fault("empty", **how))
    traffic = [("GET", "/users/me"), ("POST", "/tasks"), ("GET", "/tasks/1"), ("POST", "/projects"),
               ("PUT", "/tasks/1"), ("GET", "/users")]  # fmt: skip
    assert [n for n, (method, path) in enumerate(traffic, 1) if faults.striking(method, path)] == struck


@pytest.mark.parametrize(
    "how", [{"kind": "flood"}, {"kind": "drop", "nth": 0}, {"kind": "drop", "path": "("}]
)
def test_faults_that_make_no_sense(how: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"kind|nth|path"):
        Faults().add(Fault(**how))


@pytest.mark.parametrize("kind", ["drop", "hang", "stall", "endless", "cut", "refused"])
def test_in_process_there_is_no_socket_to_close(desk: Desk, kind: str) -> None:
    applied = kind in {"drop", "refused"}
    desk.fault(kind, applied=applied)
    with pytest.raises(Dropped):
        desk.ask("POST", "/tasks", {"data": {"name": "a", "workspace": desk.workspace}})
    assert [t.name for t in desk.board.all(Task)] == (["a"] if applied else [])


def test_faults_can_be_scripted_from_outside(desk: Desk) -> None:
    face = "/control/faults"
    added = desk.client.post(face, json=[{"kind": "status", "status": 503}, {"kind": "empty", "nth": 2}])
    assert [f["kind"] for f in added.json()] == ["status", "empty"]
    desk.refused(503, "GET", "/users/me")
    assert desk.ask("GET", "/users/me").content == b""
    assert [f["struck"] for f in desk.client.get(face).json()] == [1, 1]
    assert desk.client.delete(face).json() == []
    for wrong in ({"status": 500}, {"kind": "flood"}, {"kind": "drop", "nmae": 1}, [5]):
        assert desk.client.post(face, json=wrong).status_code == 400
    assert desk.client.post(face, content=b"{").status_code == 400


def test_switches_can_be_turned_from_outside(desk: Desk) -> None:
    face = "/control/switches"
    assert desk.client.put(face, json={"plan": "paid", "name_limit": 5}).status_code == 200
    assert desk.client.get(face).json()["plan"] == "paid"
    wrong: list[Any] = [{"plan": "gold"}, {"rate_limits": 1}, {"seed": True}, {"seed": "x"}, {"x": 1}, [],
                        {"default_section_name": None}]  # fmt: skip
    for changes in wrong:
        assert desk.client.put(face, json=changes).status_code == 400, changes
    assert desk.client.put(face, json={"name_limit": None}).json()["name_limit"] is None


def test_the_log_of_requests_never_shows_the_token(desk: Desk, desk_with: Callable[..., Desk]) -> None:
    desk.task("a")
    desk.refused(404, "GET", "/tasks/123", query={"opt_fields": "name"})
    log = desk.client.get("/control/requests")
    assert [(r["number"], r["method"], r["path"], r["status"]) for r in log.json()] == [
        (1, "POST", "/tasks", 201),
        (2, "GET", "/tasks/123", 404),
    ]
    assert "name" in log.json()[0]["body"]
    assert log.json()[1]["query"] == {"opt_fields": "name"}
    other = desk_with()
    other.board.tokens["very-secret"] = other.board.user.gid
    other.token = "very-secret"
    other.get("/users/me")
    assert "very-secret" not in other.client.get("/control/requests").text
    assert desk.client.delete("/control/requests").json() == []


def test_reset_gives_a_fresh_board(desk: Desk) -> None:
    task = desk.task("a")
    desk.fault("drop", after=99)
    assert desk.client.post("/control/reset").status_code == 200
    desk.workspace = desk.board.workspace.gid
    desk.refused(404, "GET", f"/tasks/{task}")
    assert desk.app.faults.listed() == []
    assert desk.task("b") != task
    assert [seen.number for seen in desk.app.requests] == [1, 2]
