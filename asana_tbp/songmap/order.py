"""The ideal order of a song's tasks: the author's order, moved only as far as `after` demands.

Knows titles, sections and what waits for what. Must not know files, Asana or the time. Pure.

The rule of least surprise: tasks come in file order. A task that waits for one which has not come yet is
put off, and comes immediately after the last task it waits for. So a map without `after` is left as it
is, and tasks that wait for nothing never change places with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.name import split_name, title_key
from asana_tbp.songmap.wording import cut, listed, nearest, quoted

_SUGGESTIONS = 20
_LONGEST_CIRCLE = 8


class OrderedTask(NamedTuple):
    """A task in the ideal order, and the section it belongs to."""

    section: str
    task: Task


class Step(NamedTuple):
    """What the order needs to know of a task: enough to judge a map that has other problems."""

    section: str
    title: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """Why there is no ideal order: the entry `after[entry]` of the step `step`, and a sentence."""

    step: int
    entry: int
    sentence: str
    unknown: bool = False

    def __str__(self) -> str:
        return self.sentence


def ideal_order(song_map: SongMap) -> tuple[OrderedTask, ...]:
    """Every task of the map, once, in the order to work in.

    Raises SongMapError when an `after` names no task or several, or when tasks wait for each other in a
    circle; a map from the loader has neither.
    """
    tasks = [OrderedTask(section.name, task) for section in song_map.sections for task in section.tasks]
    steps = [Step(section, task.title, task.after) for section, task in tasks]
    waits, problems = _resolve(steps)
    problems += _circles(steps, waits)
    if problems:
        raise SongMapError(problems)
    return tuple(tasks[index] for index in _emitted(waits))


def check_order(steps: Sequence[Step]) -> list[OrderProblem]:
    """Every reason why these steps, in file order, have no ideal order."""
    waits, problems = _resolve(steps)
    return problems + _circles(steps, waits)


def _resolve(steps: Sequence[Step]) -> tuple[list[dict[int, int]], list[OrderProblem]]:
    """What each step waits for, with the entry of `after` that says so; and every entry that is wrong."""
    names = _Names(steps)
    waits: list[dict[int, int]] = [{} for _ in steps]
    problems = []
    for index, step in enumerate(steps):
        for entry, wanted in enumerate(step.after):
            found = names.find(wanted)
            if len(found) == 1:
                waits[index].setdefault(found[0], entry)
            elif found:
                ways = listed(cut(f"{steps[at].section} / {steps[at].title}") for at in found[:4])
                sentence = f"{quoted(wanted)} is the title of {len(found)} tasks; write {ways}"
                problems.append(OrderProblem(index, entry, sentence))
            else:
                sentence = f"no task is called {quoted(wanted)}{names.meant(wanted)}"
                problems.append(OrderProblem(index, entry, sentence, unknown=True))
    return waits, problems


class _Names:
    """The titles of a map, found by what a person would write in `after`."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._titles = list(dict.fromkeys(step.title for step in steps))
        self._by_title: dict[str, list[int]] = {}
        self._by_place: dict[tuple[str, str], int] = {}
        self._suggestions = _SUGGESTIONS
        for index, step in enumerate(steps):
            key = title_key(step.title)
            # The second of two equal titles in one section is a problem of its own; told there, not here.
            if self._by_place.setdefault((title_key(step.section), key), index) == index:
                self._by_title.setdefault(key, []).append(index)

    def find(self, wanted: str) -> list[int]:
        """The steps meant: by title, by a name with its budget, or by `Section / Title`, in that order."""
        without_budget = split_name(wanted).title
        for text in dict.fromkeys((wanted, without_budget)):
            if found := self._by_title.get(title_key(text)):
                return found
        for text in dict.fromkeys((wanted, without_budget)):
            if (placed := self._placed(text)) is not None:
                return [placed]
        return []

    def _placed(self, text: str) -> int | None:
        # Any slash may be the one between section and title: titles such as `Reference A/B` have their own.
        parts = text.split("/", 8)
        for cut_at in range(1, len(parts)):
            section, title = "/".join(parts[:cut_at]), "/".join(parts[cut_at:])
            found = self._by_place.get((title_key(section), title_key(title)))
            if found is not None:
                return found
        return None

    def meant(self, wanted: str) -> str:
        # Comparing costs milliseconds a word; a file full of unknown titles has one mistake, not thousands.
        if self._suggestions == 0:
            return ""
        self._suggestions -= 1
        meant = nearest(split_name(wanted).title, self._titles)
        return f"; did you mean {quoted(meant)}?" if meant else ""


def _emitted(waits: Sequence[dict[int, int]]) -> list[int]:
    """Steps in the ideal order; what stands in a circle, or behind one, is left out."""
    missing = [len(before) for before in waits]
    waiting: list[list[int]] = [[] for _ in waits]
    for index, before in enumerate(waits):
        for earlier in before:
            waiting[earlier].append(index)
    order: list[int] = []
    reached = 0
    while reached < len(waits):
        ready = [reached] if not missing[reached] else []
        while ready:
            step = ready.pop()
            order.append(step)
            freed = []
            for follower in waiting[step]:
                missing[follower] -= 1
                # A step the walk has not reached yet keeps its own place further down.
                if not missing[follower] and follower < reached:
                    freed.append(follower)
            ready.extend(reversed(freed))
        reached += 1
    return order


def _circles(steps: Sequence[Step], waits: Sequence[dict[int, int]]) -> list[OrderProblem]:
    """One problem for every `after` that closes a circle, told at the circle's first task in the file."""
    problems = []
    done = [False] * len(steps)
    place: dict[int, int] = {}
    for start in range(len(steps)):
        if done[start]:
            continue
        path = [start]
        place[start] = 0
        trail = [iter(waits[start])]
        while path:
            step = next(trail[-1], None)
            if step is None:
                trail.pop()
                finished = path.pop()
                del place[finished]
                done[finished] = True
            elif step in place:
                problems.append(_circle(steps, waits, path[place[step] :]))
            elif not done[step]:
                place[step] = len(path)
                path.append(step)
                trail.append(iter(waits[step]))
    return problems


def _circle(steps: Sequence[Step], waits: Sequence[dict[int, int]], circle: Sequence[int]) -> OrderProblem:
    first = circle.index(min(circle))
    round_trip = [*circle[first:], *circle[:first], circle[first]]
    entry = waits[round_trip[0]][round_trip[1]]
    if len(circle) == 1:
        return OrderProblem(circle[0], entry, f"{quoted(steps[circle[0]].title)} waits for itself")
    titles: Iterable[str] = (cut(steps[index].title) for index in round_trip)
    if len(round_trip) > _LONGEST_CIRCLE:
        shortened = [*round_trip[:4], *round_trip[-3:]]
        shown = [cut(steps[index].title) for index in shortened]
        titles = [*shown[:4], "...", *shown[4:]]
    return OrderProblem(round_trip[0], entry, f"these tasks wait for each other: {' -> '.join(titles)}")
