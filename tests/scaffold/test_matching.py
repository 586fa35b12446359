"""What is which after a map, or Asana, has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asana_tbp.bridge.values import Project, Section, Task
from asana_tbp.scaffold.base import Base, Entry
from asana_tbp.scaffold.compare.matching import UnknownRename, match
from asana_tbp.scaffold.compare.plan import Decisions, Plan, Remote
from asana_tbp.scaffold.desired import Desired, desired_of
from asana_tbp.songmap.model import Section as MapSection
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.model import Task as MapTask

Shape = dict[str, list[str]]
BEFORE: Shape = {"A": ["Chords", "Bass"], "B": ["Mix"]}


def wanted(shape: Shape, line: str = "") -> Desired:
    return desired_of(
        SongMap(
            song="Song",
            sections=tuple(
                MapSection(name=name, tasks=tuple(MapTask(title=t, minutes=20, line=line) for t in titles))
                for name, titles in shape.items()
            ),
        )
    )


def journal(shape: Shape = BEFORE, *, ours: bool = True, line: str = "") -> dict[str, Entry]:
    entries = {}
    for name, titles in shape.items():
        entries[name.casefold()] = Entry(name.casefold(), f"s{name}", ours, placed=True)
        for title in titles:
            base = Base(title=title)
            key = f"{name}\n{title}".casefold()
            entries[key] = Entry(key, f"t{title}", ours, placed=True, base=base, line=line)
    return entries


def asana(shape: Shape = BEFORE, renamed: dict[str, str] | None = None) -> Remote:
    names = renamed or {}
    return Remote(
        Project("1", "Song"),
        tuple(Section(f"s{name}", names.get(name, name)) for name in shape),
        tuple(
            Task(f"t{title}", f"{names.get(title, title)} (20m)", section_gid=f"s{name}")
            for name, titles in shape.items()
            for title in titles
        ),
    )


def matched(
    shape: Shape,
    remote: Remote | None = None,
    entries: dict[str, Entry] | None = None,
    answers: Decisions = Decisions(),  # noqa: B008 - it cannot change
    line: str = "",
) -> Plan:
    return match(wanted(shape, line), remote or asana(), journal() if entries is None else entries, answers)


def tasks_of(found: Plan) -> dict[str, str]:
    return {key: gid for key, gid in found.gids.items() if "\n" in key}


def test_a_title_that_is_new_in_two_sections_is_made_in_both_and_asked_about_in_neither() -> None:
    before = {"A": ["Pad"], "B": ["Mix"], "C": []}
    found = matched({"A": [], "B": ["Pad"], "C": ["Pad"]}, asana(before), journal(before))
    assert (found.questions, found.waiting) == ([], set())
    # Were one of them asked about, it would be the only candidate in the next run, and taken for a move.
    assert tasks_of(found) == {}
    assert found.left_over == ["a\npad", "b\nmix"]


def test_the_same_map_is_the_same() -> None:
    found = matched(BEFORE)
    assert tasks_of(found) == {"a\nchords": "tChords", "a\nbass": "tBass", "b\nmix": "tMix"}
    assert (found.links, found.questions, found.left_over) == ({}, [], [])


def test_the_same_rename_on_both_sides_is_the_same_task() -> None:
    found = matched({"A": ["Pads", "Bass"], "B": ["Mix"]}, asana(renamed={"Chords": "Pads"}))
    assert found.gids["a\npads"] == "tChords"
    assert found.links == {"a\nchords": "a\npads"}
    assert found.questions == []


def test_the_same_title_in_another_section_was_moved() -> None:
    found = matched({"A": ["Bass"], "B": ["Mix", "Chords"]})
    assert found.gids["b\nchords"] == "tChords"
    assert found.questions == []


def test_two_that_could_be_the_moved_one_are_not_guessed() -> None:
    before = {"A": ["Take"], "B": ["Take "], "C": []}
    entries = journal({"A": ["Take"]})
    both = {
        **entries,
        "b": Entry("b", "sB", placed=True),
        "c": Entry("c", "sC", placed=True),
        "b\ntake": Entry("b\ntake", "tTake2", placed=True),
    }
    remote = Remote(
        Project("1", "Song"),
        (Section("sA", "A"), Section("sB", "B"), Section("sC", "C")),
        (Task("tTake", "Take (20m)", section_gid="sA"), Task("tTake2", "Take (20m)", section_gid="sB")),
    )
    found = matched({"A": [], "B": [], "C": ["Take"]}, remote, both)
    assert "c\ntake" not in found.gids
    assert before


def test_the_same_template_line_with_another_answer() -> None:
    line = "Write ${lead}"
    before = {"A": ["Write piano"], "B": []}
    found = matched(
        {"A": ["Write violin"], "B": []}, asana(before), journal(before, line="write ${lead}"), line=line
    )
    assert tasks_of(found) == {"a\nwrite violin": "tWrite piano"}
    assert found.questions == []


def test_one_gone_and_one_new_is_asked_and_nothing_is_made() -> None:
    found = matched({"A": ["Pads", "Bass"], "B": ["Mix"]})
    assert "a\npads" not in found.gids
    assert found.waiting == {"a\npads"}
    (question,) = found.questions
    assert ([each.name for each in question.old], [each.name for each in question.new]) == (
        ["Chords"],
        ["Pads"],
    )


@pytest.mark.parametrize(
    "answers",
    [
        Decisions(yes=True),
        Decisions(renames=("Chords=Pads",)),
        Decisions(renames=("A/Chords=Pads",)),
        Decisions(renames=("Chords (20m)=Pads",)),
        Decisions(pairs={"a\npads": "a\nchords"}),
    ],
)
def test_a_rename_that_is_answered(answers: Decisions) -> None:
    found = matched({"A": ["Pads", "Bass"], "B": ["Mix"]}, answers=answers)
    assert found.gids["a\npads"] == "tChords"
    assert (found.questions, found.waiting) == ([], set())


def test_a_new_task_that_is_answered() -> None:
    found = matched({"A": ["Pads", "Bass"], "B": ["Mix"]}, answers=Decisions(pairs={"a\npads": ""}))
    assert "a\npads" not in found.gids
    assert found.waiting == set()
    assert found.left_over == ["a\nchords"]


def test_as_many_gone_as_new_are_asked_even_with_yes() -> None:
    found = matched({"A": ["Pads", "Kick"], "B": ["Mix"]}, answers=Decisions(yes=True))
    assert found.waiting == {"a\npads", "a\nkick"}
    assert len(found.questions[0].old) == 2


def test_unequal_counts_are_no_rename() -> None:
    found = matched({"A": ["Pads", "Kick", "Bass"], "B": ["Mix"]}, answers=Decisions(yes=True))
    assert found.waiting == set()
    assert found.left_over == ["a\nchords"]


def test_what_the_user_made_is_renamed_only_by_its_name() -> None:
    shape = {"A": ["Pads", "Bass"], "B": ["Mix"]}
    foreign = journal(ours=False)
    assert matched(shape, entries=foreign, answers=Decisions(yes=True)).waiting == {"a\npads"}
    named = matched(shape, entries=foreign, answers=Decisions(renames=("Chords=Pads",)))
    assert named.gids["a\npads"] == "tChords"
    assert named.allowed == {"a\npads"}


def test_an_equals_sign_in_a_title() -> None:
    before = {"A": ["1+1=2"], "B": []}
    found = matched(
        {"A": ["2=1+1"], "B": []}, asana(before), journal(before), Decisions(renames=("1+1=2=2=1+1",))
    )
    assert tasks_of(found) == {"a\n2=1+1": "t1+1=2"}


def test_a_rename_of_nothing_is_known_as_such() -> None:
    with pytest.raises(UnknownRename, match='"X=Y" names no task or section that is gone'):
        matched(BEFORE, answers=Decisions(renames=("X=Y",)))


def test_a_rename_that_was_carried_out_before_is_no_mistake() -> None:
    found = matched(BEFORE, answers=Decisions(renames=("Old chords=Chords",)))
    assert (found.questions, found.links) == ([], {})


def test_a_renamed_section_takes_its_tasks_along() -> None:
    shape = {"Writing": ["Chords", "Bass"], "B": ["Mix"]}
    open_one = matched(shape)
    assert open_one.waiting >= {"writing", "writing\nchords", "writing\nbass"} or (
        open_one.waiting == {"writing"}
        and set(tasks_of(open_one)) == {"writing\nchords", "writing\nbass", "b\nmix"}
    )
    found = matched(shape, answers=Decisions(yes=True))
    assert found.gids["writing"] == "sA"
    assert tasks_of(found) == {"writing\nchords": "tChords", "writing\nbass": "tBass", "b\nmix": "tMix"}


def test_a_section_renamed_on_both_sides() -> None:
    found = matched({"Writing": ["Chords", "Bass"], "B": ["Mix"]}, asana(renamed={"A": "Writing"}))
    assert found.gids["writing"] == "sA"
    assert found.questions == []


def test_deleted_in_asana_and_deleted_everywhere() -> None:
    remote = asana({"A": ["Bass"], "B": ["Mix"]})
    assert matched(BEFORE, remote).gone == {"a\nchords"}
    both = matched({"A": ["Bass"], "B": ["Mix"]}, remote)
    assert both.gone == set()
    assert both.vanished == ["a\nchords"]


def test_what_was_named_once_is_no_candidate_later() -> None:
    entries = journal()
    entries["a\nchords"] = replace(entries["a\nchords"], dropped=True)
    found = matched({"A": ["Pads", "Bass"], "B": ["Mix"]}, entries=entries)
    assert found.waiting == set()
    assert found.questions == []


def test_without_a_journal_names_are_all_there_is() -> None:
    found = matched({"A": ["Chords", "Mix"], "B": ["Bass"]}, entries={})
    assert tasks_of(found) == {"a\nchords": "tChords", "a\nmix": "tMix", "b\nbass": "tBass"}
