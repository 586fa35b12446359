"""Where tasks and sections land. Asana docs: addTaskForSection, addProjectForTask, createSectionForProject."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.sandbox.rules.landing import BOTTOM, TOP, Spot, inserted
from tests.sandbox.conftest import Desk


@pytest.fixture
def song(desk: Desk) -> dict[str, Any]:
    return desk.project()


def three(desk: Desk, song: dict[str, Any], section: str) -> list[str]:
    """a, b, c in that order, whatever the switches say."""
    made = [desk.task(name, projects=[song["gid"]]) for name in "abc"]
    for gid in made:
        desk.post(f"/tasks/{gid}/addProject", project=song["gid"], section=section)
    assert desk.names(f"/sections/{section}/tasks") == ["a", "b", "c"]
    return made


def test_add_task_lands_on_top(desk: Desk, song: dict[str, Any]) -> None:
    section = desk.first_section(song)
    _, b, _ = three(desk, song, section)
    assert desk.post(f"/sections/{section}/addTask", task=b) == {}
    assert desk.names(f"/sections/{section}/tasks") == ["b", "a", "c"]


def test_add_project_lands_at_the_bottom(desk: Desk, song: dict[str, Any]) -> None:
    section = desk.first_section(song)
    a, _, _ = three(desk, song, section)
    desk.post(f"/tasks/{a}/addProject", project=song["gid"], section=section)
    assert desk.names(f"/sections/{section}/tasks") == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("anchor", "order"),
    [("insert_before", ["b", "c", "a"]), ("insert_after", ["c", "a", "b"])],
)
def test_null_anchors_mean_the_edges(desk: Desk, song: dict[str, Any], anchor: str, order: list[str]) -> None:
    section = desk.first_section(song)
    a, _, c = three(desk, song, section)
    moved = a if anchor == "insert_before" else c
    desk.post(f"/tasks/{moved}/addProject", project=song["gid"], section=section, **{anchor: None})
    assert desk.names(f"/sections/{section}/tasks") == order


@pytest.mark.parametrize(
    ("anchor", "order"),
    [("insert_before", ["c", "a", "b"]), ("insert_after", ["a", "c", "b"])],
)
@pytest.mark.parametrize("call", ["addTask", "addProject", "addProject without section"])
def test_anchors(desk: Desk, song: dict[str, Any], call: str, anchor: str, order: list[str]) -> None:
    section = desk.first_section(song)
    a, _, c = three(desk, song, section)
    if call == "addTask":
        desk.post(f"/sections/{section}/addTask", task=c, **{anchor: a})
    elif call == "addProject":
        desk.post(f"/tasks/{c}/addProject", project=song["gid"], section=section, **{anchor: a})
    else:
        desk.post(f"/tasks/{c}/addProject", project=song["gid"], **{anchor: a})
    assert desk.names(f"/projects/{song['gid']}/tasks") == order


def test_null_anchor_without_section_is_the_edge_of_the_whole_list(desk: Desk, song: dict[str, Any]) -> None:
    first = desk.first_section(song)
    last = desk.section(song, "Mixing")
    _, b, _ = three(desk, song, first)
    desk.post(f"/tasks/{b}/addProject", project=song["gid"])
    assert desk.names(f"/sections/{last}/tasks") == ["b"]
    desk.post(f"/tasks/{b}/addProject", project=song["gid"], insert_after=None)
    assert desk.names(f"/sections/{first}/tasks") == ["b", "a", "c"]
    desk.post(f"/tasks/{b}/addProject", project=song["gid"], insert_before=None)
    assert desk.names(f"/projects/{song['gid']}/tasks") == ["a", "c", "b"]


@pytest.mark.parametrize("status", [400, 403])
def test_both_anchors_and_foreign_anchors_are_refused(desk_with: Callable[..., Desk], status: int) -> None:
    desk = desk_with(anchor_error=status)
    song = desk.project()
    section, other = desk.first_section(song), desk.section(song, "Mixing")
    a, b, c = three(desk, song, section)
    add = f"/sections/{other}/addTask"
    desk.refused(status, "POST", add, task=a, insert_before=b, insert_after=c)
    desk.refused(status, "POST", add, task=a, insert_after=b)
    desk.refused(status, "POST", f"/sections/{section}/addTask", task=a, insert_after=a)
    desk.refused(
        status, "POST", f"/tasks/{a}/addProject", project=song["gid"], insert_after=None, insert_before=None
    )
    stranger = desk.task("elsewhere")
    desk.refused(status, "POST", f"/tasks/{a}/addProject", project=song["gid"], insert_after=stranger)
    assert desk.names(f"/projects/{song['gid']}/tasks") == ["a", "b", "c"]


def test_moving_evicts_from_sibling_sections_of_that_project_only(desk: Desk, song: dict[str, Any]) -> None:
    board = desk.project("Pipeline")
    stage = desk.section(board, "Arranging")
    section, other = desk.first_section(song), desk.section(song, "Mixing")
    task = desk.task("song", memberships=[{"project": song["gid"], "section": section}])
    desk.post(f"/sections/{stage}/addTask", task=task)
    desk.post(f"/sections/{other}/addTask", task=task)
    shown = desk.get(f"/tasks/{task}", opt_fields="memberships.section.name,memberships.project.name")
    assert shown["memberships"] == [
        {
            "section": {"gid": other, "name": "Mixing"},
            "project": {"gid": song["gid"], "name": "Midnight Galaxy"},
        },
        {
            "section": {"gid": stage, "name": "Arranging"},
            "project": {"gid": board["gid"], "name": "Pipeline"},
        },
    ]
    assert desk.names(f"/sections/{section}/tasks") == []
    assert [each["name"] for each in desk.get(f"/tasks/{task}", opt_fields="projects.name")["projects"]] == [
        "Midnight Galaxy",
        "Pipeline",
    ]


@pytest.mark.parametrize("landing", ["top", "bottom", "shuffled", "changing"])
def test_where_a_created_task_lands_is_a_switch(desk_with: Callable[..., Desk], landing: str) -> None:
    desk = desk_with(task_landing=landing)
    song = desk.project()
    section = desk.section(song, "Composition")
    wanted = [str(n) for n in range(12)]
    for name in wanted:
        desk.task(name, projects=[song["gid"]], memberships=[{"project": song["gid"], "section": section}])
    got = desk.names(f"/sections/{section}/tasks")
    assert sorted(got, key=int) == wanted
    if landing in {"top", "bottom"}:
        assert got == (wanted if landing == "bottom" else wanted[::-1])
    else:
        assert got not in (wanted, wanted[::-1])


def test_without_membership_a_task_lands_in_the_first_section(desk: Desk, song: dict[str, Any]) -> None:
    desk.section(song, "Later")
    task = desk.task("a", projects=[song["gid"]])
    both = desk.task("b", memberships=[{"project": song["gid"]}])
    first = desk.first_section(song)
    assert set(desk.names(f"/sections/{first}/tasks")) == {"a", "b"}
    assert task != both


def test_memberships_need_their_project(desk: Desk, song: dict[str, Any]) -> None:
    section = desk.first_section(song)
    message = desk.refused(400, "POST", "/tasks", name="a", memberships=[{"section": section}])
    assert message == "memberships: [0]: project: Missing required field"
    other = desk.project("Other")
    desk.refused(400, "POST", "/tasks", memberships=[{"project": other["gid"], "section": section}])
    desk.refused(400, "POST", "/tasks", memberships="x")
    desk.refused(400, "POST", "/tasks", memberships=[{"project": "123", "section": section}])


@pytest.mark.parametrize(("landing", "order"), [("end", ["first", "a", "b"]), ("start", ["b", "a", "first"])])
def test_where_a_section_lands_is_a_switch(
    desk_with: Callable[..., Desk], landing: str, order: list[str]
) -> None:
    desk = desk_with(section_landing=landing, default_section_name="first")
    song = desk.project()
    for name in "ab":
        desk.section(song, name)
    assert desk.names(f"/projects/{song['gid']}/sections") == order


def test_sections_are_ordered_by_anchors(desk: Desk, song: dict[str, Any]) -> None:
    first = desk.first_section(song)
    a = desk.section(song, "a", insert_after=first)
    b = desk.section(song, "b", insert_before=a)
    path = f"/projects/{song['gid']}/sections"
    assert desk.names(path) == ["Untitled section", "b", "a"]
    assert desk.post(f"{path}/insert", section=b, after_section=a) == {}
    desk.post(f"{path}/insert", section=first, before_section=first)
    assert desk.names(path) == ["Untitled section", "a", "b"]
    desk.post(f"{path}/insert", section=b, before_section=first)
    assert desk.names(path) == ["b", "Untitled section", "a"]
    desk.refused(400, "POST", f"{path}/insert", section=b)
    desk.refused(400, "POST", f"{path}/insert", section=b, before_section=a, after_section=first)
    foreign = desk.first_section(desk.project("Other"))
    desk.refused(400, "POST", f"{path}/insert", section=foreign, before_section=a)
    desk.refused(400, "POST", f"{path}/insert", section=a, before_section=foreign)
    desk.refused(400, "POST", path, name="x", insert_after=foreign)


def test_sections_are_deleted_only_when_empty_and_not_the_last(desk: Desk, song: dict[str, Any]) -> None:
    first = desk.first_section(song)
    desk.refused(400, "DELETE", f"/sections/{first}")
    second = desk.section(song, "Mixing")
    task = desk.task("a", memberships=[{"project": song["gid"], "section": second}])
    desk.refused(400, "DELETE", f"/sections/{second}")
    desk.delete(f"/tasks/{task}")
    desk.delete(f"/sections/{second}")
    desk.refused(404, "GET", f"/sections/{second}")
    assert desk.names(f"/projects/{song['gid']}/sections") == ["Untitled section"]


def test_what_deleting_a_section_with_tasks_does_is_a_switch(desk: Desk, song: dict[str, Any]) -> None:
    desk.set(section_delete="moved")
    first, second = desk.first_section(song), desk.section(song, "Mixing")
    places = [{"project": song["gid"], "section": second}]
    tasks = [desk.task(name, memberships=places) for name in "ab"]
    order = desk.names(f"/sections/{second}/tasks")
    desk.delete(f"/sections/{second}")
    assert desk.names(f"/sections/{first}/tasks") == order
    shown = desk.get(f"/tasks/{tasks[0]}", opt_fields="memberships.section")
    assert shown["memberships"] == [{"section": {"gid": first}}]
    desk.refused(400, "DELETE", f"/sections/{first}")


def test_a_task_is_in_twenty_projects_at_most(desk: Desk) -> None:
    songs = [desk.project(str(n))["gid"] for n in range(21)]
    task = desk.task("everywhere", projects=songs[:20])
    desk.refused(400, "POST", f"/tasks/{task}/addProject", project=songs[20])
    desk.post(f"/tasks/{task}/addProject", project=songs[3])


@given(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1), st.data())
def test_inserting_moves_one_and_keeps_the_rest(order: list[str], draw: st.DataObject) -> None:
    gid = draw.draw(st.sampled_from([*order, "new"]))
    spots = [TOP, BOTTOM, *(Spot(o, is_after=False) for o in order if o != gid)]
    spots += [Spot(o, is_after=True) for o in order if o != gid]
    spot = draw.draw(st.sampled_from(spots))
    after = inserted(tuple(order), gid, spot)
    assert [o for o in after if o != gid] == [o for o in order if o != gid]
    index = after.index(gid)
    if spot.neighbour is not None:
        assert after[index - 1 if spot.is_after else index + 1] == spot.neighbour
    else:
        assert index == (len(after) - 1 if spot.is_after else 0)


def test_a_project_that_is_named_twice_is_one(desk_with: Callable[..., Desk]) -> None:
    desk = desk_with(task_landing="shuffled")
    song = desk.project()
    for number in range(8):
        desk.task(f"take {number}", projects=[song["gid"], song["gid"]])
    assert len(desk.names(f"/projects/{song['gid']}/tasks")) == 8
