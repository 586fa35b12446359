"""What becomes of each field, for every side it can be changed on and every task it can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest

from asana_tbp.bridge.values import Project, Section, Task
from asana_tbp.scaffold.base import UNKNOWN, Base, Entry
from asana_tbp.scaffold.compare.matching import match
from asana_tbp.scaffold.compare.plan import Decisions, Plan, Remote, decide
from asana_tbp.scaffold.compare.planner import Planner
from asana_tbp.scaffold.desired import Desired, desired_of, task_key
from asana_tbp.songmap.model import Section as MapSection
from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.model import Task as MapTask

ME = "me"
A, B, PAD, BASS = "101", "102", "201", "202"


@pytest.mark.parametrize(
    ("base", "in_map", "in_asana", "ours", "outcome"),
    [
        ("x", "x", "x", True, "agreed"),
        ("x", "y", "y", True, "agreed"),
        (None, "y", "y", True, "agreed"),
        ("x", "y", "x", True, "carry"),
        ("x", "y", "x", False, "conflict"),
        ("x", "x", "y", True, "left"),
        ("x", "x", "y", False, "left"),
        ("x", "y", "z", True, "conflict"),
        ("x", "y", "z", False, "conflict"),
        (None, "x", "y", True, "conflict"),
    ],
)
def test_one_field(base: str | None, in_map: str, in_asana: str, ours: bool, outcome: str) -> None:
    assert decide(base, in_map, in_asana, ours=ours) == outcome


@dataclass(frozen=True)
class State:
    """A song of two sections and two tasks, as one side has it."""

    song: str = "Song"
    notes: str = "Words"
    sections: tuple[str, str] = ("A", "B")
    home: str = "A"
    title: str = "Pad"
    minutes: int = 20
    task_notes: str = "soft"
    due_on: str = "2030-01-01"
    pad_first: bool = True
    completed: bool = False
    there: bool = True


AGREED = State()
FIELDS: dict[str, tuple[Any, Any]] = {
    "title": ("Choir", "Strings"),
    "minutes": (30, 45),
    "task_notes": ("loud", "shrill"),
    "due_on": ("2030-02-02", "2030-03-03"),
    "song": ("Other", "Third"),
    "notes": ("More words", "Fewer words"),
}


def changed(name: str, value: Any, state: State = AGREED) -> State:
    """The state with one field changed."""
    fields: dict[str, Any] = {name: value}
    return replace(state, **fields)


def map_of(state: State) -> Desired:
    pad = MapTask(title=state.title, minutes=state.minutes, notes=state.task_notes)
    bass = MapTask(title="Bass", minutes=10)
    first = (pad, bass) if state.pad_first else (bass, pad)
    one, other = state.sections
    in_first = state.home == "A"
    sections = (
        MapSection(name=one, tasks=(first if in_first else (bass,)) if state.there else (bass,)),
        MapSection(name=other, tasks=() if in_first or not state.there else (pad,)),
    )
    due = {task_key(s.name, t.title): state.due_on for s in sections for t in s.tasks if t is pad}
    desired = desired_of(SongMap(song=state.song, sections=sections))
    return replace(
        desired,
        notes=state.notes,
        schedule="" if state.due_on == AGREED.due_on else state.due_on,
        sections=tuple(
            replace(each, tasks=tuple(replace(task, due_on=due.get(task.key, "")) for task in each.tasks))
            for each in desired.sections
        ),
    )


def asana_of(state: State) -> Remote:
    pad = Task(
        PAD, f"{state.title} ({state.minutes}m)", completed=state.completed, assignee_gid=ME,
        section_gid=A if state.home == "A" else B, notes=state.task_notes, due_on=state.due_on,
    )  # fmt: skip
    bass = Task(BASS, "Bass (10m)", assignee_gid=ME, section_gid=A)
    tasks = (pad, bass) if state.pad_first else (bass, pad)
    sections = (Section(A, state.sections[0]), Section(B, state.sections[1]))
    project = Project("1", state.song, notes=state.notes)
    return Remote(project, sections, tasks if state.there else (bass,))


def journal_of(*, ours: bool, known: bool = True) -> dict[str, Entry]:
    bases = {
        "a": Base("A", place=0),
        "b": Base("B", place=1),
        "a\npad": Base("Pad (20m)", "Pad", 20, A, 0, "soft", "2030-01-01"),
        "a\nbass": Base("Bass (10m)", "Bass", 10, A, 1, "", ""),
    }
    gids = {"a": A, "b": B, "a\npad": PAD, "a\nbass": BASS}
    return {
        key: Entry(key, gids[key], ours, placed=True, base=base if known else UNKNOWN)
        for key, base in bases.items()
    }


SONG = Base("Song", notes="Words", notes_in_asana="Words", deadline="", schedule="")


def planned(
    in_map: State,
    in_asana: State,
    *,
    ours: bool = True,
    known: bool = True,
    answers: Decisions = Decisions(yes=True),  # noqa: B008 - it cannot change
    **options: Any,
) -> Plan:
    desired, remote = map_of(in_map), asana_of(in_asana)
    entries = journal_of(ours=ours, known=known)
    decisions = replace(answers, lay_out_dates=True, rename_song=True, **options)
    begun = match(desired, remote, entries, decisions)
    return Planner(begun, remote, entries, SONG if known else UNKNOWN, decisions).plan()


def kinds_of(made: Plan) -> list[tuple[str, str]]:
    return [(change.action, change.of) for change in made.changes]


def outcome_of(made: Plan) -> str:
    if made.conflicts or made.questions:
        return "conflict"
    if made.changes:
        return "carry"
    return "left" if made.differences else "agreed"


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "foreign"])
@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("side", ["map", "asana", "both same", "both different"])
def test_each_field_by_the_side_that_changed_it(name: str, side: str, ours: bool) -> None:
    one, other = FIELDS[name]
    in_map = changed(name, one) if side != "asana" else AGREED
    in_asana = {"map": AGREED, "asana": changed(name, one)}.get(
        side, changed(name, one if side == "both same" else other)
    )
    made = planned(in_map, in_asana, ours=ours)
    of_song = name in ("song", "notes")
    expected = {"map": "carry", "asana": "left", "both same": "agreed", "both different": "conflict"}[side]
    if side == "map" and not ours and not of_song:
        expected = "conflict"
    if side == "asana" and of_song:
        # A project that was renamed or rewritten in Asana needs no word.
        expected = "agreed"
    assert outcome_of(made) == expected, made
    if expected == "carry":
        (change,) = made.changes
        field = {"title": "title", "minutes": "budget", "task_notes": "notes", "due_on": "due date"}
        if of_song:
            assert change.of == "project"
        else:
            assert change.fields == (field[name],)


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_decided_is_carried_or_left(name: str) -> None:
    one, other = FIELDS[name]
    in_map, in_asana = changed(name, one), changed(name, other)
    assert outcome_of(planned(in_map, in_asana, prefer="map")) == "carry"
    left = planned(in_map, in_asana, prefer="asana")
    assert outcome_of(left) in ("left", "agreed")
    assert not left.changes
    # The map has been heard: asked again, it is still left.
    if name in ("title", "minutes", "task_notes", "due_on"):
        base = next(base for key, base in left.bases.items() if "\n" in key)
        field = {"task_notes": "notes"}.get(name, name)
        assert getattr(base, field) == one


@pytest.mark.parametrize("name", ["title", "minutes", "task_notes", "due_on"])
@pytest.mark.parametrize("ours", [True, False])
def test_without_a_base_nobody_knows_who_changed_it(name: str, ours: bool) -> None:
    if ours:
        # Made before there were bases: Asana is what we left, and the map has changed.
        after = changed(name, FIELDS[name][0])
        if name == "title":
            assert planned(after, AGREED, known=False).changes
        else:
            assert outcome_of(planned(after, AGREED, known=False)) == "carry"
        return
    if name == "title":
        return
    assert outcome_of(planned(changed(name, FIELDS[name][0]), AGREED, ours=False, known=False)) == (
        "conflict"
    )


@pytest.mark.parametrize("name", ["title", "minutes", "task_notes", "due_on", "home"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_completed_task_is_never_touched(name: str, ours: bool) -> None:
    value = "B" if name == "home" else FIELDS[name][0]
    answers = Decisions(renames=("Pad=Choir",)) if name == "title" else Decisions()
    made = planned(changed(name, value), replace(AGREED, completed=True), ours=ours, answers=answers)
    assert made.changes == []
    assert list(made.completed.values()) == ["Pad (20m)"]
    assert not made.undecided


@pytest.mark.parametrize("name", ["title", "minutes", "task_notes", "due_on"])
def test_a_task_deleted_in_asana_is_not_made_again(name: str) -> None:
    if name == "title":
        return
    made = planned(changed(name, FIELDS[name][0]), replace(AGREED, there=False))
    assert made.changes == []
    assert "is not made again" in made.differences[0].sentence


@pytest.mark.parametrize(
    ("in_map", "in_asana", "expected"),
    [("B", "A", "carry"), ("A", "B", "left"), ("B", "B", "agreed"), ("A", "A", "agreed")],
)
def test_a_moved_task(in_map: str, in_asana: str, expected: str) -> None:
    made = planned(replace(AGREED, home=in_map), replace(AGREED, home=in_asana))
    assert outcome_of(made) == expected
    if expected == "carry":
        (change,) = made.changes
        assert (change.action, change.section, change.new_section) == ("move", "A", "B")


@pytest.mark.parametrize(
    ("in_map", "in_asana", "expected"),
    [(False, True, "carry"), (True, False, "agreed"), (False, False, "agreed")],
)
def test_the_order_of_tasks(in_map: bool, in_asana: bool, expected: str) -> None:
    made = planned(replace(AGREED, pad_first=in_map), replace(AGREED, pad_first=in_asana))
    assert outcome_of(made) == expected
    if expected == "carry":
        assert kinds_of(made) == [("change", "order")]


@pytest.mark.parametrize(
    ("in_map", "in_asana", "expected"),
    [("Z", "A", "carry"), ("A", "Z", "left"), ("Z", "Z", "agreed"), ("Z", "Y", "conflict")],
)
def test_the_name_of_a_section(in_map: str, in_asana: str, expected: str) -> None:
    made = planned(replace(AGREED, sections=(in_map, "B")), replace(AGREED, sections=(in_asana, "B")))
    assert outcome_of(made) == expected
    if expected == "carry":
        assert kinds_of(made) == [("rename", "section")]


@pytest.mark.parametrize(("title", "minutes"), list(product(("Pad", "Choir"), (20, 30))))
def test_a_title_and_a_budget_are_two_fields(title: str, minutes: int) -> None:
    """The budget changed in the map, the title in Asana: each is kept."""
    made = planned(replace(AGREED, minutes=minutes), replace(AGREED, title=title))
    names = [change.new_name for change in made.changes if change.of == "task"]
    assert names == ([f"{title} (30m)"] if minutes == 30 else [])


def test_what_left_the_map_is_named_and_deleted_only_when_asked_and_untouched() -> None:
    gone = replace(AGREED, there=False)
    named = planned(gone, AGREED)
    assert (named.changes, list(named.removed.values())) == ([], ["Pad (20m)"])
    asked = planned(gone, AGREED, prune=True)
    assert kinds_of(asked) == [("delete", "task")]
    for name, (value, _) in FIELDS.items():
        if name not in ("song", "notes"):
            touched = planned(gone, changed(name, value), prune=True)
            assert touched.changes == [], name
    assert planned(gone, AGREED, ours=False, prune=True).changes == []
    assert planned(gone, replace(AGREED, completed=True), prune=True).changes == []


def test_the_song_is_renamed_only_when_the_user_says_so() -> None:
    desired, remote = map_of(replace(AGREED, song="Other")), asana_of(AGREED)
    entries = journal_of(ours=True)
    made = Planner(match(desired, remote, entries), remote, entries, SONG, Decisions()).plan()
    assert made.song_renamed
    assert made.changes == []
    assert made.undecided
    assert made.bases[""].name == "Song"
