"""The questions of `new`: the essay's page as a conversation, with a way back and a review at the end."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from asana_tbp.cli.output.console import say
from asana_tbp.cli.prompts import task_editor
from asana_tbp.cli.prompts.question import Back, ask, ask_list, ask_or_keep
from asana_tbp.errors import TbpError
from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.draft import ESSAY, NUMBERS, WORDS, Draft, Fact, parse_fact
from asana_tbp.songmap.templates.variables import Variable, parse_line
from asana_tbp.system.atomic_file import refuse_place
from asana_tbp.text import listed


@dataclass(frozen=True)
class Step:
    """One question: its name on the page, how it is asked, what the page shows for it.

    `relevant` says whether it is asked in turn, `listed` whether it is on the page, where it can be asked again.
    """

    label: str
    ask: Callable[[Draft], None]
    shown: Callable[[], str]
    relevant: Callable[[], bool] = lambda: True
    listed: Callable[[], bool] = lambda: True


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
            Step("Left out", self._leave_out, lambda: "; ".join(title for _, title in draft.left_out)),
            Step("Added", task_editor.add_tasks, lambda: "; ".join(task.title for _, task in draft.added)),
            Step(
                "Times",
                task_editor.change_times,
                lambda: f"{len(draft.times)} changed" if draft.times else "",
            ),
            Step("Order", task_editor.change_order, lambda: "yours" if draft.order else ""),
        ]

    def _leave_out(self, draft: Draft) -> None:
        # A wrong flag must not lose the answers so far: the tasks are asked about next.
        for sentence in self.wrong_options:
            say(sentence)
        task_editor.leave_out(draft)

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
                        chosen.ask(self.draft)
                    except Back:
                        say("Nothing is changed.")
                else:
                    if self._steps[at].relevant():
                        self._steps[at].ask(self.draft)
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

        def meaning(text: str) -> int | None:
            numbers = task_editor.numbers_in(text, len(steps))
            if len(numbers) > 1:
                raise AnswerError("one number at a time")
            return numbers[0] if numbers else None

        path = self.path_of(self.draft.facts["song"])
        chosen = ask(f"Enter writes {path}. A number changes that line.", meaning, back=True)
        return None if chosen is None else steps[chosen]

    def _concerns(self, fact: Fact) -> bool:
        return not fact.optional or self.draft.template.mentions(fact.key)

    def _fact_step(self, fact: Fact) -> Step:
        draft, name = self.draft, fact.name
        question = fact.question.format(year=self.today.year + 1)

        def meaning(text: str) -> Any:
            value = parse_fact(name, text, self.today)
            if name == "song":
                try:
                    refuse_place(self.path_of(value))
                except TbpError as refused:
                    raise AnswerError(refused.sentence.rstrip(".")) from None
            return value

        def ask_it(draft: Draft) -> None:
            now = draft.fact(name)
            if isinstance(now, tuple):
                draft.facts[name] = ask_list(question, now)
            else:
                draft.facts[name] = ask_or_keep(question, meaning, now, _shown(now), empties=name != "song")

        relevant = self._concerns(fact) and name not in draft.facts and fact.key not in self.answered
        return Step(fact.label, ask_it, lambda: _shown(draft.fact(name)), lambda: relevant)

    def _question_step(self, question: str) -> Step:
        draft = self.draft
        examples = {normalize(words): text for words, text in ESSAY.items()}.get(normalize(question))
        words = f"{question} ({examples})" if examples else question

        def now() -> str:
            return draft.answers.get(question, draft.questions[question])

        def ask_it(draft: Draft) -> None:
            draft.answers[question] = ask_or_keep(words, parse_line, now(), now())

        is_open = not now() and question not in draft.answers
        return Step(question, ask_it, now, lambda: is_open)

    def _variable_step(self, variable: Variable) -> Step:
        draft, name = self.draft, variable.name
        ways = f" ({listed(variable.ways)})" if variable.ways else ""
        given = name in draft.variables or draft.template.set_by_song(name)

        def concerns() -> bool:
            return draft.template.answered(draft.variables).asked(name)

        def now() -> str:
            return draft.variables.get(name, variable.default) or ""

        def ask_it(draft: Draft) -> None:
            words = variable.ask + ways
            draft.variables[name] = ask_or_keep(words, variable.clean, now(), now(), empties=False)

        return Step(
            variable.ask,
            ask_it,
            lambda: now() if concerns() else "",
            lambda: not given and concerns(),
            concerns,
        )


def _shown(value: Any) -> str:
    """A fact as it stands on the page; "" for nothing."""
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:g}" if isinstance(value, float | int) else str(value or "")
