"""Breaks of a song map become rests after its tasks."""

from __future__ import annotations

from asana_tbp.songmap.model import MapBreak, Section, SongMap, Task
from asana_tbp.songmap.order import ideal_order, rests_of


def pause(title: str, minutes: int, *, in_asana: bool = False, after: tuple[str, ...] = ()) -> Task:
    return Task(title=f"Break: {title}", minutes=minutes, kind="break", in_asana=in_asana, after=after)


def rests(*sections: tuple[Task, ...]) -> dict[str, MapBreak]:
    song = SongMap(
        song="Song", sections=tuple(Section(name=f"S{at}", tasks=tasks) for at, tasks in enumerate(sections))
    )
    return {each.task.title: rest for each, rest in rests_of(ideal_order(song)).items()}


CHORDS, PAD = Task(title="Chords", minutes=20), Task(title="Pad", minutes=10)


def test_a_break_belongs_to_the_task_before_it_in_the_ideal_order() -> None:
    assert rests((CHORDS, pause("leave the room", 15)), (PAD,)) == {"Chords": MapBreak(15, "leave the room")}
    # It waits for a task of another section, and stands behind that.
    assert rests((CHORDS, pause("tea", 5, after=("Pad",))), (PAD,)) == {"Pad": MapBreak(5, "tea")}


def test_breaks_in_a_row_are_one() -> None:
    assert rests((CHORDS, pause("tea", 5), pause("walk", 10)), (PAD,)) == {
        "Chords": MapBreak(15, "tea, walk")
    }


def test_before_the_first_task_there_is_nothing_to_rest_from() -> None:
    assert rests((pause("tea", 5), CHORDS)) == {}


def test_a_break_that_is_a_task_in_asana_is_no_rest() -> None:
    shown = pause("tea", 5, in_asana=True)
    assert rests((CHORDS, shown, pause("walk", 10), PAD)) == {"Break: tea": MapBreak(10, "walk")}
