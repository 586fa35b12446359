"""Names: budgets people typed are found, titles are left alone, and what we write we read again."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asana_tbp.songmap.budget import LONGEST, BudgetError
from asana_tbp.songmap.task_name import (
    compose_name,
    normalize,
    read_name,
)


@pytest.mark.parametrize(
    ("name", "title", "minutes"),
    [
        ("Write bassline (25m)", "Write bassline", 25),
        ("Write bassline(25m)", "Write bassline", 25),
        ("  Write bassline  ( 25 m )  ", "Write bassline", 25),
        ("Write bassline [20 min]", "Write bassline", 20),
        ("Write bassline (1h30)", "Write bassline", 90),
        ("Write bassline (1.5h)", "Write bassline", 90),
        ("Write bassline - 20 minutes", "Write bassline", 20),
        ("Write bassline – 20m", "Write bassline", 20),
        ("Write bassline — 1 hour", "Write bassline", 60),
        ("Write bassline | 20m", "Write bassline", 20),
        ("Write bassline: 20m", "Write bassline", 20),
        ("Kick: sidechain: 20m", "Kick: sidechain", 20),
        ("(20m) Write bassline", "Write bassline", 20),
        ("[1h] Write bassline", "Write bassline", 60),
        ("20m - Write bassline", "Write bassline", 20),
        ("20 min – Write bassline", "Write bassline", 20),
        ("20m: Write bassline", "Write bassline", 20),
        ("Record 2 hours", "Record", 120),
        ("20m - Bounce (final)", "Bounce (final)", 20),
        ("20m - Mic (5 m away)", "Mic (5 m away)", 20),
        ("Verse 2 - 20m", "Verse 2", 20),
        ("Loop (2m) (20m)", "Loop (2m)", 20),
        ("(2m) Loop (20m)", "(2m) Loop", 20),
        ("Bounce (final) (20m)", "Bounce (final)", 20),
        ("Write bassline -  (20m)", "Write bassline -", 20),
        ("Write bassline - - 20m", "Write bassline -", 20),
        ("01 | - 20m", "01 |", 20),
        ("Write\xa0bassline (25m)", "Write\xa0bassline", 25),
    ],
)
def test_a_budget_in_a_name_is_found(name: str, title: str, minutes: int) -> None:
    assert read_name(name)[:2] == (title, minutes)


@pytest.mark.parametrize(
    "title",
    [
        "Program drum groove, 3 variations",
        "Bounce (final)",
        "Build 16-bar drop",
        ":60, :30, :15 cutdowns",
        ":60, :30, :15 cutdowns and stinger",
        "Full listen at 1.5x",
        "Bass x3",
        "Write 16",
        "(2) Verse",
        "Take (3)",
        "[1] Intro",
        "Bounce - 90",
        "Warm up (5-10 min)",
        "Loudness -16 LUFS, -1 dBTP",
        "Tag, bounce and name with BPM/key",
        "Sidechain (1/4m)",
        "Mix (25h)",
        "Mix (0m)",
        "(20m)",
        "- 20m",
        "Write bassline (20m",
        "Write bassline 20m)",
        "20m)",
        ")",
        "",
    ],
)
def test_a_title_is_not_taken_for_a_budget(title: str) -> None:
    assert read_name(title)[:2] == (title, None)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Mix (25h)", '"25h" is longer than a day; a time budget is at most 24h'),
        ("Mix - 0m", '"0m" is no time at all; a time budget is at least 1m'),
        ("Mix (12.5m)", '"12.5m" is not whole minutes; write 25m or 1h30m'),
        ("Mix (25m)", None),
        ("Mix (final)", None),
        ("Warm up (5-10 min)", None),
    ],
)
def test_a_budget_nobody_can_have_is_told_apart_from_a_title(name: str, sentence: str | None) -> None:
    reading = read_name(name)
    assert (reading.unclear if reading.impossible else None) == sentence


def test_a_name_is_composed_the_way_the_method_writes_it() -> None:
    assert compose_name(" Write bassline ", 25) == "Write bassline (25m)"
    with pytest.raises(ValueError, match="title"):
        compose_name(" \xa0", 25)
    with pytest.raises(BudgetError, match="at least 1m"):
        compose_name("Write bassline", 0)


_budgets = st.sampled_from(
    ["(20m)", "[20 min]", "- 20m", "– 1h", ": 20m", "20m -", "(2)", "|", ")", "(", "]", "1h30"]
)
_titles = (
    (st.text(min_size=1) | st.lists(st.text(max_size=5) | _budgets, min_size=1).map(" ".join))
    .map(str.strip)
    .filter(bool)
)


@given(_titles, st.integers(1, LONGEST))
@example("Loop (2m)", 20)
@example("(20m)", 20)
@example("- 20m", 20)
@example("Sous l’étoile “nord”", 25)
@example("Bass\xa0line", 25)
@example("夜の銀河 🎹", 25)
def test_what_is_composed_is_split_again(title: str, minutes: int) -> None:
    assert read_name(compose_name(title, minutes))[:2] == (title, minutes)


@given(st.text() | st.lists(st.text(max_size=5) | _budgets).map(" ".join))
def test_splitting_never_fails_and_never_leaves_an_empty_title(name: str) -> None:
    title, minutes = read_name(name)[:2]
    assert title == title.strip()
    assert title in name
    assert minutes is None or (title and 1 <= minutes <= LONGEST)


@pytest.mark.parametrize(
    "hostile",
    ["(" * 50_000, " - " * 50_000, "a" + " " * 50_000 + "x", ": " * 50_000, "1" * 50_000 + "m)"],
    ids=["brackets", "dashes", "spaces", "colons", "digits"],
)
def test_a_hostile_name_costs_nothing(hostile: str) -> None:
    read_name(hostile)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Write bassline", "write  BASSLINE "),
        ("Write\xa0bassline", "Write bassline"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("STRASSE", "Straße"),
        ("a\u2009b", "a b"),
    ],
)
def test_titles_a_person_calls_the_same_are_the_same(a: str, b: str) -> None:
    assert normalize(a) == normalize(b)


def test_other_titles_are_others() -> None:
    assert normalize("Bass 1") != normalize("Bass 2")
    assert normalize("Resume") != normalize("Résumé")


@given(st.text())
def test_a_key_is_its_own_key(title: str) -> None:
    assert normalize(normalize(title)) == normalize(title)
    assert normalize(title.replace(" ", "\xa0")) == normalize(title)
