"""Turns words of the command line into values.

Typer leaves this to pydantic, whose import takes half of the time of a quick command.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperArgument, TyperOption

from asana_tbp.errors import UsageError
from asana_tbp.text import nearest, quote

Parameter = TyperOption | TyperArgument

PORTS = (0, 65535)
SPEEDS = (0.01, 100_000)

Text = str | None
Texts = list[str] | None
AsJson = Annotated[bool, "--json", "Print JSON."]
Local = Annotated[bool, "Show what is known here; don't ask Asana."]
Plain = Annotated[bool, "Print one line per event; redraw nothing."]
SongName = Annotated[str, "SONG", "The song: its name, the start of it, an id or a link."]
RunningSong = Annotated[str | None, "--song", "SONG", "Which session, where several run: its song or number."]


def as_command_line(function: Any, words: str) -> Any:
    """A function of `cli/commands` as Typer takes it: given the `AppContext`, or Typer's own where it is named `ctx`.

    In `Annotated` a parameter has texts instead of Typer's objects: names of an option, what to type, its help, and
    then the least and the most that a number may be.
    Without a default it is an argument, as it is with a metavar in brackets. Where the second parameter is a dataclass,
    its fields are the parameters. Without examples in its help, the command alone is one. The callback of a group is
    called when none of the group's commands is.
    """
    if function.__module__ == __name__:
        return function
    hints = get_type_hints(function, include_extras=True)
    first, *own = inspect.signature(function).parameters.values()
    flags: Any = hints[own[0].name] if own and is_dataclass(hints[own[0].name]) else None
    if flags is not None:
        hints = get_type_hints(flags, include_extras=True)
        own = list(inspect.signature(flags).parameters.values())

    def command(ctx: typer.Context, **values: Any) -> None:
        if ctx.invoked_subcommand is None:
            given = ctx if first.name == "ctx" else ctx.obj
            function(given, flags(**values)) if flags else function(given, **values)

    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [each.replace(annotation=_declared(each, hints[each.name])) for each in own]
    doc = inspect.getdoc(function) or ""
    if "\nExamples:\n" not in doc:
        doc += f"\n\nExamples:\n  asana-tbp {words}"
    return with_parameters(command, [context, *parameters], function.__name__, doc)


def with_parameters(
    command: Callable[..., None], parameters: Sequence[inspect.Parameter], name: str, doc: str | None
) -> Callable[..., None]:
    """A function with the parameters, name and documentation of another."""
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    command.__name__, command.__doc__ = name, doc
    return command


def _declared(parameter: inspect.Parameter, annotation: Any) -> Any:
    kind, *texts = get_args(annotation)
    low, high = texts.pop() if isinstance(texts[-1], tuple) else (None, None)
    *names, text = texts
    metavar = names.pop() if names and not names[-1].startswith("-") else None
    if parameter.default is inspect.Parameter.empty or (metavar or "").startswith("["):
        return Annotated[kind, typer.Argument(metavar=metavar, help=text)]
    if not any(name.startswith("--") for name in names):
        names.insert(0, f"--{parameter.name.strip('_').replace('_', '-')}")
    return Annotated[kind, typer.Option(*names, metavar=metavar, help=text, min=low, max=high)]


def answers_in(written: Iterable[str] | None) -> dict[str, str]:
    """The names and values of `--set NAME=VALUE`. Raises UsageError for what has another form."""
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


class _Converter:
    """Stands where Typer expects its pydantic adapter."""

    def coerce(self, value: Any, param: Parameter, ctx: object) -> Any:  # noqa: ARG002
        annotation = param.type_descriptor.annotation
        if param.multiple or param.nargs == -1:
            item = get_args(annotation)[0]
            return tuple(converted(param, item, word) for word in value or ())
        return None if value is None else converted(param, annotation, value)


def use_plain_values() -> None:
    """Have the parameters of this process converted here instead of by pydantic."""
    converter = _Converter()
    for kind in (TyperOption, TyperArgument):
        kind.get_runtime_param = lambda _parameter: converter  # type: ignore[method-assign, assignment, return-value]


def converted(parameter: Parameter, annotation: Any, value: Any) -> Any:
    """The value as `annotation` asks for: str, bool, int, float, Path or a Literal of words. Raises UsageError."""
    if get_origin(annotation) is Literal:
        words = get_args(annotation)
        if value in words:
            return value
        near = nearest(value, words)
        hint = f"Did you mean {near}?" if near else ""
        raise UsageError(f"{_name(parameter)}: {quote(value)} is not one of {', '.join(words)}.", hint)
    if isinstance(value, annotation):
        return value
    if annotation in NUMBERS:
        return _number(parameter, annotation, value)
    if annotation is Path:
        return Path(value)
    raise TypeError(f"{parameter.name}: parameters of type {annotation} are not read")


def _number(parameter: Parameter, kind: type, word: str) -> int | float:
    low, high = parameter.type_descriptor.parameter_info.min, parameter.type_descriptor.parameter_info.max
    try:
        number: int | float = kind(word)
    except ValueError:
        raise UsageError(f"{_name(parameter)}: {quote(word)} is not {NUMBERS[kind]}.") from None
    below, above = low is not None and not number >= low, high is not None and not number <= high
    if below or above:
        span = f"at least {low:g}" if high is None else f"between {low or 0:g} and {high:g}"
        raise UsageError(f"{_name(parameter)}: {quote(word)} is not {span}.")
    return number


def _name(parameter: Parameter) -> str:
    longest = max(parameter.opts, key=len)
    return longest if isinstance(parameter, TyperOption) else metavar_of(parameter)


def metavar_of(parameter: Parameter) -> str:
    """What to type for this parameter: `FILE`, `song|section`."""
    if parameter.metavar:
        name = parameter.metavar.removesuffix("...")
        return name[1:-1] if name.startswith("[") else name
    annotation = parameter.type_descriptor.annotation
    if parameter.type_descriptor.is_list:
        annotation = get_args(annotation)[0]
    origin: Any = get_origin(annotation)
    if origin is Literal:
        return "|".join(get_args(annotation))
    return parameter.name.strip("_").upper().replace("_", "-")
