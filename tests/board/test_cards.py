"""Cards: made once, linked both ways without losing a word, followed as they are moved by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asana_tbp.board.refresh import AT_MOST
from asana_tbp.board.songs import put_on_board
from asana_tbp.board.view import BoardSong
from asana_tbp.bridge.values import mark_of, marked
from asana_tbp.errors import AsanaError, NotFound, UsageError
from asana_tbp.session.messages import Delivery
from tests.board.studio import Studio
from tests.faulty.faults import Fault

SONG = {"Composition": ["Write chords (20m)", "Write bassline (25m)"], "Mixing": ["Levels"]}


@pytest.fixture
def board(studio: Studio) -> Studio:
    """A producer with a board."""
    studio.make()
    studio.refresh()
    return studio


def put(studio: Studio, name: str = "Aurora", notes: str = "", stage: str = "") -> str:
    """A song with a card; its project's gid."""
    gid = studio.project(name, SONG, notes)
    studio.want_song(gid, name, stage=stage, due_on="2026-02-01")
    studio.settle()
    studio.refresh()
    return gid


def test_song_and_card_name_each_other(board: Studio) -> None:
    gid = put(board, stage="Arrangement")
    card = board.card("Aurora")
    project = board.asana.project(gid)
    assert board.shape()["Arrangement"] == ["Aurora"]
    assert project.link in board.asana.task(card.gid, exact=True).rich_notes
    assert card.link in project.notes
    assert card.project_gid == gid
    task = board.server.board.task("Aurora")
    assert task.assignee == board.board.me_gid
    assert task.due_on == "2026-02-01"


def test_a_card_is_made_once_when_the_network_ends_right_after_a_lost_answer(board: Studio) -> None:
    board.service.save_idea("pad like northern lights")
    board.server.faults.add(Fault("refused", applied=True, method="POST", path="^/tasks$"))
    with pytest.raises(AsanaError):
        board.settle()
    board.server.start()
    board.settle()
    assert sum(stage.count("pad like northern lights") for stage in board.shape().values()) == 1


def test_not_a_word_of_the_projects_notes_is_lost(board: Studio) -> None:
    written = f"Sound:\xa0wide & <cold>\n\n{mark_of('song map', '0123456789ab')}"
    gid = put(board, notes=written)
    stored = board.server.board.project("Aurora")
    assert stored.notes.startswith(written), "to the letter, no-break space and all"
    assert marked("song map", board.asana.project(gid).notes) == "0123456789ab"
    again = board.requests(board.settle)
    assert again == [], "linked once"


def test_rich_notes_stay_rich(board: Studio) -> None:
    gid = board.project("Fjord", SONG)
    rich = "<body><h1>Where\xa0it comes from</h1><ul><li>A fjord</li></ul></body>"
    board.asana.change_project(gid, html_notes=rich)
    board.want_song(gid, "Fjord")
    board.settle()
    after = board.server.board.project("Fjord").html_notes
    assert after.startswith(rich.removesuffix("</body>"))
    assert "<a href=" in after


def test_a_song_has_one_card_however_often_it_is_wanted(board: Studio) -> None:
    gid = put(board)
    board.want_song(gid, "Aurora")
    board.settle()
    board.refresh()
    assert [card.name for card in board.shelf.cards(board.board)] == ["Aurora"]


def test_a_song_with_the_name_of_an_archived_one_is_archived_too(board: Studio) -> None:
    gids = []
    for _ in range(2):
        gids.append(put(board))
        board.service.archive(board.asana, "Aurora")
    assert board.view().songs == ()
    assert all(board.asana.project(gid).archived for gid in gids)
    assert board.service.archive(board.asana, "Aurora") == ("Aurora", True), (
        "there is nothing left to archive"
    )
    with pytest.raises(UsageError, match="2 archived cards are called"):
        board.service.add(board.asana, "Aurora")


def test_an_idea_waits_until_asana_can_be_reached(board: Studio) -> None:
    board.service.save_idea("  pad like\nnorthern   lights ")
    board.server.stop()
    with pytest.raises(AsanaError):
        board.settle()
    waiting = board.view().stages[0].songs
    assert [(song.name, song.waiting) for song in waiting] == [("pad like northern lights", True)]
    board.server.start()
    board.settle()
    board.settle()
    board.refresh()
    assert board.shape()["Idea Incubation"] == ["pad like northern lights"]
    (song,) = board.view().stages[0].songs
    assert (song.is_idea, song.waiting) == (True, False)
    assert song.words == "pad like\nnorthern   lights"


def test_what_was_sent_before_the_network_ended_is_told(board: Studio) -> None:
    service = board.service
    service.save_idea("pad like northern lights")
    service.save_idea("rain on tin")
    board.server.faults.add(Fault("refused", method="POST", path="^/tasks$", nth=2))
    with pytest.raises(AsanaError):
        service.send_pending(board.asana)
    outcomes = [outcome for outcome in service.outcomes if isinstance(outcome, Delivery)]
    assert [(each.entry.task_name, each.is_delivered) for each in outcomes] == [
        ("pad like northern lights", True),
        ("rain on tin", False),
    ]
    board.server.start()
    again = board.settle()
    assert [outcome.entry.task_name for outcome in again if isinstance(outcome, Delivery)] == ["rain on tin"]


def test_an_idea_whose_notes_have_an_unknown_form_becomes_a_song(board: Studio) -> None:
    board.service.save_idea("pad like northern lights")
    board.settle()
    board.server.board.task("pad like northern lights").html_notes = "<p>words</p>"
    gid = board.project("Aurora", SONG)
    song = BoardSong("", "Aurora", board.asana.project(gid).link, "", gid)
    song = replace(song, gid=board.card("pad like northern lights").gid)
    sentences = put_on_board(board.service, board.asana, song)
    assert sentences == (
        "The idea pad like northern lights is the song's card now.",
        'The card "pad like northern lights" can\'t name its project: its notes have an unknown form.',
    )
    card = board.card("pad like northern lights")
    assert card.project_gid == gid
    assert card.link in board.asana.project(gid).notes, "the other way they are linked"
    assert put_on_board(board.service, board.asana, song) == ()


def test_an_idea_without_words_is_none(board: Studio) -> None:
    with pytest.raises(UsageError, match="words"):
        board.service.save_idea(" \n")


def test_what_is_moved_by_hand_is_followed(board: Studio) -> None:
    put(board)
    put(board, "Fjord")
    stages = {stage.name: stage.gid for stage in board.shelf.stages(board.board)}
    board.asana.add_to_section(stages["Mixing"], board.card("Fjord").gid, None)
    board.refresh()
    assert [song.name for song in board.view().stages[3].songs] == ["Fjord"]
    assert not board.view().stages[3].over
    board.asana.add_to_section(stages["Mixing"], board.card("Aurora").gid, None)
    board.refresh()
    assert [song.name for song in board.view().stages[3].songs] == ["Aurora", "Fjord"]
    assert board.view().stages[3].over, "a soft limit of one"


def test_a_card_made_by_hand_with_a_link_is_a_song_and_without_one_an_idea(board: Studio) -> None:
    gid = board.project("Fjord", SONG)
    link = board.asana.project(gid).link
    first = board.shelf.stages(board.board)[0].gid
    board.asana.create_task(board.board.gid, first, "By hand", f"See {link}\nsoon")
    board.asana.create_task(board.board.gid, first, "Just a thought", "")
    board.refresh()
    songs = {song.name: song for song in board.view().songs}
    assert songs["By hand"].project_gid == gid
    assert songs["By hand"].progress.tasks == 3
    assert songs["Just a thought"].is_idea


def test_progress_counts_ones_own_tasks_and_their_minutes(board: Studio) -> None:
    gid = put(board)
    board.asana.set_completed(board.asana.tasks(gid)[0].gid, True)
    board.clock.advance(700)
    board.refresh()
    (song,) = board.view().songs
    assert (song.progress.done, song.progress.tasks) == (1, 3)
    assert (song.progress.minutes_done, song.progress.minutes) == (20, 20 + 25 + 25)
    assert song.minutes_left == 50


def test_only_what_changed_is_read(board: Studio) -> None:
    gids = [put(board, f"Song {at}") for at in range(5)]
    board.refresh()
    sent = board.requests(board.refresh)
    assert len(sent) == 3, sent
    task = board.asana.tasks(gids[3])[1]
    board.asana.change_task(task.gid, name="Write bassline (50m)")
    sent = board.requests(board.refresh)
    assert len(sent) == 3, sent
    assert {song.progress.minutes for song in board.view().songs} == {70, 95}


def test_what_no_list_of_changes_tells_is_read_in_turn(board: Studio) -> None:
    gids = [put(board, f"Song {at}") for at in range(6)]
    board.refresh()
    gone_tasks = [task.gid for task in board.asana.tasks(gids[0])]
    section = next(s for s in board.server.board.sections_of(board.server.board.project("Song 0")) if s.tasks)
    section.tasks = tuple(gid for gid in section.tasks if gid != gone_tasks[0])
    for _ in range(3):
        board.clock.advance(3700)
        assert len(board.requests(board.refresh)) <= AT_MOST
    assert board.service.card("Song 0").progress.tasks == 2


def test_a_project_that_asana_hides_is_kept_as_it_was_known(board: Studio) -> None:
    gid = put(board)
    board.clock.advance(4000)
    board.server.faults.add(Fault("status", status=404, path=rf"^/projects/{gid}/tasks"))
    board.refresh()
    (song,) = board.view().songs
    assert song.progress.hidden
    assert song.progress.tasks == 3
    board.refresh()
    assert not board.service.card("Aurora").progress.hidden, "it is asked for again, and shown by now"


def test_a_board_that_asana_hides_is_not_forgotten(board: Studio) -> None:
    put(board)
    board.server.faults.add(Fault("status", status=404, path=r"/sections$", times=None))
    with pytest.raises(NotFound, match="no longer shows the board"):
        board.refresh()
    assert [song.name for song in board.view().songs] == ["Aurora"]


@pytest.mark.parametrize("landing", ["top", "bottom", "shuffled"])
def test_cards_are_where_they_belong_wherever_tasks_land(board: Studio, landing: str) -> None:
    board.server.switches = replace(board.server.switches, task_landing=landing)  # type: ignore[arg-type]
    put(board, stage="Mixing")
    assert board.shape()["Mixing"] == ["Aurora"]


def test_a_song_is_found_by_what_people_call_it(board: Studio) -> None:
    gid = put(board, "Midnight Galaxy")
    put(board, "Midnight Train")
    link = board.asana.project(gid).link
    for wanted in ("midnight  galaxy", "Midnight G", gid, link, board.card("Midnight Galaxy").gid):
        assert board.service.card(wanted).name == "Midnight Galaxy"
    with pytest.raises(UsageError, match="2 cards begin with"):
        board.service.card("Midnight")
    with pytest.raises(NotFound, match="Did you mean"):
        board.service.card("Midnite Galaxy")
