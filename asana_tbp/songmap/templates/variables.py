"""Variables of a template: their questions, their possible answers, and `${name}` in its texts.

Pure. A value is filled in once and not expanded again, so an answer can't contain variables.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.task_name import normalize
from asana_tbp.text import Guesses, escape_controls, guess, listed, quote

Type = Literal["text", "yes/no", "choice"]
TYPES: tuple[Type, ...] = ("text", "yes/no", "choice")
LONGEST_ANSWER = 1000
"""Longest answer to a question, in characters."""
LONGEST_VALUE = 200
"""Longest answer to a variable, in characters."""
NAME = re.compile(r"[a-z][a-z0-9_-]{0,29}", re.ASCII)
_YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}
_MENTION = re.compile(r"\$(?:\$|\{([^{}\n]{0,60})(\}?))")
_BARE = re.compile(r"(?<!\$)\{([^{}\n]{1,60})\}")
_CONDITION = re.compile(
    r"(?P<not>not )?(?P<name>[^\s]+)(?: is (?P<other>not )?(?P<value>\S.*))?", re.ASCII | re.IGNORECASE
)


def parse_line(text: str, longest: int = LONGEST_ANSWER) -> str:
    """One line as it was typed, stripped; may be empty. Raises AnswerError."""
    stripped = text.strip()
    if len(stripped) > longest:
        raise AnswerError(f"an answer is at most {longest:,} characters long")
    if not all(char.isprintable() or char == "\u00a0" for char in stripped):
        raise AnswerError(f"{quote(stripped)} holds a line break or a control character; write it without")
    return stripped


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition for being relevant: a variable is yes, or has a certain value; or the opposite."""

    name: str
    value: str | None
    negated: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a template. A `default` of None means that an answer is required."""

    name: str
    ask: str
    type: Type = "text"
    choices: tuple[str, ...] = ()
    default: str | None = None
    when: Condition | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """Every possible answer; empty if any text is allowed."""
        return ("yes", "no") if self.type == "yes/no" else self.choices

    def clean(self, answer: str) -> str:
        """The value that an answer means. Raises AnswerError if it is invalid."""
        text = answer.strip()
        if self.type == "yes/no":
            if (meant := _YES_NO.get(text.lower())) is None:
                raise AnswerError(f"{quote(answer)} is neither yes nor no")
            return meant
        if self.type == "choice":
            choices = {normalize(choice): choice for choice in self.choices}
            if normalize(text) in choices:
                return choices[normalize(text)]
            ways = listed(map(escape_controls, self.choices))
            raise AnswerError(f"{quote(answer)} is not a choice here; write {ways}")
        if not parse_line(text, LONGEST_VALUE) and self.default != "":
            raise AnswerError("an answer is needed")
        return text


@dataclass(frozen=True, slots=True)
class Values:
    """Variables and their values: the answer, else the default, else nothing."""

    variables: Mapping[str, Variable]
    answers: Mapping[str, str]
    unsure: frozenset[str] = frozenset()
    """Variables whose own mistakes have been noted: nothing more is reported about them."""
    guesses: Guesses = field(default_factory=Guesses, compare=False)

    def of(self, name: str) -> str | None:
        """The value of a known variable; None when it has none."""
        return self.answers.get(name, self.variables[name].default)

    def holds(self, condition: Condition) -> bool:
        """Whether a condition is met; one over a variable without a value is not."""
        variable = self.variables.get(condition.name)
        value = self.of(condition.name) if variable else None
        if condition.value is None and variable and variable.type == "text" and value is not None:
            return (value != "") is not condition.negated
        expected = "yes" if condition.value is None else condition.value
        return (value is not None and normalize(value) == normalize(expected)) is not condition.negated

    def is_asked(self, name: str) -> bool:
        """Whether the question is relevant, given the answers so far."""
        when = self.variables[name].when
        return when is None or self.holds(when)

    def known(self, name: str) -> bool:
        """Whether there is such a variable, even one with mistakes."""
        return name in self.variables or name in self.unsure

    def unknown(self, name: str, instead: str = "") -> str:
        """The sentence about an unknown variable; `instead` is what else could have been meant."""
        better = f"; write it under vars: first{instead}"
        if self.variables:
            close = guess(self.guesses.nearest(name, self.variables))
            better = close or f"; there is {listed(self.variables, 'and')}"
        return f"no variable is called {quote(name)}{better}"

    def bare_mentions(self, text: str) -> list[str]:
        """Sentences about variables that are in braces in a text, but without the dollar sign."""
        names = dict.fromkeys(found[1].strip() for found in _BARE.finditer(text))
        return [
            f"{quote(text)} keeps its braces. For the answer to {quote(name)}, write ${{{name}}}."
            for name in names
            if name in self.variables
        ]

    def filled(self, text: str, tell: Callable[[str, str], None], *, relevant: bool = True) -> str:
        """The text with every `${name}` replaced; `tell` is called with the mention and a sentence for each mistake.

        In a text that is not `relevant`, a variable without a value is not a mistake.
        """
        if "$" not in text:
            return text

        def value(mention: re.Match[str]) -> str:
            name = mention[1]
            if name is None:
                return "$"
            stripped = name.strip()
            # A wrong mention is kept: the text must not become empty, or lose its time budget.
            if not mention[2]:
                tell(mention[0], 'this "${" is never closed; write ${name}, or $$ for a dollar sign')
                return mention[0]
            if not self.known(stripped):
                tell(mention[0], self.unknown(stripped, ", or $$ for a dollar sign"))
                return stripped or mention[0]
            if stripped in self.unsure:
                return stripped
            found = self.of(stripped)
            if found is None and relevant:
                tell(mention[0], unset(stripped))
            # Using its name keeps two texts that mention the same variable equal.
            return stripped if found is None else found

        return _MENTION.sub(value, text)


class AllBut(frozenset[str]):
    """A set of all possible names except these."""

    def __contains__(self, name: object) -> bool:
        return not super().__contains__(name)


NO_VALUES = Values({}, {})


def mentioned(text: str) -> list[str]:
    """The names that a text mentions as `${name}`."""
    return [found[1].strip() for found in _MENTION.finditer(text) if found[1]]


def unset(name: str) -> str:
    """The sentence about a variable that has no value."""
    return f"{quote(name)} has no answer; give one with --set {name}=..., or write a default: under vars:"


def read_condition(text: str, values: Values) -> Condition:
    """The condition in a `when:`. Raises AnswerError."""
    parts = _CONDITION.fullmatch(" ".join(text.split()))
    if parts is None or (parts["not"] and parts["value"]):
        raise AnswerError(
            f"{quote(text)} is not a condition; write a variable's name, not NAME, or NAME is VALUE"
        )
    name, value, negated = parts["name"], parts["value"], bool(parts["not"] or parts["other"])
    if not values.known(name):
        raise AnswerError(values.unknown(name))
    if name in values.unsure:
        return Condition(name, value, negated)
    variable = values.variables[name]
    if value is None and variable.type == "choice":
        ways = listed(map(escape_controls, variable.choices))
        raise AnswerError(f"{quote(name)} is a choice; write {name} is {ways}")
    return Condition(name, None if value is None else variable.clean(value), negated)
