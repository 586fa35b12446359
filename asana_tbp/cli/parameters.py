"""Turns words of the command line into values.

Typer leaves this to pydantic, whose import takes half of the time of a quick command.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperArgument, TyperOption

from asana_tbp.errors import UsageError
from asana_tbp.text import nearest, quote

Parameter = TyperOption | TyperArgument

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SongName = Annotated[
    str, typer.Argument(metavar="SONG", help="The song: its name, the start of it, an id or a link.")
]

Values = TypeVar("Values")


def takes(kind: type[Values]) -> Callable[[Callable[[Any, Values], None]], Callable[..., None]]:
    """Makes a command whose parameters are the fields of a dataclass; it is given the `AppContext` and that."""
    hints = get_type_hints(kind, include_extras=True)
    parameters = [
        inspect.Parameter(
            each.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty if each.default is MISSING else each.default,
            annotation=hints[each.name],
        )
        for each in fields(kind)  # type: ignore[arg-type]
    ]

    def decorate(function: Callable[[Any, Values], None]) -> Callable[..., None]:
        def command(ctx: typer.Context, **values: Any) -> None:
            function(ctx.obj, kind(**values))

        return with_parameters(command, parameters, function.__name__, function.__doc__)

    return decorate


def with_parameters(
    command: Callable[..., None], parameters: Iterable[inspect.Parameter], name: str, doc: str | None
) -> Callable[..., None]:
    """A function with these parameters behind its context, as Typer reads them."""
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    all_of_them = [context, *parameters]
    command.__signature__ = inspect.Signature(all_of_them)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in all_of_them}
    command.__name__, command.__doc__ = name, doc
    return command


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
        return _choice(parameter, get_args(annotation), value)
    if isinstance(value, annotation):
        return value
    if annotation in NUMBERS:
        return _number(parameter, annotation, value)
    if annotation is Path:
        return Path(value)
    raise TypeError(f"{parameter.name}: parameters of type {annotation} are not read")


def _choice(parameter: Parameter, words: tuple[str, ...], value: str) -> str:
    if value in words:
        return value
    near = nearest(value, words)
    hint = f"Did you mean {near}?" if near else ""
    raise UsageError(f"{_name(parameter)}: {quote(value)} is not one of {', '.join(words)}.", hint)


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
        return parameter.metavar.strip("[].")
    annotation = parameter.type_descriptor.annotation
    if parameter.type_descriptor.is_list:
        annotation = get_args(annotation)[0]
    origin: Any = get_origin(annotation)
    if origin is Literal:
        return "|".join(get_args(annotation))
    return parameter.name.strip("_").upper().replace("_", "-")
