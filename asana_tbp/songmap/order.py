"""The ideal order of a song's tasks: the author's order, changed only as far as `after` requires.

The rule of least surprise: tasks come in file order. A task that waits for a later one is postponed, and
comes immediately after the last task it waits for. So a map without `after` is left as it is, and tasks
that wait for nothing never change places with each other. If a map has an `order`, the tasks it names
come first, in exactly that order, each right after what it waits for; the rest follow by the rule above.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple, TypeVar

from asana_tbp.errors import SongMapError
from asana_tbp.songmap.model import MapBreak, SongMap, Task
from asana_tbp.songmap.task_name import bare_key, bare_title, normalize, read_name
from asana_tbp.songmap.write.scalars import as_written, double_quoted
from asana_tbp.text import Guesses, guess, listed, nearest, quote, truncate

_Reference = TypeVar("_Reference")
_LONGEST_CIRCLE = 8
_MOST_CIRCLES = 20
"""Most circles that are reported: more have a common cause."""


class OrderedTask(NamedTuple):
    """A task in the ideal order, and the section it belongs to."""

    section: str
    task: Task


class Step(NamedTuple):
    """What the order needs to know about a task; `after` has texts, or objects whose `str` is the text."""

    section: str
    title: str
    after: tuple[object, ...] = ()


class OrderProblem(NamedTuple):
    """Why there is no ideal order: an entry of an `after` or of the map's `order`, and a sentence."""

    reference: object
    sentence: str
    unknown: bool = False


def ideal_order(song_map: SongMap) -> tuple[OrderedTask, ...]:
    """Every task of the map, once, in the order to work in.

    Raises SongMapError when an `after` names no task or several, or when tasks wait for each other in a
    circle; a map from the loader has neither. Breaks are included like tasks.
    """
    tasks = [OrderedTask(section.name, task) for section in song_map.sections for task in section.tasks]
    graph = _Graph(steps_of(song_map), song_map.order)
    if graph.problems:
        raise SongMapError([problem.sentence for problem in graph.problems])
    return tuple(tasks[index] for index in graph.sorted())


def steps_of(song_map: SongMap) -> list[Step]:
    """The map's tasks in file order."""
    return [
        Step(section.name, task.title, task.after) for section in song_map.sections for task in section.tasks
    ]


def rests_of(ordered: Iterable[OrderedTask]) -> dict[OrderedTask, MapBreak]:
    """The rest after each task that has one. `ordered` is the whole ideal order.

    Consecutive breaks become one; those before the first task are left out. A break that is a task in Asana
    runs like any other task and does not count as one here.
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
    kept = reference_filter(
        [step for step in steps if step[:2] not in places], [step for step in steps if step[:2] in places]
    )
    sections = []
    for section in song_map.sections:
        tasks = (task for task in section.tasks if (section.name, task.title) not in places)
        sections.append(
            replace(section, tasks=tuple(replace(task, after=kept(task.after)) for task in tasks))
        )
    return replace(song_map, sections=tuple(sections), order=kept(song_map.order))


def check_order(steps: Sequence[Step], order: Sequence[object] = ()) -> list[OrderProblem]:
    """Every reason why these steps, in file order, have no ideal order."""
    return _Graph(steps, order).problems


def _words(title: str) -> str:
    """A title's words without what stands between them."""
    return " ".join(re.findall(r"[\w'’]+", normalize(title)))


def reference_filter(
    steps: Sequence[Step], left_out: Sequence[Step]
) -> Callable[[Iterable[_Reference]], tuple[_Reference, ...]]:
    """A filter that drops references to a step that was left out, unless they name one of the others too."""
    here, gone = (Names([each[:2] for each in every]) for every in (steps, left_out))
    return lambda named: tuple(each for each in named if here.find(str(each)) or not gone.find(str(each)))


class _Graph:
    """What each step waits for, with the entry of its `after` that says so; and the problems of wrong entries."""

    def __init__(self, steps: Sequence[Step], order: Sequence[object]) -> None:
        self._names = Names([step[:2] for step in steps])
        self._guesses = Guesses()
        self._steps = steps
        self.problems: list[OrderProblem] = []
        self._waits: list[dict[int, object]] = [{} for _ in steps]
        for step, waits in zip(steps, self._waits, strict=True):
            for reference in step.after:
                if (at := self._find(reference)) is not None:
                    waits.setdefault(at, reference)
        self._note_circles()
        in_circles = bool(self.problems)
        self._stated: dict[int, object] = {}
        for reference in order:
            at = self._find(reference)
            if at in self._stated:
                sentence = f"{quote(str(reference))} is in the order twice"
                self.problems.append(OrderProblem(reference, sentence))
            elif at is not None:
                self._stated[at] = reference
        ahead = set(self._stated)
        for at, reference in self._stated.items() if not in_circles else ():
            ahead.remove(at)
            if late := self._needed(at) & ahead:
                mine, other = quote(steps[at].title), quote(steps[min(late)].title)
                sentence = f"{mine} waits for {other}, which is further down in the order"
                self.problems.append(OrderProblem(reference, sentence))

    def _find(self, reference: object) -> int | None:
        title = str(reference)
        found = self._names.find(title)
        if len(found) == 1:
            return found[0]
        if found:
            ways = (truncate(f"{self._steps[at].section} / {self._steps[at].title}") for at in found[:4])
            sentence = f"{quote(title)} is the title of {len(found)} tasks; write {listed(ways)}"
        else:
            sentence = f"no task is called {quote(title)}{self._instead(title)}"
        self.problems.append(OrderProblem(reference, sentence, unknown=not found))
        return None

    def _instead(self, title: str) -> str:
        """What to write instead of a title that no task has."""
        several = [part.strip() for part in title.split(",")]
        if len(several) > 1 and all(map(self._names.find, several)):
            return f"; write [{', '.join(map(as_written, several))}]"
        if title.isdecimal():
            return "; write the title of a task instead of a number"
        if not self._guesses.left:
            return ""
        titles = dict.fromkeys(step.title for step in self._steps)
        written = read_name(title).title
        in_brackets = [each for each in titles if written in each.split(", ")[:20] and each != written]
        if len(in_brackets) == 1:
            return f"; a title with a comma in it needs quotes: {double_quoted(in_brackets[0])}"
        # `Kick` is nearer to `Choose kick, clap and hats` than its letters are.
        holding = [each for each in titles if f" {normalize(written)} " in f" {_words(each)} "]
        close = nearest(written, titles, 0.8) or (holding[0] if len(holding) == 1 else None)
        return guess(close or self._guesses.nearest(written, titles))

    def _note_circles(self) -> None:
        """Note every `after` that closes a circle, at the circle's first task in the file."""
        circles: list[list[int]] = []
        graph = {step: set(waits) for step, waits in enumerate(self._waits)}
        while len(circles) < _MOST_CIRCLES:
            try:
                TopologicalSorter(graph).prepare()
                break
            except CycleError as error:
                circle: list[int] = error.args[1][:0:-1]
            at = circle.index(min(circle))
            circles.append([*circle[at:], *circle[: at + 1]])
            graph[circle[at]].remove(circles[-1][1])
        for circle in sorted(circles):
            titles = [truncate(self._steps[step].title) for step in circle]
            if len(titles) > _LONGEST_CIRCLE:
                titles = [*titles[:4], "...", *titles[-3:]]
            sentence = f"these tasks wait for each other: {' -> '.join(titles)}"
            if len(circle) == 2:
                sentence = f"{quote(titles[0])} waits for itself"
            self.problems.append(OrderProblem(self._waits[circle[0]][circle[1]], sentence))

    def _needed(self, step: int) -> set[int]:
        """The step and everything that must come before it."""
        needed, ahead = {step}, [step]
        while ahead:
            new = self._waits[ahead.pop()].keys() - needed
            needed |= new
            ahead += new
        return needed

    def sorted(self) -> list[int]:
        """The steps in the ideal order: what `order` states first, each behind what it needs; then the rest."""
        rank = dict.fromkeys(range(len(self._steps)), len(self._stated))
        for number, at in reversed(list(enumerate(self._stated))):
            rank |= dict.fromkeys(self._needed(at), number)
        places: dict[int, tuple[int, ...]] = {}
        for step in TopologicalSorter(dict(enumerate(self._waits))).static_order():
            last = max((places[earlier] for earlier in self._waits[step]), default=(-1,))
            # A postponed step comes right after the last one it waits for; several of them in file order.
            places[step] = max((rank[step], step), (*last, step))
        return sorted(places, key=places.__getitem__)


class Names:
    """The tasks of a map by section and title, found by what a person would write in `after`."""

    def __init__(self, places: Sequence[tuple[str, str]]) -> None:
        self._by_title: dict[str, list[int]] = {}
        self._by_place: dict[tuple[str, str], int] = {}
        # By whole titles first: `Keep?` may be a task of its own beside `Gate: Keep?`.
        for key in (normalize, bare_key):
            titles: dict[str, list[int]] = {}
            for index, (section, title) in enumerate(places):
                # The second of two equal titles in one section is reported elsewhere, not here.
                if self._by_place.setdefault((normalize(section), key(title)), index) == index:
                    titles.setdefault(key(title), []).append(index)
            self._by_title = titles | self._by_title

    def at(self, section: str, title: str) -> int | None:
        """The task of a section with this title, as it is written or without what its kind adds."""
        return self._by_place.get((normalize(section), normalize(title)))

    def find(self, title: str) -> list[int]:
        """The tasks meant: by title, by a name with its budget, or by `Section / Title`, in that order."""
        texts = tuple(dict.fromkeys((title, read_name(title).title)))
        for text in texts:
            if found := self._by_title.get(normalize(text)):
                return found
        for text in texts:
            # Any slash may be the one between section and title, as titles such as `Reference A/B` contain some.
            parts = text.split("/", 8)
            for cut_at in range(1, len(parts)):
                index = self.at("/".join(parts[:cut_at]), "/".join(parts[cut_at:]))
                if index is not None:
                    return [index]
        return []


def references(places: Iterable[tuple[str, str]], among: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Tasks, by section and title, as an order names them: with the section if others have the same title."""
    titles = Counter(bare_key(title) for _, title in among)
    return tuple(
        title if titles[bare_key(title)] == 1 else f"{section} / {title}" for section, title in places
    )
