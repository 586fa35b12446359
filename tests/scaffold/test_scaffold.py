"""A song map becomes a project, whatever Asana does with order."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.sandbox.switches import Landing
from asana_tbp.store.database import Database
from tests.faulty.server import Embedded
from tests.scaffold.songs import scaffold, shape_asked, shape_of, song_of, song_of_size


@pytest.mark.parametrize("section_landing", ["end", "start"])
@pytest.mark.parametrize("landing", get_args(Landing))
def test_order_is_the_maps_under_every_landing_rule(
    asana: Gateway, sandbox: Embedded, database: Database, landing: Landing, section_landing: str
) -> None:
    sandbox.switches = replace(sandbox.switches, task_landing=landing, section_landing=section_landing)  # type: ignore[arg-type]
    song = song_of_size(4, 7)
    made = scaffold(asana, database, song)
    assert made.shortcomings == ()
    shape = shape_of(asana, made.project_gid)
    assert shape == shape_asked(song)
    assert list(shape) == list(shape_asked(song))
    me = asana.me().gid
    assert {task.assignee_gid for task in asana.tasks(made.project_gid)} == {me}


def test_a_second_run_sends_no_write(asana: Gateway, sandbox: Embedded, database: Database) -> None:
    song = song_of_size(3, 5)
    scaffold(asana, database, song)
    before = len(sandbox.sandbox.requests)
    made = scaffold(asana, database, song)
    since = sandbox.sandbox.requests[before:]
    assert made.plan.nothing_to_do
    assert {seen.method for seen in since} == {"GET"}
    assert len(since) <= 4


def test_a_grown_map_sends_exactly_what_is_missing(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    scaffold(asana, database, song_of({"Composition": ["Chords", "Bass"], "Mixing": []}))
    before = len(sandbox.sandbox.requests)
    song = song_of(
        {"Composition": ["Chords", "Melody", "Bass"], "Sound Design": ["Pad"], "Mixing": ["Levels"]}
    )
    made = scaffold(asana, database, song)
    assert shape_of(asana, made.project_gid) == shape_asked(song)
    creates = [
        seen.path
        for seen in sandbox.sandbox.requests[before:]
        if seen.method == "POST" and seen.status == 201
    ]
    assert sorted(creates) == sorted(["/tasks"] * 3 + [f"/projects/{made.project_gid}/sections"])


def test_what_the_producer_changed_is_left_as_it_is(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    song = song_of({"Composition": ["Chords", "Melody", "Bass", "Drums"], "Mixing": ["Levels"]})
    made = scaffold(asana, database, song)
    composition, mixing = asana.sections(made.project_gid)
    tasks = {task.name: task.gid for task in asana.tasks(made.project_gid)}
    asana.set_completed(tasks["Chords (20m)"], True)
    asana.place_task(made.project_gid, mixing.gid, tasks["Melody (20m)"], None)
    asana.place_task(made.project_gid, composition.gid, tasks["Drums (20m)"], None)
    asana.rename_section(mixing.gid, "Mixdown")
    asana.create_task(made.project_gid, composition.gid, "My own idea", "")
    before = shape_of(asana, made.project_gid)
    again = scaffold(asana, database, song)
    assert shape_of(asana, made.project_gid) == before
    assert again.plan.nothing_to_do
    assert {difference.name for difference in again.plan.differences} == {"Melody (20m)", "Mixing"}
    assert again.plan.completed == {"composition\nchords": "Chords (20m)"}
    assert again.plan.extra == ["My own idea"]


def test_two_maps_with_one_title_and_odd_titles_stay_apart(asana: Gateway, database: Database) -> None:
    song = song_of({"A": ['Say "hi"', "Bass 🎸", "No\u00a0break", "<b>&"]}, title="Ünïcode «Song» 🎹\u00a0x")
    one = scaffold(asana, database, song, "file:/one.yaml")
    two = scaffold(asana, database, song, "file:/two.yaml")
    assert one.project_gid != two.project_gid
    assert scaffold(asana, database, song, "file:/one.yaml").plan.nothing_to_do


def test_the_notes_carry_the_songs_mark(asana: Gateway, database: Database) -> None:
    made = scaffold(asana, database, song_of({"A": ["B"]}))
    last = asana.project(made.project_gid).notes.splitlines()[-1]
    assert last.startswith("asana-tbp song map ")
