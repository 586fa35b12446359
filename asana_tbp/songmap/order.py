"""The ideal order of a song's tasks: the author's order, moved only as far as `after` demands.

The rule of least surprise: tasks come in file order. A task that waits for one which has not come yet is
put off, and comes immediately after the last task it waits for. So a map without `after` is left as it
is, and tasks that wait for nothing never change places with each other. Where a map has an `order`, the tasks
it names come first, exactly so, each right behind what it waits for; the rest follow by the rule above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import MapBreak, SongMap, Task
from asana_tbp.songmap.task_name import bare_key, bare_title, normalize, split_name
from asana_tbp.text import Guesses, guess, listed, quote, truncate

_LONGEST_CIRCLE = 8
_MOST_CIRCLES = 20
"""Most circles that are told: whoever has more has one mistake."""


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
    """Why there is no ideal order: the entry `after[entry]` of the step `step`, and a sentence.

    Where `step` is None it is the entry `order[entry]` of the map.
    """

    step: int | None
    entry: int
    sentence: str
    unknown: bool = False


def ideal_order(song_map: SongMap) -> tuple[OrderedTask, ...]:
    """Every task of the map, once, in the order to work in.

    Raises SongMapError when an `after` names no task or several, or when tasks wait for each other in a
    circle; a map from the loader has neither. Breaks stand in it like tasks.
    """
    tasks = [OrderedTask(section.name, task) for section in song_map.sections for task in section.tasks]
    found = _Resolved(steps_of(song_map), song_map.order)
    if found.problems:
        raise SongMapError([problem.sentence for problem in found.problems])
    return tuple(tasks[index] for index in found.emitted())


def steps_of(song_map: SongMap) -> list[Step]:
    """The map's tasks in file order."""
    return [
        Step(section.name, task.title, task.after) for section in song_map.sections for task in section.tasks
    ]


def rests_of(ordered: Iterable[OrderedTask]) -> dict[OrderedTask, MapBreak]:
    """The rest after each task that has one. `ordered` is the whole ideal order.

    Breaks in a row are one. Before the first task there is nothing to rest from. A break that is a task in
    Asana runs like every other task and is none here.
    """
    rests: dict[OrderedTask, MapBreak] = {}
    before: OrderedTask | None = None
    for each in ordered:
        if each.task.in_asana:
            before = each
        elif before is not None:
            minutes, titles = rests.get(before, MapBreak(0, ""))
            title = bare_title(each.task.title)
            rests[before] = MapBreak(minutes + each.task.minutes, f"{titles}, {title}" if titles else title)
    return rests


def without_tasks(song_map: SongMap, places: AbstractSet[tuple[str, str]]) -> SongMap:
    """The song without some tasks, by section and title; nothing waits for them any longer."""
    steps = steps_of(song_map)
    out = names_left_out(
        [step for step in steps if step[:2] not in places], [step for step in steps if step[:2] in places]
    )

    def kept(references: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for text in references if not out(text))

    sections = []
    for section in song_map.sections:
        tasks = (task for task in section.tasks if (section.name, task.title) not in places)
        tasks = (replace(task, after=kept(task.after)) for task in tasks)
        sections.append(replace(section, tasks=tuple(tasks)))
    return replace(song_map, sections=tuple(sections), order=kept(song_map.order))


def check_order(steps: Sequence[Step], order: Sequence[str] = ()) -> list[OrderProblem]:
    """Every reason why these steps, in file order, have no ideal order."""
    return _Resolved(steps, order).problems


def names_left_out(steps: Sequence[Step], left_out: Sequence[Step]) -> Callable[[str], bool]:
    """Whether a text names none of the steps, but one that was left out: nobody need wait for that."""
    here, gone = Names(steps), Names(left_out)
    return lambda title: not here.find(title) and bool(gone.find(title))


class _Resolved:
    """What each step waits for, with the entry of `after` that says so; and every entry that is wrong."""

    def __init__(self, steps: Sequence[Step], order: Sequence[str]) -> None:
        self._names = Names(steps)
        self._guesses = Guesses()
        self._steps = steps
        self.waits: list[dict[int, int]] = [{} for _ in steps]
        self.problems: list[OrderProblem] = []
        for index, step in enumerate(steps):
            for entry, title in enumerate(step.after):
                if (at := self._find(title, index, entry)) is not None:
                    self.waits[index].setdefault(at, entry)
        self.problems += _circles(steps, self.waits)
        in_circles = bool(self.problems)
        self._stated: dict[int, int] = {}
        for entry, title in enumerate(order):
            at = self._find(title, None, entry)
            if at in self._stated:
                self.problems.append(OrderProblem(None, entry, f"{quote(title)} stands in the order twice"))
            elif at is not None:
                self._stated[at] = entry
        for at, entry in self._stated.items() if not in_circles else ():
            late = [earlier for earlier in self._needed(at) if self._stated.get(earlier, -1) > entry]
            if late:
                mine, other = quote(steps[at].title), quote(steps[min(late)].title)
                sentence = f"{mine} waits for {other}, which stands further down in the order"
                self.problems.append(OrderProblem(None, entry, sentence))

    def _find(self, title: str, step: int | None, entry: int) -> int | None:
        found = self._names.find(title)
        if len(found) == 1:
            return found[0]
        if found:
            ways = (truncate(f"{self._steps[at].section} / {self._steps[at].title}") for at in found[:4])
            sentence = f"{quote(title)} is the title of {len(found)} tasks; write {listed(ways)}"
        else:
            close = self._guesses.nearest(
                split_name(title).title, dict.fromkeys(s.title for s in self._steps)
            )
            sentence = f"no task is called {quote(title)}{guess(close)}"
        self.problems.append(OrderProblem(step, entry, sentence, unknown=not found))
        return None

    def _needed(self, step: int) -> set[int]:
        """The step and everything that must come before it."""
        needed, ahead = {step}, [step]
        while ahead:
            new = self.waits[ahead.pop()].keys() - needed
            needed |= new
            ahead += new
        return needed

    def emitted(self) -> list[int]:
        """Steps in the ideal order: what `order` states first, each behind what it needs; then the rest."""
        order: dict[int, None] = {}
        for group in (*map(self._needed, self._stated), set(range(len(self._steps)))):
            order |= dict.fromkeys(_emitted(sorted(group - order.keys()), self.waits))
        return list(order)


class Names:
    """The titles of a map, found by what a person would write in `after`."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._by_title: dict[str, list[int]] = {}
        self._by_bare: dict[str, list[int]] = {}
        self._by_place: dict[tuple[str, str], int] = {}
        for index, step in enumerate(steps):
            key = normalize(step.title)
            # The second of two equal titles in one section is a problem of its own; told there, not here.
            if self._by_place.setdefault((normalize(step.section), key), index) == index:
                self._by_title.setdefault(key, []).append(index)
                bare = bare_key(step.title)
                if bare != key:
                    self._by_bare.setdefault(bare, []).append(index)
                    self._by_place.setdefault((normalize(step.section), bare), index)

    def find(self, title: str) -> list[int]:
        """The steps meant: by title, by a name with its budget, or by `Section / Title`, in that order."""
        texts = tuple(dict.fromkeys((title, split_name(title).title)))
        for text in texts:
            if found := self._by_title.get(normalize(text)) or self._by_bare.get(normalize(text)):
                return found
        for text in texts:
            # Any slash may be the one between section and title: titles such as `Reference A/B` have their own.
            parts = text.split("/", 8)
            for cut_at in range(1, len(parts)):
                place = normalize("/".join(parts[:cut_at])), normalize("/".join(parts[cut_at:]))
                if place in self._by_place:
                    return [self._by_place[place]]
        return []


def _emitted(group: Sequence[int], waits: Sequence[Iterable[int]]) -> list[int]:
    """Some steps, in file order, in the ideal order; what they wait for outside of them has come."""
    missing = {step: len(set(waits[step]) & set(group)) for step in group}
    followers: dict[int, list[int]] = {step: [] for step in group}
    for step in group:
        for earlier in waits[step]:
            if earlier in followers:
                followers[earlier].append(step)
    order: list[int] = []
    for reached in group:
        ready = [reached] if not missing[reached] else []
        while ready:
            step = ready.pop()
            order.append(step)
            for follower in followers[step]:
                missing[follower] -= 1
            # A step the walk has not reached yet keeps its own place further down.
            freed = (each for each in reversed(followers[step]) if not missing[each] and each < reached)
            ready.extend(freed)
    return order


def _circles(steps: Sequence[Step], waits: Sequence[dict[int, int]]) -> list[OrderProblem]:
    """One problem for every `after` that closes a circle, told at the circle's first task in the file."""
    problems: list[OrderProblem] = []
    graph = {step: set(before) for step, before in enumerate(waits)}
    while len(problems) < _MOST_CIRCLES:
        try:
            TopologicalSorter(graph).prepare()
            break
        except CycleError as error:
            circle: list[int] = error.args[1][:0:-1]
        first = circle.index(min(circle))
        round_trip = [*circle[first:], *circle[: first + 1]]
        graph[round_trip[0]].remove(round_trip[1])
        titles = [truncate(steps[step].title) for step in round_trip]
        if len(titles) > _LONGEST_CIRCLE:
            titles = [*titles[:4], "...", *titles[-3:]]
        sentence = f"these tasks wait for each other: {' -> '.join(titles)}"
        if len(circle) == 1:
            sentence = f"{quote(titles[0])} waits for itself"
        problems.append(OrderProblem(round_trip[0], waits[round_trip[0]][round_trip[1]], sentence))
    return sorted(problems, key=lambda problem: (problem.step or 0, problem.entry))
