"""Reads the `vars:` of a file, and of several that extend each other: the questions and their possible answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from asana_tbp.songmap.budget import AnswerError
from asana_tbp.songmap.keys import VARIABLE_KEYS, value_of
from asana_tbp.songmap.read.nodes import Mapping as MappingNode
from asana_tbp.songmap.read.nodes import Node, Nothing, Text, children, text_pairs
from asana_tbp.songmap.read.reader import NodeReader, is_repeated, not_a
from asana_tbp.songmap.task_name import normalize
from asana_tbp.songmap.templates.variables import (
    NAME,
    TYPES,
    AllBut,
    Type,
    Values,
    Variable,
    mentioned,
    read_condition,
)
from asana_tbp.text import guess, listed, nearest, quote

MOST_VARIABLES = 50
_TYPE_SPELLINGS = {"string": "text"} | dict.fromkeys(("bool", "boolean", "yesno", "yes-no"), "yes/no")


@dataclass(frozen=True, slots=True)
class VariableDraft:
    """A variable as one file has it: the text of each key, several for `choices`."""

    name: Text
    said: Mapping[str, tuple[Text, ...]]
    is_readable: bool


def read_variables(root: Node) -> dict[str, VariableDraft]:
    """The variables of one file, in its order."""
    node = value_of(root, "vars")
    if not isinstance(node, MappingNode):
        if not isinstance(node, Nothing | None):
            not_a("a mapping of names, each with its question", node, '"vars"')
        return {}
    read = NodeReader()
    drafts: dict[str, VariableDraft] = {}
    first: dict[str, int] = {}
    for key, value in node.pairs:
        name = read.key(key, "a variable's name")
        if name is not None and (not NAME.fullmatch(name.text) or name.text == "not"):
            name.add(
                f"{quote(name.text)} cannot be a variable's name; write small letters, digits and dashes"
            )
        elif name is not None and not is_repeated(first, name, "the variable "):
            if len(drafts) == MOST_VARIABLES:
                name.add(f"there are more than {MOST_VARIABLES} variables")
                break
            drafts[name.text] = _draft(read, name, value)
    return drafts


def _draft(read: NodeReader, name: Text, node: Node) -> VariableDraft:
    before = len(name.problems.found)
    fields, what = {"default": node}, f"the default of {quote(name.text)}"
    if isinstance(node, MappingNode):
        fields, what = read.fields(node, VARIABLE_KEYS).values, ""
    said: dict[str, tuple[Text, ...]] = {}
    for key, written in fields.items():
        if key == "choices" and not isinstance(written, Nothing):
            first: dict[str, int] = {}
            choices = read.lines(written, "choices")
            said[key] = tuple(each for each in choices if not is_repeated(first, each, "the choice "))
        elif key == "default" and isinstance(written, Text) and not written.text.strip():
            # Unlike any other text a default may be empty: then no answer is needed.
            said[key] = (replace(written, text=""),)
        elif not isinstance(written, Nothing):
            text = read.line(written, what or f'"{key}"')
            said |= {key: (text,)} if text else {}
    return VariableDraft(name, said, len(name.problems.found) == before)


def names_in(node: Node) -> set[str]:
    """Every name that a text of the tree may mention as a variable."""
    if isinstance(node, Text):
        return set(mentioned(node.text)) if "$" in node.text else set()
    names = set().union(*map(names_in, children(node)))
    for key, value in text_pairs(node):
        if VARIABLE_KEYS.named(key.text) == "when" and isinstance(value, Text):
            names.update(value.text.split())
    return names


def read_values(pages: Sequence[Node], *, complete: bool = True) -> Values:
    """The variables of several files, each merged over those it extends; without answers, mistakes are noted.

    If the files are not `complete`, the missing one may have any variable.
    """
    drafts: dict[str, VariableDraft] = {}
    used = set().union(*map(names_in, pages)) if len(pages) > 1 else set()
    for page in reversed(pages):
        asked = list(drafts)
        for name, draft in read_variables(page).items():
            if name in asked:
                under = drafts[name]
                readable = draft.is_readable and under.is_readable
                drafts[name] = VariableDraft(draft.name, {**under.said, **draft.said}, readable)
                continue
            drafts[name] = draft
            if complete and page is not pages[-1] and set(draft.said) == {"default"} and name not in used:
                # An answer to an unknown variable is probably misspelt.
                names = (
                    f"; there is {listed(asked, 'and')}" if asked else ", and nothing uses it; leave it out"
                )
                draft.name.add(f"nothing asks {quote(name)}{guess(nearest(name, asked)) or names}")
    variables: dict[str, Variable] = {}
    unsure = {name for name, draft in drafts.items() if not draft.is_readable}
    for name, draft in drafts.items():
        before = len(draft.name.problems.found)
        earlier = Values(variables, {}, frozenset(unsure))
        variable = _variable(name, draft, earlier, list(drafts)) if draft.is_readable else None
        if variable is None or len(draft.name.problems.found) != before:
            unsure.add(name)
        else:
            variables[name] = variable
    return Values(variables, {}, frozenset(unsure) if complete else AllBut())


def _variable(name: str, draft: VariableDraft, earlier: Values, names: Sequence[str]) -> Variable | None:
    texts = {key: each[0] for key, each in draft.said.items() if each}
    choices = draft.said.get("choices", ())
    type_: Type = "choice" if choices else "text"
    if written := texts.get("type"):
        named = next((each for each in TYPES if each == normalize(written.text)), None)
        if named is None:
            meant = _TYPE_SPELLINGS.get(normalize(written.text)) or nearest(written.text, TYPES)
            better = guess(meant) or f"; write {listed(TYPES)}"
            written.add(f"{quote(written.text)} is not a type of answer{better}")
            return None
        type_ = named
    place = texts.get("choices") or texts.get("type", draft.name)
    if type_ == "choice" and len(choices) < 2:
        place.add(f"{quote(name)} is a choice, and needs two choices or more; write choices: [one, other]")
        return None
    if type_ != "choice" and choices:
        place.add(f"{quote(name)} is no choice; write type: choice, or leave its choices out")
        return None
    condition = None
    if when := texts.get("when"):
        try:
            condition = read_condition(when.text, earlier)
        except AnswerError as wrong:
            other = when.text.removeprefix("not ").split(" ")[0]
            later = f"{quote(other)} is asked later; a question can only depend on the ones above it"
            when.add(later if other in names and not earlier.known(other) else str(wrong))
    ask = texts["ask"].text if "ask" in texts else f"{name}?"
    default = texts.get("default")
    variable = Variable(name, ask, type_, tuple(map(str, choices)), "" if default else None, condition)
    try:
        return replace(variable, default=variable.clean(default.text)) if default else variable
    except AnswerError as wrong:
        texts["default"].add(f"{name}: {wrong}")
        return None
