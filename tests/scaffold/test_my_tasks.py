"""My Tasks in the ideal order, whatever of it Asana lets a program do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.values import Anchor
from asana_tbp.sandbox.records import Task
from asana_tbp.songmap.model import Section, SongMap
from asana_tbp.songmap.model import Task as MapTask
from asana_tbp.store.database import Database
from tests.faulty.server import Embedded
from tests.scaffold.songs import scaffold, song_of

OWN = "own"
TITLE = "Midnight Galaxy"
SONG = SongMap(
    song=TITLE,
    sections=(
        Section(
            name="Composition",
            tasks=(
                MapTask(title="Chords", minutes=20),
                MapTask(title="Bassline", minutes=20, after=("Bass sound",)),
                MapTask(title="Melody", minutes=20),
            ),
        ),
        Section(name="Sound Design", tasks=(MapTask(title="Bass sound", minutes=20),)),
    ),
)
IDEAL = ["Chords (20m)", "Melody (20m)", "Bass sound (20m)", "Bassline (20m)"]


def my_tasks(sandbox: Embedded) -> dict[str, list[str]]:
    mine = sandbox.board.my_tasks()
    assert mine is not None
    return dict(sandbox.board.listing(mine))


def writes(sandbox: Embedded, since: int) -> list[str]:
    return [f"{seen.method} {seen.path}" for seen in sandbox.sandbox.requests[since:] if seen.method != "GET"]


WAYS: list[dict[str, Any]] = [
    {"my_tasks_anchor": anchor, "assignee_section_on_create": create, "my_tasks_order": order}
    for anchor in ("honoured", "ignored", "refused", "only_inside")
    for create in ("accepted", "ignored", "refused", "projects_only")
    for order in ("display", "creation")
    if order == "display" or create == "accepted"
]


@pytest.mark.parametrize("switches", WAYS, ids=lambda each: "-".join(each.values()))
@pytest.mark.parametrize("landing", ["top", "bottom", "shuffled", "changing"])
def test_the_order_is_ideal_whatever_asana_lets_a_program_do(
    asana: Gateway, sandbox: Embedded, database: Database, landing: Any, switches: dict[str, Any]
) -> None:
    sandbox.switches = replace(
        sandbox.switches, task_landing=landing, intake_landing=landing, assignee_section_landing=landing, **switches
    )  # fmt: skip
    made = scaffold(asana, database, SONG, my_tasks=OWN)
    assert made.shortcomings == ()
    assert made.my_tasks == ""
    assert my_tasks(sandbox)[TITLE] == IDEAL
    before = len(sandbox.sandbox.requests)
    again = scaffold(asana, database, SONG, my_tasks=OWN)
    assert again.plan.nothing_to_do
    assert writes(sandbox, before) == []
    assert len(sandbox.sandbox.requests) - before <= 4


def test_a_section_that_may_not_be_made_is_told_and_found_once_it_is_there(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    sandbox.switches = replace(sandbox.switches, my_tasks_sections="refused")
    made = scaffold(asana, database, SONG, my_tasks=OWN)
    assert made.shortcomings == ()
    assert f'Make one there called "{TITLE}"' in made.my_tasks
    assert set(my_tasks(sandbox)) == {"Recently assigned"}
    sandbox.switches = replace(sandbox.switches, my_tasks_sections="allowed")
    mine = sandbox.board.my_tasks()
    assert mine is not None
    asana.create_section(mine.gid, TITLE, None)
    assert scaffold(asana, database, SONG, my_tasks=OWN).my_tasks == ""
    assert my_tasks(sandbox)[TITLE] == IDEAL


@pytest.mark.parametrize("landing", ["top", "bottom"])
def test_what_the_workspace_has_shown_is_remembered(
    asana: Gateway, sandbox: Embedded, database: Database, landing: Any
) -> None:
    sandbox.switches = replace(sandbox.switches, assignee_section_landing=landing, my_tasks_anchor="refused")
    scaffold(asana, database, SONG, "file:/one.yaml", my_tasks=OWN)
    before = len(sandbox.sandbox.requests)
    scaffold(asana, database, SONG, "file:/two.yaml", my_tasks=OWN)
    sent = writes(sandbox, before)
    assert sent.count("POST /tasks") == len(IDEAL)
    assert not [line for line in sent if line.endswith("/addTask") or line.startswith("PUT /tasks")]
    queues = [tasks for name, tasks in sandbox.board.listing(sandbox.board.my_tasks()) if name == TITLE]  # type: ignore[arg-type]
    assert queues == [IDEAL, IDEAL]


def test_other_sections_and_strangers_in_ours_are_left_alone(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    other = scaffold(asana, database, song_of({"A": ["One", "Two"]}, "Other"), "file:/other.yaml")
    mine = sandbox.board.my_tasks()
    assert mine is not None
    intake = asana.sections(mine.gid)[0]
    today = asana.create_section(mine.gid, "Today", Anchor(intake.gid))
    one, two = asana.tasks(other.project_gid)
    asana.add_to_section(today.gid, one.gid, None)
    scaffold(asana, database, SONG, my_tasks=OWN)
    own = next(section for section in asana.sections(mine.gid) if section.name == TITLE)
    chords = sandbox.board.task("Chords (20m)").gid
    asana.add_to_section(own.gid, two.gid, chords)
    composition, design = SONG.sections
    drums = MapTask(title="Drums", minutes=20)
    grown = replace(SONG, sections=(replace(composition, tasks=(*composition.tasks, drums)), design))
    scaffold(asana, database, grown, my_tasks=OWN)
    shown = my_tasks(sandbox)
    assert shown["Today"] == ["One (20m)"]
    assert [name for name in shown[TITLE] if name != "Drums (20m)"] == [IDEAL[0], "Two (20m)", *IDEAL[1:]]
    assert "Drums (20m)" in shown[TITLE]


@pytest.mark.parametrize("anchor", ["honoured", "ignored", "refused"])
def test_a_grown_map_puts_its_new_tasks_into_their_place(
    asana: Gateway, sandbox: Embedded, database: Database, anchor: Any
) -> None:
    sandbox.switches = replace(sandbox.switches, my_tasks_anchor=anchor)
    scaffold(asana, database, song_of({"A": ["One", "Three"]}), my_tasks=OWN)
    scaffold(asana, database, song_of({"A": ["One", "Two", "Three", "Four"]}), my_tasks=OWN)
    assert my_tasks(sandbox)[TITLE] == ["One (20m)", "Two (20m)", "Three (20m)", "Four (20m)"]


def test_tasks_that_are_done_or_somebody_elses_are_not_asked_for(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    made = scaffold(asana, database, song_of({"A": ["One", "Two", "Three"]}))
    first, *_ = asana.tasks(made.project_gid)
    asana.set_completed(first.gid, True)
    assert scaffold(asana, database, song_of({"A": ["One", "Two", "Three"]}), my_tasks=OWN).my_tasks == ""
    assert my_tasks(sandbox)[TITLE] == ["Two (20m)", "Three (20m)"]


def test_an_existing_section_is_used_and_a_missing_one_told(
    asana: Gateway, sandbox: Embedded, database: Database
) -> None:
    gone = scaffold(asana, database, SONG, my_tasks="Next up")
    assert 'My Tasks has no section called "Next up"' in gone.my_tasks
    mine = sandbox.board.my_tasks()
    assert mine is not None
    asana.create_section(mine.gid, "Next up", None)
    assert scaffold(asana, database, SONG, my_tasks="next up").my_tasks == ""
    assert my_tasks(sandbox)["Next up"] == IDEAL
    assert TITLE not in my_tasks(sandbox)


def test_left_alone_asks_nothing_of_my_tasks(asana: Gateway, sandbox: Embedded, database: Database) -> None:
    scaffold(asana, database, SONG)
    assert not [seen for seen in sandbox.sandbox.requests if "user_task_list" in seen.path]
    assert len(list(sandbox.board.all(Task))) == len(IDEAL)
