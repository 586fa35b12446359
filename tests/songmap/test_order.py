"""The ideal order: file order, moved only as far as `after` demands."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import Section, SongMap, Task
from asana_tbp.songmap.order import Step, check_order, ideal_order


def song(**sections: list[str | tuple[str, list[str]]]) -> SongMap:
    """A map from section=[title or (title, after)]."""
    return SongMap(
        song="Midnight Galaxy",
        sections=tuple(
            Section(
                name=name.replace("_", " "),
                tasks=tuple(
                    Task(title=task, minutes=5)
                    if isinstance(task, str)
                    else Task(title=task[0], minutes=5, after=tuple(task[1]))
                    for task in tasks
                ),
            )
            for name, tasks in sections.items()
        ),
    )


def titles(song_map: SongMap) -> list[str]:
    return [ordered.task.title for ordered in ideal_order(song_map)]


def sentences(song_map: SongMap) -> list[str]:
    with pytest.raises(SongMapError) as wrong:
        ideal_order(song_map)
    return [str(problem) for problem in wrong.value.problems]


def test_a_bassline_comes_right_after_its_sound() -> None:
    song_map = song(
        Composition=["Write chords", ("Write bassline", ["Design bass"]), "Create melody"],
        Sound_Design=["Choose kick", "Design bass", "Design lead"],
    )
    assert titles(song_map) == [
        "Write chords",
        "Create melody",
        "Choose kick",
        "Design bass",
        "Write bassline",
        "Design lead",
    ]
    assert [ordered.section for ordered in ideal_order(song_map)][3:5] == ["Sound Design", "Composition"]


def test_a_task_waits_for_the_last_of_several() -> None:
    assert titles(song(A=[("a", ["c", "e"]), "b", "c", "d", "e", "f"])) == ["b", "c", "d", "e", "a", "f"]


def test_who_waits_for_a_waiting_task_follows_it() -> None:
    assert titles(song(A=[("a", ["d"]), ("b", ["a"]), ("c", ["d"]), "d", "e"])) == ["d", "a", "b", "c", "e"]


def test_what_is_already_in_order_stays() -> None:
    assert titles(song(A=["a", ("b", ["a"]), "c", ("d", ["a", "b"])])) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "written",
    [
        "Reference A/B",
        "reference  a/b",
        "Reference A/B (15m)",
        "Mixing / Reference A/B",
        "mixing/Reference A/B - 15m",
    ],
)
def test_after_is_found_the_way_people_write_it(written: str) -> None:
    assert titles(song(A=[("a", [written])], Mixing=["Reference A/B"])) == ["Reference A/B", "a"]


def test_two_of_a_title_need_their_section() -> None:
    tasks: list[str | tuple[str, list[str]]] = [("a", ["Bounce"])]
    assert sentences(song(A=tasks, B=["Bounce"], C=["bounce"])) == [
        '"Bounce" is the title of 2 tasks; write B / Bounce or C / bounce'
    ]
    assert titles(song(A=[("a", ["C / Bounce"])], B=["Bounce"], C=["bounce"])) == ["Bounce", "bounce", "a"]


def test_an_unknown_title_is_told_with_the_nearest_one() -> None:
    assert sentences(song(A=[("a", ["Desing bass", "zzz"]), "Design bass"])) == [
        'no task is called "Desing bass"; did you mean "Design bass"?',
        'no task is called "zzz"',
    ]


def test_every_circle_is_told_at_its_first_task() -> None:
    assert sentences(song(A=["x", ("a", ["b"]), ("b", ["c"]), ("c", ["a"]), ("d", ["d"]), ("e", ["a"])])) == [
        "these tasks wait for each other: a -> b -> c -> a",
        '"d" waits for itself',
    ]


def test_circles_that_share_a_task_are_all_told() -> None:
    assert sentences(song(A=[("a", ["b", "c"]), ("b", ["a"]), ("c", ["a"])])) == [
        "these tasks wait for each other: a -> b -> a",
        "these tasks wait for each other: a -> c -> a",
    ]


def test_a_long_circle_is_shown_by_its_ends() -> None:
    circle = [Step("A", f"t{number}", (f"t{(number + 1) % 1000}",)) for number in range(1000)]
    (problem,) = check_order(circle)
    assert (
        problem.sentence
        == "these tasks wait for each other: t0 -> t1 -> t2 -> t3 -> ... -> t998 -> t999 -> t0"
    )


def test_a_file_full_of_unknown_titles_is_judged_quickly() -> None:
    steps = [Step("A", f"task {number}", (f"taks {number}",)) for number in range(1000)]
    assert len(check_order(steps)) == 1000


@st.composite
def _waiting(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """For each task the tasks it waits for, without a circle: along a drawn order, not the file's."""
    count = draw(st.integers(0, 14))
    hidden = draw(st.permutations(range(count)))
    waits: list[tuple[int, ...]] = [()] * count
    for position, task in enumerate(hidden):
        if position:
            waits[task] = tuple(draw(st.lists(st.sampled_from(hidden[:position]), unique=True, max_size=3)))
    return waits


@given(_waiting(), st.integers(1, 4))
def test_the_order_is_right_and_moves_no_more_than_it_must(waits: list[tuple[int, ...]], cut_at: int) -> None:
    tasks = [
        Task(title=f"task {number}", minutes=1, after=tuple(f"Task {earlier}" for earlier in before))
        for number, before in enumerate(waits)
    ]
    song_map = SongMap(
        song="s",
        sections=(
            Section(name="A", tasks=tuple(tasks[:cut_at])),
            Section(name="B", tasks=tuple(tasks[cut_at:])),
        ),
    )
    order = [tasks.index(ordered.task) for ordered in ideal_order(song_map)]
    place = {task: position for position, task in enumerate(order)}

    assert sorted(order) == list(range(len(tasks)))
    for task, before in enumerate(waits):
        assert all(place[earlier] < place[task] for earlier in before)
    # A task stays where the file has it unless something it waits for comes later in the walk.
    walk = [task for task in order if not waits[task]]
    assert walk == sorted(walk)
    # One that was put off stands behind its last prerequisite, with nothing between but others put off as well.
    put_off = {task for task in order if any(earlier > task for earlier in _all_before(task, waits))}
    for task in put_off:
        last = max(place[earlier] for earlier in waits[task])
        assert all(between in put_off for between in order[last + 1 : place[task]])
    stayed = [task for task in order if task not in put_off]
    assert stayed == sorted(stayed)


@given(_waiting(), st.data())
def test_a_stated_order_comes_first_with_only_what_it_needs(
    waits: list[tuple[int, ...]], data: st.DataObject
) -> None:
    tasks = [
        Task(title=f"task {number}", minutes=1, after=tuple(f"task {earlier}" for earlier in before))
        for number, before in enumerate(waits)
    ]
    sections = (Section(name="A", tasks=tuple(tasks)),)
    free = [tasks.index(ordered.task) for ordered in ideal_order(SongMap(song="s", sections=sections))]
    stated = data.draw(st.lists(st.sampled_from(free), unique=True, max_size=5)) if free else []
    late = [step for at, step in enumerate(stated) if _all_before(step, waits) & set(stated[at + 1 :])]
    song_map = SongMap(song="s", sections=sections, order=tuple(f"task {step}" for step in stated))
    if late:
        assert [text.split('"')[1] for text in sentences(song_map)] == [f"task {step}" for step in late]
        return
    order = [tasks.index(ordered.task) for ordered in ideal_order(song_map)]
    assert sorted(order) == list(range(len(tasks)))
    come: list[int] = []
    for step in stated:
        if step in come:
            # Something stated above needs it.
            continue
        group = ({step} | _all_before(step, waits)) - set(come)
        assert set(order[len(come) : len(come) + len(group)]) == group
        assert order[len(come) + len(group) - 1] == step
        come = order[: len(come) + len(group)]
    for task, before in enumerate(waits):
        assert all(order.index(earlier) < order.index(task) for earlier in before)
    # Behind what is stated the rule is the one of a map without an order.
    rest = [task for task in order[len(come) :] if not set(waits[task]) - set(come)]
    assert rest == sorted(rest)


def test_what_a_stated_task_needs_is_pulled_in_front_of_it() -> None:
    song_map = song(A=["a", ("b", ["d"]), "c", "d", "e"])
    assert titles(replace(song_map, order=("e", "b"))) == ["e", "d", "b", "a", "c"]
    assert sentences(replace(song_map, order=("b", "d", "d"))) == [
        '"d" is in the order twice',
        '"b" waits for "d", which is further down in the order',
    ]


def _all_before(task: int, waits: list[tuple[int, ...]]) -> set[int]:
    seen: set[int] = set()
    ahead = list(waits[task])
    while ahead:
        earlier = ahead.pop()
        if earlier not in seen:
            seen.add(earlier)
            ahead.extend(waits[earlier])
    return seen


@given(st.lists(st.integers(0, 5), max_size=4))
def test_a_map_without_after_is_left_as_it_is(sizes: list[int]) -> None:
    song_map = SongMap(
        song="s",
        sections=tuple(
            Section(name=f"S{place}", tasks=tuple(Task(title=f"t{n}", minutes=1) for n in range(size)))
            for place, size in enumerate(sizes)
        ),
    )
    order = ideal_order(song_map)
    assert [task for section in song_map.sections for task in section.tasks] == [task for _, task in order]
    assert all(a.section <= b.section for a, b in pairwise(order))


@pytest.mark.parametrize("name", ["Keep?", "Composition / Keep?"])
def test_a_task_called_as_a_gate_without_its_kind_is_found_by_its_whole_title(name: str) -> None:
    song_map = song(Composition=[("Mix", [name]), "Gate: Keep?", "Keep?", "Export"])
    assert titles(song_map) == ["Gate: Keep?", "Keep?", "Mix", "Export"]


def test_an_unknown_title_is_guessed_by_a_word_that_only_one_title_has() -> None:
    steps = [
        Step("Sound Design", "Choose kick, clap and hats"),
        Step("Sound Design", "Design bass"),
        Step("A", "Kicks"),
    ]
    assert [problem.sentence for problem in check_order(steps, ["clap"])] == [
        'no task is called "clap"; did you mean "Choose kick, clap and hats"?'
    ]
    assert [
        problem.sentence
        for problem in check_order(
            [*steps, Step("A", "Layer the snare and the clap of the chorus")], ["clap"]
        )
    ] == ['no task is called "clap"']
