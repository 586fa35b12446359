"""The board is made once, finished after any failure, and adopted as somebody made it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asana_tbp.board.store import BoardStore
from asana_tbp.errors import AsanaError, NotFound
from asana_tbp.sandbox.records import Project
from asana_tbp.store.database import Database
from asana_tbp.system.settings import STAGES
from tests.board.studio import Studio
from tests.faulty.faults import Fault


@pytest.mark.parametrize("section_landing", ["end", "start"])
def test_stages_are_made_in_order(studio: Studio, section_landing: str) -> None:
    studio.server.switches = replace(studio.server.switches, section_landing=section_landing)  # type: ignore[arg-type]
    made = studio.make()
    assert [stage.name for stage in made.stages] == list(STAGES)
    assert list(studio.shape()) == list(STAGES)
    project = studio.server.board.project("Songs")
    assert project.default_view == "board"


@pytest.mark.parametrize("first", [STAGES[0], STAGES[-1], "composition"])
def test_no_stage_is_lost_where_asanas_first_section_is_called_like_one(studio: Studio, first: str) -> None:
    studio.server.switches = replace(studio.server.switches, default_section_name=first)
    studio.make()
    assert [name.casefold() for name in studio.shape()] == [name.casefold() for name in STAGES]


def test_a_second_run_sends_no_write(studio: Studio) -> None:
    studio.make()
    sent = studio.requests(studio.make)
    assert not [request for request in sent if not request.startswith("GET")]
    assert list(studio.shape()) == list(STAGES)


def test_more_stages_in_the_settings_are_added_where_they_belong(studio: Studio) -> None:
    studio.make()
    studio.make(("Idea Incubation", "Recording", "Composition", "Arrangement", "Mixing", "Released"))
    assert list(studio.shape()) == [
        "Idea Incubation",
        "Recording",
        "Composition",
        "Arrangement",
        "Mixing",
        "Released",
    ]


def test_a_stage_renamed_or_removed_in_asana_is_not_made_again(studio: Studio) -> None:
    stages = {stage.name: stage.gid for stage in studio.make().stages}
    studio.asana.rename_section(stages["Arrangement"], "Arranging")
    studio.server.board.project("Songs").sections = tuple(
        gid for gid in studio.server.board.project("Songs").sections if gid != stages["Mixing"]
    )
    made = studio.make()
    assert list(studio.shape()) == ["Idea Incubation", "Composition", "Arranging"]
    assert made.left_alone == ('"Mixing" is no longer on the board; it is not made again.',)


def test_a_lost_database_finds_the_board_by_its_mark(studio: Studio, database: Database) -> None:
    first = studio.make().board
    lose(database)
    again = studio.make().board
    assert (again.gid, again.id, again.ours) == (first.gid, first.id, True)
    assert list(studio.shape()) == list(STAGES)


def lose(database: Database) -> None:
    """What is left of a board once the local database is lost: nothing."""
    with database.transaction():
        database.write("DELETE FROM stage_made")
        database.write("DELETE FROM board")


def only_section(studio: Studio, name: str) -> None:
    """The producer has thrown all stages away but one, which has this name now."""
    project = studio.server.board.project("Songs")
    project.sections = project.sections[:1]
    studio.server.board.sections_of(project)[0].name = name


@pytest.mark.parametrize("adopted", [False, True], ids=["found by its mark", "adopted"])
def test_after_a_lost_database_no_section_gets_another_name(
    studio: Studio, database: Database, adopted: bool
) -> None:
    gid = studio.make().board.gid
    only_section(studio, "Everything")
    lose(database)
    if adopted:
        studio.adopt(gid)
    made = studio.make()
    assert list(studio.shape()) == ["Everything", *STAGES]
    assert made.created == STAGES


@pytest.mark.parametrize("default", ["Untitled section", "Abschnitt ohne Titel"])
@pytest.mark.parametrize("named", [False, True], ids=["untouched", "named meanwhile"])
def test_an_unfinished_board_is_finished_around_what_was_named(
    studio: Studio, default: str, named: bool
) -> None:
    studio.server.switches = replace(studio.server.switches, default_section_name=default)
    rename = studio.server.faults.add(Fault("status", status=403, method="PUT", path=r"^/sections/"))
    with pytest.raises(AsanaError):
        studio.make()
    studio.server.faults.remove(rename)
    if named:
        only_section(studio, "Everything")
    studio.make()
    assert list(studio.shape()) == (["Everything", *STAGES] if named else list(STAGES))


def test_a_default_section_with_cards_keeps_its_name(studio: Studio) -> None:
    rename = studio.server.faults.add(Fault("status", status=403, method="PUT", path=r"^/sections/"))
    with pytest.raises(AsanaError):
        studio.make()
    studio.server.faults.remove(rename)
    gid = studio.server.board.project("Songs").gid
    studio.asana.create_task(gid, studio.asana.sections(gid)[0].gid, "Mine", "")
    studio.make()
    assert studio.shape() == {"Untitled section": ["Mine"], **{stage: [] for stage in STAGES}}


def test_a_board_that_asana_hides_is_not_made_twice(studio: Studio) -> None:
    studio.make()
    studio.server.faults.add(Fault("status", status=404, method="GET", path=r"^/projects/\d+$"))
    with pytest.raises(NotFound, match="no longer shows the board"):
        studio.make()
    assert sum(project.name == "Songs" for project in studio.server.board.all(Project)) == 1


def test_a_hand_made_board_is_adopted_as_it_is(studio: Studio) -> None:
    gid = studio.project("My tracks", {"Mixdown": ["Fjord"], "Sketches": ["Aurora"], "Done": []})
    sent = studio.requests(lambda: studio.adopt(gid))
    assert not [request for request in sent if not request.startswith("GET")]
    studio.refresh()
    assert studio.shape() == {"Mixdown": ["Fjord"], "Sketches": ["Aurora"], "Done": []}
    assert [stage.name for stage in studio.view().stages] == ["Mixdown", "Sketches", "Done"]
    assert not studio.board.ours


def test_adopting_again_keeps_what_is_known(studio: Studio) -> None:
    gid = studio.project("My tracks", {"Sketches": ["Aurora"]})
    studio.adopt(gid)
    studio.refresh()
    first = studio.board
    studio.make()
    assert studio.board.gid != gid
    studio.clock.advance(1)
    studio.adopt(gid)
    assert studio.board.id == first.id
    assert len(BoardStore(studio.database).boards()) == 2


def test_an_unconfirmed_board_may_be_adopted(studio: Studio) -> None:
    studio.server.faults.add(Fault("drop", applied=True, method="POST", path="^/projects$"))
    studio.server.faults.add(Fault("status", status=403, path="^/projects$", after=1, times=None))
    with pytest.raises(AsanaError):
        studio.make()
    studio.server.faults.clear()
    studio.adopt(studio.server.board.project("Songs").gid)
    studio.make()
    assert list(studio.shape()) == list(STAGES)
    assert sum(project.name == "Songs" for project in studio.server.board.all(Project)) == 1


def test_a_copy_of_a_board_is_another_board(studio: Studio, database: Database) -> None:
    first = studio.make().board
    copy = studio.asana.create_project(
        first.workspace_gid, "Songs, copied", studio.asana.project(first.gid).notes
    )
    studio.clock.advance(1)
    assert not studio.adopt(copy.gid).board.ours
    assert studio.board.gid == copy.gid
    lose(database)
    assert studio.make().board.gid == first.gid, "the older one is the original"
