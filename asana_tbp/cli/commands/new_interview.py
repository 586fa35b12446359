"""The essay's page as a conversation: one question after another, with a way back, and a look at it all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from asana_tbp.cli.commands.new_answers import (
    Place,
    SongPage,
    TaskFlags,
    a_task,
    apply_task_flags,
    places,
    questions_of,
    reordered,
    song_map_of,
    with_examples,
)
from asana_tbp.cli.commands.new_prompts import (
    Back,
    Step,
    always,
    ask_line,
    ask_list,
    ask_or_back,
    ask_variable,
    number_or_nothing,
    numbers_in,
    order_in,
    print_tasks,
    say_folded,
    times_in,
    without_bullet,
)
from asana_tbp.cli.commands.new_values import a_day, a_tempo, a_title
from asana_tbp.cli.output.console import say
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.read.loader import Template
from asana_tbp.songmap.templates.variables import AnswerError, Variable
from asana_tbp.text import escape_controls


class Interview:
    """Asks all that a page does not say yet. `place` raises AnswerError where a song's file cannot be."""

    def __init__(
        self, opened: Template, page: SongPage, flags: TaskFlags, *, today: date, minutes: int,
        place: Callable[[str], str], answered: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._opened = opened
        self._page = page
        self._flags = flags
        self._today = today
        self._minutes = minutes
        self._place = place
        self._answered = answered
        self._flags_applied = False
        self._steps = [*self._words(), *self._questions(), *self._facts(), *self._variables(), *self._tasks()]

    def run(self) -> None:
        """Ask everything, show the page, and come back once it is to be written.

        Raises KeyboardInterrupt on Ctrl-C and Cancelled at the end of the input.
        """
        asked: list[int] = []
        at = 0
        while True:
            if at == len(self._steps):
                chosen = self._review()
                if chosen is None:
                    return
                if chosen >= 0:
                    self._change(chosen)
                    continue
                at = asked.pop() if asked else at
            elif not self._steps[at].relevant() and at not in asked:
                at += 1
            else:
                try:
                    self._steps[at].ask()
                except Back:
                    if not asked:
                        say("This is the first question.")
                    at = asked.pop() if asked else at
                else:
                    asked.append(at)
                    at += 1

    def _change(self, step: int) -> None:
        try:
            self._steps[step].ask()
        except Back:
            say("Nothing is changed.")

    # What is asked

    def _words(self) -> list[Step]:
        page, nameless = self._page, not self._page.song
        return [
            Step("Song", self._ask_song, lambda: page.song, lambda: nameless),
            self._list_step("Inspiration", "inspiration", "Where does it come from? Thoughts, images, links, words."),
            self._list_step(
                "Musical themes", "musical",
                "Which musical themes? For example: driving; euphoric, happy; atmospheric and spacey.",
            ),
            self._list_step(
                "Non-musical themes", "non_musical",
                "Which non-musical themes? For example: galaxy; northern lights; midnight.",
            ),
        ]  # fmt: skip

    def _ask_song(self) -> None:
        def a_name(text: str) -> str:
            title = a_title(text or self._page.song)
            self._place(title)
            return title

        self._page.song = ask_or_back("What is the song called?", a_name, self._page.song)

    def _list_step(self, label: str, name: str, question: str) -> Step:
        template = self._opened.sample(self._page.asked_with)
        words = {"inspiration": template.inspiration, "reference": template.reference}
        words |= {"musical": template.themes.musical, "non_musical": template.themes.non_musical}

        def value() -> tuple[str, ...]:
            own: tuple[str, ...] | None = getattr(self._page, name)
            return words[name] if own is None else own

        def ask_it() -> None:
            setattr(self._page, name, ask_list(question, value()))

        relevant = getattr(self._page, name) is None and label not in self._answered
        return Step(label, ask_it, lambda: "; ".join(value()), lambda: relevant)

    def _questions(self) -> list[Step]:
        sample = self._opened.sample(self._page.asked_with)
        said = {each.question: each.answer for each in sample.questions if each.answer}
        return [self._question(question, said) for question in questions_of(sample)]

    def _question(self, question: str, said: Mapping[str, str]) -> Step:
        page = self._page
        words = escape_controls(with_examples(question))

        def ask_it() -> None:
            now = page.answers.get(question, said.get(question, ""))
            page.answers[question] = ask_line(words, now)

        relevant = question not in page.answers and question not in said
        return Step(
            question, ask_it, lambda: page.answers.get(question, said.get(question, "")), lambda: relevant
        )

    def _facts(self) -> list[Step]:
        page, opened = self._page, self._opened
        sample = opened.sample(page.asked_with)

        def mentioned(name: str) -> bool:
            return getattr(page, name) is None and opened.mentions(name) and name not in self._answered

        def ask_tempo() -> None:
            now = page.bpm or sample.bpm
            page.bpm = ask_or_back(
                "How fast, in bpm?", lambda text: a_tempo(text) or now, f"{now:g}" if now else ""
            )

        def ask_key() -> None:
            page.key = ask_line("In which key?", page.key if page.key is not None else sample.key)

        def ask_deadline() -> None:
            now = page.deadline or sample.deadline
            day = partial(a_day, today=self._today)
            question = f"Is there a deadline? A day such as {self._today.year + 1}-03-01; Enter for none."
            page.deadline = ask_or_back(question, lambda text: day(text) or now, str(now or ""))

        steps = [
            Step(
                "Tempo",
                ask_tempo,
                lambda: number_or_nothing(page.bpm or sample.bpm),
                always(mentioned("bpm")),
            ),
            Step("Key", ask_key, lambda: page.key or sample.key, always(mentioned("key"))),
        ]
        references = self._list_step("References", "reference", "Which tracks will you hold it against?")
        steps = [step for step in steps if step.relevant() or step.shown()]
        if opened.mentions("reference") or page.reference:
            steps.append(references)
        asks_day = page.deadline is None and sample.deadline is None
        return [
            *steps,
            Step(
                "Deadline",
                ask_deadline,
                lambda: str(page.deadline or sample.deadline or ""),
                lambda: asks_day,
            ),
        ]

    def _variables(self) -> list[Step]:
        return [self._variable(variable) for variable in self._opened.variables]

    def _variable(self, variable: Variable) -> Step:
        page, opened = self._page, self._opened
        given = variable.name in page.variables or opened.set_by_song(variable.name)

        def asked() -> bool:
            return opened.answered(page.variables).asked(variable.name)

        def ask_it() -> None:
            page.variables[variable.name] = ask_variable(variable, page.variables.get(variable.name))

        def shown() -> str:
            return page.variables.get(variable.name, variable.default or "") if asked() else ""

        return Step(variable.ask, ask_it, shown, lambda: not given and asked(), again=asked)

    def _tasks(self) -> list[Step]:
        page = self._page
        return [
            Step(
                "Left out",
                self._ask_what_to_leave_out,
                lambda: "; ".join(title for _, title in page.left_out),
            ),
            Step("Added", self._ask_what_to_add, lambda: "; ".join(task.title for _, task in page.added)),
            Step("Times", self._ask_times, lambda: f"{len(page.times)} changed" if page.times else ""),
            Step("Order", self._ask_order, lambda: "yours" if page.order else ""),
        ]

    def _map(self) -> SongMap:
        return song_map_of(self._opened, self._page)

    def _ask_what_to_leave_out(self) -> None:
        if not self._flags_applied:
            self._flags_applied = True
            # What has been answered must not be lost for a flag that is wrong: the tasks are asked about next.
            for sentence in apply_task_flags(self._page, self._opened, self._flags, self._minutes):
                say(sentence)
        put_back: set[Place] = set()
        while True:
            song_map = self._map()
            now_here = print_tasks(song_map)
            gone = sorted(self._page.left_out)
            back = f" Left out: {'; '.join(title for _, title in gone)}; - puts them back." if gone else ""
            chosen = ask_or_back(
                f"Leave some out? Numbers, such as 4 7-9; Enter keeps these.{back}",
                partial(numbers_in, count=len(now_here), clears=bool(gone)),
            )
            if chosen is None:
                put_back |= self._page.left_out
                self._page.left_out = set()
            elif not chosen:
                return
            else:
                self._page.left_out |= {now_here[number] for number in chosen}

    def _ask_what_to_add(self) -> None:
        page, before = self._page, len(self._page.added)
        first = next((section.name for section in self._map().sections), "Composition")
        question = (
            "Anything this song surely needs? A task per line, such as Record strings (30m); it goes into "
            f"{escape_controls(first)} unless you write Mixing / Print stems (15m). An empty line continues."
        )
        if page.added:
            question += f" Added: {'; '.join(task.title for _, task in page.added)}; - takes them away."

        def meaning(text: str) -> tuple[tuple[str, Task], ...] | None:
            line = without_bullet(text)
            if line == "-":
                return ()
            return (a_task(line, self._map(), self._minutes),) if line else None

        while (found := ask_or_back(question, meaning)) is not None:
            page.added = (*page.added, *found) if found else ()
            question = "And?"
        if len(page.added) != before:
            print_tasks(self._map())

    def _ask_times(self) -> None:
        question = "Another time for one? Such as 3 40m, 5 1h; Enter keeps these."
        while True:
            order = places(self._map())
            times = ask_or_back(question, partial(times_in, count=len(order)))
            if not times:
                return
            for number, minutes in times.items():
                self._page.times[order[number]] = minutes
            print_tasks(self._map())

    def _ask_order(self) -> None:
        question = "Another order? Such as 14 before 4, or the numbers to begin with; Enter keeps this one."

        def meaning(text: str) -> tuple[Place, ...] | None:
            song_map = self._map()
            now = places(song_map)
            numbers = order_in(text, count=len(now))
            return reordered(song_map, [now[number] for number in numbers]) if numbers else None

        while (order := ask_or_back(question, meaning)) is not None:
            self._page.order = order
            print_tasks(self._map())

    def _review(self) -> int | None:
        """None once the page is to be written, the number of a step to change, or -1 to go back one."""
        shown = [step for step in self._steps if step.again()]
        say("")
        for number, step in enumerate(shown, 1):
            say_folded(
                f"{number:>3}  {escape_controls(step.label)}: {escape_controls(step.shown() or '-')}", 5
            )
        song_map = self._map()
        print_tasks(song_map, numbered=False)
        question = (
            f"Enter writes {escape_controls(self._place(self._page.song))}. A number changes that line."
        )

        def meaning(text: str) -> int | None:
            numbers = numbers_in(text, count=len(shown), clears=False) or []
            if len(numbers) > 1:
                raise AnswerError("one number at a time")
            return numbers[0] if numbers else None

        try:
            chosen = ask_or_back(question, meaning)
        except Back:
            return -1
        return None if chosen is None else self._steps.index(shown[chosen])
