"""Derives a command's parameters from its function, and converts their words to values.

Typer's own way goes through pydantic, whose import takes half of the time of a quick command.
"""

import inspect
from collections.abc import Iterable
from dataclasses import is_dataclass
from functools import partial
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from typer import Exit
from typer._click.globals import get_current_context
from typer._coercion import TypeDescriptor
from typer.core import TyperArgument, TyperOption
from typer.models import OptionInfo

from asana_tbp.cli.completion import candidates
from asana_tbp.cli.context import AppContext
from asana_tbp.errors import UsageError
from asana_tbp.text import nearest, quote

Parameter = TyperOption | TyperArgument

PORTS = (0, 65535)
SPEEDS = (0.01, 100_000)

Text = str | None
Texts = list[str] | None
WithJson = Annotated[AppContext, "--json", "Print JSON."]
"""The context of a command that prints JSON where asked for."""

Local = Annotated[bool, "Show what this computer knows; don't ask Asana."]
Plain = Annotated[bool, "Print one line per event; redraw nothing."]
SongName = Annotated[str, "SONG", "The song: its name, the start of it, an id or a link."]
RunningSong = Annotated[str | None, "--song", "SONG", "Which session, where several run: its song or number."]


class _Converter:
    """Replaces Typer's pydantic adapter."""

    def coerce(self, value: Any, param: Parameter, ctx: object) -> Any:  # noqa: ARG002
        kind = param.type_descriptor.annotation
        if param.type_descriptor.is_list:
            return [converted(param, get_args(kind)[0], word) for word in value or ()] or None
        return None if value is None else converted(param, kind, value)


def use_plain_values() -> None:
    """Have the parameters of this process converted here instead of by pydantic."""
    converter = _Converter()
    for kind in (TyperOption, TyperArgument):
        kind.get_runtime_param = lambda _parameter: converter  # type: ignore[method-assign, assignment, return-value]


def declared(function: Any, words: str) -> dict[str, Any]:
    """The arguments for a Typer command, from a function of `cli/commands` that is called by these `words`.

    The function is given the `AppContext`, as `WithJson` where it has that option, or Typer's own where its first
    parameter is named `ctx`; it returns the exit code or None. Where the second parameter is a dataclass, its fields
    are the parameters. Without examples in its help, the command alone is one. The function of a group is called when
    none of the group's commands is.
    """
    hints = get_type_hints(function, include_extras=True)
    first, *own = inspect.signature(function).parameters.values()
    json = get_args(hints[first.name])[1:]
    flags: Any = hints[own[0].name] if own and is_dataclass(hints[own[0].name]) else None
    if flags is not None:
        hints = get_type_hints(flags, include_extras=True)
        own = list(inspect.signature(flags).parameters.values())

    def callback(**values: Any) -> None:
        ctx = get_current_context()
        if ctx.invoked_subcommand is None:
            given = ctx if first.name == "ctx" else ctx.obj
            ctx.obj.command, ctx.obj.as_json = words, values.pop("as_json", False)
            if code := function(given, flags(**values)) if flags else function(given, **values):
                raise Exit(code)
        elif option := next(
            (_name(each) for each in parameters if values[str(each.name)] != each.default), ""
        ):
            group, word = ctx.command_path, ctx.invoked_subcommand
            sentence = f"{option} stands before {word}, where it is for {group} alone."
            raise UsageError(sentence, f"Write options after {word}. To see them: {group} {word} --help")

    doc = inspect.getdoc(function) or ""
    if "\nExamples:\n" not in doc:
        doc += f"\n\nExamples:\n  asana-tbp {words}"
    parameters = [_parameter(each.name, hints[each.name], each.default) for each in own]
    parameters += [_parameter("as_json", Annotated[bool, *json], False)] if json else []
    return {"callback": callback, "params": parameters, "help": doc}


def flag(name: str, text: str = "", **facts: Any) -> Parameter:
    """An option without a value."""
    kind = TypeDescriptor(bool, OptionInfo(), None)
    return TyperOption(
        param_decls=[name], type_descriptor=kind, is_flag=True, default=False, help=text, **facts
    )


def _parameter(name: str, annotation: Any, default: Any) -> Parameter:
    """A parameter by its texts in `Annotated`: names of an option, what to type, its help, and then the least and the
    most that a number may be. Without a default it is an argument, as it is with a metavar in brackets.
    """
    kind, *texts = get_args(annotation)
    low, high = texts.pop() if isinstance(texts[-1], tuple) else (None, None)
    *names, text = texts
    metavar = names.pop() if names and not names[-1].startswith("-") else ""
    optional = metavar.startswith("[")
    required = default is inspect.Parameter.empty
    if type(None) in get_args(kind):
        kind = get_args(kind)[0]
    is_list, is_choice = get_origin(kind) is list, get_origin(kind) is Literal
    word = name.strip("_").replace("_", "-")
    facts: dict[str, Any] = {
        "type_descriptor": TypeDescriptor(kind, OptionInfo(min=low, max=high), None),
        "metavar": (metavar[1:-1] if optional else metavar)
        or ("|".join(get_args(kind)) if is_choice else word.upper()),
        "help": text,
        "default": None if required else default,
    }
    parameter: Parameter
    if required or optional:
        parameter = TyperArgument(
            param_decls=[name], required=required, nargs=-1 if is_list else None, **facts
        )
    else:
        own = [] if any(each.startswith("--") for each in names) else [f"--{word}"]
        parameter = TyperOption(
            param_decls=[name, *own, *names], multiple=is_list, is_flag=kind is bool, **facts
        )
    if not is_choice:
        parameter.shell_complete = partial(candidates, parameter)  # type: ignore[method-assign]
    return parameter


def answers_in(written: Iterable[str] | None) -> dict[str, str]:
    """The names and values of `--set NAME=VALUE`. Raises UsageError for any other form."""
    answers: dict[str, str] = {}
    for entry in written or ():
        name, equals, value = (part.strip() for part in entry.partition("="))
        if not equals or not name:
            raise UsageError(f"--set {quote(entry)} is not an answer; write --set NAME=VALUE.")
        if name in answers:
            raise UsageError(f"--set answers {quote(name)} twice.")
        answers[name] = value
    return answers


NUMBERS: dict[type, str] = {int: "a whole number", float: "a number"}


def converted(parameter: Parameter, annotation: Any, value: Any) -> Any:
    """The value as the type of `annotation`: str, bool, int, float, Path or a Literal of words. Raises UsageError."""
    if get_origin(annotation) is Literal:
        words = get_args(annotation)
        if value in words:
            return value
        near = nearest(value, words)
        hint = f"Did you mean {near}?" if near else ""
        raise UsageError(f"{_name(parameter)}: {quote(value)} is not one of {', '.join(words)}.", hint)
    if isinstance(value, annotation):
        return value
    return _number(parameter, annotation, value) if annotation in NUMBERS else annotation(value)


def _number(parameter: Parameter, kind: type, word: str) -> int | float:
    low, high = parameter.type_descriptor.parameter_info.min, parameter.type_descriptor.parameter_info.max
    try:
        number: int | float = kind(word)
    except ValueError:
        raise UsageError(f"{_name(parameter)}: {quote(word)} is not {NUMBERS[kind]}.") from None
    if low is not None and high is not None and not low <= number <= high:
        raise UsageError(f"{_name(parameter)}: {quote(word)} is not between {low:g} and {high:g}.")
    return number


def _name(parameter: Parameter) -> str:
    return str(max(parameter.opts, key=len) if isinstance(parameter, TyperOption) else parameter.metavar)
