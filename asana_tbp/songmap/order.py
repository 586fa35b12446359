"""The ideal order of a song's tasks: the author's order, moved only as far as `after` demands.

Pure.

The rule of least surprise: tasks come in file order. A task that waits for one which has not come yet is
put off, and comes immediately after the last task it waits for. So a map without `after` is left as it
is, and tasks that wait for nothing never change places with each other. Where a map has an `order`, the tasks
it names come first, exactly so, each right behind what it waits for; the rest follow by the rule above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.task_name import bare_key, normalize, split_name
from asana_tbp.text import guess, listed, nearest, quote, truncate

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
    """Why there is no ideal order: the entry `after[entry]` of the step `step`, and a sentence.

    Where `step` is None it is the entry `order[entry]` of the map.
    """

    step: int | None
    entry: int
    sentence: str
    unknown: bool = False

    def __str__(self) -> str:
        return self.sentence


def ideal_order(song_map: SongMap) -> tuple[OrderedTask, ...]:
    """Every task of the map, once, in the order to work in.

    Raises SongMapError when an `after` names no task or several, or when tasks wait for each other in a
    circle; a map from the loader has neither. Breaks stand in it like tasks.
    """
    tasks = [OrderedTask(section.name, task) for section in song_map.sections for task in section.tasks]
    steps = [Step(section, task.title, task.after) for section, task in tasks]
    found = _Resolved(steps, song_map.order)
    if found.problems:
        raise SongMapError(found.problems)
    return tuple(tasks[index] for index in found.emitted())


def check_order(steps: Sequence[Step], order: Sequence[str] = ()) -> list[OrderProblem]:
    """Every reason why these steps, in file order, have no ideal order."""
    return _Resolved(steps, order).problems


def names_left_out(steps: Sequence[Step], left_out: Sequence[Step]) -> Callable[[str], bool]:
    """Whether a text names none of the steps, but one that was left out: nobody need wait for that."""
    here, gone = Names(steps), Names(left_out)
    return lambda wanted: not here.find(wanted) and bool(gone.find(wanted))


class _Resolved:
    """What each step waits for, with the entry of `after` that says so; and every entry that is wrong."""

    def __init__(self, steps: Sequence[Step], order: Sequence[str]) -> None:
        self._names = Names(steps)
        self._steps = steps
        self.waits: list[dict[int, int]] = [{} for _ in steps]
        self.problems: list[OrderProblem] = []
        for index, step in enumerate(steps):
            for entry, wanted in enumerate(step.after):
                if (found := self._find(wanted, index, entry)) is not None:
                    self.waits[index].setdefault(found, entry)
        self.problems += _circles(steps, self.waits)
        in_circles = bool(self.problems)
        self._stated: dict[int, int] = {}
        for entry, wanted in enumerate(order):
            found = self._find(wanted, None, entry)
            if found in self._stated:
                sentence = f"{quote(wanted)} stands in the order twice"
                self.problems.append(OrderProblem(None, entry, sentence))
            elif found is not None:
                self._stated[found] = entry
        if not in_circles:
            self._contradictions()

    def _find(self, wanted: str, step: int | None, entry: int) -> int | None:
        found = self._names.find(wanted)
        if len(found) == 1:
            return found[0]
        if found:
            ways = listed(
                truncate(f"{self._steps[at].section} / {self._steps[at].title}") for at in found[:4]
            )
            sentence = f"{quote(wanted)} is the title of {len(found)} tasks; write {ways}"
            self.problems.append(OrderProblem(step, entry, sentence))
        else:
            sentence = f"no task is called {quote(wanted)}{self._names.meant(wanted)}"
            self.problems.append(OrderProblem(step, entry, sentence, unknown=True))
        return None

    def _contradictions(self) -> None:
        """Tasks that `order` puts before one they wait for, be it by way of others."""
        come: set[int] = set()
        for step, entry in self._stated.items():
            before = self._before(step, come)
            for earlier in before:
                if earlier != step and self._stated.get(earlier, -1) > entry:
                    mine, other = quote(self._steps[step].title), quote(self._steps[earlier].title)
                    sentence = f"{mine} waits for {other}, which stands further down in the order"
                    self.problems.append(OrderProblem(None, entry, sentence))
                    break
            come.update(before)

    def _before(self, step: int, come: set[int]) -> list[int]:
        """What must come before a step and has not come yet, the step itself last, in file order where free."""
        order: list[int] = []
        reached = {step}
        trail = [(step, iter(sorted(self.waits[step])))]
        while trail:
            at, earlier = trail[-1]
            following = next((index for index in earlier if index not in reached and index not in come), None)
            if following is None:
                trail.pop()
                order.append(at)
            else:
                reached.add(following)
                trail.append((following, iter(sorted(self.waits[following]))))
        return order

    def emitted(self) -> list[int]:
        """Steps in the ideal order."""
        first: list[int] = []
        come: set[int] = set()
        for step in self._stated:
            if step not in come:
                before = self._before(step, come)
                first += before
                come.update(before)
        rest = [index for index in range(len(self._steps)) if index not in come]
        place = {index: at for at, index in enumerate(rest)}
        waits = [
            {place[at]: entry for at, entry in self.waits[index].items() if at in place} for index in rest
        ]
        return first + [rest[at] for at in _emitted(waits)]


class Names:
    """The titles of a map, found by what a person would write in `after`."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._titles = list(dict.fromkeys(step.title for step in steps))
        self._by_title: dict[str, list[int]] = {}
        self._by_bare: dict[str, list[int]] = {}
        self._by_place: dict[tuple[str, str], int] = {}
        self._suggestions = _SUGGESTIONS
        for index, step in enumerate(steps):
            key = normalize(step.title)
            # The second of two equal titles in one section is a problem of its own; told there, not here.
            if self._by_place.setdefault((normalize(step.section), key), index) == index:
                self._by_title.setdefault(key, []).append(index)
                bare = bare_key(step.title)
                if bare != key:
                    self._by_bare.setdefault(bare, []).append(index)
                    self._by_place.setdefault((normalize(step.section), bare), index)

    def find(self, wanted: str) -> list[int]:
        """The steps meant: by title, by a name with its budget, or by `Section / Title`, in that order."""
        without_budget = split_name(wanted).title
        for text in dict.fromkeys((wanted, without_budget)):
            found = self._by_title.get(normalize(text)) or self._by_bare.get(normalize(text))
            if found:
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
            found = self._by_place.get((normalize(section), normalize(title)))
            if found is not None:
                return found
        return None

    def meant(self, wanted: str) -> str:
        # Comparing costs milliseconds a word; a file full of unknown titles has one mistake, not thousands.
        if self._suggestions == 0:
            return ""
        self._suggestions -= 1
        return guess(nearest(split_name(wanted).title, self._titles))


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
        return OrderProblem(circle[0], entry, f"{quote(steps[circle[0]].title)} waits for itself")
    titles: Iterable[str] = (truncate(steps[index].title) for index in round_trip)
    if len(round_trip) > _LONGEST_CIRCLE:
        shortened = [*round_trip[:4], *round_trip[-3:]]
        shown = [truncate(steps[index].title) for index in shortened]
        titles = [*shown[:4], "...", *shown[4:]]
    return OrderProblem(round_trip[0], entry, f"these tasks wait for each other: {' -> '.join(titles)}")
