"""The `vars:` of a file, and of several that extend each other: what is asked and what may be answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from asana_tbp.songmap.keys import TOP, VARIABLE_KEYS
from asana_tbp.songmap.read import nodes as tree
from asana_tbp.songmap.read.nodes import Node, Nothing
from asana_tbp.songmap.read.problems import Problems
from asana_tbp.songmap.read.reader import Located, NodeReader
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.variables import (
    NAME,
    TYPES,
    AnswerError,
    Condition,
    Type,
    Values,
    Variable,
    mentioned,
    read_condition,
)
from asana_tbp.text import listed, nearest, quote

MOST_VARIABLES = 50


@dataclass(frozen=True, slots=True)
class VariableDraft:
    """What one file says about a variable; None for what it leaves to others."""

    name: Located
    ask: Located | None = None
    type: Located | None = None
    default: Located | None = None
    choices: tuple[Located, ...] | None = None
    when: Located | None = None
    sound: bool = True

    def over(self, other: VariableDraft) -> VariableDraft:
        """This one, with what it does not say taken from `other`."""
        return VariableDraft(
            name=self.name,
            ask=self.ask or other.ask,
            type=self.type or other.type,
            default=self.default or other.default,
            choices=other.choices if self.choices is None else self.choices,
            when=self.when or other.when,
            sound=self.sound and other.sound,
        )


def read_variables(root: Node, problems: Problems) -> dict[str, VariableDraft]:
    """The variables of one file, in its order."""
    if not isinstance(root, tree.Mapping):
        return {}
    for key, node in root.pairs:
        if isinstance(key, tree.Text) and TOP.named(key.text) == "vars":
            return _Asking(problems).variables(node)
    return {}


class _Asking:
    def __init__(self, problems: Problems) -> None:
        self._read = NodeReader(problems, fill=False)

    def variables(self, node: Node) -> dict[str, VariableDraft]:
        if isinstance(node, Nothing):
            return {}
        if not isinstance(node, tree.Mapping):
            self._read.not_a("a mapping of names, each with its question", node, '"vars"')
            return {}
        found: dict[str, VariableDraft] = {}
        for key, value in node.pairs:
            name = self._read.key(key, "a variable's name")
            if name is None:
                continue
            if not NAME.fullmatch(name.text) or name.text == "not":
                name.add(
                    f"{quote(name.text)} cannot be a variable's name; write small letters, digits and dashes"
                )
            elif name.text in found:
                line = found[name.text].name.line
                name.add(f"the variable {quote(name.text)} is there twice; first in line {line}")
            elif len(found) == MOST_VARIABLES:
                name.add(f"there are more than {MOST_VARIABLES} variables")
                break
            else:
                found[name.text] = self._variable(name, value)
        return found

    def _variable(self, name: Located, node: Node) -> VariableDraft:
        if isinstance(node, Nothing):
            return VariableDraft(name)
        if not isinstance(node, tree.Mapping):
            # Short for the default alone: what a song writes to answer the template it extends.
            default = self._value(node, f"the default of {quote(name.text)}")
            return VariableDraft(name, default=default, sound=default is not None)
        before = len(self._read.problems)
        fields = self._read.fields(node, VARIABLE_KEYS)

        def line(key: str) -> Located | None:
            written = fields[key]
            return None if isinstance(written, Nothing) else self._read.line(written, f'"{key}"')

        default = None
        if not isinstance(fields["default"], Nothing):
            default = self._value(fields["default"], '"default"')
        choices: tuple[Located, ...] | None = None
        if not isinstance(fields["choices"], Nothing):
            choices = tuple(self._choices(fields["choices"]))
        draft = VariableDraft(name, line("ask"), line("type"), default, choices, line("when"))
        return replace(draft, sound=len(self._read.problems) == before)

    def _value(self, node: Node, what: str) -> Located | None:
        # Unlike any other text a default may be empty: then nothing need be answered.
        if isinstance(node, tree.Text) and not node.text.strip():
            return Located("", node.line, node.column, self._read.problems)
        return self._read.line(node, what)

    def _choices(self, node: Node) -> list[Located]:
        choices: list[Located] = []
        first: dict[str, int] = {}
        for choice in self._read.lines(node, "choices"):
            key = normalize(choice.text)
            if key in first:
                choice.add(f"the choice {quote(choice.text)} is there twice; first in line {first[key]}")
            else:
                first[key] = choice.line
                choices.append(choice)
        return choices


def tell_unasked(drafts: Iterable[VariableDraft], asked: Collection[str], used: Collection[str]) -> None:
    """Note the answers of a file that no file below it asks for and no text uses: they are misspelt."""
    for draft in drafts:
        name = draft.name.text
        own = draft.ask or draft.type or draft.choices or draft.when
        if own or draft.default is None or name in asked or name in used:
            continue
        if close := nearest(name, asked):
            guess = f"; did you mean {quote(close)}?"
        else:
            guess = f"; there is {listed(asked, 'and')}" if asked else ", and nothing uses it; leave it out"
        draft.name.add(f"nothing asks {quote(name)}{guess}")


def used_in(node: Node) -> Iterator[str]:
    """Every name that a text of the tree may mention as a variable, some more than once."""
    match node:
        case tree.Text():
            yield from mentioned(node.text)
        case tree.Listing():
            for entry in node.entries:
                yield from used_in(entry)
        case tree.Mapping():
            for key, value in node.pairs:
                yield from used_in(key)
                yield from used_in(value)
                if isinstance(key, tree.Text) and key.text == "when" and isinstance(value, tree.Text):
                    yield from value.text.split()


def whole_variables(drafts: Mapping[str, VariableDraft]) -> Values:
    """The variables that several files say together, without answers; each mistake is noted at its place."""
    variables: dict[str, Variable] = {}
    unsure = {name for name, draft in drafts.items() if not draft.sound}
    for name, draft in drafts.items():
        if name in unsure:
            continue
        before = len(draft.name.problems)
        variable = _variable(name, draft, Values(variables, {}, frozenset(unsure)), list(drafts))
        if variable is None or len(draft.name.problems) != before:
            unsure.add(name)
        else:
            variables[name] = variable
    return Values(variables, {}, frozenset(unsure))


def _variable(name: str, draft: VariableDraft, earlier: Values, names: Sequence[str]) -> Variable | None:
    type_ = _type(draft)
    if type_ is None:
        return None
    choices = tuple(choice.text for choice in draft.choices or ())
    if type_ == "choice" and len(choices) < 2:
        place = draft.choices[0] if draft.choices else draft.type or draft.name
        place.add(f"{quote(name)} is a choice, and needs two choices or more; write choices: [one, other]")
        return None
    if type_ != "choice" and draft.choices:
        draft.choices[0].add(f"{quote(name)} is no choice; write type: choice, or leave its choices out")
        return None
    condition = _condition(draft, earlier, names)
    ask = draft.ask.text if draft.ask else f"{name}?"
    variable = Variable(name, ask, type_, choices, "", condition)
    default = draft.default
    if default is None:
        return replace(variable, default=None)
    try:
        return replace(variable, default=variable.clean(default.text))
    except AnswerError as wrong:
        default.add(f"{name}: {wrong.sentence}")
        return None


def _type(draft: VariableDraft) -> Type | None:
    if draft.type is None:
        return "choice" if draft.choices else "text"
    written = normalize(draft.type.text)
    for type_ in TYPES:
        if written == type_:
            return type_
    close = {"bool": "yes/no", "boolean": "yes/no", "yesno": "yes/no", "yes-no": "yes/no", "string": "text"}
    meant = close.get(written) or nearest(written, TYPES)
    guess = f"did you mean {quote(meant)}?" if meant else f"write {listed(TYPES)}"
    draft.type.add(f"{quote(draft.type.text)} is not a type of answer; {guess}")
    return None


def _condition(draft: VariableDraft, earlier: Values, names: Sequence[str]) -> Condition | None:
    if draft.when is None:
        return None
    condition = read_condition(draft.when.text, earlier)
    if not isinstance(condition, str):
        return condition
    mentioned = draft.when.text.removeprefix("not ").split(" ")[0]
    if mentioned in names and not earlier.known(mentioned):
        condition = f"{quote(mentioned)} is asked later; a question can only depend on the ones above it"
    draft.when.add(condition)
    return None
