"""The questions of `new` about tasks: which to leave out, which to add, other times, another order."""

import re
from collections.abc import Callable

from asana_tbp.cli.output.console import say
from asana_tbp.cli.output.tree import summed
from asana_tbp.cli.prompts.question import ask, without_bullet
from asana_tbp.songmap.budget import AnswerError, parse_budget
from asana_tbp.songmap.order import ideal_order
from asana_tbp.songmap.templates.draft import Draft, Place
from asana_tbp.songmap.templates.variables import parse_line
from asana_tbp.text import escape_controls, quote

_NUMBERS = re.compile(r"(\d{1,4})(?:\s*-\s*(\d{1,4}))?", re.ASCII)
_LIST_NUMBER = re.compile(r"^\d{1,2}[.)] +", re.ASCII)
_A_TIME = re.compile(r"(\d{1,4})[\s:=]+(\S.*)", re.ASCII)
_MOVE = re.compile(r"(\d{1,4}) +(before|after) +(\d{1,4})", re.ASCII | re.IGNORECASE)


def show_tasks(draft: Draft, *, numbered: bool = True) -> None:
    """Print the tasks in the ideal order, `numbered` so that they can be chosen by number."""
    song_map = draft.song_map()
    order = ideal_order(song_map)
    width = min(50, max((len(task.name) for _, task in order), default=0))
    for number, (section, task) in enumerate(order, 1):
        line = f"{number if numbered else '':>4}  {escape_controls(task.name):{width}}"
        say(f"{line}  {escape_controls(section)}", hanging=6)
    say(f"{summed(song_map.task_count, song_map.total_minutes)} in total. Try not to go overboard.")


def _edit(draft: Draft, question: Callable[[], str], change: Callable[[str], None]) -> None:
    """Ask for changes to the tasks until nothing is typed, and print the tasks after each."""

    def meaning(text: str) -> bool:
        line = parse_line(text)
        if line:
            change(line)
        return bool(line)

    while ask(question(), meaning, back=True):
        show_tasks(draft)


def titles_left_out(draft: Draft) -> str:
    """The tasks that are left out, section by section."""
    return "; ".join(title for _, title in sorted(draft.left_out))


def leave_out(draft: Draft) -> None:
    """Ask which tasks the song does not need."""
    show_tasks(draft)

    def question() -> str:
        gone = titles_left_out(draft)
        back = f" Left out: {gone}; - puts them back." if gone else ""
        return f"Leave some out? Numbers, such as 4 7-9; Enter keeps these.{back}"

    def change(line: str) -> None:
        if line == "-" and draft.left_out:
            draft.left_out.clear()
        else:
            places = draft.places
            draft.left_out.update(places[number] for number in numbers_in(line, len(places)))

    _edit(draft, question, change)


def add_tasks(draft: Draft) -> None:
    """Ask for tasks the template does not have."""
    before = draft.added
    first = next((section.name for section in draft.song_map().sections), "Composition")
    question = (
        "Anything this song surely needs? A task per line, such as Record strings (30m); it goes into "
        f"{first} unless you write Mixing / Print stems (15m). An empty line continues."
    )
    if before:
        question += f" Added: {'; '.join(task.title for _, task in before)}; - removes them."

    def meaning(text: str) -> bool:
        line = _LIST_NUMBER.sub("", without_bullet(text))
        if line == "-":
            draft.added = ()
        elif line:
            draft.add(line)
        return bool(line)

    while ask(question, meaning, back=True):
        question = "And?"
    if draft.added != before:
        show_tasks(draft)


def change_times(draft: Draft) -> None:
    """Ask for other times."""

    def change(line: str) -> None:
        places, times = draft.places, {}
        for part in filter(None, map(str.strip, re.split(r"[;,](?=\s*\d+\s)", line))):
            match = _A_TIME.fullmatch(part)
            if match is None or not 1 <= int(match[1]) <= len(places):
                raise AnswerError(
                    f"{quote(part)} is not a number from 1 to {len(places)} and a time, such as 3 40m"
                )
            times[places[int(match[1]) - 1]] = parse_budget(match[2])
        draft.times |= times

    _edit(draft, lambda: "Another time for one? Such as 3 40m, 5 1h; Enter keeps these.", change)


def change_order(draft: Draft) -> None:
    """Ask for another ideal order."""
    question = "Another order? Such as 14 before 4, or the numbers to begin with; Enter keeps this one."
    _edit(draft, lambda: question, lambda line: draft.begin_with(_first_of(line, draft.places)))


def _first_of(line: str, places: list[Place]) -> list[Place]:
    """The tasks to begin with, from `14 before 4`, `3 after 9` or numbers. Raises AnswerError."""
    move = _MOVE.fullmatch(line)
    if move is None:
        return [places[number] for number in numbers_in(line, len(places))]
    moved, beside = int(move[1]) - 1, int(move[3]) - 1
    if not (0 <= moved < len(places) and 0 <= beside < len(places) and moved != beside):
        raise AnswerError(f"{quote(line)} does not name two numbers from 1 to {len(places)}")
    order = [place for place in places if place != places[moved]]
    order.insert(order.index(places[beside]) + (move[2].lower() == "after"), places[moved])
    return order


def numbers_in(text: str, count: int) -> list[int]:
    """Numbers from 0 in the order they were written. Raises AnswerError."""
    numbers: list[int] = []
    for part in re.sub(r"\s*-\s*", "-", text.replace(",", " ")).split():
        match = _NUMBERS.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            raise AnswerError(f"{quote(part)} is not a number from 1 to {count}, nor a range such as 7-9")
        numbers += range(first - 1, last)
    return list(dict.fromkeys(numbers))
