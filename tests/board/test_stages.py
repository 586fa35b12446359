"""Which stage is meant, and where a song goes next."""

from __future__ import annotations

import pytest

from asana_tbp.board.stages import alike, find_stage, home_of, next_stage
from asana_tbp.bridge.values import Section

STAGES = tuple(Section(name, name) for name in ("Ideas", "Composition", "Arrangement", "Mixing"))


@pytest.mark.parametrize(
    ("query", "stage"),
    [
        ("mixing", "Mixing"),
        (" MIX ", "Mixing"),
        ("comp", "Composition"),
        ("", None),
        ("x", None),
        ("i", "Ideas"),
    ],
)
def test_a_stage_is_found_by_its_name_or_a_start_that_only_it_has(query: str, stage: str | None) -> None:
    found = find_stage(STAGES, query)
    assert (found.name if found else None) == stage
    assert find_stage((*STAGES, Section("9", "Mastering"), Section("8", "Master tape")), "mas") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mix", "Mixing", True),
        ("Arrangement", "Arranging", True),
        ("Compose", "Composition", True),
        ("Mi", "Mixing", False),
        ("Sound Design", "Sound Check", False),
        ("Mixing", "Mastering", False),
    ],
)
def test_a_stage_is_about_a_section_when_only_the_endings_differ(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same


def test_a_card_goes_to_the_stage_named_or_about_the_same_or_the_first() -> None:
    assert home_of(STAGES, "Mixing").name == "Mixing"
    assert home_of(STAGES, "Arranging").name == "Arrangement"
    assert home_of(STAGES, "Mastering").name == "Ideas"
    assert home_of(STAGES, "").name == "Ideas"


@pytest.mark.parametrize(
    ("current", "sections", "worked", "offer"),
    [
        (
            "Composition",
            {"Composition": 0, "Mixing": 1},
            {"Composition"},
            ("Arrangement", "Composition"),
        ),
        ("Composition", {"Composition": 1}, {"Composition"}, None),
        ("Composition", {"Mixing": 0}, {"Composition"}, None),
        ("Composition", {"Composition": 0}, {"Mixing"}, None),
        ("Mixing", {"Composition": 0}, {"Composition"}, None),
        ("Mixing", {"Mixing": 0}, {"Mixing"}, None),
        ("Ideas", {"Vocals": 0, "Mixing": 1}, {"Vocals"}, ("Mixing", "Vocals")),
        ("Ideas", {"Vocals": 0, "Strings": 1}, {"Vocals"}, None),
        (
            "Ideas",
            {"Composition": 0, "Arranging": 0},
            {"Composition", "Arranging"},
            ("Mixing", "Arranging"),
        ),
        ("gone", {"Composition": 0}, {"Composition"}, ("Arrangement", "Composition")),
    ],
)
def test_a_song_goes_on_and_never_back(
    current: str, sections: dict[str, int], worked: set[str], offer: tuple[str, str] | None
) -> None:
    found = next_stage(STAGES, current, sections, worked)
    assert (found and (found[0].name, found[1])) == offer
