"""The questions of `new`: the essay's page as a conversation, with a way back and a review at the end."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from asana_tbp.cli.output.console import say
from asana_tbp.cli.prompts import task_editor
from asana_tbp.cli.prompts.question import Back, ask, ask_list, ask_or_keep, number_in
from asana_tbp.errors import TbpError
from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.draft import ESSAY, NUMBERS, WORDS, Draft, Fact, parse_fact
from asana_tbp.songmap.templates.variables import Variable, parse_line
from asana_tbp.system.atomic_file import refuse_place
from asana_tbp.text import listed


class Step(NamedTuple):
    """One line of the page: its label, how it is asked for, and what the page shows for it.

    What is `given` is not asked for in turn. `listed` says whether it is on the page, where it can be asked again.
    """

    label: str
    ask: Callable[[], None]
    shown: Callable[[], str]
    given: bool = False
    listed: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class Field:
    """What is asked for in one answer: it is in `answers` under its name, and until then it is `default`."""

    question: str
    answers: dict[str, Any]
    name: str
    default: Any
    meaning: Callable[[str], Any]
    empties: bool = True

    def ask(self) -> None:
        """Ask for it. Enter keeps what it has; where it `empties`, a hyphen removes that."""
        now = self.answers.get(self.name, self.default)
        if isinstance(now, tuple):
            self.answers[self.name] = ask_list(self.question, now)
        else:
            answer = ask_or_keep(self.question, self.meaning, now, self.shown(), empties=self.empties)
            self.answers[self.name] = answer

    def shown(self) -> str:
        """Its text on the page; "" if there is none."""
        now = self.answers.get(self.name, self.default)
        if isinstance(now, tuple):
            return "; ".join(now)
        return f"{now:g}" if isinstance(now, float | int) else str(now or "")


@dataclass
class Interview:
    """Asks for everything that a draft does not have yet.

    `path_of` is the file of a song. `wrong_options` applies the options about tasks to the draft, once all variables
    have their answers, and yields a sentence for each that cannot be applied. `answered` are the keys that the
    answers file has.
    """

    draft: Draft
    today: date
    path_of: Callable[[str], Path]
    wrong_options: Iterator[str]
    answered: Collection[str]

    def __post_init__(self) -> None:
        draft = self.draft
        self._steps = [
            *map(self._fact_step, WORDS),
            *map(self._question_step, draft.questions),
            *(self._fact_step(fact) for fact in NUMBERS if self._concerns(fact) or draft.fact(fact.name)),
            *map(self._variable_step, draft.template.variables),
            Step("Left out", self._leave_out, partial(task_editor.titles_left_out, draft)),
            Step(
                "Added",
                partial(task_editor.add_tasks, draft),
                lambda: "; ".join(task.title for _, task in draft.added),
            ),
            Step(
                "Times",
                partial(task_editor.change_times, draft),
                lambda: f"{len(draft.times)} changed" if draft.times else "",
            ),
            Step("Order", partial(task_editor.change_order, draft), lambda: "yours" if draft.order else ""),
        ]

    def _leave_out(self) -> None:
        # A wrong flag must not lose the answers so far: the tasks are asked about next.
        for sentence in self.wrong_options:
            say(sentence)
        task_editor.leave_out(self.draft)

    def run(self) -> None:
        """Ask everything and show the page; returns once the user wants it written.

        Raises KeyboardInterrupt on Ctrl-C and Cancelled at the end of the input.
        """
        asked: list[int] = []
        at = 0
        while True:
            try:
                if at == len(self._steps):
                    if (chosen := self._review()) is None:
                        return
                    try:
                        chosen.ask()
                    except Back:
                        say("Nothing is changed.")
                else:
                    step = self._steps[at]
                    if not step.given and step.listed():
                        step.ask()
                        asked.append(at)
                    at += 1
            except Back:
                if not asked:
                    say("This is the first question.")
                at = asked.pop() if asked else at

    def _review(self) -> Step | None:
        """Show the page; returns a step to ask again, None to write the page."""
        steps = [step for step in self._steps if step.listed()]
        say("")
        for number, step in enumerate(steps, 1):
            label = step.label if step.label.endswith("?") else f"{step.label}:"
            say(f"{number:>3}  {label} {step.shown() or '-'}", hanging=5)
        task_editor.show_tasks(self.draft, numbered=False)

        def meaning(text: str) -> Step | None:
            return steps[number_in(text, len(steps))] if text.strip() else None

        path = self.path_of(self.draft.facts["song"])
        return ask(f"Enter writes {path}. A number changes that line.", meaning, back=True)

    def _concerns(self, fact: Fact) -> bool:
        return not fact.optional or self.draft.template.mentions(fact.key)

    def _fact_step(self, fact: Fact) -> Step:
        draft, name = self.draft, fact.name

        def meaning(text: str) -> Any:
            value = parse_fact(name, text, self.today)
            if name == "song":
                try:
                    refuse_place(self.path_of(value))
                except TbpError as refused:
                    raise AnswerError(refused.sentence.rstrip(".")) from None
            return value

        question = fact.question.format(year=self.today.year + 1)
        field = Field(question, draft.facts, name, draft.fact(name), meaning, empties=name != "song")
        given = not self._concerns(fact) or name in draft.facts or fact.key in self.answered
        return Step(fact.label, field.ask, field.shown, given)

    def _question_step(self, question: str) -> Step:
        draft = self.draft
        examples = {normalize(words): text for words, text in ESSAY.items()}.get(normalize(question))
        words = f"{question} ({examples})" if examples else question
        field = Field(words, draft.answers, question, draft.questions[question], parse_line)
        return Step(question, field.ask, field.shown, bool(field.shown()) or question in draft.answers)

    def _variable_step(self, variable: Variable) -> Step:
        draft, name = self.draft, variable.name
        words = variable.ask + (f" ({listed(variable.ways)})" if variable.ways else "")
        field = Field(words, draft.variables, name, variable.default or "", variable.clean, empties=False)
        given = name in draft.variables or draft.template.set_by_song(name)
        return Step(
            variable.ask,
            field.ask,
            field.shown,
            given,
            lambda: draft.template.answered(draft.variables).is_asked(name),
        )
