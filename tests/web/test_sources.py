"""Where views come from: a session of this process, or one beside it, and what a view tells."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from asana_tbp.session.control_client import running_sessions
from asana_tbp.system.clock import Clock, FastClock
from asana_tbp.timer.events import SessionOptions
from asana_tbp.web.pages import PageServer
from asana_tbp.web.publisher import ViewPublisher, remote_session, same, tell, view_of
from tests.cli.command import until
from tests.web.evening import SECRET, Evening
from tests.web.stream import Stream

Begin = Callable[..., Evening]


def test_every_change_reaches_the_page_and_nothing_else_does(begin: Begin) -> None:
    evening = begin(300.0, 300.0)
    with Stream(evening.server) as stream:
        until(lambda: stream.view()["phase"] == "running")
        evening.steer({"do": "pause"})
        until(lambda: stream.view()["phase"] == "paused")
        evening.steer({"do": "toggle"})
        until(lambda: stream.view()["moving"] is True)
        evening.steer({"do": "done"})
        # One view may bring both, and no other comes after it.
        until(
            lambda: (
                (view := stream.view())["title"] == "Create melody"
                and view["standing"]["asana"] == "Asana: sent"
            )
        )
        stream.beats(2)
        # Time alone is no change.
        assert stream.views_seen <= 8


def test_the_end_is_the_last_word(begin: Begin) -> None:
    evening = begin(300.0)
    with Stream(evening.server) as stream:
        stream.view()
        evening.steer({"do": "stop"})
        until(lambda: stream.view()["phase"] == "ended")


def test_a_session_beside_is_shown_and_steered_and_so_is_the_next(begin: Begin, tmp_path: Path) -> None:
    folder, stage = tmp_path / "sessions", ViewPublisher(Clock())

    def find() -> object:
        return next(iter(running_sessions(folder)[::-1]), None)

    with ExitStack() as stack:
        server = stack.enter_context(
            PageServer(stage, lambda message: tell(find, message), SECRET, 0)  # type: ignore[arg-type]
        )
        stack.enter_context(remote_session(stage, find))  # type: ignore[arg-type]
        stream = stack.enter_context(Stream(server))
        assert stream.view() == view_of(None, 0.0)
        assert tell(find, {"do": "toggle"}) == (False, "No session is running.")  # type: ignore[arg-type]
        evening = begin(300.0, page=False)
        until(lambda: stream.view()["phase"] == "running")
        assert tell(find, {"do": "toggle"}) == (True, "")  # type: ignore[arg-type]
        until(lambda: stream.view()["phase"] == "paused")
        ok, sentence = tell(find, {"do": "undo"})  # type: ignore[arg-type]
        assert (ok, sentence) == (False, "There is no completed task to undo.")
        evening.steer({"do": "stop"})
        evening.__exit__()
        until(lambda: stream.view()["phase"] == "none")


def test_a_fast_session_is_as_far_as_it_says(begin: Begin) -> None:
    evening = begin(3000.0, clock=FastClock(60), options=SessionOptions(warn=0.0))
    with Stream(evening.server) as stream:
        view = stream.view()
        while view["phase"] != "running":
            view = stream.view()
        assert view["speed"] == 60
        before = evening.look()["left"]
        left = view["left"] - (Clock().elapsed() - view["taken"]) * 60
        after = evening.look()["left"]
        assert after - 60 * 0.25 < left < before + 60 * 0.25


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"running": None, "queue": None, "finished": None, "options": None},
        {"phase": 5, "left": "much", "running": {"title": 7}, "queue": [{}], "finished": [{}]},
    ],
)
def test_values_of_another_version_are_shown_as_far_as_they_are_known(broken: dict[str, object]) -> None:
    view = view_of(broken, 1.0)
    assert view["title"] == ""
    assert view["left"] == 0.0


def test_time_as_it_should_pass_is_no_news() -> None:
    session = {"phase": "running", "left": 60.0, "session_id": 1}
    one = view_of(session, 100.0)
    assert same(one, view_of({**session, "left": 50.0}, 110.0))
    assert not same(one, view_of({**session, "left": 51.0}, 110.0))
    assert not same(one, view_of({**session, "left": 50.0, "notice": "news"}, 110.0))
    stands = view_of({**session, "phase": "paused"}, 100.0)
    assert same(stands, view_of({**session, "phase": "paused"}, 200.0))
    rests = view_of({**session, "phase": "break"}, 100.0)
    assert same(rests, view_of({**session, "phase": "break", "left": 0.0}, 200.0))


def test_tasks_of_several_songs_are_told_apart() -> None:
    bass = {"title": "Bass", "song": "Dawn", "minutes": 5}
    session = {
        "queue": [bass, {"title": "Mixdown", "minutes": 5}],
        "finished": [{"timebox": bass, "done": True}],
    }
    one = view_of(session, 1.0)
    assert [each["title"] for each in (*one["finished"], *one["queue"])] == ["Bass", "Bass", "Mixdown"]
    several = view_of({**session, "several_songs": True}, 1.0)
    titles = [each["title"] for each in (*several["finished"], *several["queue"])]
    assert titles == ["Dawn / Bass", "Dawn / Bass", "Mixdown"]


def test_a_view_counts_to_the_limit_and_not_the_tasks_without_time() -> None:
    queue = [{"title": title, "length": 600.0} for title in ("Lead", "Pad", "Bounce")]
    view = view_of({"phase": "running", "queue": queue, "left_out": 2, "breaks_ahead": 60.0}, 0.0)
    assert (view["after"], view["fits"], view["left_out"]) == (660.0, 1, 2)
