"""Templates are found by name, files by path, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from asana_tbp.errors import UsageError
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.read.loader import open_template
from asana_tbp.songmap.templates.library import Library, shipped_templates


def test_a_template_is_found_by_its_name() -> None:
    assert Library().find("edm-track") == shipped_templates()["edm-track"]


def test_a_file_goes_before_a_template_and_a_folder_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "edm-track").mkdir()
    assert Library().find("edm-track") == shipped_templates()["edm-track"]
    (tmp_path / "edm-track").rmdir()
    (tmp_path / "edm-track").write_text("song: mine\n")
    assert Library().find("edm-track") == Path("edm-track")
    assert Library().find(tmp_path / "edm-track") == tmp_path / "edm-track"


WHERE_TO_FIND_ONE = "Write a song map, or choose a template:\n  asana-tbp new\n  asana-tbp templates"


@pytest.mark.parametrize("word", ["edm-trakc", "EDM track"])
def test_a_misspelt_name_is_told_with_the_nearest(word: str) -> None:
    with pytest.raises(UsageError) as unknown:
        Library().find(word)
    assert (
        unknown.value.sentence
        == f'There is no file and no template called "{word}"; did you mean "edm-track"?'
    )
    assert unknown.value.hint == WHERE_TO_FIND_ONE


def test_a_missing_file_is_told_with_what_writes_one() -> None:
    with pytest.raises(UsageError) as missing:
        Library().find("midnight-galaxy.yaml")
    assert missing.value.sentence == 'There is no file "midnight-galaxy.yaml".'
    assert missing.value.hint == WHERE_TO_FIND_ONE


@pytest.mark.parametrize("word", ["../templates/edm-track", "", "\0", "zzzz", "a" * 5000])
def test_an_unknown_word_is_a_usage_error(word: str) -> None:
    with pytest.raises(UsageError, match="There is no file and no template called"):
        Library().find(word)


def test_the_edm_track_is_the_essays_own_shape() -> None:
    song_map = open_template(Library().find("edm-track")).song_map()
    assert (song_map.task_count, song_map.total_minutes) == (14, 320)
    assert [section.name for section in song_map.sections] == ["Composition", "Sound Design", "Mixing"]
    assert [len(section.tasks) for section in song_map.sections] == [8, 6, 0]
    assert [question.question for question in song_map.questions] == [
        "What do I want this track to depict?",
        "Who is it being produced for?",
        "What do I want it to sound like?",
    ]
    order = [task.title for _, task in ideal_order(song_map)]
    assert order.index("Write bassline") == order.index("Design sound for bassline") + 1
    whole = open_template(Library().find("edm-track")).song_map({"mixing": "basic"})
    order = [task.title for _, task in ideal_order(whole)]
    for named_in_the_essay in (
        "Write chord progression",
        "Design sound for bassline",
        "Create piano melody",
        "Highpass channels",
        "Add compression to drums",
    ):
        assert named_in_the_essay in order


def test_a_misspelt_file_is_named_as_a_file() -> None:
    with pytest.raises(UsageError) as unknown:
        Library().find("edm-trakc.yaml")
    assert unknown.value.sentence == 'There is no file "edm-trakc.yaml"; did you mean "edm-track"?'
